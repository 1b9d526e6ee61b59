"""Sending a mailing: a few minutes' hold, the hour it is scheduled for, stopping it, putting it into the outbox."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from app import clock
from app.db import db
from app.errors import Refused
from app.events.models import Event
from app.mail import outbox
from app.mail.models import Message, MessageStatus
from app.mailings import drafts
from app.mailings.letters import LETTER
from app.mailings.models import Mailing, MailingStatus
from app.participants.filters import Filter
from app.registration.models import Registration

HOLD = timedelta(minutes=5)
"""How long a mailing that is sent at once can still be stopped."""


def send(mailing: Mailing, version: int) -> None:
    """Let it leave when the hold is over."""
    leave(mailing, version, clock.now() + HOLD)


def schedule(mailing: Mailing, version: int, due_at: datetime) -> None:
    """Let it leave at this moment, which the hold comes before."""
    if due_at < clock.now() + HOLD:
        raise Refused(_("Choose a time at least five minutes from now, so that you can still stop it."), field="date")
    leave(mailing, version, due_at)


def leave(mailing: Mailing, version: int, due_at: datetime) -> None:
    """Who it means is decided when it is due."""
    drafts.expect(mailing, version)
    if mailing.put_at is not None:
        raise Refused(_("This message has been sent already."))
    mailing.status, mailing.due_at = MailingStatus.SCHEDULED, due_at
    mailing.version += 1


def stop(mailing: Mailing) -> int:
    """Let nothing more of it leave; returns how many letters that were in the outbox are dropped."""
    dropped = outbox.stop(mailing.uid) if mailing.status is MailingStatus.SENT else 0
    if mailing.status is not MailingStatus.SCHEDULED and not dropped:
        raise Refused(_("There is nothing to stop: all letters have left already."))
    mailing.status = MailingStatus.STOPPED
    mailing.version += 1
    return dropped


def resume(mailing: Mailing) -> None:
    """Take the stop back: what has not left leaves, the hold later at the earliest."""
    if mailing.status is not MailingStatus.STOPPED or mailing.due_at is None:
        raise Refused(_("This message is not stopped."))
    mailing.due_at = max(mailing.due_at, clock.now() + HOLD)
    mailing.version += 1
    if mailing.put_at is None:
        mailing.status = MailingStatus.SCHEDULED
        return
    mailing.status = MailingStatus.SENT
    outbox.resume(mailing.uid, mailing.due_at)


def put_due() -> int:
    """Put the letters of the mailings that are due; a mailing is won by the one worker whose UPDATE finds it scheduled."""
    now = clock.now()
    due = sa.update(Mailing).where(Mailing.status == MailingStatus.SCHEDULED, Mailing.due_at <= now)
    won = due.values(status=MailingStatus.SENT, put_at=now).returning(Mailing.id)
    numbers = db.session.scalars(won.execution_options(synchronize_session=False)).all()
    return sum(put(db.session.get_one(Mailing, number, populate_existing=True)) for number in numbers)


def put(mailing: Mailing) -> int:
    """Put one letter to each person that the mailing means now; returns how many."""
    made: dict[str, Any] = {"topic": f"event:{mailing.event_id}", "batch": mailing.uid, "facts": {"mailing": mailing.id}}
    people = db.session.execute(addressees(mailing)).mappings()
    return outbox.put_each(LETTER, [{**person, **made} for person in people])


def addressees(mailing: Mailing) -> sa.Select[str, str, str, str, str]:
    """Whom it means, as the outbox takes them."""
    return (
        sa.select(
            Registration.name.label("to_name"),
            Registration.email.label("to_address"),
            Registration.language,
            (sa.literal("registration:", sa.String) + Registration.uid).label("thread"),
            (sa.literal(f"mailing:{mailing.uid}:", sa.String) + Registration.uid).label("once"),
        )
        .where(Filter.from_args(mailing.selection).condition(mailing.event), Registration.erased_at.is_(None))
        .order_by(Registration.number)
    )


def concerned(event: Event, selection: Filter) -> int:
    """How many people a selection means now."""
    number = sa.select(sa.func.count()).select_from(Registration)
    number = number.where(selection.condition(event), Registration.erased_at.is_(None))
    return db.session.scalar(number) or 0


def retry(mailing: Mailing) -> int:
    """Send again to those whose letter failed; returns how many."""
    if mailing.status is MailingStatus.STOPPED:
        raise Refused(_("This message was stopped. Let the rest leave first."))
    failed = sa.select(Message.id).where(Message.batch == mailing.uid, Message.status == MessageStatus.DEAD)
    numbers = db.session.scalars(failed).all()
    return retry_each(numbers)


def retry_each(numbers: Any) -> int:
    """Queue these dead letters again; none where none is named, though the outbox would take that for all."""
    return outbox.retry(*numbers) if numbers else 0
