"""The places of sessions that have a number of them: taken by whoever has a place at the event, each with a queue of its own.

A choice of somebody without a place is a wish: it takes a place in the session, or joins its queue, with the place at the
event. The order of a queue is that of joining it. Whoever calls holds the event's lock.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import lazyload, selectinload

from app import clock
from app.agenda.models import Session, SessionStatus
from app.db import db
from app.events.models import Event
from app.ledger import queries as ledger
from app.ledger.chain import Step
from app.ledger.models import What
from app.registration import choices, following, places, queries
from app.registration.models import Choice, Registration


@dataclass
class Hall:
    """The places of one session as they are while the event's lock is held."""

    capacity: int
    taken: int
    waiting: int

    @property
    def is_free(self) -> bool:
        """Whether a newcomer gets a place: one that is free while people wait is theirs."""
        return self.taken < self.capacity and not self.waiting


def halls(session_ids: Collection[int], besides: Collection[Registration] = ()) -> dict[int, Hall]:
    """Of these sessions those whose places are counted, without counting these people."""
    if not session_ids:
        return {}
    others = queries.HAS_PLACE & Registration.id.not_in([person.id for person in besides]) if besides else queries.HAS_PLACE
    seated = sa.func.sum(sa.case((Registration.id.is_not(None) & ~Choice.is_waiting, 1), else_=0))
    queued = sa.func.sum(sa.case((Registration.id.is_not(None) & Choice.is_waiting, 1), else_=0))
    query = sa.select(Session.id, Session.capacity, seated, queued).select_from(Session)
    joined = query.outerjoin(Choice, Choice.session_id == Session.id).outerjoin(Registration, others)
    counted = joined.where(Session.id.in_(session_ids), Session.capacity.is_not(None)).group_by(Session.id, Session.capacity)
    return {
        number: Hall(capacity or 0, int(taken), int(waiting)) for number, capacity, taken, waiting in db.session.execute(counted)
    }


def of_event(event: Event) -> dict[int, Hall]:
    """The places of each session that counts them, for pages."""
    return halls(
        db.session.scalars(sa.select(Session.id).where(Session.event_id == event.id, Session.capacity.is_not(None))).all()
    )


def take(
    event: Event,
    people: Sequence[Registration],
    agenda: Sequence[Session] | None = None,
    *,
    only: Collection[int] | None = None,
) -> list[Step]:
    """Give these people, who have a place at the event, the sessions that they chose, or these alone: a place, or a wait."""
    chosen = {choice.session_id for person in people for choice in person.chosen if only is None or choice.session_id in only}
    wanted = counted_among(chosen, agenda)
    if not wanted:
        return []
    db.session.flush()
    found = halls(wanted, people)
    return [
        seat(event, person, choice, found[choice.session_id])
        for person in people
        for choice in sorted(person.chosen, key=lambda choice: choice.session_id)
        if choice.session_id in found
    ]


def counted_among(session_ids: set[int], agenda: Sequence[Session] | None = None) -> set[int]:
    """Of these sessions those whose places may be counted, by the agenda where it is in hand."""
    known = {session.id: session.capacity for session in agenda or ()}
    return {number for number in session_ids if number not in known or known[number] is not None}


def seat(event: Event, person: Registration, choice: Choice, hall: Hall) -> Step:
    """One person in one session."""
    if hall.is_free:
        hall.taken += 1
        choice.is_waiting, choice.arrival = False, 0
        return Step(What.PLACED, person.number, places=1, session=choice.session_id, because={"place": hall.taken})
    hall.waiting += 1
    choice.is_waiting, choice.arrival = True, event.places_revision + 1
    return Step(What.QUEUED, person.number, waiting=1, session=choice.session_id, because={"position": hall.waiting})


def release(
    people: Sequence[Registration], session_ids: Collection[int] | None = None, because: Mapping[str, Any] | None = None
) -> list[Step]:
    """Take from these people, who have a place at the event, what they have in sessions, or in these alone."""
    chosen = [(person, choice) for person in people for choice in person.chosen]
    meant = {choice.session_id for _, choice in chosen if session_ids is None or choice.session_id in session_ids}
    if not meant:
        return []
    counted = set(db.session.scalars(sa.select(Session.id).where(Session.id.in_(meant), Session.capacity.is_not(None))))
    return [leave(person, choice, because or {}) for person, choice in chosen if choice.session_id in counted]


def leave(person: Registration, choice: Choice, because: Mapping[str, Any]) -> Step:
    was_waiting = choice.is_waiting
    choice.is_waiting, choice.arrival = False, 0
    if was_waiting:
        return Step(What.LEFT, person.number, waiting=-1, session=choice.session_id, because=because)
    return Step(What.GIVEN_BACK, person.number, places=-1, session=choice.session_id, because=because)


