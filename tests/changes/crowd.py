"""People at an event that is told of, and what each of them was written."""

from datetime import datetime, timedelta
from types import ModuleType
from typing import Any

import icalendar
import sqlalchemy as sa
from flask import current_app
from flask_babel import force_locale

from app import clock, composing
from app.agenda import editing
from app.agenda.models import Answer, Session
from app.changes import telling, versions
from app.changes.models import Version
from app.db import db, transaction
from app.events.models import Event
from app.mail import rendering
from app.mail.letters import Letter
from app.mail.models import Message, MessageStatus
from app.mail.rendering import Content
from app.panels import engaging
from app.panels.models import Engagement
from app.registration.models import Registration
from tests import make

BY = "Olga Organizacyjna"
SETTLED = timedelta(minutes=20)


def a_public_event(**facts: Any) -> Event:
    """An event with its first version, of which people choose sessions unless said otherwise."""
    return make.an_event(**{"asks_sessions": True, "title": "Smart City", **facts})


def begin(event: Event) -> Event:
    """Let what there is be what people know, with nothing in the outbox."""
    with transaction():
        versions.begin(event, BY)
        db.session.execute(sa.update(Message).values(status=MessageStatus.SENT))
    return event


def a_panelist(session: Session, name: str, *, answer: Answer | None = Answer.ACCEPTED) -> Engagement:
    """Somebody with an address on the session, who was asked and answered."""
    address = f"{name.split(maxsplit=1)[0].lower()}.{session.id}@example.org"
    person = make.a_person(name=name, email=address)
    make.an_appearance(session, person_id=person.id)
    with transaction():
        engagement = engaging.ask(session.event, person)
    if answer is not None:
        with transaction():
            engaging.answer(engagement, {session.id: answer}, "")
    return engagement


def coming_to(event: Event, *sessions: Session, **facts: Any) -> Registration:
    return make.a_registration(event, sessions=[session.id for session in sessions], **facts)


def put_at(session: Session, hour: str) -> None:
    day = session.local_starts_at.date()
    with transaction():
        editing.put_at(session.event, session.id, by=BY, starts_at=make.at(f"{day} {hour}"))


def pass_by(clock_of_test: ModuleType, span: timedelta = SETTLED) -> datetime:
    moment = clock.now() + span
    clock_of_test.stand_at(moment)
    return moment


def tell(event: Event, by: str = BY) -> Version | None:
    with transaction():
        return telling.tell(event, by)


def tell_settled() -> int:
    """What the worker does."""
    with transaction():
        due = telling.events_due()
    return sum(tell_at(number) for number in due)


def tell_at(number: int) -> int:
    with transaction():
        return telling.tell_due(number)


def letters() -> list[Message]:
    """The letters that wait to leave, in the order in which they were put."""
    queued = sa.select(Message).where(Message.status == MessageStatus.QUEUED)
    return list(db.session.scalars(queued.order_by(Message.id)))


def told() -> list[tuple[str, str]]:
    return [(message.letter, message.to_address) for message in letters()]


def composed(message: Message) -> Letter | None:
    """As the worker composes it."""
    return composing.composer([message])(message, current_app.config["SITE"])


def entry(message: Message) -> tuple[str, str, int] | None:
    """METHOD, UID and SEQUENCE of a letter's calendar; `None` where it has none."""
    letter = composed(message)
    if letter is None or letter.calendar is None:
        return None
    calendar: Any = icalendar.Calendar.from_ical(letter.calendar.ics)
    [event] = calendar.walk("VEVENT")
    assert letter.calendar.method == calendar["METHOD"]
    return letter.calendar.method, str(event["UID"]), int(event["SEQUENCE"])


def sentences(message: Message) -> list[str]:
    """What it tells, in English."""
    with force_locale("en"):
        letter = composed(message)
    assert letter is not None
    told: Any = letter.facts["told"]
    return list(told.sentences)


def rendered(message: Message) -> Content:
    """As it is read, in the letter's own language."""
    with force_locale(message.language):
        letter = composed(message)
    assert letter is not None
    return rendering.render(current_app.jinja_env, letter)
