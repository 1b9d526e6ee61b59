"""Whole files, byte for byte, and what two other readers make of them."""

import re
from email import message_from_bytes, policy

import pytest

from tests.calendar.golden_files import FOLDER, files, mails
from tests.calendar.readers import IcalJs, read_with_vobject
from tests.calendar.samples import at, values

NAMES = ("invitation.ics", "invitation-online.ics", "update.ics", "cancel.ics", "feed.ics", "download.ics")
MAILS = {"update.eml": "REQUEST", "cancel.eml": "CANCEL"}


def test_every_golden_file_has_its_source() -> None:
    assert {path.name for path in FOLDER.glob("[!.]*")} == {*NAMES, *MAILS} == {*files(), *mails()}


@pytest.mark.parametrize("name", NAMES)
def test_a_file_is_what_it_was(name: str) -> None:
    assert files()[name].decode() == (FOLDER / name).read_bytes().decode()


@pytest.mark.parametrize("name", NAMES)
def test_both_readers_understand_a_file_alike(name: str, ical_js: IcalJs) -> None:
    file = (FOLDER / name).read_bytes()

    [by_ical_js] = ical_js.read([file])

    assert by_ical_js == read_with_vobject(file)
    assert by_ical_js.entries


def test_readers_get_back_what_was_hard_to_write(ical_js: IcalJs) -> None:
    [invitation] = ical_js.read([(FOLDER / "invitation.ics").read_bytes()])
    [entry] = invitation.entries

    assert invitation.method == "REQUEST"
    assert entry.summary == 'Zażółć gęślą jaźń: źródła, dane; życie "na gorąco"'
    assert entry.description
    assert entry.description.startswith(
        "Pchnąć w tę łódź jeża lub ośm skrzyń fig; a potem, po przerwie, znów.\n\nDrugi akapit: C:\\Nowe\\Łódź.\n\nAgenda"
    )
    assert (entry.starts_at, entry.ends_at) == (at("2026-10-26 10:00"), at("2026-10-26 12:30"))
    assert entry.organizer_name == "Fundacja Dni Otwartych Źródeł w Łodzi"


@pytest.mark.parametrize("name", NAMES)
def test_lines_end_in_crlf_and_are_short_and_no_letter_is_cut(name: str) -> None:
    file = (FOLDER / name).read_bytes()

    physical = file.split(b"\r\n")

    assert physical.pop() == b""
    assert [line for line in physical if len(line) > 75 or b"\r" in line or b"\n" in line or not line.strip()] == []
    for line in physical:
        line.decode()
    assert not re.search(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", file)
    assert b"meeting.example.com" not in file


def test_an_update_is_the_same_entry_with_a_higher_number_and_a_new_time() -> None:
    invitation, update, cancel = ((FOLDER / f"{name}.ics").read_bytes() for name in ("invitation", "update", "cancel"))

    for name in ("UID", "ORGANIZER", "SUMMARY"):
        assert values(update, name) == values(invitation, name) == values(cancel, name) != []
    assert [values(file, "SEQUENCE") for file in (invitation, update, cancel)] == [[f"SEQUENCE:{number}"] for number in (3, 4, 5)]
    assert values(update, "DTSTAMP") > values(invitation, "DTSTAMP")
    assert values(update, "DTSTART") == ["DTSTART;TZID=Europe/Warsaw:20261026T110000"]


@pytest.mark.parametrize("name", MAILS)
def test_a_mail_is_what_it_was(name: str) -> None:
    assert mails()[name].decode() == (FOLDER / name).read_bytes().decode()


@pytest.mark.parametrize(("name", "method"), MAILS.items())
def test_a_whole_mail_says_its_method_everywhere_and_carries_the_same_bytes_twice(name: str, method: str) -> None:
    raw = (FOLDER / name).read_bytes()
    mail = message_from_bytes(raw, policy=policy.default)
    alternative, attachment = mail.iter_parts()
    text, html, calendar = alternative.iter_parts()

    ics = (FOLDER / name.replace("eml", "ics")).read_bytes()
    assert [part.get_content_type() for part in (mail, alternative, text, html, calendar, attachment)] == [
        *("multipart/mixed", "multipart/alternative", "text/plain", "text/html", "text/calendar", "application/ics"),
    ]
    assert calendar["Content-Type"].params == {"charset": "utf-8", "method": method}
    assert values(ics, "METHOD", "VCALENDAR") == [f"METHOD:{method}"]
    assert calendar.get_payload(decode=True) == attachment.get_payload(decode=True) == ics
    assert (calendar["Content-Disposition"], attachment.get_filename()) == (None, "invite.ics")
    [organizer], [attendee] = values(ics, "ORGANIZER"), values(ics, "ATTENDEE")
    assert organizer.endswith(f":mailto:{mail['From'].addresses[0].addr_spec}")
    assert attendee.endswith(f":mailto:{mail['To'].addresses[0].addr_spec}")
    assert len(mail["To"].addresses) == 1
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 78
