"""Who works on an event or a whole programme, and the invitations of colleagues."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app import clock
from app.accounts.models import User
from app.db import Model, word
from app.events.models import Event, Programme


class Post(StrEnum):
    """What somebody is to an event; `permissions` says what each may do."""

    OWNER = "owner"
    EDITOR = "editor"
    CHECK_IN = "check_in"
    VIEWER = "viewer"


class Membership(Model):
    """One person's post on one event, or on every event of a programme."""

    __tablename__ = "memberships"
    __table_args__ = (
        sa.UniqueConstraint("user_id", "event_id"),
        sa.UniqueConstraint("user_id", "programme_id"),
        sa.CheckConstraint("(event_id IS NULL) <> (programme_id IS NULL)", name="event_or_programme"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"))
    event_id: Mapped[int | None] = mapped_column(sa.ForeignKey("events.id", ondelete="CASCADE"), index=True)
    programme_id: Mapped[int | None] = mapped_column(sa.ForeignKey("programmes.id", ondelete="CASCADE"), index=True)
    post: Mapped[Post] = mapped_column(word(Post))
    since: Mapped[datetime] = mapped_column(default=clock.now)

    user: Mapped[User] = relationship(lazy="joined")
    event: Mapped[Event | None] = relationship()
    programme: Mapped[Programme | None] = relationship()


class Invitation(Model):
    """A colleague asked by mail to join; the link's key is derived from `uid` and kept as a digest."""

    __tablename__ = "invitations"
    __table_args__ = (sa.CheckConstraint("(event_id IS NULL) <> (programme_id IS NULL)", name="event_or_programme"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(sa.String(64), unique=True)
    digest: Mapped[str] = mapped_column(sa.String(64), unique=True, info={"audited": False})
    email: Mapped[str] = mapped_column(sa.String(320))
    name: Mapped[str] = mapped_column(sa.String(200), default="")
    language: Mapped[str] = mapped_column(sa.String(8), default="pl")
    post: Mapped[Post] = mapped_column(word(Post))
    event_id: Mapped[int | None] = mapped_column(sa.ForeignKey("events.id", ondelete="CASCADE"), index=True)
    programme_id: Mapped[int | None] = mapped_column(sa.ForeignKey("programmes.id", ondelete="CASCADE"), index=True)
    invited_by: Mapped[str] = mapped_column(sa.String(200))
    invited_at: Mapped[datetime] = mapped_column(default=clock.now)
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

    event: Mapped[Event | None] = relationship()
    programme: Mapped[Programme | None] = relationship()
