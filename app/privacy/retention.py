"""How long data is kept, and what happens when that time is over: a warning, then the deletion, in batches, by itself."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from app import clock
from app.admission.models import Invitee, Rules
from app.db import db
from app.errors import Refused
from app.events.members import Membership, Post
from app.events.models import Event, EventStatus
from app.mail import folder, outbox
from app.mail.models import Message
from app.privacy import erasing, records
from app.privacy.models import Deleted
from app.questions.models import Question, Wording
from app.registration import places
from app.registration.models import Answer, Party, Registration
from app.replies.models import Response

LETTER = "retention_warning"
WARNED_BEFORE = timedelta(days=7)
LONGEST = 36_500
BATCH = 100


@dataclass(frozen=True)
class Sooner:
    """A question whose answers go before everything else does."""

    question: Question
    label: str
    until: date


@dataclass(frozen=True)
class Kept:
    """Until when data of an event is kept: all of it, and the answers that go sooner; `None` where nobody has said."""

    until: date | None
    sooner: list[Sooner]


@dataclass(frozen=True)
class Due:
    """What goes on one day: the answers to one question, or everything where there is none."""

    on: date
    question: Question | None
    people: int
    answers: int


def rules_of(event: Event) -> Rules | None:
    return db.session.scalar(sa.select(Rules).where(Rules.event_id == event.id))


def rules(event: Event) -> Rules:
    """The event's rules; made with the first of them."""
    found = rules_of(event)
    if found is None:
        found = Rules(event_id=event.id)
        db.session.add(found)
        db.session.flush()
    return found


def days(event: Event) -> int | None:
    """How many days after the event everything is kept."""
    return db.session.scalar(sa.select(Rules.retention_days).where(Rules.event_id == event.id))


def asked(event: Event) -> Sequence[Question]:
    """All questions, those that were removed among them: their answers are kept."""
    query = sa.select(Question).where(Question.event_id == event.id)
    return db.session.scalars(query.order_by(Question.rank, Question.id)).all()


def limited(event: Event) -> list[Question]:
    """The questions with a time of their own."""
    return [question for question in asked(event) if question.retention_days is not None]


def labels(questions: Sequence[Question], language: str) -> dict[int, str]:
    """What questions ask now, in this language or another; by the number of the question."""
    query = sa.select(Wording).where(Wording.question_id.in_([question.id for question in questions]))
    newest = {wording.question_id: wording for wording in db.session.scalars(query.order_by(Wording.number))}
    names = {question.id: question.name for question in questions}
    return {number: name if number not in newest else said(newest[number], language) or name for number, name in names.items()}


def said(wording: Wording, language: str) -> str:
    return wording.label.get(language) or next(filter(None, wording.label.values()), "")


def day(event: Event, days: int | None) -> date | None:
    """The day on which so much time after the event is over; not known for one without dates."""
    if days is None or event.is_postponed:
        return None
    return event.local_ends_at.date() + timedelta(days=days)


def midnight(event: Event, on: date) -> datetime:
    """When that day begins where the event is."""
    return datetime.combine(on, time(), event.timezone)


def today(event: Event) -> date:
    return clock.now().astimezone(event.timezone).date()


def kept(event: Event, language: str) -> Kept:
    """Until when a person's data is kept, as it is told at the form."""
    days, questions = times(event)
    until = day(event, days)
    names = labels(questions, language) if questions else {}
    sooner = [Sooner(question, names[question.id], on) for question in questions if (on := day(event, question.retention_days))]
    return Kept(until, [one for one in sooner if until is None or one.until < until])


def times(event: Event) -> tuple[int | None, list[Question]]:
    """How many days everything is kept, and the questions of the form with a time of their own; one statement."""
    asked = sa.and_(Question.event_id == Event.id, Question.retention_days.is_not(None), Question.removed_at.is_(None))
    of_event = sa.select(Rules.retention_days, Question).select_from(Event).outerjoin(Rules, Rules.event_id == Event.id)
    both = of_event.outerjoin(Question, asked).where(Event.id == event.id).order_by(Question.rank)
    found: Sequence[Any] = db.session.execute(both).all()
    return found[0][0], [question for _days, question in found if question is not None]


