"""Tables of what people were told of an event and its agenda."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app import clock
from app.db import Model
from app.events.models import Event
from app.events.revisions import Published

SETTLING_MINUTES = 20


class Version(Published, Model):
    """A public state of an event and its agenda, as people were told of it; the first is that of its publication.

    `facts` is the whole state, `changes` what differs from the version before, in the order in which it is told. `batch` names
    the letters that told of it; the counts are of people who got one.
    """

    __tablename__ = "agenda_versions"
    __table_args__ = (sa.UniqueConstraint("event_id", "number"), {"info": {"audited": False}})

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("events.id", ondelete="CASCADE"))
    number: Mapped[int]
    made_by: Mapped[str] = mapped_column(sa.String(200), default="")
    made_at: Mapped[datetime] = mapped_column(default=clock.now)
    facts: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    changes: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON, default=list)
    people_told: Mapped[int] = mapped_column(default=0)
    speakers_told: Mapped[int] = mapped_column(default=0)
    batch: Mapped[str] = mapped_column(sa.String(64), default="")

    event: Mapped[Event] = relationship()


class Telling(Model):
    """How the people of one event are told of changes: by themselves once nobody has edited for so long, at a moment, or by hand.

    `settling_minutes` is `None` where an organiser tells them; an event without a row has the usual number. `due_at` is the
    moment that an organiser chose, `chosen_by` who did. Until `checked_at` everything was looked at and found told.
    """

    __tablename__ = "tellings"
    __table_args__ = (sa.CheckConstraint("settling_minutes > 0", name="settling_minutes_positive"),)

    event_id: Mapped[int] = mapped_column(sa.ForeignKey("events.id", ondelete="CASCADE"), primary_key=True)
    settling_minutes: Mapped[int | None] = mapped_column(default=SETTLING_MINUTES)
    due_at: Mapped[datetime | None] = mapped_column(index=True)
    chosen_by: Mapped[str] = mapped_column(sa.String(200), default="")
    checked_at: Mapped[datetime | None] = mapped_column(info={"audited": False})
