"""What an organiser does with the form: questions added, changed, ordered and taken away; sections; conditions."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import joinedload, selectinload

from app import clock
from app.db import db
from app.errors import Refused
from app.events.models import Event
from app.questions import form, typing, values
from app.questions.models import Asks, Question, Section, Wording

UP, DOWN = -1, 1
MOST_QUESTIONS = 100


@dataclass(frozen=True)
class Told:
    """What an organiser types about a question; cleaned and checked by the acts.

    `options` are rows of {"value", "pl", "en"}; `limits` are as typed; `shown` says when it is shown, each as "question:value".
    """

    label: Mapping[str, str]
    help: Mapping[str, str] = field(default_factory=dict)
    options: Sequence[Mapping[str, str]] = ()
    limits: Mapping[str, Any] = field(default_factory=dict)
    is_required: bool = False
    section_id: int | None = None
    shown: Sequence[str] = ()
    name: str = ""
    retention: str = ""


@dataclass(frozen=True)
class Words:
    """The same after cleaning, as far as a version of the question holds it."""

    label: dict[str, str]
    help: dict[str, str]
    options: list[dict[str, str]]
    limits: dict[str, Any]

    def differ(self, wording: Wording) -> bool:
        return any(getattr(wording, name) != value for name, value in vars(self).items())


def clean(asks: Asks, told: Told) -> Words:
    """Raises `Refused` at the field that is wrong."""
    options = typing.options(asks, told.options)
    return Words(typing.label(told.label), typing.help_text(told.help), options, typing.limits(asks, told.limits, options))


def add(event: Event, asks: Asks, told: Told) -> Question:
    """A new question at the end of its section."""
    words = clean(asks, told)
    questions = everything(event)
    if len(questions) >= MOST_QUESTIONS:
        raise Refused(_("A form has %(most)d questions at most.", most=MOST_QUESTIONS))
    section = section_of(event, told.section_id)
    question = Question(
        event_id=event.id,
        section=section,
        name=typing.name(told.name, words.label, {one.name for one in questions}),
        rank=1 + max((one.rank for one in questions if one.section is section), default=0),
        is_required=told.is_required,
        retention_days=typing.days(told.retention),
        wordings=[Wording(number=1, asks=asks, **vars(words))],
    )
    ahead = [one for one in standing(questions) if form.place(one.section) <= form.place(section)]
    condition(question, told.shown, ahead)
    db.session.add(question)
    db.session.flush()
    return question


def change(event: Event, question_id: int, told: Told, *, answered: Collection[int]) -> Question:
    """Other words are a new version where somebody has answered the present one (its id is in `answered`)."""
    questions = everything(event)
    question = found(questions, question_id)
    words = clean(question.asks, told)
    keep_conditions(questions, question, words)
    question.is_required, question.retention_days = told.is_required, typing.days(told.retention)
    if told.section_id != question.section_id:
        put_last(questions, question, section_of(event, told.section_id))
    order = standing(questions)
    condition(question, told.shown, order[: order.index(question)] if question in order else [])
    refuse_order(order)
    reword(question, words, answered)
    db.session.flush()
    return question


def reword(question: Question, words: Words, answered: Collection[int]) -> None:
    wording = question.wording
    if not words.differ(wording):
        return
    if wording.id in answered:
        question.wordings.append(Wording(number=wording.number + 1, asks=wording.asks, **vars(words)))
        return
    for name, value in vars(words).items():
        setattr(wording, name, value)


def condition(question: Question, shown: Sequence[str], ahead: Sequence[Question]) -> None:
    """Let the question be shown when an earlier one has one of these answers, or always where there are none."""
    numbers, chosen = typing.condition(shown)
    if not numbers:
        question.shown_when_id, question.shown_values = None, []
        return
    source = next((one for one in ahead if one.id in numbers and one.asks in form.CHOOSING), None)
    if source is None:
        raise Refused(_("A question can depend only on one that stands before it and has answers to choose from."), "shown")
    if len(numbers) > 1:
        raise Refused(_("Choose answers of one question only"), "shown")
    unknown = set(chosen) - set(possible(source))
    if unknown:
        raise Refused(_("Choose from the answers of the list"), "shown")
    question.shown_when_id, question.shown_values = source.id, [value for value in possible(source) if value in chosen]


def possible(question: Question) -> list[str]:
    """The answers that can be chosen."""
    return [values.YES, values.NO] if question.asks is Asks.YES else values.values_of(question.wording)


def keep_conditions(questions: Sequence[Question], question: Question, words: Words) -> None:
    """Raises `Refused` where an option goes by which another question is shown."""
    if question.asks not in {Asks.ONE, Asks.SEVERAL}:
        return
    left = {option["value"] for option in words.options}
    for other in standing(questions):
        if other.shown_when_id == question.id and set(other.shown_values) - left:
            reason = _("“%(label)s” is shown by an answer that you take away. Change it first.", label=name(other))
            raise Refused(reason, "options")


def remove(event: Event, question_id: int) -> Question:
    """Ask no more; the answers stay, and so does the question where they are read."""
    questions = everything(event)
    question = found(questions, question_id)
    for other in standing(questions):
        if other.shown_when_id == question.id:
            raise Refused(_("“%(label)s” is shown by the answer to this question. Change it first.", label=name(other)))
    if not question.is_removed:
        question.removed_at = clock.now()
    return question


def restore(event: Event, question_id: int) -> Question:
    """Ask again, at the end of its section; a condition that holds no more is dropped."""
    questions = everything(event)
    question = found(questions, question_id)
    question.removed_at = None
    put_last(questions, question, question.section)
    order = standing(questions)
    source = next((one for one in order[: order.index(question)] if one.id == question.shown_when_id), None)
    if source is None or not set(question.shown_values) <= set(possible(source)):
        question.shown_when_id, question.shown_values = None, []
    return question


def move(event: Event, question_id: int, way: int) -> Question:
    """One place `UP` or `DOWN`; from the edge of a section into the next one."""
    questions = everything(event)
    question = found(questions, question_id)
    row = [one for one in standing(questions) if one.section is question.section]
    place_in_row = row.index(question) + way
    if 0 <= place_in_row < len(row):
        row.insert(place_in_row, row.pop(row.index(question)))
        number(row)
    else:
        into_next(event, questions, question, way)
    refuse_order(standing(questions))
    return question


def into_next(event: Event, questions: Sequence[Question], question: Question, way: int) -> None:
    """The end of the section above, or the beginning of the one below; at the form's own edge nothing happens."""
    rows: list[Section | None] = [None, *sections(event)]
    target = rows.index(question.section) + way
    if not 0 <= target < len(rows):
        return
    row = [one for one in standing(questions) if one.section is rows[target]]
    question.section = rows[target]
    number([*row, question] if way == UP else [question, *row])


