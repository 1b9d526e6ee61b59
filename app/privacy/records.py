"""The record of deletions: what was deleted, when, on whose word and for how many people; nothing personal is in it."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from app import clock
from app.db import db
from app.events.models import Event
from app.privacy.models import By, Deleted, Deletion


def of(event: Event) -> Sequence[Deletion]:
    """Everything that was deleted at an event, the newest first."""
    mine = sa.select(Deletion).where(Deletion.event_id == event.id)
    return db.session.scalars(mine.order_by(Deletion.at.desc(), Deletion.id.desc())).all()


def person(event: Event, by: By) -> None:
    """One person was erased."""
    db.session.add(Deletion(event_id=event.id, what=Deleted.PERSON, by=by, people=1))


def retention(event: Event, what: Deleted, people: int, due_at: datetime, question: str | None = None) -> None:
    """So many more went because their time was over; the batches of one due day are one record."""
    mine = sa.select(Deletion).where(Deletion.event_id == event.id, Deletion.by == By.RETENTION, Deletion.what == what)
    asked = Deletion.question.is_(None) if question is None else Deletion.question == question
    record = db.session.scalar(mine.where(asked, Deletion.due_at == due_at))
    if record is None:
        record = Deletion(event_id=event.id, what=what, by=By.RETENTION, people=0, due_at=due_at, question=question)
        db.session.add(record)
    record.people += people
    record.at, record.wiped_at = clock.now(), None
