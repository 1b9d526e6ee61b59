"""Tables of the audit: an act, and the rows it changed."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app import clock
from app.db import Model


class Record(Model):
    """One act of one person at the desk. `act` is a word of `permissions`-free vocabulary, such as "event.publish".

    `event_id` has no constraint: the record outlives what it is about.
    """

    __tablename__ = "audit_records"
    __table_args__ = (sa.Index("ix_audit_records_event_id_id", "event_id", "id"), {"info": {"audited": False}})

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(default=clock.now)
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id", ondelete="SET NULL"), index=True)
    user_name: Mapped[str] = mapped_column(sa.String(200))
    act: Mapped[str] = mapped_column(sa.String(64))
    event_id: Mapped[int | None]

    changes: Mapped[list["Change"]] = relationship(
        cascade="all, delete-orphan", passive_deletes=True, order_by="Change.id", back_populates="record"
    )


class Change(Model):
    """One row that an act made, changed or removed: the values of its changed columns, before and after.

    `erased_at` says that the values were personal and are gone.
    """

    __tablename__ = "audit_changes"
    __table_args__ = (sa.Index("ix_audit_changes_subject_row_id", "subject", "row_id"), {"info": {"audited": False}})

    id: Mapped[int] = mapped_column(primary_key=True)
    record_id: Mapped[int] = mapped_column(sa.ForeignKey("audit_records.id", ondelete="CASCADE"), index=True)
    subject: Mapped[str] = mapped_column(sa.String(64))
    row_id: Mapped[int]
    before: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    after: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    erased_at: Mapped[datetime | None]

    record: Mapped[Record] = relationship(back_populates="changes")
