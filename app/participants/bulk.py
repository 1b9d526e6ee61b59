"""Acts on many people at once: one step whose letters are held for some minutes, so that all of it can be undone."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from app import clock, tokens
from app.admission import rules as admission
from app.agenda.queries import sessions_of
from app.db import db
from app.errors import Refused
from app.events.models import Event
from app.ledger.models import What
from app.mail import outbox
from app.mail.models import Message, MessageStatus
from app.participants import acts, queries
from app.participants.filters import Filter
from app.participants.models import Bulk, BulkStep
from app.registration import approving, choices, entries, fitting, letters, places, session_places, signup, states, waitlist
from app.registration.models import Registration, Status


def cancel(event: Event, chosen: Filter, *, by: str, tells: bool = True) -> BulkStep:
    """Cancel everybody who is meant; the places go to those who wait, once, at the end."""
    places.lock(event)
    acts.refuse_closed(event)
    ending = [person for person in meant(event, chosen) if not person.has_ended]
    step = new_step(event, Bulk.CANCEL, ending, by, tells=tells)
    agenda = sessions_of(event) if tells and any(has_parts(person) for person in ending) else []
    with outbox.held(step.uid, step.leaves_at):
        states.end(event, ending, because={"by": acts.BY_ORGANISER})
        for person in ending:
            signup.end(person, None, agenda, tells=tells)
    session_places.fill(event)
    before = {person.id: before_of(person) for person in queries.for_acting(event, who_may_move_up(event))}
    with outbox.held(step.uid, step.leaves_at):
        moved_up = waitlist.fill(event, waitlist.given_back_by(ending))
    conclude(step, ending, [{**before[person.id], "after": mark_of(person)} for person in moved_up])
    return step


def who_may_move_up(event: Event) -> sa.ColumnElement[bool]:
    """Those who wait and get what is free."""
    held = places.lock(event)
    return Registration.id.in_(waitlist.fitting_units(event, admission.of(event)) if held.free() else [])


def has_parts(person: Registration) -> bool:
    """Whether some entry in the person's calendar is a session or a day, which the agenda tells about."""
    return any(entry.uid != person.event.uid for entry in entries.active(person))


def confirm(event: Event, chosen: Filter, *, by: str, over: bool = False) -> BulkStep:
    """Give a place to those meant who wait, as far as there are places, or beyond if the limit is to be passed."""
    places.lock(event)
    acts.refuse_closed(event)
    waiting = [person for person in meant(event, chosen) if person.is_waiting]
    moving = waiting if over else those_with_room(event, waiting)
    if waiting and not moving:
        raise Refused(_("All places are taken. To give these people places all the same, tick “over the limit of places”."))
    step = new_step(event, Bulk.CONFIRM, moving, by, left=len(waiting) - len(moving))
    agenda = choices.agenda(event)
    with outbox.held(step.uid, step.leaves_at):
        states.promote(event, moving, agenda, because={"by": acts.BY_ORGANISER, **({"over": True} if over else {})})
    conclude(step, moving)
    return step


def those_with_room(event: Event, people: Sequence[Registration]) -> list[Registration]:
    """Whom the free places of the event and of the groups suffice for, in this order; institutions are not counted here."""
    seekers = {person.id: [fitting.seeker(person)] for person in people}
    free = fitting.vacancies(event, admission.of(event), [one for units in seekers.values() for one in units])
    free.most = None
    fit = []
    for person in people:
        if free.why_not(seekers[person.id]) is None:
            free.take(seekers[person.id])
            fit.append(person)
    return fit


def approve(event: Event, chosen: Filter, *, by: str) -> BulkStep:
    """Let in those meant who wait for the organiser's word, each with the others of their party; a place, or a wait.

    Where there is no waiting list, those for whom there is no place still ask.
    """
    places.lock(event)
    acts.refuse_closed(event)
    waitlist.fill(event)
    asking = [approving.together(person) for person in meant(event, chosen) if person.is_pending]
    units = list({people[0].id: people for people in asking}.values())
    everybody = [person for people in units for person in people]
    step = new_step(event, Bulk.APPROVE, everybody, by)
    with outbox.held(step.uid, step.leaves_at):
        let_in = [person for people in units if admitted(event, people) for person in people]
    if not let_in:
        raise Refused(_("All places are taken, and this event has no waiting list."))
    before = {row["id"]: row for row in step.facts["rows"]}
    rows = [before[person.id] for person in let_in]
    step.facts = {**step.facts, "rows": rows, "left": len(everybody) - len(let_in)}
    conclude(step, let_in)
    return step


