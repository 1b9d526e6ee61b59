"""Tables of speakers' confirmations."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app import clock
from app.agenda.models import Person
from app.calendar.words import Reply
from app.db import Model, word
from app.events.models import Event


class Engagement(Model):
    """One person's part in one event, whatever the number of their sessions: what they were asked and what they proposed.

    What they answered for each session stands at the appearance (`agenda.models.Appearance.answer`). `proposal` is
    what they changed about themselves and the organiser has not approved yet; `generation` numbers the link's key;
    `tag` is what a plus-address of ours has after the plus, where answers of this person's calendar come to one.
    """

    __tablename__ = "engagements"
    __table_args__ = (sa.UniqueConstraint("event_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(sa.String(64), unique=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("events.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id", ondelete="CASCADE"), index=True)
    email: Mapped[str] = mapped_column(sa.String(320))
    language: Mapped[str] = mapped_column(sa.String(8), default="pl")
    generation: Mapped[int] = mapped_column(default=1)
    digest: Mapped[str] = mapped_column(sa.String(64), unique=True, info={"audited": False})
    tag: Mapped[str | None] = mapped_column(sa.String(32), unique=True, info={"audited": False})
    asked_at: Mapped[datetime] = mapped_column(default=clock.now)
    opened_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    comment: Mapped[str] = mapped_column(sa.String(1000), default="")
    proposal: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    proposed_at: Mapped[datetime | None]

    event: Mapped[Event] = relationship()
    person: Mapped[Person] = relationship()
    entries: Mapped[list["PanelEntry"]] = relationship(
        cascade="all, delete-orphan", passive_deletes=True, order_by="PanelEntry.id"
    )
    former_links: Mapped[list["FormerLink"]] = relationship(cascade="all, delete-orphan", passive_deletes=True)

    @property
    def thread(self) -> str:
        """What its letters are about."""
        return f"panel:{self.uid}"


class Proposed(StrEnum):
    """What becomes of something proposed."""

    APPROVED = "approved"
    REFUSED = "refused"


class PanelEntry(Model):
    """An entry sent to a speaker's calendar: its SEQUENCE is that person's own, and `reply` what that calendar answered last."""

    __tablename__ = "panel_entries"
    __table_args__ = (sa.UniqueConstraint("engagement_id", "uid"), {"info": {"audited": False}})

    id: Mapped[int] = mapped_column(primary_key=True)
    engagement_id: Mapped[int] = mapped_column(sa.ForeignKey("engagements.id", ondelete="CASCADE"))
    uid: Mapped[str] = mapped_column(sa.String(255))
    sequence: Mapped[int]
    is_active: Mapped[bool]
    stamped_at: Mapped[datetime]
    reply: Mapped[Reply] = mapped_column(word(Reply), default=Reply.NONE)
    reply_sequence: Mapped[int | None]
    reply_stamp: Mapped[datetime | None]
    replied_at: Mapped[datetime | None]


class FormerLink(Model):
    """The key of a link that was replaced, as a digest: it answers 410."""

    __tablename__ = "former_links"
    __table_args__ = ({"info": {"audited": False}},)

    id: Mapped[int] = mapped_column(primary_key=True)
    engagement_id: Mapped[int] = mapped_column(sa.ForeignKey("engagements.id", ondelete="CASCADE"), index=True)
    digest: Mapped[str] = mapped_column(sa.String(64), unique=True)
    replaced_at: Mapped[datetime] = mapped_column(default=clock.now)