def change(event: Event, whole: int | None, by_question: dict[int, int | None]) -> None:
    """Set how long everything and the answers to each question are kept; a day that has come is refused."""
    refuse_past(event, whole, "whole")
    for question in asked(event):
        wanted = by_question.get(question.id, question.retention_days)
        refuse_past(event, wanted, f"question-{question.id}")
        if whole is not None and wanted is not None and wanted > whole:
            longest = _("Answers cannot be kept longer than everything else: %(number)d days at most.", number=whole)
            raise Refused(longest, field=f"question-{question.id}")
        question.retention_days = wanted
    if whole is not None or rules_of(event) is not None:
        rules(event).retention_days = whole


def number(text: str) -> int | None:
    """A number of days as somebody types it; nothing for no limit. Raises `Refused`."""
    typed = text.strip()
    if not typed:
        return None
    if not (typed.isascii() and typed.isdecimal() and len(typed) < 6 and int(typed) <= LONGEST):
        raise Refused(_("Write a number of days from 0 to %(most)d, or leave the field empty.", most=LONGEST))
    return int(typed)


def refuse_past(event: Event, days: int | None, field: str) -> None:
    """Nothing is deleted at once by a slip of the hand: a new day is tomorrow at the earliest."""
    on = day(event, days)
    if on is not None and on <= today(event):
        raise Refused(_("That day has come already. Choose a time that ends tomorrow or later."), field=field)


def plan(event: Event) -> list[Due]:
    """What will go and when, as things are now; the soonest first."""
    found = [due for due in (due_of(event, question) for question in limited(event)) if due]
    if (on := day(event, days(event))) and (people := people_left(event)) + others_left(event):
        found.append(Due(on, None, people, answers_left(event)))
    return sorted(found, key=lambda due: (due.on, due.question is None))


def due_of(event: Event, question: Question) -> Due | None:
    on = day(event, question.retention_days)
    number = db.session.scalar(sa.select(sa.func.count()).where(Answer.question_id == question.id)) or 0
    return Due(on, question, number, number) if on and number else None


def people_left(event: Event) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(Registration).where(*living(event))) or 0


def living(event: Event) -> list[sa.ColumnElement[bool]]:
    return [Registration.event_id == event.id, Registration.erased_at.is_(None)]


def answers_left(event: Event) -> int:
    of_event = sa.select(sa.func.count()).select_from(Answer).join(Registration).where(*living(event))
    return db.session.scalar(of_event) or 0


def others_left(event: Event) -> int:
    """People who were asked to register, who registered others or whose calendar answered, registered themselves or not."""
    return len(invitees_left(event)) + len(contacts_left(event)) + responses_left(event)


def responses_left(event: Event) -> int:
    """Answers of calendars that say who answered and are about nobody who is registered."""
    of_nobody = Response.event_id == event.id, Response.attendee != "", Response.registration_id.is_(None)
    return db.session.scalar(sa.select(sa.func.count()).select_from(Response).where(*of_nobody)) or 0


def invitees_left(event: Event) -> Sequence[Invitee]:
    return db.session.scalars(sa.select(Invitee).where(Invitee.event_id == event.id, Invitee.email != "")).all()


def contacts_left(event: Event) -> Sequence[Party]:
    return db.session.scalars(sa.select(Party).where(Party.event_id == event.id, Party.contact_email != "")).all()


