"""The waiting list: whoever waited longest and fits gets the next free place."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby

import sqlalchemy as sa

from app.admission import rules as admission
from app.admission.models import Rules
from app.db import db
from app.events.models import Event
from app.registration import choices, fitting, places, queries, session_places, states
from app.registration.fitting import Seeker, Vacancies, Why
from app.registration.models import Registration, Status
from app.registration.states import Because

MOST_NAMED = 10
WAITING = (
    sa.select(
        Registration.id,
        Registration.arrival,
        Registration.quota_id,
        Registration.party_id,
        Registration.organisation_key,
    )
    .where(Registration.event_id == sa.bindparam("event"), Registration.status == Status.WAITING)
    .order_by(Registration.arrival)
)


@dataclass(frozen=True)
class Unit:
    """One person who waits, or a party, which gets places as a whole or not at all."""

    ids: tuple[int, ...]
    arrival: int
    seekers: tuple[Seeker, ...]


@dataclass(frozen=True)
class Standing:
    """Where somebody is on the waiting list, and what they wait for.

    `before` is how many people get places first: before the whole party, where somebody waits with others (`is_together`).
    """

    position: int
    why: Why
    before: int = 0
    is_together: bool = False


def position(registration: Registration) -> int:
    """The place on the waiting list; 1 gets the next free place."""
    return queries.position(registration)


def standing(registration: Registration) -> Standing:
    """The position and the reason, which is of the person's own only where places are free.

    Without a lock, so that somebody who was waiting when they were read may have a place by now.
    """
    event, waiting = registration.event, units(registration.event)
    place = next((place for place, unit in enumerate(waiting) if registration.id in unit.ids), None)
    seekers = (fitting.seeker(registration),) if place is None else waiting[place].seekers
    why = fitting.vacancies(event, admission.of(event), seekers).why_not(seekers) or Why.FULL
    before = sum(len(unit.ids) for unit in waiting[: place or 0])
    return Standing(position(registration), why, before, is_together=len(seekers) > 1)


def units(event: Event) -> list[Unit]:
    """Who waits, in the order of arrival; a party where the first of it stands."""
    rows = db.session.execute(WAITING, {"event": event.id}).all()
    first = {party: min(row.arrival for row in members) for party, members in parties(rows)}
    ordered = sorted(rows, key=lambda row: (first.get(row.party_id, row.arrival), row.arrival))
    together = groupby(ordered, key=lambda row: (row.party_id, None if row.party_id else row.id))
    return [unit_of(list(members)) for _, members in together]


Row = sa.Row[int, int, int | None, int | None, str]


def parties(rows: Sequence[Row]) -> Iterator[tuple[int, list[Row]]]:
    in_parties = sorted((row for row in rows if row.party_id is not None), key=lambda row: row.party_id or 0)
    for party, members in groupby(in_parties, key=lambda row: row.party_id or 0):
        yield party, list(members)


def unit_of(rows: Sequence[Row]) -> Unit:
    seekers = tuple(Seeker(row.quota_id, row.organisation_key) for row in rows)
    return Unit(tuple(row.id for row in rows), rows[0].arrival, seekers)


def pass_on(event: Event, because: Because | None = None) -> list[Registration]:
    """Give everything that came free, in sessions and at the event, to whoever waits for it; returns who got a place."""
    session_places.fill(event)
    return fill(event, because)


def given_back_by(people: Sequence[Registration]) -> dict[str, object]:
    """Who gave places back, by their numbers, as the ledger says why others got them; of many how many."""
    numbers = [person.number for person in people]
    if len(numbers) > MOST_NAMED:
        return {"given_back": len(numbers)}
    return {"given_back_by": numbers[0] if len(numbers) == 1 else numbers}


def fill(event: Event, because: Because | None = None) -> list[Registration]:
    """Give the free places to whoever waited longest and fits, until the event begins; returns who got one.

    Whoever does not fit now (the quota is full, the party too large) is passed over and keeps their place in the order.
    """
    held = places.lock(event)
    if not min(held.free(), held.waiting) or event.is_cancelled or event.is_postponed or event.has_begun:
        return []
    rules = admission.of(event)
    next_ones = fitting_units(event, rules)
    if not next_ones:
        return []
    promoted, agenda = queries.by_ids(next_ones), choices.agenda(event)
    states.promote(event, promoted, agenda, because=because, accept_within=accept_within(rules))
    return promoted


def fitting_units(event: Event, rules: Rules) -> list[int]:
    """Who gets what is free now, in the order of the waiting list."""
    waiting = units(event)
    return give(waiting, fitting.vacancies(event, rules, [seeker for unit in waiting for seeker in unit.seekers]))


def give(waiting: Sequence[Unit], free: Vacancies) -> list[int]:
    """Who of these gets what is free, which is counted as taken."""
    ids: list[int] = []
    for unit in waiting:
        if free.places == 0:
            break
        if free.why_not(unit.seekers) is None:
            free.take(unit.seekers)
            ids.extend(unit.ids)
    return ids


def accept_within(rules: Rules) -> timedelta | None:
    """How long somebody may take to accept; `None` where the place is theirs without a word."""
    return timedelta(hours=rules.accept_hours) if rules.accept_hours else None