def place(event: Event, question_id: int, before: int | None) -> Question:
    """Put the question before another one, or at the end of the form."""
    questions = everything(event)
    question = found(questions, question_id)
    if before is None:
        put_last(questions, question, next(reversed(sections(event)), None))
    elif before != question_id:
        target = found(questions, before)
        row = [one for one in standing(questions) if one.section is target.section and one is not question]
        question.section = target.section
        row.insert(row.index(target), question)
        number(row)
    refuse_order(standing(questions))
    return question


def place_before_section(event: Event, question_id: int, section_id: int) -> Question:
    """Put the question at the end of what stands before the section."""
    questions = everything(event)
    question = found(questions, question_id)
    rows: list[Section | None] = [None, *sections(event)]
    put_last(questions, question, rows[rows.index(section(event, section_id)) - 1])
    refuse_order(standing(questions))
    return question


def put_last(questions: Sequence[Question], question: Question, section: Section | None) -> None:
    question.section = section
    number([*(one for one in standing(questions) if one.section is section and one is not question), question])


def number(row: Sequence[Question]) -> None:
    for rank, question in enumerate(row, 1):
        question.rank = rank


def refuse_order(order: Sequence[Question]) -> None:
    """Raises `Refused` where a question would come before the one whose answer shows it."""
    places = {question.id: place for place, question in enumerate(order)}
    for question in order:
        source = question.shown_when_id
        if source in places and places[source] > places[question.id]:
            facts = {"shown": name(question), "label": name(order[places[source]])}
            raise Refused(_("“%(shown)s” is shown by the answer to “%(label)s”, so it stays below.", **facts))


def add_section(event: Event, title: Mapping[str, str]) -> Section:
    """A new section at the end."""
    ranks = [section.rank for section in sections(event)]
    section = Section(event_id=event.id, title=typing.title(title), rank=1 + max(ranks, default=0))
    db.session.add(section)
    db.session.flush()
    return section


def rename_section(event: Event, section_id: int, title: Mapping[str, str]) -> Section:
    changed = section(event, section_id)
    changed.title = typing.title(title)
    return changed


def move_section(event: Event, section_id: int, way: int) -> Section:
    """One place up or down, with its questions."""
    moved, row = section(event, section_id), sections(event)
    target = row.index(moved) + way
    if 0 <= target < len(row):
        row.insert(target, row.pop(row.index(moved)))
    for rank, one in enumerate(row, 1):
        one.rank = rank
    refuse_order(standing(everything(event)))
    return moved


def remove_section(event: Event, section_id: int) -> None:
    """Take the heading away; its questions go to the end of the section above."""
    gone, rows = section(event, section_id), [None, *sections(event)]
    questions = everything(event)
    above = rows[rows.index(gone) - 1]
    for question in [one for one in form.in_order(questions) if one.section is gone]:
        put_last(questions, question, above)
    db.session.flush()
    db.session.delete(gone)


def everything(event: Event) -> list[Question]:
    """All questions the event has or had, read anew."""
    query = sa.select(Question).where(Question.event_id == event.id)
    together = joinedload(Question.section), selectinload(Question.wordings)
    return list(db.session.scalars(query.options(*together), execution_options={"populate_existing": True}))


def standing(questions: Sequence[Question]) -> list[Question]:
    """Those that are asked, in order."""
    return form.in_order(question for question in questions if not question.is_removed)


def found(questions: Sequence[Question], question_id: int) -> Question:
    """Raises `NoResultFound`."""
    for question in questions:
        if question.id == question_id:
            return question
    raise NoResultFound


def sections(event: Event) -> list[Section]:
    query = sa.select(Section).where(Section.event_id == event.id).order_by(Section.rank, Section.id)
    return list(db.session.scalars(query))


def section(event: Event, section_id: int) -> Section:
    """Raises `NoResultFound`."""
    return db.session.execute(sa.select(Section).where(Section.event_id == event.id, Section.id == section_id)).scalar_one()


def section_of(event: Event, section_id: int | None) -> Section | None:
    """The section of this number, if the event has one."""
    return next((one for one in sections(event) if one.id == section_id), None)


def name(question: Question) -> str:
    return values.said(question.wording.label, "pl")
