"""The table of deletions: that something was deleted, when and why, with nothing personal in it."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app import clock
from app.db import Model, word


class Deleted(StrEnum):
    """What was deleted."""

    PERSON = "person"
    PARTICIPANTS = "participants"
    ANSWERS = "answers"


class By(StrEnum):
    """On whose word."""

    PERSON = "person"
    ORGANISER = "organiser"
    RETENTION = "retention"


class Deletion(Model):
    """One deletion. `question` is the name of the question whose answers went, where it was not everything.

    `wiped_at` is when nothing of it was left in the database's files either (`traces`).
    """

    __tablename__ = "deletions"
    __table_args__ = (
        sa.Index("ix_deletions_event_id_at", "event_id", "at"),
        sa.Index("ix_deletions_wiped_at", "wiped_at"),
        {"info": {"audited": False}},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("events.id", ondelete="CASCADE"))
    at: Mapped[datetime] = mapped_column(default=clock.now)
    what: Mapped[Deleted] = mapped_column(word(Deleted))
    by: Mapped[By] = mapped_column(word(By))
    question: Mapped[str | None] = mapped_column(sa.String(64))
    people: Mapped[int]
    due_at: Mapped[datetime | None]
    wiped_at: Mapped[datetime | None]
