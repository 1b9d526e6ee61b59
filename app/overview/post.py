"""Letters about an event by their kind: how many left, wait or failed, and which are still to come."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from app import clock
from app.db import db
from app.events.models import Event, EventStatus
from app.mail.models import Message, MessageStatus
from app.mailings.letters import LETTER
from app.mailings.models import Mailing, MailingStatus
from app.overview.steps import count_of
from app.registration import reminders

ON_THE_WAY = (MessageStatus.QUEUED, MessageStatus.SENDING)


@dataclass(frozen=True)
class Post:
    """One kind of letter; `due_at` is when the next one of those that wait, or that are planned, leaves."""

    letter: str
    sent: int = 0
    waiting: int = 0
    failed: int = 0
    due_at: datetime | None = None
    is_planned: bool = False


def of(event: Event) -> Sequence[Post]:
    """In two statements: what was put, and what will be."""
    found = list(put(event))
    known = {post.letter for post in found if post.waiting or post.sent}
    return [*found, *(post for post in planned(event) if post.letter not in known), *scheduled(event)]


def put(event: Event) -> Iterator[Post]:
    is_waiting = Message.status.in_(ON_THE_WAY)
    query = (
        sa.select(
            Message.letter,
            count_of(Message.status == MessageStatus.SENT),
            count_of(is_waiting),
            count_of(Message.status == MessageStatus.DEAD),
            sa.func.min(sa.case((is_waiting, Message.due_at))),
        )
        .where(Message.topic == f"event:{event.id}", Message.status != MessageStatus.DROPPED)
        .group_by(Message.letter)
        .order_by(sa.func.min(Message.id))
    )
    for letter, *figures in db.session.execute(query):
        yield Post(letter, *figures)


def planned(event: Event) -> Iterator[Post]:
    """Reminders that nobody has to put: the worker does, when they are due."""
    if event.status is EventStatus.PUBLISHED:
        for reminder in reminders.of(event):
            if reminder.due_at > clock.now():
                yield Post(reminder.letter, due_at=reminder.due_at, is_planned=True)


def scheduled(event: Event) -> Iterator[Post]:
    """Letters that an organiser wrote for later."""
    query = sa.select(Mailing.due_at).where(
        Mailing.event_id == event.id, Mailing.status == MailingStatus.SCHEDULED, Mailing.put_at.is_(None)
    )
    for due_at in db.session.scalars(query.order_by(Mailing.due_at)):
        yield Post(LETTER, due_at=due_at, is_planned=True)
