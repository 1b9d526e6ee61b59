"""The moments that other readers find in our files, held against the zone database."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.calendar import zones
from app.calendar.slots import Slot
from tests.calendar.readers import File, IcalJs, read_with_vobject
from tests.calendar.samples import a_feed, a_request, a_slot, at, values

ZONES = sorted(
    zone for zone in available_timezones() if "/" in zone and not zone.startswith(("Etc/", "posix", "right/", "SystemV/"))
)
EPOCH = datetime(2019, 1, 1, tzinfo=UTC)
PROBED = timedelta(days=22 * 365)
"""Until 2040."""


def read_by_both(ical_js: IcalJs, files: Sequence[bytes]) -> list[tuple[File, File]]:
    return list(zip(ical_js.read(files), map(read_with_vobject, files), strict=True))


def moments(file: File) -> list[tuple[str, datetime, datetime]]:
    return [(entry.uid, entry.starts_at, entry.ends_at) for entry in file.entries]


def expected(slots: Sequence[Slot]) -> list[tuple[str, datetime, datetime]]:
    ordered = sorted(slots, key=lambda slot: (slot.starts_at, slot.uid))
    return [(slot.uid, slot.starts_at, slot.ends_at) for slot in ordered]


@pytest.mark.parametrize(
    ("local", "zone", "instant"),
    [
        ("2021-10-26 10:00", "Europe/Warsaw", "2021-10-26T08:00Z"),
        ("2021-11-02 10:00", "Europe/Warsaw", "2021-11-02T09:00Z"),
        ("2023-03-26 10:00", "Europe/Warsaw", "2023-03-26T08:00Z"),
        ("2023-03-25 10:00", "Europe/Warsaw", "2023-03-25T09:00Z"),
        ("2026-10-26 10:00", "Europe/Warsaw", "2026-10-26T09:00Z"),
        ("2027-10-26 10:00", "Europe/Warsaw", "2027-10-26T08:00Z"),
        ("2028-10-26 10:00", "Europe/Warsaw", "2028-10-26T08:00Z"),
        ("2029-10-26 10:00", "Europe/Warsaw", "2029-10-26T08:00Z"),
        ("2030-10-26 10:00", "Europe/Warsaw", "2030-10-26T08:00Z"),
        ("2031-10-26 10:00", "Europe/Warsaw", "2031-10-26T09:00Z"),
        ("2021-10-26 10:00", "Europe/Athens", "2021-10-26T07:00Z"),
        ("2026-10-26 10:00", "Europe/Athens", "2026-10-26T08:00Z"),
        ("2027-10-26 10:00", "Europe/Athens", "2027-10-26T07:00Z"),
        ("2021-10-26 10:00", "Europe/Lisbon", "2021-10-26T09:00Z"),
        ("2026-10-26 10:00", "Europe/Lisbon", "2026-10-26T10:00Z"),
        ("2027-10-26 10:00", "Europe/Lisbon", "2027-10-26T09:00Z"),
        ("2026-07-15 10:00", "Europe/Dublin", "2026-07-15T09:00Z"),
        ("2026-12-15 10:00", "Europe/Dublin", "2026-12-15T10:00Z"),
        ("2026-10-26 10:00", "America/New_York", "2026-10-26T14:00Z"),
        ("2026-11-02 10:00", "America/New_York", "2026-11-02T15:00Z"),
        ("2026-10-26 10:00", "Asia/Kolkata", "2026-10-26T04:30Z"),
        ("2026-10-26 10:00", "Africa/Abidjan", "2026-10-26T10:00Z"),
        ("2026-10-26 10:00", "Africa/Cairo", "2026-10-26T07:00Z"),
        ("2026-10-30 10:00", "Africa/Cairo", "2026-10-30T08:00Z"),
        ("2026-12-15 10:00", "Africa/Casablanca", "2026-12-15T09:00Z"),
    ],
)
def test_both_readers_find_the_right_instant(local: str, zone: str, instant: str, ical_js: IcalJs) -> None:
    slot = a_slot(starts_at=at(local, zone), zone=zone)

    found = read_by_both(ical_js, [a_request(slot), a_feed(slot)])

    start = datetime.fromisoformat(instant)
    here = [(slot.uid, start, start + timedelta(hours=2, minutes=30))]
    assert [(moments(one), moments(other)) for one, other in found] == [(here, here)] * 2


@pytest.mark.parametrize("zone", ["Africa/Abidjan", "Africa/Cairo", "Africa/Casablanca", "UTC"])
def test_a_zone_without_a_description_is_written_in_utc(zone: str) -> None:
    file = a_feed(a_slot(zone=zone))

    assert [line.endswith("Z") and "TZID" not in line for line in values(file, "DTSTART") + values(file, "DTEND")] == [True, True]
    assert values(file, "TZID", "VTIMEZONE") == []


@pytest.mark.parametrize(
    ("zone", "change"),
    [
        ("Europe/Warsaw", "2026-03-29T01:00Z"),
        ("Europe/Warsaw", "2026-10-25T01:00Z"),
        ("Europe/Athens", "2026-10-25T01:00Z"),
        ("Europe/Lisbon", "2026-03-29T01:00Z"),
        ("Europe/Dublin", "2026-10-25T01:00Z"),
        ("America/New_York", "2026-03-08T07:00Z"),
        ("America/New_York", "2026-11-01T06:00Z"),
        ("Australia/Lord_Howe", "2026-04-04T15:00Z"),
        ("Australia/Lord_Howe", "2026-10-03T15:30Z"),
        ("Antarctica/Troll", "2026-10-25T01:00Z"),
    ],
)
def test_half_hour_by_half_hour_around_a_change_of_the_clock(zone: str, change: str, ical_js: IcalJs) -> None:
    moment = datetime.fromisoformat(change)
    clock = ZoneInfo(zone)
    assert (moment - timedelta(seconds=1)).astimezone(clock).utcoffset() != moment.astimezone(clock).utcoffset()
    slots = [a_slot(zone=zone, starts_at=moment + timedelta(minutes=minutes)) for minutes in range(-24 * 60, 24 * 60, 30)]

    [(one, other)] = read_by_both(ical_js, [a_feed(*slots)])

    assert moments(one) == moments(other) == expected(slots)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    probes=st.lists(
        st.tuples(
            st.sampled_from(ZONES),
            st.timedeltas(timedelta(), PROBED).map(lambda passed: EPOCH + timedelta(seconds=int(passed.total_seconds()))),
            st.integers(min_value=1, max_value=3 * 24 * 60),
        ),
        min_size=1,
        max_size=40,
    )
)
def test_any_moment_in_any_zone_is_read_as_it_was_meant(probes: list[tuple[str, datetime, int]], ical_js: IcalJs) -> None:
    """One feed for all probes, whose entries may need different rules of one zone, and a file for each."""
    slots = [
        a_slot(uid=str(number), zone=zone, starts_at=start, ends_at=start + timedelta(minutes=minutes))
        for number, (zone, start, minutes) in enumerate(probes)
    ]

    found = read_by_both(ical_js, [a_feed(*slots), *map(a_request, slots)])

    assert [(moments(one), moments(other)) for one, other in found] == [
        (expected(group), expected(group)) for group in [slots, *([slot] for slot in slots)]
    ]


@pytest.mark.parametrize(
    "zone", ["Europe/Warsaw", "America/New_York", "Pacific/Easter", "Africa/Cairo", "Asia/Kolkata", "Antarctica/Troll"]
)
def test_each_change_is_found_to_the_second(zone: str) -> None:
    clock = ZoneInfo(zone)

    for change in zones.changes(zone, range(2024, 2028)):
        moment = (change.wall - change.before).replace(tzinfo=UTC)
        assert moment.astimezone(clock).utcoffset() == change.after
        assert (moment - timedelta(seconds=1)).astimezone(clock).utcoffset() == change.before
