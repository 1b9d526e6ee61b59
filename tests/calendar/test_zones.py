"""Time zones as a file describes them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.calendar import zones

WARSAW = """\
BEGIN:VTIMEZONE
TZID:Europe/Warsaw
BEGIN:DAYLIGHT
DTSTART:19700329T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
TZNAME:CEST
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:19701025T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
TZNAME:CET
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
END:VTIMEZONE
"""


def described(zone: str, year: int = 2026) -> list[str]:
    block = zones.vtimezone(zone, year)
    assert block is not None
    return block.decode().splitlines()


def test_warsaw_is_a_pair_of_yearly_rules() -> None:
    assert zones.vtimezone("Europe/Warsaw", 2026) == WARSAW.replace("\n", "\r\n").encode()


@pytest.mark.parametrize(
    ("zone", "daylight", "standard"),
    [
        (
            "Europe/Lisbon",
            ("19700329T010000", "+0000", "+0100", "3;BYDAY=-1SU"),
            ("19701025T020000", "+0100", "+0000", "10;BYDAY=-1SU"),
        ),
        (
            "Europe/Athens",
            ("19700329T030000", "+0200", "+0300", "3;BYDAY=-1SU"),
            ("19701025T040000", "+0300", "+0200", "10;BYDAY=-1SU"),
        ),
        (
            "Europe/Dublin",
            ("19700329T010000", "+0000", "+0100", "3;BYDAY=-1SU"),
            ("19701025T020000", "+0100", "+0000", "10;BYDAY=-1SU"),
        ),
        (
            "America/New_York",
            ("19700308T020000", "-0500", "-0400", "3;BYDAY=2SU"),
            ("19701101T020000", "-0400", "-0500", "11;BYDAY=1SU"),
        ),
        (
            "Australia/Lord_Howe",
            ("19701004T020000", "+1030", "+1100", "10;BYDAY=1SU"),
            ("19700405T020000", "+1100", "+1030", "4;BYDAY=1SU"),
        ),
    ],
)
def test_the_larger_offset_is_daylight(zone: str, daylight: tuple[str, ...], standard: tuple[str, ...]) -> None:
    said = [line.partition(":")[2] for line in described(zone) if line.startswith(("DTSTART", "TZOFFSET", "RRULE"))]

    rule = "FREQ=YEARLY;BYMONTH="
    assert said == [*daylight[:3], rule + daylight[3], *standard[:3], rule + standard[3]]


@pytest.mark.parametrize(
    ("zone", "offset"), [("Asia/Kolkata", "+0530"), ("America/Bogota", "-0500"), ("Asia/Kathmandu", "+0545")]
)
def test_a_clock_that_never_changes_has_one_standard_and_no_rule(zone: str, offset: str) -> None:
    said = described(zone)

    assert said[2:6] == ["BEGIN:STANDARD", "DTSTART:19700101T000000", f"TZOFFSETFROM:{offset}", f"TZOFFSETTO:{offset}"]
    assert said[7:] == ["END:STANDARD", "END:VTIMEZONE"]


@pytest.mark.parametrize(
    "zone",
    [
        "Africa/Casablanca",
        "Africa/Cairo",
        "Asia/Jerusalem",
        "America/Nuuk",
        "America/Santiago",
        "Africa/Abidjan",
        "UTC",
        "Etc/UTC",
    ],
)
def test_a_clock_without_yearly_rules_or_that_is_utc_is_left_to_utc(zone: str) -> None:
    assert zones.vtimezone(zone, 2026) is None


def test_a_rule_that_ended_a_year_ago_is_not_claimed() -> None:
    """Moscow changed its clock every year until 2011, and once more in 2014."""
    assert zones.vtimezone("Europe/Moscow", 2005) is not None
    assert zones.vtimezone("Europe/Moscow", 2010) is None
    assert zones.vtimezone("Europe/Moscow", 2026) is not None


def test_the_hour_that_the_clock_shows_twice_is_left_to_utc() -> None:
    change = datetime(2026, 10, 25, 1, tzinfo=UTC)
    probes = {minutes: change + timedelta(minutes=minutes) for minutes in (-61, -60, -1, 0, 59, 60)}

    said = {minutes: zones.of_span("Europe/Warsaw", moment, moment) is not None for minutes, moment in probes.items()}

    assert {minutes: moment.astimezone(ZoneInfo("Europe/Warsaw")).hour for minutes, moment in probes.items()} == {
        -61: 1, -60: 2, -1: 2, 0: 2, 59: 2, 60: 3,
    }  # fmt: skip
    assert said == {-61: True, -60: False, -1: False, 0: False, 59: False, 60: True}
