"""Finding what the site's own feed holds."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import groupby

import sqlalchemy as sa

from app import clock
from app.agenda.models import Session
from app.db import db
from app.events.models import Event
from app.events.queries import public

KEPT = timedelta(days=30)


def current(*of: sa.ColumnElement[bool]) -> list[tuple[Event, Sequence[Session]]]:
    """Public events, cancelled ones too, until thirty days after their end, each with its agenda; in two statements.

    `of` leaves out others than these. Whoever imported a cancelled entry would keep a copy of it if it just disappeared.
    """
    held = sa.and_(public(), Event.ends_at >= clock.now() - KEPT, *of)
    events = db.session.scalars(sa.select(Event).where(held).order_by(Event.starts_at, Event.id)).all()
    of_those = sa.select(Session).join(Session.event).where(held).order_by(Session.event_id, Session.starts_at, Session.id)
    sessions = {
        number: list(group) for number, group in groupby(db.session.scalars(of_those), key=lambda session: session.event_id)
    }
    return [(event, sessions.get(event.id, [])) for event in events]
