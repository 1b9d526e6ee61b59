"""Sessions that were taken off a public agenda: written in the flush that deletes one, forgotten when it comes back.

The event's own SEQUENCE rises by that of the deleted session and one more, so that no sum of sessions' numbers ever falls.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.event import listens_for
from sqlalchemy.orm.attributes import set_committed_value

from app import clock
from app.agenda.models import GoneSession, Session
from app.db import db
from app.events.models import Event

KEPT = timedelta(days=30)
"""How long feeds show a session that is gone as cancelled."""

EVENTS = Event.metadata.tables["events"]
COPIED = ("uid", "event_id", "slug", "title", "starts_at", "ends_at", "room", "created_at")


def of(event: Event) -> Sequence[GoneSession]:
    """The sessions that left the event's agenda within the last thirty days, in the order of time."""
    lately = GoneSession.event_id == event.id, GoneSession.gone_at >= clock.now() - KEPT
    return db.session.scalars(sa.select(GoneSession).where(*lately).order_by(GoneSession.starts_at, GoneSession.id)).all()


def by_uid(uid: str) -> GoneSession | None:
    """What a session of this identity was, however long ago it left."""
    return db.session.scalar(sa.select(GoneSession).where(GoneSession.uid == uid))


@listens_for(orm.Session, "before_flush")
def follow(session: orm.Session, flush: orm.UOWTransaction, instances: Any) -> None:
    """Keep what this flush takes off public agendas, and forget what it brings back."""
    if back := [row.uid for row in session.new if isinstance(row, Session)]:
        session.execute(sa.delete(GoneSession).where(GoneSession.uid.in_(back)))
    leaving = [row for row in session.deleted if isinstance(row, Session) and row.event not in session.deleted]
    keep(session, [row for row in leaving if row.event.is_public])


def keep(session: orm.Session, leaving: Iterable[Session]) -> None:
    for row in sorted(leaving, key=lambda row: row.id):
        raise_sequence(session, row.event, row.sequence + 1)
        session.add(GoneSession(**{name: getattr(row, name) for name in COPIED}, sequence=row.event.sequence))


def raise_sequence(session: orm.Session, event: Event, by: int) -> None:
    """Past the unit of work: whoever has the event's own form open is not to be told that somebody else saved it."""
    higher = {"sequence": event.sequence + by, "modified_at": clock.now()}
    session.execute(sa.update(EVENTS).where(EVENTS.c.id == event.id).values(higher))
    for name, value in higher.items():
        set_committed_value(event, name, value)