def fill(event: Event) -> list[Registration]:
    """Give what is free in sessions to whoever waited longest for it, and write to them; returns who got something."""
    db.session.flush()
    if event.is_cancelled or event.is_postponed:
        return []
    queue = [(session, choice, person) for session, choice, person in waiting(event)]
    found = halls({session.id for session, _, _ in queue})
    steps, got = [], dict[Registration, list[Session]]()
    for session, choice, person in queue:
        hall = found[session.id]
        if hall.taken < hall.capacity:
            hall.taken += 1
            choice.is_waiting, choice.arrival = False, 0
            got.setdefault(person, []).append(session)
            steps.append(Step(What.PROMOTED, person.number, places=1, waiting=-1, session=session.id))
    places.record(event, steps)
    tell(event, got)
    return list(got)


def tell(event: Event, got: Mapping[Registration, Sequence[Session]]) -> None:
    """Write to people of the sessions in which they have a place now."""
    agenda = choices.agenda(event) if got else []
    for person, sessions in got.items():
        person.touch()
        following.follow(person, sessions, agenda)


def waiting(event: Event) -> Sequence[sa.Row[Session, Choice, Registration]]:
    """Who waits for sessions that are still to come, each session's queue in its order."""
    together = lazyload(Registration.event), selectinload(Registration.chosen), selectinload(Registration.entries)
    query = sa.select(Session, Choice, Registration).select_from(Choice).join(Session, Choice.session_id == Session.id)
    query = query.join(Registration, queries.HAS_PLACE)
    of_event = Session.event_id == event.id, Choice.is_waiting, Session.capacity.is_not(None)
    coming = Session.status == SessionStatus.CONFIRMED, Session.starts_at > clock.now()
    order = Session.starts_at, Session.id, Choice.arrival, Registration.arrival
    return db.session.execute(query.where(*of_event, *coming).order_by(*order).options(*together)).all()


def follow(event: Event) -> None:
    """Bring the ledger and the queues after the agenda: to be called whenever sessions may have got another number of places.

    A session that begins to count its places begins with those who have chosen it, however many they are; where one counts
    no more, all who waited have a place. A larger number promotes; a smaller one throws nobody out.
    """
    query = sa.select(Session.id, Session.capacity).where(Session.event_id == event.id)
    limits: dict[int, int | None] = {row.id: row.capacity for row in db.session.execute(query)}
    sums = ledger.sums_in_sessions(event.id)
    known = {session for session, _ in sums}
    if not known and not any(limits.values()):
        return
    former = ledger.capacities(event.id)
    changed = {number: limit for number, limit in limits.items() if former.get(number) != limit}
    steps = [limited(number, former.get(number), limit) for number, limit in sorted(changed.items())]
    let_in(event, [number for number, limit in limits.items() if limit is None])
    places.record(event, [*steps, *amends(limits, sums, present(event, limits))])
    fill(event)


def limited(session: int, former: int | None, limit: int | None) -> Step:
    return Step(What.CAPACITY, session=session, because={"capacity": [former, limit]})


def let_in(event: Event, session_ids: Collection[int]) -> None:
    """Where places are not counted nobody waits."""
    query = sa.select(Registration, Session).select_from(Choice).join(Registration, queries.HAS_PLACE)
    query = query.join(Session, Session.id == Choice.session_id)
    rows = db.session.execute(query.where(Session.id.in_(session_ids), Choice.is_waiting)).all()
    got: dict[Registration, list[Session]] = {}
    for person, session in rows:
        got.setdefault(person, []).append(session)
    for choice in (choice for person in got for choice in person.chosen if choice.session_id in session_ids):
        choice.is_waiting, choice.arrival = False, 0
    tell(event, got)


Sums = Mapping[tuple[int, int], tuple[int, int]]


def present(event: Event, limits: Mapping[int, int | None]) -> Sums:
    """Who has a place and who waits, by session and registration, in the sessions that count."""
    db.session.flush()
    counted = [number for number, limit in limits.items() if limit is not None]
    query = (
        sa.select(Choice.session_id, Registration.number, Choice.is_waiting)
        .select_from(Choice)
        .join(Registration, queries.HAS_PLACE)
    )
    rows = db.session.execute(query.where(Choice.session_id.in_(counted)).order_by(Choice.session_id, Registration.arrival))
    return {(session, number): (int(not is_waiting), int(is_waiting)) for session, number, is_waiting in rows}


def amends(limits: Mapping[int, int | None], sums: Sums, now: Sums) -> Iterable[Step]:
    """The lines that are missing for the ledger to add up to what there is."""
    for session, number in dict.fromkeys((*now, *sums)):
        (taken, queued), (was_taken, was_queued) = now.get((session, number), (0, 0)), sums.get((session, number), (0, 0))
        if (taken, queued) != (was_taken, was_queued):
            what = What.CARRIED_OVER if limits.get(session) is not None else What.CAPACITY
            yield Step(what, number, taken - was_taken, queued - was_queued, session)
