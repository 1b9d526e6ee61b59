"""The outbox: one row is one letter to one address."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app import clock
from app.db import Model, word


class MessageStatus(StrEnum):
    """Where a message is on its way."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DEAD = "dead"
    DROPPED = "dropped"


class Message(Model):
    """One letter to one address, with its state and attempts.

    `thread` is what the letter is about: letters of one thread leave in the order in which they were put.
    `facts` is what only the moment of putting knew (a calendar SEQUENCE); the rest is read when the letter leaves.
    `once` makes a second putting of the same letter a no-op. `topic` is what the desk lists letters by, `batch` names
    those that were put together and may be stopped together.
    """

    __tablename__ = "messages"
    __table_args__ = (
        sa.Index("ix_messages_status_due_at", "status", "due_at"),
        sa.Index("ix_messages_thread_id", "thread", "id"),
        sa.Index("ix_messages_topic_id", "topic", "id"),
        {"info": {"audited": False}},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[str] = mapped_column(sa.String(255), unique=True)
    letter: Mapped[str] = mapped_column(sa.String(64))
    language: Mapped[str] = mapped_column(sa.String(8))
    to_name: Mapped[str] = mapped_column(sa.String(200))
    to_address: Mapped[str] = mapped_column(sa.String(320))
    thread: Mapped[str] = mapped_column(sa.String(255))
    topic: Mapped[str | None] = mapped_column(sa.String(64))
    batch: Mapped[str | None] = mapped_column(sa.String(64), index=True)
    facts: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    once: Mapped[str | None] = mapped_column(sa.String(255), unique=True)
    status: Mapped[MessageStatus] = mapped_column(word(MessageStatus), default=MessageStatus.QUEUED)
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime] = mapped_column(default=clock.now)
    leased_until: Mapped[datetime | None]
    put_at: Mapped[datetime] = mapped_column(default=clock.now)
    sent_at: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(sa.Text)
