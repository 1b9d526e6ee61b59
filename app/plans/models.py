"""Tables of plans that belong to nobody by name."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app import clock
from app.db import Model, word
from app.events.models import Event


class PlanPurpose(StrEnum):
    """What a key of a plan opens; each opens nothing else."""

    PLAN = "plan"
    FEED = "feed"


class Plan(Model):
    """The sessions that somebody chose to look at or come to, without a registration and without saying who they are.

    `revision` counts its changes; `network` is a fingerprint that only the limits read.
    """

    __tablename__ = "plans"
    __table_args__ = (sa.Index("ix_plans_network_made_at", "network", "made_at"), {"info": {"audited": False}})

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(sa.String(64), unique=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("events.id", ondelete="CASCADE"), index=True)
    language: Mapped[str] = mapped_column(sa.String(8))
    revision: Mapped[int] = mapped_column(default=0)
    network: Mapped[str] = mapped_column(sa.String(64))
    made_at: Mapped[datetime] = mapped_column(default=clock.now)
    changed_at: Mapped[datetime] = mapped_column(default=clock.now)

    event: Mapped[Event] = relationship()
    choices: Mapped[list["PlanChoice"]] = relationship(cascade="all, delete-orphan", passive_deletes=True)
    keys: Mapped[list["PlanKey"]] = relationship(cascade="all, delete-orphan", passive_deletes=True, order_by="PlanKey.id")

    @property
    def uids(self) -> set[str]:
        """The chosen sessions, those that are on the agenda no more among them."""
        return {choice.session_uid for choice in self.choices}


class PlanChoice(Model):
    """A session in a plan, by its UID: it stays one of the plan when the session is taken off the agenda."""

    __tablename__ = "plan_choices"
    __table_args__ = ({"info": {"audited": False}},)

    plan_id: Mapped[int] = mapped_column(sa.ForeignKey("plans.id", ondelete="CASCADE"), primary_key=True)
    session_uid: Mapped[str] = mapped_column(sa.String(255), primary_key=True)


class PlanKey(Model):
    """A key of a plan for one purpose, as a digest; a revoked one is remembered, so that it answers 410."""

    __tablename__ = "plan_keys"
    __table_args__ = (sa.UniqueConstraint("plan_id", "purpose", "generation"), {"info": {"audited": False}})

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(sa.ForeignKey("plans.id", ondelete="CASCADE"))
    purpose: Mapped[PlanPurpose] = mapped_column(word(PlanPurpose))
    generation: Mapped[int] = mapped_column(default=1)
    digest: Mapped[str] = mapped_column(sa.String(64), unique=True)
    revoked_at: Mapped[datetime | None]

    plan: Mapped[Plan] = relationship(back_populates="keys")