def due_within(by: timedelta) -> Iterator[Event]:
    """Events at which the time of something that is left is over within so long; one statement, however many there are."""
    whole = sa.select(Rules.retention_days).where(Rules.event_id == Event.id).scalar_subquery()
    is_answered = sa.exists().where(Answer.question_id == Question.id)
    sooner = sa.select(sa.func.min(Question.retention_days)).where(Question.event_id == Event.id, is_answered).scalar_subquery()
    is_left = (
        sa.exists().where(Registration.event_id == Event.id, Registration.erased_at.is_(None))
        | sa.exists().where(Invitee.event_id == Event.id, Invitee.email != "")
        | sa.exists().where(Party.event_id == Event.id, Party.contact_email != "")
        | sa.exists().where(Response.event_id == Event.id, Response.attendee != "", Response.registration_id.is_(None))
    )
    over = Event.ends_at <= clock.now() + by, Event.status != EventStatus.POSTPONED
    found = sa.select(Event, whole, sooner).where(*over, whole.is_not(None) | sooner.is_not(None), is_left)
    for event, *times in db.session.execute(found.order_by(Event.id)).all():
        on = day(event, min(days for days in times if days is not None))
        if on is not None and on - by <= today(event):
            yield event


def warn() -> int:
    """Write to the owners a week before something goes, once for each day; returns how many letters were put."""
    number = 0
    for event in due_within(WARNED_BEFORE):
        near = {due.on for due in plan(event) if due.on - WARNED_BEFORE <= today(event)}
        number += sum(warn_owners(event, on) for on in sorted(near))
    return number


def warn_owners(event: Event, on: date) -> int:
    owners = sa.select(Membership).where(Membership.post == Post.OWNER, of_event(event)).order_by(Membership.id)
    told = {member.user_id: member.user for member in db.session.scalars(owners) if member.user.active}
    return sum(
        outbox.put(
            LETTER,
            to_name=user.name,
            to_address=user.email,
            language=user.language,
            thread=f"retention:{event.id}:{on.isoformat()}:{user.id}",
            once=f"retention:{event.id}:{on.isoformat()}:{user.id}",
        )
        for user in told.values()
    )


def of_event(event: Event) -> sa.ColumnElement[bool]:
    """Memberships of the event's team and of its programme's."""
    own = Membership.event_id == event.id
    return own | (Membership.programme_id == event.programme_id) if event.programme_id else own


def carry_out() -> int:
    """Delete what is due, one batch of one event at a time; returns how many people it concerned."""
    for event in due_within(timedelta()):
        if number := delete_due(event):
            return number
    return 0


def delete_due(event: Event) -> int:
    """One batch of what is due at an event, decided anew under its lock, so that two workers do it once."""
    places.lock(event)
    for due in plan(event):
        if due.on <= today(event):
            return delete_all(event, due) if due.question is None else delete_answers(event, due.question, due)
    return 0


def delete_all(event: Event, due: Due) -> int:
    """Erase people, the oldest first; with the last of them whoever was only invited or registered others."""
    living_here = sa.select(Registration).where(*living(event)).order_by(Registration.id).limit(BATCH)
    people = db.session.scalars(living_here).all()
    if people:
        erasing.scrub(people)
    number = len(people)
    if not people_left(event):
        number += erase_others(event)
        erasing.forget_answers_of_calendars(Response.event_id == event.id)
    records.retention(event, Deleted.PARTICIPANTS, number, midnight(event, due.on))
    return number


def erase_others(event: Event) -> int:
    invitees, contacts = invitees_left(event), contacts_left(event)
    for invitee in invitees:
        erasing.forget_invitee(invitee)
    for party in contacts:
        erasing.forget_contact(party)
    return len(invitees) + len(contacts)


def delete_answers(event: Event, question: Question, due: Due) -> int:
    """The answers to one question, with the files of letters, which may have told them."""
    given = sa.select(Registration).join(Answer).where(Answer.question_id == question.id).order_by(Registration.id)
    people = db.session.scalars(given.limit(BATCH)).all()
    erasing.forget_answers([person.id for person in people], question.id)
    threads = [person.thread for person in people]
    folder.remove(db.session.scalars(sa.select(Message.id).where(Message.thread.in_(threads))).all())
    records.retention(event, Deleted.ANSWERS, len(people), midnight(event, due.on), question.name)
    return len(people)
