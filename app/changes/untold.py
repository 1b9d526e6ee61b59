"""What people have not been told yet, whom it concerns, and when it leaves by itself. Reads only."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

from app.agenda.models import GoneSession, Session
from app.agenda.queries import sessions_of
from app.agenda.steps import Step
from app.changes import differences, facts, versions, whom
from app.changes.differences import Difference
from app.changes.models import SETTLING_MINUTES, Telling
from app.changes.whom import Concerned
from app.db import db
from app.events.models import Event, EventStatus


def of(event: Event, sessions: Sequence[Session] | None = None) -> list[Difference]:
    """What differs between the present and what was told last; nothing of an event that is no public one to come."""
    told = versions.last(event) if can_be_told(event) else None
    if told is None:
        return []
    return differences.between(told.facts, facts.taken(event, sessions_of(event) if sessions is None else sessions))


def can_be_told(event: Event) -> bool:
    """A postponed event is told with its new dates."""
    return event.status is EventStatus.PUBLISHED and not event.is_over


def concerned(event: Event, found: Sequence[Difference]) -> Concerned:
    """How many people each of these concerns, in some statements however many they are."""
    return whom.count(whom.concerned(event, found), found)


def settings(event: Event) -> Telling:
    """How the people of this event are told; of an event without a row, the usual way, not written."""
    kept = db.session.get(Telling, event.id)
    return kept or Telling(event_id=event.id, settling_minutes=SETTLING_MINUTES, due_at=None, chosen_by="", checked_at=None)


def due_at(event: Event) -> datetime | None:
    """When what differs leaves by itself: at the moment chosen, or once nobody has edited for so long; `None` for by hand."""
    if not can_be_told(event):
        return None
    telling = settings(event)
    if telling.due_at or telling.settling_minutes is None:
        return telling.due_at
    return last_edit(event) + timedelta(minutes=telling.settling_minutes)


def last_edit(event: Event) -> datetime:
    """When somebody last changed the event or its agenda, also by undoing a step."""
    return newest(db.session.execute(edits().where(Event.id == event.id)).one())


def newest(moments: Iterable[datetime | None]) -> datetime:
    return max(moment for moment in moments if moment is not None)


def edits() -> sa.Select[datetime, datetime | None, datetime | None, datetime | None, datetime | None]:
    """Of events, when each of what counts as an edit was last done."""
    return sa.select(
        Event.modified_at,
        latest(Session.modified_at, Session.event_id),
        latest(GoneSession.gone_at, GoneSession.event_id),
        latest(Step.made_at, Step.event_id),
        latest(Step.undone_at, Step.event_id),
    )


def latest(
    moment: sa.orm.InstrumentedAttribute[datetime] | sa.orm.InstrumentedAttribute[datetime | None],
    of_event: sa.orm.InstrumentedAttribute[int],
) -> sa.ScalarSelect[datetime | None]:
    return sa.select(sa.func.max(moment)).where(of_event == Event.id).correlate(Event).scalar_subquery()
