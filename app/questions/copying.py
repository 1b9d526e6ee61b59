"""The form of one event copied to another: the newest words and the conditions, never an answer."""

import sqlalchemy as sa

from app.db import db
from app.events.models import Event
from app.questions import editing, form, typing
from app.questions.models import Question, Section, Wording

KEPT = ("asks", "label", "help", "options", "limits")


def copy(source: Event, event: Event) -> int:
    """Add the questions of the source below those of the event; returns how many."""
    taken = {question.name for question in editing.everything(event)}
    sections = copied_sections(source, event)
    made: dict[int, Question] = {}
    for question in form.of(source).questions:
        copied = copy_of(question, event, taken)
        copied.section = sections.get(question.section_id or 0)
        copied.rank = question.rank if copied.section else after_the_last(event) + len(made)
        if question.shown_when_id in made:
            copied.shown_when_id, copied.shown_values = made[question.shown_when_id].id, list(question.shown_values)
        made[question.id] = copied
        taken.add(copied.name)
        db.session.add(copied)
        db.session.flush()
    return len(made)


def copied_sections(source: Event, event: Event) -> dict[int, Section]:
    """New sections of the event, after its own, by the numbers of those that they are made after."""
    last = max((section.rank for section in editing.sections(event)), default=0)
    made = {
        section.id: Section(event_id=event.id, title=dict(section.title), rank=last + place)
        for place, section in enumerate(editing.sections(source), 1)
    }
    db.session.add_all(made.values())
    db.session.flush()
    return made


def copy_of(question: Question, event: Event, taken: set[str]) -> Question:
    name = question.name if question.name not in taken else typing.name("", {"en": question.name}, taken)
    return Question(
        event_id=event.id,
        name=name,
        is_required=question.is_required,
        retention_days=question.retention_days,
        wordings=[Wording(number=1, **{kept: getattr(question.wording, kept) for kept in KEPT})],
    )


def after_the_last(event: Event) -> int:
    """A rank below all questions that stand before the first section."""
    of_event = sa.select(sa.func.max(Question.rank)).where(Question.event_id == event.id, Question.section_id.is_(None))
    return 1 + (db.session.scalar(of_event) or 0)
