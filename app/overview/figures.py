"""How registration goes: who cancelled, registrations by day, and how many there will be at this pace."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from app import clock
from app.db import db
from app.events.models import Event
from app.registration.doors import door
from app.registration.models import Registration, Status

MOST_BARS = 21
SPANS = (1, 7, 28, 91, 364)
"""Days in one bar; the first span that needs no more than `MOST_BARS` is taken."""
WEEK = 7
ENOUGH_DAYS = 3
ENOUGH_PEOPLE = 10
FURTHEST = 60


@dataclass(frozen=True)
class Bar:
    """The registrations of a stretch of days, with the sum up to its end; `share` of the tallest bar, in per cent."""

    first: date
    last: date
    number: int
    total: int
    share: int
    is_labelled: bool


@dataclass(frozen=True)
class Pace:
    """How it will be when registration ends, if it goes on as in the last week: so many people, or full from a day on."""

    people: int
    full_on: date | None


@dataclass(frozen=True)
class Figures:
    """What the overview says of registration."""

    cancelled: int
    bars: Sequence[Bar]
    pace: Pace | None
    days_left: int | None


def of(event: Event) -> Figures:
    """Two statements, however many people have registered."""
    days = registrations_by_day(event)
    return Figures(cancelled(event), bars(days, event), pace(event, days), days_left(event))


def cancelled(event: Event) -> int:
    query = sa.select(sa.func.count()).where(Registration.event_id == event.id, Registration.status == Status.CANCELLED)
    return db.session.scalar(query) or 0


def registrations_by_day(event: Event) -> Counter[date]:
    """How many registered on each day by the event's own zone, also those who cancelled later."""
    moments = db.session.scalars(sa.select(Registration.registered_at).where(Registration.event_id == event.id))
    zone = event.timezone
    return Counter(moment.astimezone(zone).date() for moment in moments)


def bars(days: Counter[date], event: Event) -> list[Bar]:
    """From the first registration to today or to the last one, with days on which nobody registered."""
    if not days:
        return []
    first, last = min(days), max(*days, min(today(event), last_day(event)))
    span = next((span for span in SPANS if (last - first).days // span < MOST_BARS), SPANS[-1])
    starts = [first + timedelta(days=number) for number in range(0, (last - first).days + 1, span)]
    counted = Counter((day - first).days // span for day in days.elements())
    tallest, total, found = max(counted.values()), 0, []
    step = -(-len(starts) // WEEK)
    for number, start in enumerate(starts):
        total += counted[number]
        end = min(last, start + timedelta(days=span - 1))
        found.append(Bar(start, end, counted[number], total, -(-100 * counted[number] // tallest), number % step == 0))
    return found


def today(event: Event) -> date:
    return clock.now().astimezone(event.timezone).date()


def closes_at(event: Event) -> datetime:
    """When registration ends by itself."""
    return min(event.registration_closes_at or event.starts_at, event.starts_at)


def last_day(event: Event) -> date:
    return closes_at(event).astimezone(event.timezone).date()


def days_left(event: Event) -> int | None:
    """Days until registration ends; `None` where nobody can register now."""
    return (last_day(event) - today(event)).days if door(event).lets_in else None


def pace(event: Event, days: Counter[date]) -> Pace | None:
    """Said only where it makes sense: registration is open, not for long yet, with some days and people to judge by."""
    left = days_left(event)
    if left is None or not 0 < left <= FURTHEST or not days or event.taken < ENOUGH_PEOPLE:
        return None
    known = min(WEEK, (today(event) - min(days)).days)
    if known < ENOUGH_DAYS:
        return None
    recent = sum(days[today(event) - timedelta(days=number)] for number in range(1, known + 1))
    a_day = recent / known
    people = event.taken + round(a_day * left)
    if not recent or event.places_left == 0:
        return None
    if event.capacity is None or people < event.capacity:
        return Pace(rounded(people), None)
    return Pace(event.capacity, today(event) + timedelta(days=int((event.capacity - event.taken) / a_day)))


def rounded(people: int) -> int:
    """To a ten, or to five where a ten would say too little: a guess with every digit looks like knowledge."""
    unit = 10 if people >= 100 else 5
    return unit * round(people / unit)
