"""Holding an event while it is changed, so that two organisers take turns."""

import sqlalchemy as sa

from app.db import db
from app.events.models import Event
from app.events.revisions import SiteRevision

COLUMNS = list(Event.metadata.tables["events"].columns.keys())


def hold(event: Event) -> None:
    """Lock the event until commit, and read it anew under the lock.

    The site's revision is locked first, as by whoever edits an agenda: in one order nobody waits for each other in a ring.
    """
    db.session.flush()
    db.session.execute(sa.select(SiteRevision.number).with_for_update())
    db.session.refresh(event, COLUMNS, with_for_update=True)
