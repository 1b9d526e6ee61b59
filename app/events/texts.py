"""The table of an event's own words in its letters."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app import clock
from app.db import Model


class LetterText(Model):
    """The organiser's own subject and opening text of one kind of letter, in one language."""

    __tablename__ = "letter_texts"
    __table_args__ = (sa.UniqueConstraint("event_id", "letter", "language"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("events.id", ondelete="CASCADE"))
    letter: Mapped[str] = mapped_column(sa.String(64))
    language: Mapped[str] = mapped_column(sa.String(8))
    subject: Mapped[str] = mapped_column(sa.String(500))
    body: Mapped[str] = mapped_column(sa.Text)
    modified_at: Mapped[datetime] = mapped_column(default=clock.now)
