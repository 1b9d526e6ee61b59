"""What follows when a registration gets a place, has to wait, or loses what it had; whoever calls holds the event's lock.

Each change of state is a step: what it changes in the counts follows from before and after, and `places.record` counts it
and writes it into the ledger.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from app import clock
from app.agenda.models import Session
from app.db import db
from app.events.models import Event
from app.ledger.chain import Step
from app.ledger.models import What
from app.registration import entries, letters, places, session_places
from app.registration.models import Registration, Status
from app.registration.places import Places

Because = Mapping[str, Any]


def hold(registration: Registration) -> Places:
    """Lock the event, and read the registration anew under the lock."""
    held = places.lock(registration.event)
    db.session.expire(registration)
    return held


def become(
    registration: Registration, status: Status, what: What, *, holds: bool = False, because: Because | None = None
) -> Step:
    """Give the registration this state; `holds` is for an unconfirmed one that has a place for a while. Returns the step."""
    had, waited = bool(registration.holds_place), registration.status is Status.WAITING
    if Status.CONFIRMED in {registration.status, status} and registration.status is not status:
        registration.turn(status)
    else:
        registration.status = status
        registration.touch()
    registration.holds_place = holds or status is Status.CONFIRMED
    registration.held_until = registration.accept_by = None
    step_of_places = int(registration.holds_place) - int(had)
    step_of_waiting = int(status is Status.WAITING) - int(waited)
    return Step(what, registration.number, step_of_places, step_of_waiting, because=because or {})


def give(
    event: Event,
    people: Sequence[Registration],
    what: What,
    *,
    because: Because | None = None,
    agenda: Sequence[Session] | None = None,
    arrivals: int = 0,
) -> None:
    """Give these people places, and what is free in the sessions that they chose."""
    had_none = [person for person in people if not person.holds_place]
    steps = [become(person, Status.CONFIRMED, what, because=because) for person in people]
    places.record(event, [*steps, *session_places.take(event, had_none, agenda)], arrivals=arrivals)


def queue(event: Event, people: Iterable[Registration], what: What, *, because: Because | None = None, arrivals: int = 0) -> None:
    """Put these people on the waiting list, at their places in the order of arrival; what they held in sessions is free."""
    people = list(people)
    free = session_places.release([person for person in people if person.holds_place])
    steps = [become(person, Status.WAITING, what, because=because) for person in people]
    places.record(event, [*steps, *free], arrivals=arrivals)


def end(
    event: Event,
    people: Iterable[Registration],
    *,
    status: Status = Status.CANCELLED,
    what: What | None = None,
    because: Because | None = None,
) -> None:
    """Take from these people what they have: a place, a wait, or a question that was not answered yet."""
    people = list(people)
    free = session_places.release([person for person in people if person.holds_place])
    kinds = [what or ending(person) for person in people]
    steps = [become(person, status, kind, because=because) for person, kind in zip(people, kinds, strict=True)]
    places.record(event, [*steps, *free])


def ending(registration: Registration) -> What:
    """What it is when somebody goes by themselves."""
    return What.GIVEN_BACK if registration.holds_place else What.LEFT


def invite(registration: Registration, agenda: Sequence[Session] | None = None, *, word: str | None = None) -> None:
    """Tell of a place, with the entries of the calendar; `word` is what the letter says beside."""
    letters.confirm(registration, entries.invite(registration, entries.wanted(registration, agenda)), word=word)


def promote(
    event: Event,
    people: Sequence[Registration],
    agenda: Sequence[Session] | None = None,
    *,
    because: Because | None = None,
    accept_within: timedelta | None = None,
) -> None:
    """Give places to people who waited, and write to them; where they have to accept, until the event begins at the latest."""
    give(event, people, What.PROMOTED, because=because, agenda=agenda)
    for person in people:
        if accept_within is not None:
            person.accept_by = min(clock.now() + accept_within, event.starts_at)
        letters.promoted(person, entries.invite(person, entries.wanted(person, agenda)))
