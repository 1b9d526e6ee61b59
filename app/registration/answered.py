"""What people answered to an event's own questions: read, kept with the words that were asked, and told."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from app import clock
from app.agenda import steps
from app.db import db
from app.errors import Refused
from app.events.models import Event
from app.files import store
from app.files.models import File
from app.questions import form, values
from app.questions.form import Form, Reading, Typed
from app.questions.models import Question
from app.registration import places
from app.registration.models import Answer, Registration

LONGEST_TEXT = 4000
TOGETHER = 500
MOST_UNCLAIMED = 500_000_000
"""Bytes of files whose forms have not been sent to the end; a bound to what strangers can put here."""


def read(event: Event, typed: Typed | None) -> Reading | None:
    """What a form says, `None` where nobody was asked; raises `Refused` at the first answer that is wrong."""
    return None if typed is None else checked(form.of(event), typed)


def checked(asked: Form, typed: Typed) -> Reading:
    """What these answers say; raises `Refused` at the first that is wrong."""
    reading = asked.read(typed)
    for refusal in reading.refusals.values():
        raise refusal
    return reading


def told(typed: Typed | None) -> list[object]:
    """The answers as one form is told from another."""
    return [sorted((name, list(answers)) for name, answers in (typed or {}).items() if any(answers))] if typed else []


def keep(registration: Registration, reading: Reading | None) -> None:
    """Put these answers in place of the former ones. What was answered to a question that is not asked here stays."""
    if reading is None or not reading.shown:
        return
    former = {answer.question_id: answer for answer in registration.answers}
    for question in reading.shown:
        if question.id in reading.values:
            write(registration, question, reading.values[question.id], former.pop(question.id, None))
    for question in (*reading.shown, *reading.passed):
        if question.id in former:
            registration.answers.remove(former[question.id])


def write(registration: Registration, question: Question, value: object, answer: Answer | None) -> None:
    """A file that is replaced is forgotten by the worker, since nothing refers to it any more."""
    file = value if isinstance(value, File) else None
    if file is not None and (answer is None or file.id != answer.file_id):
        refuse_taken(question, file)
    if answer is None:
        answer = Answer(question=question)
        registration.answers.append(answer)
    stored = file.name if file else value
    if answer.value != stored or answer.wording is not question.wording:
        answer.answered_at = clock.now()
    answer.wording, answer.value, answer.file_id = question.wording, stored, file.id if file else None
    answer.text = values.text(question.wording, stored, registration.event.language)[:LONGEST_TEXT]


def refuse_taken(question: Question, file: File) -> None:
    """A key that was sent by hand may name a file that is something else's."""
    with db.session.no_autoflush:
        is_taken = store.is_needed(file)
    if is_taken:
        raise Refused(_("This file is not here any more. Choose it again."), question.field)


def keep_file(question: Question, name: str, content: bytes) -> str:
    """The key of a file that a form brings; raises `Refused`. It is forgotten after a day if the form is never sent."""
    media_type = values.media_type(question.wording, name, content)
    if store.unneeded_bytes() + len(content) > MOST_UNCLAIMED:
        raise Refused(_("Too many files are being sent just now. Try again in an hour, or go on without the file."))
    return store.put(name, media_type, content).key


def change(registration: Registration, typed: Typed | None) -> None:
    """Put other answers in place of the former ones; raises `Refused`."""
    keep(registration, read(registration.event, typed))


def as_typed(registration: Registration) -> dict[str, list[str]]:
    """What fields show of the answers; a file goes by its key."""
    mine = Answer.registration_id == registration.id
    query = sa.select(Answer, File.key).outerjoin(File, Answer.file_id == File.id).where(mine)
    together = joinedload(Answer.question), joinedload(Answer.wording)
    rows = db.session.execute(query.options(*together)).all()
    return {answer.question.name: [key] if key else values.as_typed(answer.wording, answer.value) for answer, key in rows}


