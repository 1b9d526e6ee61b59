"""Whole files, byte for byte, and what two other readers make of them."""

import re

import pytest

from tests.calendar.golden_files import FOLDER, files
from tests.calendar.readers import IcalJs, read_with_vobject
from tests.calendar.samples import at

NAMES = ("invitation.ics", "invitation-online.ics", "cancel.ics", "feed.ics", "download.ics")


def test_every_golden_file_has_its_source() -> None:
    assert {path.name for path in FOLDER.glob("*.ics")} == set(NAMES) == files().keys()


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
        "Pchnąć w tę łódź jeża lub ośm skrzyń fig; a potem, po przerwie, znów.\n\nDrugi akapit: C:\\dane\\Łódź.\n\nAgenda"
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
