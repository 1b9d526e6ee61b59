"""Entries around changes of the clocks, in all our kinds of files, as two other readers understand them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.calendar import slots, zones
from app.calendar.slots import Slot
from tests.calendar.readers import IcalJs
from tests.calendar.samples import SITE, a_cancel, a_download, a_feed, a_request, a_session, a_slot, an_event
from tests.calendar.test_instants import ZONES, expected, moments, read_by_both

YEARS = range(2021, 2041)
WRITTEN_IN_UTC = (
    *("Africa/Cairo", "Africa/Casablanca", "Africa/El_Aaiun", "America/Nuuk", "America/Scoresbysund", "America/Santiago"),
    *("Asia/Gaza", "Asia/Hebron", "Asia/Jerusalem"),
)
OF_ANOTHER_LAW = {
    "America/Asuncion": 2024,
    "America/Mexico_City": 2022,
    "Asia/Almaty": 2024,
    "Asia/Amman": 2022,
    "Asia/Damascus": 2022,
    "Asia/Tehran": 2022,
    "Europe/Volgograd": 2020,
    "Pacific/Apia": 2021,
}
"""Zones and the last year in which their clocks were changed under the former law."""


@lru_cache(maxsize=4096)
def changes(zone: str, year: int) -> Sequence[datetime]:
    """When the clocks of a zone change in a year, to the minute, looked for in the zone database alone."""
    clock, moment, found = ZoneInfo(zone), datetime(year, 1, 1, tzinfo=UTC), []
    while moment.year == year:
        tomorrow = moment + timedelta(days=1)
        if moment.astimezone(clock).utcoffset() != tomorrow.astimezone(clock).utcoffset():
            minutes = (moment + timedelta(minutes=minute) for minute in range(24 * 60 + 1))
            found.append(next(at for at in minutes if at.astimezone(clock).utcoffset() == tomorrow.astimezone(clock).utcoffset()))
        moment = tomorrow
    return found or [datetime(year, 7, 1, tzinfo=UTC)]


@st.composite
def slots_near_changes(draw: st.DrawFn) -> Slot:
    """Something within a few hours of a change, or over it, in any zone and year."""
    zone, year = draw(st.sampled_from(ZONES)), draw(st.sampled_from(YEARS))
    change = draw(st.sampled_from(changes(zone, year)))
    starts_at = change + timedelta(minutes=draw(st.integers(-6 * 60, 4 * 60)))
    length = timedelta(minutes=draw(st.one_of(st.integers(1, 8 * 60), st.integers(1, 4 * 24 * 60))))
    return a_slot(zone=zone, starts_at=starts_at, ends_at=starts_at + length)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(found=st.lists(slots_near_changes(), min_size=1, max_size=6), later=st.integers(-9 * 24 * 60, 9 * 24 * 60))
def test_whatever_file_it_is_in_an_entry_is_at_its_moment_before_and_after_it_moves(
    found: list[Slot], later: int, ical_js: IcalJs
) -> None:
    before = [replace(slot, uid=str(number)) for number, slot in enumerate(found)]
    by = timedelta(minutes=later)
    after = [
        replace(slot, sequence=slot.sequence + 1, starts_at=slot.starts_at + by, ends_at=slot.ends_at + by) for slot in before
    ]
    files = [(a_feed(*before), before), (a_feed(*after), after)]
    files += [(make(slot), [slot]) for slot in before for make in (a_request, a_download)]
    files += [(make(slot), [slot]) for slot in after for make in (a_request, a_cancel)]

    read = read_by_both(ical_js, [file for file, _ in files])

    assert [(moments(one), moments(other)) for one, other in read] == [(expected(group), expected(group)) for _, group in files]


def by_the_year(zone: str, years: Sequence[int]) -> list[Slot]:
    """Two hours at noon of the fifth and the twentieth of every month, and at every change."""
    noons = [datetime(year, month, day, 12, tzinfo=ZoneInfo(zone)) for year in years for month in range(1, 13) for day in (5, 20)]
    turns = [change + timedelta(minutes=by) for year in years for change in changes(zone, year) for by in (-61, -1, 0, 61)]
    return [a_slot(zone=zone, starts_at=start.astimezone(UTC)) for start in (*noons, *turns)]


def assert_right_in_every_file(found: Sequence[Slot], ical_js: IcalJs) -> None:
    files: list[tuple[bytes, Sequence[Slot]]] = [(a_feed(*found), found), *((a_request(slot), [slot]) for slot in found[::6])]
    read = read_by_both(ical_js, [file for file, _ in files])

    assert [(moments(one), moments(other)) for one, other in read] == [(expected(group), expected(group)) for _, group in files]


@pytest.mark.parametrize("zone", WRITTEN_IN_UTC)
def test_a_zone_that_no_rule_says_is_right_in_utc(zone: str, ical_js: IcalJs) -> None:
    assert zones.vtimezone(zone, 2026) is None

    assert_right_in_every_file(by_the_year(zone, [2026]), ical_js)


@pytest.mark.parametrize(("zone", "last"), OF_ANOTHER_LAW.items())
def test_a_zone_that_changed_its_law_is_right_on_both_sides_of_it_in_one_feed(zone: str, last: int, ical_js: IcalJs) -> None:
    offsets = {datetime(last + 2, month, 1, tzinfo=ZoneInfo(zone)).utcoffset() for month in range(1, 13)}
    assert len(offsets) == 1

    assert_right_in_every_file(by_the_year(zone, [last - 1, last, last + 1]), ical_js)


@pytest.mark.parametrize(
    ("zone", "first"),
    [
        ("Europe/Warsaw", "2021-10-29"),
        ("Europe/Warsaw", "2024-03-29"),
        ("America/New_York", "2026-10-30"),
        ("Australia/Lord_Howe", "2026-10-02"),
        ("Africa/Cairo", "2026-10-28"),
        ("America/Santiago", "2026-09-04"),
    ],
)
def test_each_day_of_an_event_over_a_change_has_its_hours_by_the_clock(zone: str, first: str, ical_js: IcalJs) -> None:
    morning, evening = (datetime.fromisoformat(f"{first}T{hour}").replace(tzinfo=ZoneInfo(zone)) for hour in ("09:00", "17:30"))
    facts: dict[str, Any] = {"zone": zone, "starts_at": morning.astimezone(UTC)}
    event = an_event(**facts, ends_at=(evening + timedelta(days=3)).astimezone(UTC))
    night = (morning + timedelta(days=1)).replace(hour=23)
    session = a_session(event, starts_at=night.astimezone(UTC), ends_at=night.astimezone(UTC) + timedelta(hours=5))

    days = slots.of_days(event, [session], SITE)
    read = read_by_both(ical_js, [a_feed(*days), *map(a_request, days)])

    of_day = [(morning + timedelta(days=day), evening + timedelta(days=day)) for day in range(4)]
    of_day[1] = session.local_starts_at, session.local_ends_at
    meant = [(day.uid, starts.astimezone(UTC), ends.astimezone(UTC)) for day, (starts, ends) in zip(days, of_day, strict=True)]
    groups = [meant, *([one] for one in meant)]
    assert [(moments(one), moments(other)) for one, other in read] == [(group, group) for group in groups]
