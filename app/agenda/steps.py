"""The table of steps of editing an agenda, for undo and redo."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app import clock
from app.db import Model


class Step(Model):
    """One step at one event's agenda: the rows it changed, before and after. The last ones can be undone and redone."""

    __tablename__ = "agenda_steps"
    __table_args__ = (sa.UniqueConstraint("event_id", "number"), {"info": {"audited": False}})

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("events.id", ondelete="CASCADE"))
    number: Mapped[int]
    made_by: Mapped[str] = mapped_column(sa.String(200))
    made_at: Mapped[datetime] = mapped_column(default=clock.now)
    what: Mapped[str] = mapped_column(sa.String(64))
    title: Mapped[str] = mapped_column(default="")
    changes: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON)
    undone_at: Mapped[datetime | None]
