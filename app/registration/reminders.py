"""Reminders: the day before at the same hour by the clock on the wall, and an hour before."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from app import clock
from app.db import db
from app.events.models import Event, EventStatus
from app.mail import outbox
from app.mail.models import Message
from app.registration.letters import LATEST_DAY_REMINDER, REMINDERS
from app.registration.models import Registration, Status

HOUR = timedelta(hours=1)
FURTHEST = timedelta(hours=26)


@dataclass(frozen=True)
class Reminder:
    """One kind of reminder of one event: when it falls due, and until when it is worth sending."""

    letter: str
    event: Event
    due_at: datetime
    until: datetime

    @property
    def is_due(self) -> bool:
        return self.due_at <= clock.now() < self.until

    @property
    def once(self) -> sa.ColumnElement[str]:
        """What makes it one letter to one person; an event that was moved reminds anew."""
        return sa.literal(f"{self.letter}:{self.event.starts_at.isoformat()}:", sa.String) + Registration.uid


def want(registration: Registration, wanted: bool) -> None:
    """Turn this person's reminders on or off; those that wait to leave do not leave any more."""
    if registration.wants_reminders is wanted:
        return
    registration.wants_reminders = wanted
    registration.touch()
    if not wanted:
        outbox.drop(registration.thread, *REMINDERS)


def put_due() -> int:
    """Put the reminders that are due, in a few statements however many people come; returns how many were put."""
    return sum(put(reminder) for event in soon() for reminder in of(event) if reminder.is_due)


def soon() -> list[Event]:
    """Events whose reminders may be due."""
    now = clock.now()
    query = sa.select(Event).where(
        Event.status == EventStatus.PUBLISHED, Event.starts_at > now, Event.starts_at <= now + FURTHEST
    )
    return list(db.session.scalars(query.order_by(Event.starts_at)))


def of(event: Event) -> Iterator[Reminder]:
    yield Reminder("reminder_day", event, day_before(event), event.starts_at - LATEST_DAY_REMINDER)
    yield Reminder("reminder_hour", event, event.starts_at - HOUR, event.starts_at)


def day_before(event: Event) -> datetime:
    """The same wall-clock hour one calendar day earlier: 23 to 25 hours before."""
    return (event.local_starts_at - timedelta(days=1)).astimezone(UTC)


def for_place_since(event: Event, since: datetime) -> Reminder | None:
    """The next reminder of who has had a place since then, or the last one that came; `None` if there is none."""
    theirs = [reminder for reminder in of(event) if since <= reminder.due_at]
    coming = [reminder for reminder in theirs if clock.now() < reminder.due_at]
    return next(iter(coming or theirs[-1:]), None)


def put(reminder: Reminder) -> int:
    """Put one kind of reminder of one event to everybody who has not got it."""
    facts = {"starts_at": reminder.event.starts_at.isoformat()}
    made = {"facts": facts, "topic": f"event:{reminder.event.id}"}
    addressees = [{**person, **made} for person in db.session.execute(not_reminded(reminder)).mappings()]
    return outbox.put_each(reminder.letter, addressees)


def not_reminded(reminder: Reminder) -> sa.Select[str, str, str, str, str]:
    """Whoever has had a place since before the reminder fell due, wants it, and has none put yet."""
    return sa.select(
        Registration.name.label("to_name"),
        Registration.email.label("to_address"),
        Registration.language,
        (sa.literal("registration:", sa.String) + Registration.uid).label("thread"),
        reminder.once.label("once"),
    ).where(
        Registration.event_id == reminder.event.id,
        Registration.status == Status.CONFIRMED,
        Registration.wants_reminders,
        Registration.turned_at <= reminder.due_at,
        ~sa.exists().where(Message.once == reminder.once),
    )
