"""The table of the ledger."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app import clock
from app.db import Model, word


class What(StrEnum):
    """What happened to a place, as a word that a person would say."""

    CARRIED_OVER = "carried_over"
    ASKED = "asked"
    HELD = "held"
    PLACED = "placed"
    QUEUED = "queued"
    PROMOTED = "promoted"
    ACCEPTED = "accepted"
    GIVEN_BACK = "given_back"
    LEFT = "left"
    RAN_OUT = "ran_out"
    DECLINED = "declined"
    HANDED_OVER = "handed_over"
    TAKEN_BACK = "taken_back"
    CAPACITY = "capacity"


class Line(Model):
    """One line of an event's ledger: what happened to whom, and by how much it changed the counts.

    `registration` is `Registration.number`, so that the ledger names nobody; `session_id` has no constraint, since the line
    outlives the session. `places` and `waiting` are the steps of the event's counts, or of the session's where there is one.
    `because` holds reasons as plain numbers and words, never anything personal. Lines are never changed (a trigger of the
    database refuses it).
    """

    __tablename__ = "ledger_lines"
    __table_args__ = (sa.UniqueConstraint("event_id", "number"), {"info": {"audited": False}})

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("events.id", ondelete="CASCADE"))
    number: Mapped[int]
    at: Mapped[datetime] = mapped_column(default=clock.now)
    what: Mapped[What] = mapped_column(word(What))
    registration: Mapped[int | None]
    session_id: Mapped[int | None]
    places: Mapped[int] = mapped_column(default=0)
    waiting: Mapped[int] = mapped_column(default=0)
    because: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    former_hash: Mapped[str] = mapped_column(sa.String(64))
    hash: Mapped[str] = mapped_column(sa.String(64))
