"""Tables of an organiser's form: sections, questions, and the versions of what a question asks."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app import clock
from app.db import Model, word
from app.events.revisions import Published

FIELD = "answer-"


class Asks(StrEnum):
    """What sort of answer a question wants."""

    LINE = "line"
    TEXT = "text"
    ONE = "one"
    SEVERAL = "several"
    NUMBER = "number"
    DATE = "date"
    YES = "yes"
    EMAIL = "email"
    PHONE = "phone"
    COUNTRY = "country"
    MUNICIPALITY = "municipality"
    FILE = "file"


class Section(Published, Model):
    """A part of the form under a heading of its own; `title` by language: {"pl": "...", "en": "..."}."""

    __tablename__ = "question_sections"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("events.id", ondelete="CASCADE"), index=True)
    rank: Mapped[int] = mapped_column(default=0)
    title: Mapped[dict[str, str]] = mapped_column(sa.JSON, default=dict)


class Question(Published, Model):
    """One question of an event's form. What it asks stands in its newest version; a removed one keeps its answers.

    `name` is what files and letters call it. It is shown when the answer to `shown_when` is among `shown_values`.
    `retention_days` counts from the event's end; where there is none, the form's own holds.
    """

    __tablename__ = "questions"
    __table_args__ = (
        sa.UniqueConstraint("event_id", "name"),
        sa.CheckConstraint("retention_days >= 0", name="retention_days_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("events.id", ondelete="CASCADE"))
    section_id: Mapped[int | None] = mapped_column(sa.ForeignKey("question_sections.id", ondelete="SET NULL"), index=True)
    name: Mapped[str] = mapped_column(sa.String(64))
    rank: Mapped[int] = mapped_column(default=0)
    is_required: Mapped[bool] = mapped_column(default=False)
    shown_when_id: Mapped[int | None] = mapped_column(sa.ForeignKey("questions.id", ondelete="SET NULL"), index=True)
    shown_values: Mapped[list[str]] = mapped_column(sa.JSON, default=list)
    retention_days: Mapped[int | None]
    removed_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    section: Mapped[Section | None] = relationship()
    wordings: Mapped[list["Wording"]] = relationship(
        cascade="all, delete-orphan", passive_deletes=True, order_by="Wording.number", back_populates="question"
    )

    @property
    def wording(self) -> "Wording":
        """What it asks now."""
        return self.wordings[-1]

    @property
    def asks(self) -> Asks:
        return self.wording.asks

    @property
    def field(self) -> str:
        """What pages call the answer to it."""
        return f"{FIELD}{self.name}"

    @property
    def is_removed(self) -> bool:
        return self.removed_at is not None


class Wording(Published, Model):
    """One version of what a question asks; never edited once somebody has answered it.

    `label` and `help` by language. `options` of one or several: [{"value": "a", "pl": "...", "en": "..."}]. `limits` by the
    sort of answer: {"least": 1, "most": 10} for numbers and lengths, {"bytes": 5000000, "types": ["pdf"]} for files.
    """

    __tablename__ = "question_wordings"
    __table_args__ = (sa.UniqueConstraint("question_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(sa.ForeignKey("questions.id", ondelete="CASCADE"))
    number: Mapped[int] = mapped_column(default=1)
    asks: Mapped[Asks] = mapped_column(word(Asks))
    label: Mapped[dict[str, str]] = mapped_column(sa.JSON, default=dict)
    help: Mapped[dict[str, str]] = mapped_column(sa.JSON, default=dict)
    options: Mapped[list[dict[str, str]]] = mapped_column(sa.JSON, default=list)
    limits: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    made_at: Mapped[datetime] = mapped_column(default=clock.now)

    question: Mapped[Question] = relationship(back_populates="wordings")
