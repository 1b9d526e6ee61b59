"""Whether the ledger, the counts and the tables of an event say the same."""

from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa

from app.agenda.models import Session
from app.db import db
from app.events.models import Event
from app.ledger import chain
from app.ledger.chain import Counts, Fault, Finding
from app.registration import session_places
from app.registration.models import Registration, Status

FAULTS = {
    Fault.GAP: "Line {number} is missing: the numbers of the lines have a gap.",
    Fault.BROKEN: "Line {number} does not follow from the line before it.",
    Fault.CHANGED: "Line {number} was changed after it was written.",
}


@dataclass(frozen=True)
class Reckoning:
    """What was read, and what is wrong, as sentences for the operator."""

    lines: int
    counts: Counts
    wrong: list[str]


def of(event: Event) -> Reckoning:
    """Read everything; nothing is changed. What is held meanwhile is held long, so only the operator asks for it."""
    finding = chain.verify(event.id)
    return Reckoning(finding.lines, finding.total(), [*faults(finding), *of_event(event, finding), *of_sessions(event, finding)])


def faults(finding: Finding) -> Iterator[str]:
    if finding.fault is not None:
        yield FAULTS[finding.fault].format(number=finding.number)


def of_event(event: Event, finding: Finding) -> Iterator[str]:
    """The event's counts, and each registration."""
    total, counted = finding.total(), Counts(event.taken, event.waiting)
    if total != counted:
        yield f"The event counts {said(counted)}; by the ledger it is {said(total)}."
    held = present(event)
    in_table = Counts(sum(one.places for one in held.values()), sum(one.waiting for one in held.values()))
    if in_table != counted:
        yield f"The event counts {said(counted)}; by the registrations it is {said(in_table)}."
    for number in sorted({*held, *finding.of_event}):
        theirs, by_ledger = held.get(number, Counts()), finding.of_event.get(number, Counts())
        if theirs != by_ledger:
            yield f"Registration {number} has {said(theirs)}; by the ledger it has {said(by_ledger)}."


def present(event: Event) -> dict[int, Counts]:
    """What each registration has, by its number."""
    query = sa.select(Registration.number, Registration.holds_place, Registration.status == Status.WAITING)
    has_something = sa.or_(Registration.holds_place, Registration.status == Status.WAITING)
    rows = db.session.execute(query.where(Registration.event_id == event.id, has_something))
    return {number: Counts(int(holds), int(waits)) for number, holds, waits in rows}


def of_sessions(event: Event, finding: Finding) -> Iterator[str]:
    """Each session whose places are counted, and those in which somebody has a place by the ledger alone."""
    halls = session_places.of_event(event)
    sessions = sa.select(Session.id, Session.slug).where(Session.event_id == event.id).order_by(Session.id)
    slugs = {row.id: row.slug for row in db.session.execute(sessions)}
    for session in sorted({*halls, *finding.of_sessions}):
        hall = halls.get(session)
        in_table = Counts(hall.taken, hall.waiting) if hall else Counts()
        if in_table != finding.total(session):
            name = slugs.get(session, f"no. {session}")
            yield f"Session {name} has {said(in_table)}; by the ledger it is {said(finding.total(session))}."


def said(counts: Counts) -> str:
    return f"{counts.places} places taken and {counts.waiting} people waiting"
