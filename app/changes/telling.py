"""Telling people of what changed: now, at a moment, or by itself once nobody has edited for a while."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask_babel import gettext as _

from app import clock
from app.agenda import steps
from app.changes import people, speaking, untold, versions, whom
from app.changes.models import SETTLING_MINUTES, Telling, Version
from app.db import db
from app.errors import Refused
from app.events.models import Event, EventStatus
from app.panels import engaging
from app.registration import places


def lock(event: Event) -> None:
    """Hold the agenda and the event until commit, so that people are told once; in the order in which everybody locks them."""
    steps.lock()
    places.lock(event)


def tell(event: Event, by: str) -> Version | None:
    """Write to everybody concerned of all that they have not been told; `None` where there is nothing."""
    lock(event)
    sessions = steps.rows(event)
    differences = untold.of(event, sessions)
    if chosen := db.session.get(Telling, event.id):
        chosen.due_at, chosen.chosen_by = None, ""
    if not differences:
        return None
    version = versions.record(event, by, differences)
    version.batch = f"changes:{event.id}:{version.number}"
    who = whom.concerned(event, differences)
    version.people_told = people.tell(event, version, differences, who.people, sessions)
    version.speakers_told = len(who.leaving) + speaking.tell(event, version, differences, who.speakers, sessions)
    return version


def by_an_act(event: Event, by: str, people_told: int) -> None:
    """Put down that an act has told people of the present state by itself, and tell the speakers of it in the same breath."""
    version = versions.settle(event, by, people_told)
    speakers_told = engaging.settle_at(event)
    if version:
        version.speakers_told = speakers_told


def settings(event: Event) -> Telling:
    """How the people of this event are told; of an event without a row, the usual way, not written."""
    return untold.settings(event)


def at(event: Event, due_at: datetime, by: str) -> None:
    """Let what differs then leave at this moment, and not before by itself."""
    lock(event)
    if not untold.can_be_told(event):
        raise Refused(_("The event is not public or is over, so nobody is told of changes."))
    if due_at <= clock.now():
        raise Refused(_("This moment has passed. Choose a later one."), field="due_at")
    if due_at >= event.ends_at:
        raise Refused(_("The event will be over by then. Choose an earlier moment."), field="due_at")
    telling = kept(event)
    telling.due_at, telling.chosen_by = due_at, by


def cancel_chosen(event: Event) -> None:
    """Take the chosen moment back: changes leave as they otherwise do."""
    lock(event)
    if telling := db.session.get(Telling, event.id):
        telling.due_at, telling.chosen_by = None, ""


def settle_after(event: Event, minutes: int | None) -> None:
    """Let changes leave by themselves once nobody has edited for so long; `None` leaves it to the organiser."""
    lock(event)
    if minutes is not None and not 1 <= minutes <= LONGEST:
        raise Refused(_("Enter a number of minutes from 1 to %(most)d.", most=LONGEST), field="minutes")
    kept(event).settling_minutes = minutes


LONGEST = 7 * 24 * 60
"""Minutes."""


def kept(event: Event) -> Telling:
    """The event's row, made if there is none; whoever calls holds the event."""
    telling = db.session.get(Telling, event.id)
    if telling is None:
        telling = Telling(event_id=event.id, settling_minutes=SETTLING_MINUTES)
        db.session.add(telling)
        db.session.flush()
    return telling


def events_due() -> Sequence[int]:
    """Public events to come whose chosen moment has come, or that nobody has edited for long enough since they were looked at."""
    query = untold.edits().add_columns(Event.id, Telling.due_at, Telling.settling_minutes, Telling.event_id, Telling.checked_at)
    to_come = Event.status == EventStatus.PUBLISHED, Event.ends_at > clock.now()
    known = sa.exists().where(Version.event_id == Event.id)
    by_itself = Telling.event_id.is_(None) | Telling.settling_minutes.is_not(None)
    wanted = sa.case((Telling.due_at.is_not(None), Telling.due_at <= clock.now()), else_=by_itself)
    rows = db.session.execute(query.outerjoin(Telling, Telling.event_id == Event.id).where(*to_come, known, wanted))
    return sorted(
        event_id
        for *moments, event_id, due_at, minutes, row, checked_at in rows
        if due_at or is_settled(untold.newest(moments), minutes if row else SETTLING_MINUTES, checked_at)
    )


def is_settled(edited_at: datetime, minutes: int, checked_at: datetime | None) -> bool:
    is_new = checked_at is None or edited_at > checked_at
    return is_new and edited_at + timedelta(minutes=minutes) <= clock.now()


def tell_due(event_id: int) -> int:
    """Tell the people of one event, if it still is due; returns how many versions that made."""
    event = db.session.get_one(Event, event_id)
    lock(event)
    telling, edited_at = kept(event), untold.last_edit(event)
    db.session.refresh(telling)
    due_at = untold.due_at(event)
    if due_at is None or due_at > clock.now():
        return 0
    version = tell(event, telling.chosen_by)
    telling.checked_at = edited_at
    return 1 if version else 0