def admitted(event: Event, people: list[Registration]) -> bool:
    """Let these people in, unless there is neither a place nor a waiting list for them."""
    seekers = [fitting.seeker(person) for person in people]
    why = fitting.vacancies(event, admission.of(event), seekers).why_not(seekers)
    if why and not event.has_waiting_list:
        return False
    approving.let_in(people, why)
    return True


def decline(event: Event, chosen: Filter, *, by: str) -> BulkStep:
    """Say no to those meant who wait for the organiser's word."""
    places.lock(event)
    acts.refuse_closed(event)
    asking = [person for person in meant(event, chosen) if person.is_pending]
    step = new_step(event, Bulk.DECLINE, asking, by)
    with outbox.held(step.uid, step.leaves_at):
        states.end(event, asking, status=Status.DECLINED, what=What.DECLINED, because={"by": acts.BY_ORGANISER})
        for person in asking:
            letters.declined(person, "")
    conclude(step, asking)
    return step


def resend(event: Event, chosen: Filter, *, by: str) -> BulkStep:
    """Send everybody who is meant and registered what they have once more."""
    places.lock(event)
    acts.refuse_closed(event)
    written = [person for person in meant(event, chosen) if not person.has_ended]
    step = new_step(event, Bulk.RESEND, written, by)
    with outbox.held(step.uid, step.leaves_at):
        for person in written:
            acts.resend(person, however_lately=True)
    conclude(step, written)
    return step


def meant(event: Event, chosen: Filter) -> list[Registration]:
    """Whom the filter means, read under the event's lock, in the order of arrival."""
    return queries.for_acting(event, chosen.condition(event))


def new_step(event: Event, kind: Bulk, people: Sequence[Registration], by: str, **facts: Any) -> BulkStep:
    """A step, with what these people had before it and which of their letters had not left; raises `Refused` for nobody."""
    if not people:
        raise Refused(_("Nobody in this selection is in a state for this. Choose other people."))
    rows = [before_of(person) for person in people]
    return BulkStep(
        uid=tokens.random(),
        event_id=event.id,
        made_by=by,
        made_at=clock.now(),
        kind=kind,
        facts={"rows": rows, "moved_up": [], "pending": pending(people), "over": places_over(event), **facts},
    )


def places_over(event: Event) -> int:
    """How many places over the limit organisers had given before."""
    return 0 if event.capacity is None else max(0, event.taken - event.capacity)


def before_of(person: Registration) -> dict[str, Any]:
    """What an undo brings back."""
    return {
        "id": person.id,
        "status": person.status.value,
        "had_turned": person.turned_at is not None,
        "entries": [entry.uid for entry in entries.active(person)],
    }


def mark_of(person: Registration) -> list[Any]:
    """How the step left the person; an undo leaves alone whom somebody changed since."""
    cancelled_at = person.cancelled_at.isoformat() if person.cancelled_at else None
    return [person.status.value, person.arrival, cancelled_at]


def pending(people: Sequence[Registration]) -> list[int]:
    """The letters to these people that were put before and have not left."""
    threads = [person.thread for person in people]
    queued = sa.select(Message.id).where(Message.thread.in_(threads), Message.status == MessageStatus.QUEUED)
    return list(db.session.scalars(queued.order_by(Message.id)))


def conclude(step: BulkStep, people: Sequence[Registration], moved_up: Sequence[dict[str, Any]] = ()) -> None:
    """Keep the step with how it left everybody."""
    rows = [{**row, "after": mark_of(person)} for row, person in zip(step.facts["rows"], people, strict=True)]
    step.facts = {**step.facts, "rows": rows, "moved_up": list(moved_up)}
    db.session.add(step)
    db.session.flush()
