"""The form of an event: its questions in order, in their newest words, and what is shown given the answers so far."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from app.db import db
from app.errors import Refused
from app.events.models import Event, Organisation
from app.questions import values
from app.questions.models import Asks, Question, Section

Typed = Mapping[str, Sequence[str]]
"""What was typed, by the names of questions."""

CHOOSING = frozenset({Asks.ONE, Asks.SEVERAL, Asks.YES})
"""What a condition can ask about."""

SUGGESTED = 500
ASKED = (
    sa.select(Question)
    .where(Question.event_id == sa.bindparam("event"), Question.removed_at.is_(None))
    .options(joinedload(Question.section), selectinload(Question.wordings))
)


@dataclass(frozen=True)
class Part:
    """The questions under one heading; those that stand before the first section have none."""

    section: Section | None
    questions: Sequence[Question]


@dataclass
class Reading:
    """What a sent form says: which questions apply and which do not, the values by id, and what is wrong, by name."""

    shown: list[Question] = field(default_factory=list)
    passed: list[Question] = field(default_factory=list)
    values: dict[int, Any] = field(default_factory=dict)
    refusals: dict[str, Refused] = field(default_factory=dict)

    def applies(self, question: Question) -> bool:
        """Whether the answers so far call for this question."""
        if question.shown_when_id is None:
            return True
        return not values.words(self.values.get(question.shown_when_id)).isdisjoint(question.shown_values)

    def take(self, question: Question, answers: Sequence[str]) -> None:
        self.shown.append(question)
        try:
            value = values.read(question.wording, answers, is_required=question.is_required)
        except Refused as refusal:
            self.refusals[question.name] = Refused(refusal.message, question.field)
        else:
            if value is not None:
                self.values[question.id] = value


@dataclass(frozen=True)
class Form:
    """What an event asks, in order."""

    questions: Sequence[Question]

    @property
    def parts(self) -> list[Part]:
        by_section = groupby(self.questions, key=lambda question: question.section)
        return [Part(section, list(questions)) for section, questions in by_section]

    def read(self, typed: Typed) -> Reading:
        """Take the answers one after another; a question whose condition does not hold is passed over with its answer."""
        reading = Reading()
        for question in self.questions:
            if reading.applies(question):
                reading.take(question, typed.get(question.name, ()))
            else:
                reading.passed.append(question)
        return reading

    @property
    def about_others(self) -> "Form":
        """What one person is asked about another: what has to be answered, and what decides whether it has; no files."""
        wanted: set[int | None] = set()
        for question in reversed(self.questions):
            if question.id in wanted or (question.is_required and question.asks is not Asks.FILE):
                wanted |= {question.id, question.shown_when_id}
        return Form([question for question in self.questions if question.id in wanted])

    def by_id(self, number: int | None) -> Question | None:
        return next((question for question in self.questions if question.id == number), None)


def of(event: Event) -> Form:
    """One statement where nothing is asked, two where something is."""
    return Form(in_order(db.session.scalars(ASKED, {"event": event.id})))


def in_order(questions: Iterable[Question]) -> list[Question]:
    return sorted(questions, key=lambda question: (place(question.section), question.rank, question.id))


def place(section: Section | None) -> tuple[int, int]:
    return (section.rank, section.id) if section else (-1, 0)


def events_that_ask() -> sa.Select[int]:
    """The ids of events with questions."""
    return sa.select(Question.event_id).where(Question.removed_at.is_(None))


def filterable(questions: Iterable[Question]) -> list[Question]:
    """Those by whose answers a list of people can be narrowed."""
    return [question for question in questions if question.asks in CHOOSING | {Asks.COUNTRY}]


def suggestions(question: Question) -> list[str]:
    """What a field for a municipality offers: the organiser's own list, else the register of organisations."""
    if question.wording.options:
        return [values.said(option, "pl") for option in question.wording.options]
    names = sa.select(Organisation.name).order_by(Organisation.folded, Organisation.id)
    return list(db.session.scalars(names.limit(SUGGESTED)))
