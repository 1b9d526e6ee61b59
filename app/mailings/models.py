"""The table of letters that organisers write."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app import clock
from app.db import Model, word
from app.events.models import Event


class MailingStatus(StrEnum):
    """How far a mailing is."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    SENT = "sent"
    STOPPED = "stopped"


class Mailing(Model):
    """One letter to a selection of those who come; its messages carry `batch` = `uid`.

    `selection` is the filter as the participants' table takes it; who it means is decided when the messages are put.
    `due_at` is when they leave: at least the hold after sending, so that it can be stopped.
    """

    __tablename__ = "mailings"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(sa.String(64), unique=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("events.id", ondelete="CASCADE"), index=True)
    made_by: Mapped[str] = mapped_column(sa.String(200))
    subject: Mapped[str] = mapped_column(sa.String(500))
    body: Mapped[str] = mapped_column(sa.Text)
    subject_en: Mapped[str] = mapped_column(sa.String(500), default="")
    body_en: Mapped[str] = mapped_column(sa.Text, default="")
    selection: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    status: Mapped[MailingStatus] = mapped_column(word(MailingStatus), default=MailingStatus.DRAFT)
    due_at: Mapped[datetime | None]
    put_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    version: Mapped[int] = mapped_column(default=1)

    event: Mapped[Event] = relationship()
