"""Feeds and downloads."""

from dataclasses import replace
from datetime import timedelta

from app.calendar import slots
from tests.calendar.samples import SITE, a_download, a_feed, a_session, a_slot, an_event, at, lines, values


def test_a_feed_says_its_name_and_how_often_to_look() -> None:
    file = a_feed(a_slot(), name="Dni Źródeł, Łódź")

    assert lines(file)[:11] == [
        "BEGIN:VCALENDAR",
        "PRODID:-//Plenum//Plenum 1.0//PL",
        "VERSION:2.0",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        "NAME:Dni Źródeł\\, Łódź",
        "X-WR-CALNAME:Dni Źródeł\\, Łódź",
        "X-WR-TIMEZONE:Europe/Warsaw",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "X-PUBLISHED-TTL:PT1H",
        "SOURCE;VALUE=URI:https://plenum.example.org/calendar.ics",
    ]


def test_a_feed_at_a_key_does_not_say_where_it_is() -> None:
    assert values(a_feed(a_slot(), source=None), "SOURCE", "VCALENDAR") == []


def test_a_download_has_one_entry_and_nothing_of_a_feed() -> None:
    file = a_download(a_slot())

    assert lines(file)[4:6] == ["METHOD:PUBLISH", "BEGIN:VTIMEZONE"]
    assert lines(file).count("BEGIN:VEVENT") == 1


def test_an_entry_for_everybody_has_an_organizer_and_nothing_personal() -> None:
    event = an_event()
    session = a_session(event)
    file = a_feed(slots.of_event(event, [session], SITE), slots.of_session(session, SITE))

    assert values(file, "ORGANIZER") == ['ORGANIZER;CN="Departament Strategii":mailto:wydarzenia@plenum.example.org'] * 2
    assert values(file, "LOCATION") == ["LOCATION:Zoom"] * 2
    assert [line for line in lines(file) if line.startswith(("ATTENDEE", "CONFERENCE", "BEGIN:VALARM"))] == []
    assert b"meeting.example.com" not in file


def test_entries_stand_in_the_order_of_time_whatever_order_they_come_in() -> None:
    early = a_slot(uid="b", starts_at=at("2026-10-26 08:00"))
    same_a, same_b = a_slot(uid="a"), a_slot(uid="c")

    assert values(a_feed(same_b, same_a, early), "UID") == ["UID:b", "UID:a", "UID:c"]
    assert a_feed(same_b, same_a, early) == a_feed(early, same_a, same_b)


def test_each_zone_is_described_once() -> None:
    file = a_feed(a_slot(), a_slot(zone="Europe/Athens"), a_slot(), a_slot(zone="Africa/Cairo"), a_slot(zone="UTC"))

    assert sorted(values(file, "TZID", "VTIMEZONE")) == ["TZID:Europe/Athens", "TZID:Europe/Warsaw"]
    assert len(values(file, "DTSTART")) == 5


def test_an_entry_from_years_with_other_rules_is_in_utc_beside_the_present_ones() -> None:
    """Russia gave up changing its clocks in 2011; a file has room for one VTIMEZONE of a name."""
    then = a_slot(zone="Europe/Moscow", starts_at=at("2005-07-01 10:00", "Europe/Moscow"))
    today = a_slot(zone="Europe/Moscow", starts_at=at("2026-07-01 10:00", "Europe/Moscow"))

    file = a_feed(today, then)

    assert values(file, "DTSTART") == [
        "DTSTART;TZID=Europe/Moscow:20050701T100000",
        "DTSTART:20260701T070000Z",
    ]
    assert values(file, "TZID", "VTIMEZONE") == ["TZID:Europe/Moscow"]


def test_a_cancelled_entry_says_so_in_the_organisers_language_and_frees_the_time() -> None:
    polish = a_slot(uid="a", summary="Panel", is_cancelled=True)
    english = a_slot(uid="b", summary="Panel", is_cancelled=True, language="en")

    file = a_feed(polish, english, alarm=15)

    assert values(file, "SUMMARY") == ["SUMMARY:ODWOŁANE: Panel", "SUMMARY:CANCELLED: Panel"]
    assert values(file, "STATUS") == ["STATUS:CANCELLED"] * 2
    assert values(file, "TRANSP") == ["TRANSP:TRANSPARENT"] * 2
    assert "BEGIN:VALARM" not in lines(file)


def test_an_alarm_is_there_only_when_asked_for() -> None:
    assert values(a_feed(a_slot(), a_slot(), alarm=90), "TRIGGER", "VALARM") == ["TRIGGER:-PT1H30M"] * 2
    assert values(a_feed(a_slot()), "TRIGGER", "VALARM") == []


def test_the_same_entries_are_the_same_bytes_and_a_revision_moves_them() -> None:
    slot = a_slot()
    revised = replace(slot, sequence=1, modified_at=slot.modified_at + timedelta(minutes=1))

    assert a_feed(slot) == a_feed(replace(slot))
    assert values(a_feed(slot), "DTSTAMP") == ["DTSTAMP:20260901T080000Z"]
    assert values(a_feed(revised), "DTSTAMP") == ["DTSTAMP:20260901T080100Z"]
    assert values(a_feed(revised), "LAST-MODIFIED") == ["LAST-MODIFIED:20260901T080100Z"]
    assert values(a_feed(revised), "SEQUENCE") == ["SEQUENCE:1"]


def test_an_empty_feed_is_still_a_calendar() -> None:
    assert lines(a_feed())[-2:] == ["END:VCALENDAR", ""]
