"""Tables of the rules of entry."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app import clock
from app.db import Model
from app.events.revisions import Published
from app.events.translations import Translated


class Rules(Published, Model):
    """The rules of one event; an event without a row is open to everybody (`rules.of`).

    `domains` empty means any. `proving_minutes` is how long a place is held for an address that has not proved itself,
    `accept_hours` how long somebody from the waiting list may take to accept, `decline_hours` how long somebody whose calendar
    declined keeps the place, to take the answer back; `retention_days` counts from the event's end.
    """

    __tablename__ = "entry_rules"
    __table_args__ = (
        sa.CheckConstraint("most_of_organisation > 0", name="most_of_organisation_positive"),
        sa.CheckConstraint("proving_minutes > 0", name="proving_minutes_positive"),
        sa.CheckConstraint("accept_hours > 0", name="accept_hours_positive"),
        sa.CheckConstraint("decline_hours >= 0", name="decline_hours_not_negative"),
        sa.CheckConstraint("most_in_party > 0", name="most_in_party_positive"),
        sa.CheckConstraint("retention_days >= 0", name="retention_days_not_negative"),
    )

    event_id: Mapped[int] = mapped_column(sa.ForeignKey("events.id", ondelete="CASCADE"), primary_key=True)
    needs_approval: Mapped[bool] = mapped_column(default=False)
    is_by_invitation: Mapped[bool] = mapped_column(default=False)
    domains: Mapped[list[str]] = mapped_column(sa.JSON, default=list)
    most_of_organisation: Mapped[int | None]
    proves_address: Mapped[bool] = mapped_column(default=False)
    proving_minutes: Mapped[int] = mapped_column(default=60)
    accept_hours: Mapped[int | None]
    decline_hours: Mapped[int] = mapped_column(default=24)
    may_hand_over: Mapped[bool] = mapped_column(default=False)
    takes_parties: Mapped[bool] = mapped_column(default=False)
    most_in_party: Mapped[int] = mapped_column(default=10)
    retention_days: Mapped[int | None]
    version: Mapped[int] = mapped_column(default=1)


class Quota(Published, Translated, Model):
    """So many places for one group of participants, such as forty for cities and ten for experts."""

    __tablename__ = "quotas"
    __table_args__ = (sa.CheckConstraint("capacity > 0", name="capacity_positive"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("events.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    capacity: Mapped[int]
    rank: Mapped[int] = mapped_column(default=0)


class Invitee(Model):
    """Somebody who may register by a personal link; `digest` is that link's key. `email_key` is the address as it is compared."""

    __tablename__ = "invitees"
    __table_args__ = (sa.UniqueConstraint("event_id", "email_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(sa.String(64), unique=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("events.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(sa.String(200), default="")
    email: Mapped[str] = mapped_column(sa.String(320))
    email_key: Mapped[str] = mapped_column(sa.String(320), info={"audited": False})
    language: Mapped[str] = mapped_column(sa.String(8), default="pl")
    digest: Mapped[str] = mapped_column(sa.String(64), unique=True, info={"audited": False})
    quota_id: Mapped[int | None] = mapped_column(sa.ForeignKey("quotas.id", ondelete="SET NULL"))
    invited_at: Mapped[datetime] = mapped_column(default=clock.now)
    opened_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
