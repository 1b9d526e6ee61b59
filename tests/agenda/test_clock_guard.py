"""What a change of hours means by the clocks."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.agenda.clock_guard import Consequences, Span, Why, of_agenda, of_event, spans
from app.agenda.models import SessionStatus
from tests.calendar.samples import a_session, an_event, at

WARSAW, ATHENS, LISBON = "Europe/Warsaw", "Europe/Athens", "Europe/Lisbon"


def until(span: Span) -> tuple[str, str]:
    return f"{span.local_starts_at:%d %H:%M %z}", f"{span.local_ends_at:%d %H:%M %z}"


def moved_to(starts: str, ends: str, *, reads: str = WARSAW, zone: str = WARSAW, follows: bool = True) -> Consequences:
    """An event of 26 October 2026, 10:00-12:30 in Warsaw, with a session 10:30-11:30, given these hours."""
    event = an_event()
    session = a_session(event, starts_at=at("2026-10-26 10:30"))
    after = Span(at(starts, reads), at(ends, reads), zone)
    return of_event(event, [session], after, reads=reads, follows=follows)


def test_another_day_on_the_same_side_of_a_change_needs_no_look() -> None:
    assert moved_to("2026-10-27 10:00", "2026-10-27 12:30").reasons == []


def test_over_a_change_of_the_clocks_the_hours_stay_and_utc_moves() -> None:
    found = moved_to("2026-10-19 10:00", "2026-10-19 12:30")

    [session] = found.sessions
    assert found.reasons == [Why.CLOCKS]
    assert until(session.after) == ("19 10:30 +0200", "19 11:30 +0200")
    assert (session.by_the_clock, session.by) == (timedelta(days=-7), timedelta(days=-7, hours=-1))


def test_in_another_zone_either_the_hours_stay_or_the_moments_for_the_sessions_too() -> None:
    hours = moved_to("2026-10-26 10:00", "2026-10-26 12:30", reads=ATHENS, zone=ATHENS)
    moments = moved_to("2026-10-26 10:00", "2026-10-26 12:30", reads=WARSAW, zone=ATHENS)

    assert hours.reasons == moments.reasons == [Why.ZONE]
    assert [until(move.after) for move in hours.moves] == [
        ("26 10:00 +0200", "26 12:30 +0200"),
        ("26 10:30 +0200", "26 11:30 +0200"),
    ]
    assert [until(move.after) for move in moments.moves] == [
        ("26 11:00 +0200", "26 13:30 +0200"),
        ("26 11:30 +0200", "26 12:30 +0200"),
    ]
    assert [move.is_moved for move in moments.moves] == [False, False]


def test_sessions_that_are_not_to_be_shifted_follow_the_zone_all_the_same() -> None:
    found = moved_to("2026-10-26 12:00", "2026-10-26 14:30", reads=LISBON, zone=LISBON, follows=False)

    assert until(found.sessions[0].after) == ("26 10:30 +0000", "26 11:30 +0000")


def test_sessions_left_on_a_day_that_the_event_leaves_are_told() -> None:
    stays = moved_to("2026-10-28 10:00", "2026-10-28 12:30", follows=False)
    spans_it = moved_to("2026-10-25 10:00", "2026-10-27 12:30", follows=False)

    assert (stays.reasons, len(stays.left_behind)) == ([Why.LEFT], 1)
    assert (spans_it.reasons, spans_it.left_behind) == ([], [])


def test_what_is_cancelled_is_nobodys_concern() -> None:
    event = an_event()
    off = a_session(event, status=SessionStatus.CANCELLED)

    assert of_event(event, [off], Span(event.starts_at, event.ends_at, LISBON), reads=LISBON, follows=True).sessions == ()


def test_a_night_session_keeps_its_minutes_over_the_change() -> None:
    event = an_event(starts_at=at("2026-10-23 22:00"), ends_at=at("2026-10-24 06:00"))
    night = a_session(event, starts_at=at("2026-10-24 01:00"), ends_at=at("2026-10-24 05:00"))
    after = Span(at("2026-10-24 22:00"), at("2026-10-25 06:00"), WARSAW)

    [move] = of_event(event, [night], after, reads=WARSAW, follows=True).sessions

    assert until(move.after) == ("25 01:00 +0200", "25 04:00 +0100")
    assert (move.after.lasting, move.after.lasting_by_the_clock) == (timedelta(hours=4), timedelta(hours=3))


def test_the_second_of_two_equal_hours_stays_the_second() -> None:
    event = an_event(starts_at=at("2026-10-25 01:00"), ends_at=at("2026-10-25 06:00"))
    second = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    session = a_session(event, starts_at=second)
    after = Span(at("2026-10-25 01:15"), at("2026-10-25 06:15"), WARSAW)

    [move] = of_event(event, [session], after, reads=WARSAW, follows=True).sessions

    assert move.by == timedelta(minutes=15)


def test_an_edit_of_the_agenda_tells_the_sessions_that_it_moved_alone() -> None:
    event = an_event(starts_at=at("2026-10-24 10:00"), ends_at=at("2026-10-26 12:30"))
    stays, goes = a_session(event), a_session(event, starts_at=at("2026-10-24 12:00"))
    before = spans(event, [stays, goes])
    goes.starts_at, goes.ends_at = at("2026-10-26 12:00"), at("2026-10-26 13:00")

    found = of_agenda(event, before, [stays, goes, a_session(event)])

    assert [move.uid for move in found.sessions] == [goes.uid]
    assert found.reasons == [Why.CLOCKS]


@settings(max_examples=150, deadline=None)
@given(
    zones=st.lists(
        st.sampled_from((WARSAW, LISBON, "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC")),
        min_size=2,
        max_size=2,
        unique=True,
    ),
    passed=st.integers(0, 20 * 366 * 24 * 4),
    minutes=st.integers(1, 60 * 24),
)
def test_in_any_two_zones_one_meaning_keeps_the_clock_and_the_other_the_moments(
    zones: list[str], passed: int, minutes: int
) -> None:
    former, zone = zones
    starts_at = datetime(2021, 1, 1, tzinfo=UTC) + timedelta(minutes=15 * passed)
    event = an_event(zone=former, starts_at=starts_at)
    session = a_session(event, starts_at=starts_at + timedelta(minutes=minutes))
    on_the_wall = event.local_starts_at.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    lasting = event.ends_at - event.starts_at

    kept = of_event(event, [session], Span(starts_at, event.ends_at, zone), reads=former, follows=True)
    hours = of_event(event, [session], Span(on_the_wall, on_the_wall + lasting, zone), reads=zone, follows=False)

    assert [move.is_moved for move in kept.moves] == [False, False]
    [move] = hours.sessions
    wall = session.local_starts_at.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    assert move.after.starts_at == wall
    assert move.after.lasting == move.before.lasting


@pytest.mark.parametrize("follows", [True, False])
def test_what_was_shown_is_known_again_and_anything_else_is_not(follows: bool) -> None:
    event = an_event()
    session = a_session(event)
    after = Span(at("2026-11-30 10:00"), at("2026-11-30 12:00"), WARSAW)
    shown = of_event(event, [session], after, reads=WARSAW, follows=follows).fingerprint

    again = of_event(event, [session], after, reads=WARSAW, follows=follows).fingerprint
    session.ends_at += timedelta(minutes=5)

    assert again == shown
    assert of_event(event, [session], after, reads=WARSAW, follows=follows).fingerprint != shown
