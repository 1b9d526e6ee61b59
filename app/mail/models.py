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


class IncomingStatus(StrEnum):
    """What became of a mail that came in."""

    QUEUED = "queued"
    TAKEN = "taken"
    DONE = "done"
    IGNORED = "ignored"
    ASIDE = "aside"


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


class Incoming(Model):
    """A mail that came to our mailbox, kept until it has been read once; `key` makes a second copy of it a no-op.

    `envelope_to` is the address that it was delivered to, where the way it came by knows it. `raw` is forgotten once there
    is nothing more to do with it; what cannot be read is kept aside with the reason in `why`.
    """

    __tablename__ = "incoming"
    __table_args__ = (sa.Index("ix_incoming_status_due_at", "status", "due_at"), {"info": {"audited": False}})

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(64), unique=True)
    source: Mapped[str] = mapped_column(sa.String(32))
    envelope_to: Mapped[str] = mapped_column(sa.String(320), default="")
    size: Mapped[int]
    raw: Mapped[bytes | None] = mapped_column(sa.LargeBinary)
    status: Mapped[IncomingStatus] = mapped_column(word(IncomingStatus), default=IncomingStatus.QUEUED)
    why: Mapped[str] = mapped_column(sa.String(1000), default="")
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime] = mapped_column(default=clock.now)
    leased_until: Mapped[datetime | None]
    received_at: Mapped[datetime] = mapped_column(default=clock.now)
    handled_at: Mapped[datetime | None]


class Bounce(Model):
    """An address that letters came back from: none leaves for it until somebody lets them (`cleared_at`).

    `address_key` is the address as it is compared; `status` and `words` are those of the delivery status notification
    (RFC 3464), `message_id` is that of the letter it is about.
    """

    __tablename__ = "bounces"
    __table_args__ = ({"info": {"audited": False}},)

    id: Mapped[int] = mapped_column(primary_key=True)
    address_key: Mapped[str] = mapped_column(sa.String(320), unique=True)
    address: Mapped[str] = mapped_column(sa.String(320))
    status: Mapped[str] = mapped_column(sa.String(16), default="")
    words: Mapped[str] = mapped_column(sa.String(1000), default="")
    message_id: Mapped[str] = mapped_column(sa.String(255), default="")
    count: Mapped[int] = mapped_column(default=1)
    first_at: Mapped[datetime] = mapped_column(default=clock.now)
    last_at: Mapped[datetime] = mapped_column(default=clock.now)
    cleared_at: Mapped[datetime | None]
