"""The table of acts on several people at once."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app import clock
from app.db import Model, word

HOLD = timedelta(minutes=5)
"""How long the letters of an act on many people are held, and the act can be undone."""


class Bulk(StrEnum):
    """What was done to a selection."""

    CANCEL = "cancel"
    CONFIRM = "confirm"
    RESEND = "resend"
    APPROVE = "approve"
    DECLINE = "decline"


class BulkStep(Model):
    """One act on a selection, with what is needed to undo it while its letters are held."""

    __tablename__ = "bulk_steps"
    __table_args__ = ({"info": {"audited": False}},)

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(sa.String(64), unique=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("events.id", ondelete="CASCADE"), index=True)
    made_by: Mapped[str] = mapped_column(sa.String(200))
    made_at: Mapped[datetime] = mapped_column(default=clock.now)
    kind: Mapped[Bulk] = mapped_column(word(Bulk))
    facts: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    undone_at: Mapped[datetime | None]

    @property
    def leaves_at(self) -> datetime:
        """When its letters leave."""
        return self.made_at + HOLD

    @property
    def done(self) -> int:
        """To how many people it was done."""
        return len(self.facts["rows"])
