"""What follows when somebody's calendar declined: the place is given back after a while, unless they take that back before."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa

from app import clock
from app.admission import rules as admission
from app.agenda.models import Session
from app.audit.records import acting
from app.calendar.words import Reply
from app.db import db
from app.events.models import Event, EventStatus
from app.registration import choices, entries, letters, places, plan, signup, states
from app.registration.models import Entry, Registration, Status

BECAUSE = {"by": "calendar"}
ACT = "answer.leave"


class Goes(StrEnum):
    """What goes with a declined entry; nothing with one day of several, which is no part of its own."""

    PLACE = "place"
    SESSION = "session"
    NOTHING = "nothing"


def begin(registration: Registration, entry: Entry) -> None:
    """Let the place go when the undo time has passed, or when what was declined begins; whoever calls holds the event's lock.

    What has begun is left as it is, and a decline that waits already goes on waiting.
    """
    event, goes = registration.event, what_goes(registration, entry)
    begins_at = beginning(registration, entry, goes)
    if entry.leaves_at or begins_at is None or begins_at <= clock.now() or event.status is not EventStatus.PUBLISHED:
        return
    hours = admission.of(event).decline_hours
    entry.leaves_at = min(clock.now() + timedelta(hours=hours), begins_at)
    if hours:
        letters.declined_by_calendar(registration, entry, goes=goes)
    else:
        give_back(registration, entry)


def what_goes(registration: Registration, entry: Entry) -> Goes:
    """The whole place where the entry is the event's, or where every other will have gone before it.

    Where people choose no sessions any more, a no to one of them says nothing of the rest.
    """
    others = [one for one in entries.active(registration) if one is not entry and outlasts(one, entry)]
    if entry.uid == registration.event.uid:
        return Goes.PLACE
    if session_of(registration, entry) is None or not registration.event.asks_sessions:
        return Goes.NOTHING
    return Goes.SESSION if others and rest_of_plan(registration, entry) else Goes.PLACE


def outlasts(other: Entry, entry: Entry) -> bool:
    """Whether the other is still there when this one goes; what was declined first goes first."""
    if other.leaves_at is None:
        return True
    return entry.leaves_at is not None and (other.leaves_at, other.id) > (entry.leaves_at, entry.id)


def beginning(registration: Registration, entry: Entry, goes: Goes) -> datetime | None:
    """When it is too late for anybody else to have it; nothing where nothing goes."""
    session = session_of(registration, entry)
    if goes is Goes.SESSION and session is not None:
        return session.starts_at
    return registration.event.starts_at if goes is Goes.PLACE else None


def goes_with(registration: Registration, entry: Entry) -> Session | None:
    """The session that leaves the plan with the entry; nothing where the whole place goes."""
    return session_of(registration, entry) if what_goes(registration, entry) is Goes.SESSION else None


def session_of(registration: Registration, entry: Entry) -> Session | None:
    """The chosen session that the entry stands for."""
    chosen = (choice.session for choice in registration.chosen)
    return next((session for session in chosen if session.uid == entry.uid), None)


def rest_of_plan(registration: Registration, entry: Entry) -> set[int]:
    """The plan without that session, as far as it can be chosen."""
    event, session = registration.event, session_of(registration, entry)
    offered = {one.id for one in choices.offered(event, choices.agenda(event))}
    return (choices.ids(registration) - ({session.id} if session else set())) & offered


def waiting(registration: Registration) -> list[Entry]:
    """The entries that were declined and are still to be taken back or to go, the soonest first."""
    found = [entry for entry in entries.active(registration) if entry.leaves_at] if registration.is_confirmed else []
    return sorted(found, key=lambda entry: (entry.leaves_at or clock.now(), entry.id))


def keep(registration: Registration) -> bool:
    """Take the decline back: the place stays, and the calendar, which let the entry go, gets it again; `False` if too late."""
    states.hold(registration)
    declined = waiting(registration)
    for entry in declined:
        entry.leaves_at, entry.reply = None, Reply.NONE
    if not declined:
        return False
    entries.summarise(registration)
    registration.touch()
    uids = {entry.uid for entry in declined}
    marks = [mark for mark in entries.wanted(registration) if mark.uid in uids]
    letters.invite(registration, entries.invite(registration, marks))
    return True


def give_back(registration: Registration, entry: Entry) -> None:
    """Let go what was declined; the ledger says that the calendar did it, and the next in the queue gets it."""
    goes = what_goes(registration, entry)
    entry.leaves_at = None
    if goes is Goes.PLACE:
        signup.cancel(registration, None, by=BECAUSE["by"])
    elif goes is Goes.SESSION:
        plan.choose(registration, rest_of_plan(registration, entry), BECAUSE)


def late() -> sa.ColumnElement[bool]:
    """Entries whose undo time has passed."""
    return sa.and_(Entry.is_active, Entry.leaves_at <= clock.now(), Registration.status == Status.CONFIRMED)


def events_with_late() -> Sequence[int]:
    meant = sa.select(Registration.event_id).join(Registration.entries).where(late())
    on = Event.status == EventStatus.PUBLISHED, Event.ends_at > clock.now()
    return db.session.scalars(sa.select(Event.id).where(Event.id.in_(meant), *on).order_by(Event.id)).all()


def run_out(event_id: int) -> int:
    """Let go at one event what was declined and not taken back in time; returns how many entries that were."""
    event = db.session.get_one(Event, event_id)
    places.lock(event)
    if event.is_over or event.status is not EventStatus.PUBLISHED:
        return 0
    meant = sa.select(Entry).join(Registration, Registration.id == Entry.registration_id).order_by(Entry.leaves_at, Entry.id)
    due = db.session.scalars(
        meant.where(Registration.event_id == event.id, late()), execution_options={"populate_existing": True}
    )
    number = 0
    with acting(ACT, user_id=None, user_name="", event_id=event.id):
        for entry in due.all():
            if entry.leaves_at:  # the whole place may have gone with another entry
                give_back(db.session.get_one(Registration, entry.registration_id), entry)
                number += 1
    return number
