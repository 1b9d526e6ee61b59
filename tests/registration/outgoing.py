"""What the outbox holds, as a test compares it."""

from typing import Any

import icalendar
import sqlalchemy as sa
from flask import current_app

from app.db import db
from app.mail.letters import Letter
from app.mail.models import Message, MessageStatus
from app.registration import letters


def messages(*kinds: str) -> list[Message]:
    """Messages in the order in which they were put, of these kinds if any are named."""
    query = sa.select(Message).order_by(Message.id)
    return list(db.session.scalars(query.where(Message.letter.in_(kinds)) if kinds else query))


def queued() -> list[tuple[str, str]]:
    """Each letter that is to leave, and to whom."""
    return [(message.letter, message.to_address) for message in messages() if message.status is MessageStatus.QUEUED]


def forget() -> None:
    """Empty the outbox, as if all had left."""
    db.session.rollback()
    db.session.execute(sa.delete(Message))
    db.session.commit()


def composed(message: Message) -> Letter:
    letter = letters.compose(message, current_app.config["SITE"])
    assert letter is not None
    return letter


def is_silent(message: Message) -> bool:
    """Whether there is nothing to say any more."""
    return letters.compose(message, current_app.config["SITE"]) is None


def entry(message: Message) -> tuple[str, str, int, str]:
    """The calendar of a letter: METHOD, UID, SEQUENCE and the one ATTENDEE."""
    part = composed(message).calendar
    assert part is not None
    calendar: Any = icalendar.Calendar.from_ical(part.ics)
    [event] = calendar.walk("VEVENT")
    assert part.method == calendar["METHOD"]
    return part.method, str(event["UID"]), int(event["SEQUENCE"]), str(event["ATTENDEE"]).removeprefix("mailto:")


def entries() -> list[tuple[str, str, str, int, str]]:
    """Every calendar letter: its kind, METHOD, UID, SEQUENCE, ATTENDEE."""
    return [(message.letter, *entry(message)) for message in messages() if "uid" in message.facts]