def of(registration: Registration) -> list[Answer]:
    """Somebody's answers in the order of the form, with the words that were asked."""
    query = sa.select(Answer).where(Answer.registration_id == registration.id)
    wording = joinedload(Answer.wording)
    question = joinedload(Answer.question)
    answers = db.session.scalars(query.options(wording, question, question.joinedload(Question.section)))
    return sorted(answers, key=lambda answer: (form.place(answer.question.section), answer.question.rank, answer.id))


def unanswered(registration: Registration) -> list[Question]:
    """The questions that everybody is to answer and this person was never asked: somebody else filled the form in for them."""
    asked = form.of(registration.event)
    if not any(question.is_required for question in asked.questions):
        return []
    typed = as_typed(registration)
    return [question for question in asked.read(typed).shown if question.is_required and question.name not in typed]


def read_together(people: Sequence[Registration]) -> None:
    """Bring the answers of several people in one statement, as if each had been asked for theirs."""
    query = sa.select(Answer).where(Answer.registration_id.in_([person.id for person in people])).order_by(Answer.id)
    answers = list(db.session.scalars(query.options(joinedload(Answer.question), joinedload(Answer.wording))))
    for person in people:
        set_committed_value(person, "answers", [answer for answer in answers if answer.registration_id == person.id])


def text(answer: Answer, language: str) -> str:
    """The answer in words of this language."""
    return values.text(answer.wording, answer.value, language)


def columns(event: Event) -> list[Question]:
    """What a table of participants can show: the questions that are asked, and those once asked that somebody answered."""
    answered = sa.select(Answer.question_id).where(Answer.question_id == Question.id)
    query = sa.select(Question).where(Question.event_id == event.id, Question.removed_at.is_(None) | answered.exists())
    together = joinedload(Question.section), selectinload(Question.wordings)
    return form.in_order(db.session.scalars(query.options(*together)))


def texts(people: Sequence[Registration], questions: Sequence[Question], language: str) -> Mapping[int, Mapping[int, str]]:
    """The answers of these people to these questions, by the person's id and the question's; one statement each 500 people."""
    wordings = {wording.id: wording for question in questions for wording in question.wordings}
    found: dict[int, dict[int, str]] = {person.id: {} for person in people}
    for person_id, question_id, wording_id, value in cells(people, questions):
        found[person_id][question_id] = values.text(wordings[wording_id], value, language)
    return found


def cells(people: Sequence[Registration], questions: Sequence[Question]) -> Iterator[tuple[int, int, int, Any]]:
    """Who answered what in which words."""
    facts = Answer.registration_id, Answer.question_id, Answer.wording_id, Answer.value
    ids, asked = [person.id for person in people], [question.id for question in questions]
    for start in range(0, len(ids) if asked else 0, TOGETHER):
        among = Answer.registration_id.in_(ids[start : start + TOGETHER])
        for row in db.session.execute(sa.select(*facts).where(among, Answer.question_id.in_(asked))):
            yield row[0], row[1], row[2], row[3]


def wordings_in_use(event: Event) -> frozenset[int]:
    """The versions of questions that somebody has answered; until the transaction ends nobody answers another."""
    steps.lock()
    places.lock(event)
    query = sa.select(Answer.wording_id).join(Question).where(Question.event_id == event.id).distinct()
    return frozenset(db.session.scalars(query))


def counts(event: Event) -> Mapping[int, int]:
    """How many answers each question has."""
    query = sa.select(Answer.question_id, sa.func.count()).join(Question).where(Question.event_id == event.id)
    return {row[0]: row[1] for row in db.session.execute(query.group_by(Answer.question_id))}


def file_of(registration: Registration, question_id: int) -> File:
    """The file that somebody answered with; raises `NoResultFound`."""
    mine = Answer.registration_id == registration.id, Answer.question_id == question_id
    return db.session.execute(sa.select(File).join(Answer, Answer.file_id == File.id).where(*mine)).scalar_one()
