"""Invitations and their cancellation."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.calendar.words import Reply
from app.events.models import Attendance
from tests.calendar.samples import JOIN, MY, WRITTEN_AT, a_cancel, a_request, a_slot, lines, values


def test_an_invitation_asks_one_person_in_the_name_of_our_mailbox() -> None:
    file = a_request(
        a_slot(organizer_name='Fundacja "Źródła"\r\nATTENDEE:mailto:x@example.com'),
        name='Jan\n"Łoś", dr',
        address="los@example.com",
    )

    assert values(file, "METHOD", "VCALENDAR") == ["METHOD:REQUEST"]
    assert values(file, "ORGANIZER") == [
        'ORGANIZER;CN="Fundacja Źródła ATTENDEE:mailto:x@example.com":mailto:wydarzenia@plenum.example.org'
    ]
    assert values(file, "ATTENDEE") == [
        'ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE;CN="Jan Łoś, dr":mailto:los@example.com'
    ]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Reply.NONE, "PARTSTAT=NEEDS-ACTION;RSVP=TRUE"),
        (Reply.TENTATIVE, "PARTSTAT=TENTATIVE;RSVP=TRUE"),
        (Reply.ACCEPTED, "PARTSTAT=ACCEPTED;RSVP=FALSE"),
        (Reply.DECLINED, "PARTSTAT=DECLINED;RSVP=FALSE"),
    ],
)
def test_an_update_repeats_the_answer_and_asks_again_only_where_none_is_settled(answer: Reply, said: str) -> None:
    [attendee] = values(a_request(a_slot(), partstat=answer), "ATTENDEE")

    assert attendee == f'ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;{said};CN="Żaneta Łącka":mailto:zaneta.lacka@example.com'


def test_an_invitation_is_by_the_wall_clock_of_its_zone() -> None:
    file = a_request(a_slot())

    assert values(file, "DTSTART") == ["DTSTART;TZID=Europe/Warsaw:20261026T100000"]
    assert values(file, "DTEND") == ["DTEND;TZID=Europe/Warsaw:20261026T123000"]
    assert lines(file).count("BEGIN:VTIMEZONE") == 1


def test_an_invitation_where_no_rule_says_the_clock_is_in_utc() -> None:
    file = a_request(a_slot(zone="Africa/Cairo"))

    assert values(file, "DTSTART") == ["DTSTART:20261026T070000Z"]
    assert "BEGIN:VTIMEZONE" not in lines(file)


def test_an_entry_in_the_hour_that_comes_twice_is_in_utc() -> None:
    file = a_request(a_slot(starts_at=WRITTEN_AT.replace(month=10, day=25, hour=0)))

    assert values(file, "DTSTART") == ["DTSTART:20261025T000000Z"]
    assert values(file, "DTEND") == ["DTEND:20261025T023000Z"]
    assert "BEGIN:VTIMEZONE" not in lines(file)


def test_the_link_takes_the_place_of_the_place_when_it_is_online_alone() -> None:
    online = a_slot(location="Zoom")
    mixed = replace(online, location="Sala Błękitna", attendance=Attendance.MIXED)
    offline = replace(mixed, attendance=Attendance.OFFLINE)

    assert values(a_request(online), "LOCATION") == [f"LOCATION:{JOIN}"]
    assert values(a_request(online, join_url=None), "LOCATION") == ["LOCATION:Zoom"]
    assert values(a_request(mixed), "LOCATION") == [f"LOCATION:Sala Błękitna\\; {JOIN}"]
    assert values(a_request(offline), "LOCATION") == ["LOCATION:Sala Błękitna"]
    assert values(a_request(online), "CONFERENCE") == [f"CONFERENCE;VALUE=URI;FEATURE=AUDIO,VIDEO;LABEL=Dołącz online:{JOIN}"]
    assert values(a_request(online, join_url=None), "CONFERENCE") == []
    assert values(a_request(online), "URL") == ["URL:https://plenum.example.org/events/smart-city/"]


def test_the_persons_own_links_are_in_the_language_of_the_letter() -> None:
    slot = a_slot(description="Opis.")

    assert values(a_request(slot, language="pl"), "DESCRIPTION") == [
        f"DESCRIPTION:Opis.\\n\\nDołącz: {JOIN}\\nZmień lub odwołaj: {MY}"
    ]
    assert values(a_request(slot, language="en"), "DESCRIPTION") == [
        f"DESCRIPTION:Opis.\\n\\nJoin: {JOIN}\\nChange or cancel: {MY}"
    ]


def test_no_property_is_empty() -> None:
    slot = a_slot(description="", location="", attendance=Attendance.OFFLINE, organizer_name="")

    for file in (a_cancel(slot, name=""), a_request(slot, name="", join_url=None)):
        assert [line for line in lines(file) if line.endswith(":")] == []
        assert "CN" not in file.decode()


def test_an_invitation_reminds_a_quarter_before_and_a_cancel_does_not() -> None:
    assert values(a_request(a_slot()), "TRIGGER", "VALARM") == ["TRIGGER:-PT15M"]
    assert "BEGIN:VALARM" not in lines(a_cancel(a_slot()))


def test_a_cancel_names_the_same_entry_and_person_and_frees_the_time() -> None:
    slot = a_slot(sequence=3)
    invitation, cancel = a_request(slot), a_cancel(slot)

    for name in ("UID", "DTSTART", "DTEND", "SUMMARY", "ORGANIZER", "ATTENDEE"):
        assert values(cancel, name) == values(invitation, name) != []
    assert values(cancel, "METHOD", "VCALENDAR") == ["METHOD:CANCEL"]
    assert values(cancel, "SEQUENCE") == ["SEQUENCE:4"]
    assert values(cancel, "STATUS") == ["STATUS:CANCELLED"]
    assert values(cancel, "TRANSP") == ["TRANSP:TRANSPARENT"]
    assert values(cancel, "LOCATION") == ["LOCATION:Zoom"]
    assert b"/join/" not in cancel.replace(b"\r\n ", b"")
    assert b"/my/" not in cancel.replace(b"\r\n ", b"")


def test_the_stamp_is_the_revisions_and_never_older_than_what_it_tells() -> None:
    slot = a_slot(modified_at=WRITTEN_AT + timedelta(hours=2))

    later, earlier = a_request(slot, stamp=WRITTEN_AT + timedelta(hours=3)), a_request(slot, stamp=WRITTEN_AT)

    assert values(later, "DTSTAMP") == ["DTSTAMP:20260901T110000Z"]
    assert values(later, "LAST-MODIFIED") == ["LAST-MODIFIED:20260901T110000Z"]
    assert values(earlier, "DTSTAMP") == ["DTSTAMP:20260901T100000Z"]
    assert values(later, "CREATED") == ["CREATED:20260901T080000Z"]


def test_an_invitation_has_nothing_of_a_feed() -> None:
    said = {line.partition(":")[0].partition(";")[0] for line in lines(a_request(a_slot()))}

    assert said & {
        "NAME",
        "REFRESH-INTERVAL",
        "X-WR-CALNAME",
        "X-WR-TIMEZONE",
        "X-PUBLISHED-TTL",
        "SOURCE",
        "RRULE",
        "RECURRENCE-ID",
    } == {"RRULE"}
    assert [line for line in lines(a_request(a_slot(zone="Asia/Kolkata"))) if line.startswith("RRULE")] == []


def test_the_same_revision_is_the_same_bytes() -> None:
    slot = a_slot()

    assert a_request(slot) == a_request(replace(slot))
    assert a_cancel(slot) == a_cancel(replace(slot))


def test_the_attendee_is_the_mailbox_that_the_letter_goes_to() -> None:
    file = a_request(a_slot(), name="", address="zaneta@żółw.example")

    [attendee] = values(file, "ATTENDEE")
    assert attendee.endswith(":mailto:zaneta@xn--w-uga1v8h.example")
