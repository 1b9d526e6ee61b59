"""The table of tables of people that are being imported."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, deferred, mapped_column

from app import clock
from app.db import Model


class Import(Model):
    """An uploaded table between its upload and its end; forgotten after a day, since it is full of people.

    `columns` says which column of the file is which field: {"name": 0, "email": 2}; `sessions`, `language` and `tells` are what
    the organiser chose for everybody. Once it is done only the numbers are left: how many were added, how many of these wait,
    and how many were passed over since they were at the event.
    """

    __tablename__ = "imports"
    __table_args__ = ({"info": {"audited": False}},)

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(sa.String(64), unique=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("events.id", ondelete="CASCADE"), index=True)
    made_by: Mapped[str] = mapped_column(sa.String(200))
    made_at: Mapped[datetime] = mapped_column(default=clock.now, index=True)
    file_name: Mapped[str] = mapped_column(sa.String(255))
    columns: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    sessions: Mapped[list[int]] = mapped_column(sa.JSON, default=list)
    language: Mapped[str] = mapped_column(sa.String(8))
    tells: Mapped[bool] = mapped_column(default=False)
    done_at: Mapped[datetime | None]
    added: Mapped[int] = mapped_column(default=0)
    waiting: Mapped[int] = mapped_column(default=0)
    passed_over: Mapped[int] = mapped_column(default=0)
    content: Mapped[bytes] = deferred(mapped_column(sa.LargeBinary, nullable=False))
