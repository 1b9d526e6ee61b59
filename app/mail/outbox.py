"""The outbox: a letter is put in the transaction of its act, claimed by one worker, and kept until it has left."""

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import aliased

from app import clock
from app.db import db
from app.mail import bounces
from app.mail.addresses import ascii_domain
from app.mail.models import Message, MessageStatus

TRIES = 8
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=5)
BATCH = 500

MESSAGES = cast(sa.Table, Message.__table__)
INSERTS = {
    "postgresql": postgresql.insert(MESSAGES).on_conflict_do_nothing(index_elements=["once"]).returning(MESSAGES.c.id),
    "sqlite": sqlite.insert(MESSAGES).on_conflict_do_nothing(index_elements=["once"]).returning(MESSAGES.c.id),
}
"""By database, made once: a statement with its rows beside it is compiled once too."""

_domain: str | None = None


@dataclass(frozen=True)
class Hold:
    """The batch of the letters that are being put, until when they stay, and those that are to be written together."""

    batch: str | None
    due_at: datetime
    rows: list[Mapping[str, Any]] = field(default_factory=list)


HOLD: ContextVar[Hold | None] = ContextVar("hold", default=None)


def use(domain: str) -> None:
    """Set the domain of the Message-IDs; without it they would carry the machine's name."""
    global _domain
    _domain = domain


def put(
    letter: str,
    *,
    to_name: str,
    to_address: str,
    language: str,
    thread: str,
    facts: Mapping[str, Any] | None = None,
    once: str | None = None,
    due_at: datetime | None = None,
    topic: str | None = None,
    batch: str | None = None,
) -> bool:
    """Put a letter in the caller's transaction; `False` if one with this `once` is there already.

    Inside `held(...)` it waits until then and belongs to that batch, unless said otherwise.
    """
    now = clock.now()
    hold = HOLD.get()
    row = {
        "message_id": message_id(_domain),
        "letter": letter,
        "language": language,
        "to_name": to_name,
        "to_address": to_address,
        "thread": thread,
        "facts": dict(facts or {}),
        "once": once,
        "put_at": now,
        "due_at": due_at or (hold.due_at if hold else now),
        "topic": topic,
        "batch": batch or (hold.batch if hold else None),
    }
    if hold and once is None:
        hold.rows.append(row)
        return True
    return insert([row]) == 1


@contextmanager
def held(batch: str, until: datetime) -> Iterator[None]:
    """Let every letter put inside leave only at `until`, so that the act that put them can still be undone.

    They are written together when it ends: an act on thousands puts thousands.
    """
    with gathered(Hold(batch, until)):
        yield


@contextmanager
def together() -> Iterator[None]:
    """Write the letters put inside together when it ends; they leave at once."""
    with gathered(Hold(None, clock.now())):
        yield


@contextmanager
def gathered(hold: Hold) -> Iterator[None]:
    token = HOLD.set(hold)
    try:
        yield
    finally:
        HOLD.reset(token)
    insert_all(hold.rows)


def stop(batch: str) -> int:
    """Drop the letters of a batch that have not left; returns how many there were."""
    waiting = sa.update(Message).where(Message.batch == batch, Message.status == MessageStatus.QUEUED)
    return changed(waiting.values(status=MessageStatus.DROPPED))


def restore(message_ids: Sequence[int]) -> int:
    """Let letters that were dropped leave after all, when they are due; returns how many there were."""
    dropped = sa.update(Message).where(Message.id.in_(message_ids), Message.status == MessageStatus.DROPPED)
    return changed(dropped.values(status=MessageStatus.QUEUED))


def resume(batch: str, due_at: datetime) -> int:
    """Queue the letters of a batch that was stopped once more, for this moment; returns how many there were."""
    dropped = sa.update(Message).where(Message.batch == batch, Message.status == MessageStatus.DROPPED)
    return changed(dropped.values(status=MessageStatus.QUEUED, due_at=due_at, attempts=0))


def put_each(letter: str, addressees: Sequence[Mapping[str, Any]]) -> int:
    """Put the same letter to many, in batches; each addressee is the rest of what `put` takes. Returns how many are new."""
    now = clock.now()
    made: dict[str, Any] = {
        "letter": letter,
        "facts": {},
        "once": None,
        "put_at": now,
        "due_at": now,
        "topic": None,
        "batch": None,
    }
    rows = [{**made, "message_id": message_id(_domain), **addressee} for addressee in addressees]
    return insert_all(rows)


def insert_all(rows: Sequence[Mapping[str, Any]]) -> int:
    """In batches; returns how many are new."""
    return sum(insert(rows[start : start + BATCH]) for start in range(0, len(rows), BATCH))


def insert(rows: Sequence[Mapping[str, Any]]) -> int:
    """One INSERT; a row whose `once` is there already is passed over. Returns how many are new."""
    return len(db.session.execute(INSERTS[db.engine.dialect.name], list(rows)).all())


def message_id(domain: str | None) -> str:
    """A fresh Message-ID (RFC 5322 3.6.4): every try of one letter carries the same, so a second copy is known as one."""
    if not domain:
        raise RuntimeError("outbox.use(domain) comes before the first letter")
    return f"<{uuid4()}@{ascii_domain(domain)}>"


def drop(thread: str, *letters: str) -> int:
    """Drop the letters of these kinds that still wait; returns how many there were."""
    waiting = sa.update(Message).where(
        Message.thread == thread, Message.letter.in_(letters), Message.status == MessageStatus.QUEUED
    )
    return changed(waiting.values(status=MessageStatus.DROPPED))


def claim(limit: int, lease: timedelta) -> list[Message]:
    """Take letters that are due, for the time of the lease; they are snapshots, of no session.

    A letter whose lease ran out is taken again: whoever held it was killed. Letters of one thread leave in the
    order they were put: while an earlier one is due, on its way or waiting to be tried again, later ones stay.
    Letters to an address that others came back from wait, and hold up none that goes elsewhere.
    """
    now = clock.now()
    earlier = aliased(Message)
    is_due = sa.or_(
        sa.and_(Message.status == MessageStatus.QUEUED, Message.due_at <= now),
        sa.and_(Message.status == MessageStatus.SENDING, Message.leased_until <= now),
    )
    goes_first = sa.or_(
        earlier.status == MessageStatus.SENDING,
        sa.and_(earlier.status == MessageStatus.QUEUED, sa.or_(earlier.due_at <= now, earlier.attempts > 0)),
    )
    leads = earlier.thread == Message.thread, earlier.id < Message.id, goes_first, ~bounces.stops(earlier.to_address)
    held_up = sa.exists().where(*leads)
    # Through a CTE, since PostgreSQL may run a bare subquery with LIMIT and SKIP LOCKED more than once.
    picked = (
        sa.select(Message.id)
        .where(is_due, ~held_up, ~bounces.stops(Message.to_address))
        .order_by(Message.due_at, Message.id)
        .limit(limit)
        .with_for_update(skip_locked=True, of=Message)
        .cte("picked")
    )
    statement = (
        sa.update(Message)
        .where(Message.id.in_(sa.select(picked.c.id)))
        .values(status=MessageStatus.SENDING, attempts=Message.attempts + 1, leased_until=now + lease)
        .returning(*MESSAGES.columns)
        .execution_options(synchronize_session=False)
    )
    messages = [Message(**row) for row in db.session.execute(statement).mappings()]
    return sorted(messages, key=lambda message: (message.due_at, message.id))


def release(message_ids: Iterable[int]) -> None:
    """Give back letters that were claimed and not tried."""
    untried = sa.update(Message).where(Message.id.in_(message_ids), Message.status == MessageStatus.SENDING)
    changed(untried.values(status=MessageStatus.QUEUED, attempts=Message.attempts - 1, leased_until=None))


def sent(message_id: int) -> None:
    """The mail server took the letter."""
    end(message_id, MessageStatus.SENT, sent_at=clock.now(), last_error=None)


def dropped(message_id: int) -> None:
    """There was nothing to say any more."""
    end(message_id, MessageStatus.DROPPED)


def refused(message_id: int, error: str) -> None:
    """The mail server will never take the letter: it is dead at once, with the server's words."""
    end(message_id, MessageStatus.DEAD, last_error=error)


def failed(message_id: int, error: str) -> None:
    """The letter could not leave: it is tried again later, and dead after the last try."""
    message = db.session.get(Message, message_id, with_for_update=True, populate_existing=True)
    if message is None or message.status is not MessageStatus.SENDING:
        return
    message.status = MessageStatus.DEAD if message.attempts >= TRIES else MessageStatus.QUEUED
    message.due_at = clock.now() + wait_after(message.attempts)
    message.leased_until = None
    message.last_error = error


def wait_after(attempts: int) -> timedelta:
    """1 minute, each time four times as long, 6 hours at most; the spread keeps a crowd from returning at once."""
    growth: int = 4 ** (attempts - 1)
    spread = random.uniform(1, 1.2)  # noqa: S311 - it guards nothing
    return min(FIRST_WAIT * growth, LONGEST_WAIT) * spread


def retry(*message_ids: int) -> int:
    """Queue dead letters again, with all their tries: those named, or all of them; returns how many."""
    dead = sa.update(Message).where(Message.status == MessageStatus.DEAD)
    if message_ids:
        dead = dead.where(Message.id.in_(message_ids))
    return changed(dead.values(status=MessageStatus.QUEUED, attempts=0, due_at=clock.now()))


def counts() -> dict[MessageStatus, int]:
    """How many letters there are in each state."""
    rows = db.session.execute(sa.select(Message.status, sa.func.count()).group_by(Message.status))
    found = {status: int(number) for status, number in rows}
    return {status: found.get(status, 0) for status in MessageStatus}


def paused() -> int:
    """How many letters wait because others to their address came back."""
    waiting = sa.select(sa.func.count(Message.id)).where(Message.status == MessageStatus.QUEUED)
    return db.session.scalar(waiting.where(bounces.stops(Message.to_address))) or 0


def troubled(limit: int) -> list[Message]:
    """Letters that are dead or failed at their last try, the newest first."""
    has_trouble = sa.or_(
        Message.status == MessageStatus.DEAD,
        sa.and_(Message.status.in_((MessageStatus.QUEUED, MessageStatus.SENDING)), Message.last_error.is_not(None)),
    )
    return list(db.session.scalars(sa.select(Message).where(has_trouble).order_by(Message.id.desc()).limit(limit)))


def end(message_id: int, status: MessageStatus, **facts: object) -> None:
    """Past the ORM, which would cost more than the database does: this is said of every letter.

    One that was dropped on its way, since its reader was erased, stays as it is: the server's words may name them.
    """
    now = {"status": status, "leased_until": None, **facts}
    stands = MESSAGES.c.status != MessageStatus.DROPPED
    db.session.execute(sa.update(MESSAGES).where(MESSAGES.c.id == message_id, stands).values(now))


def changed(statement: sa.Update) -> int:
    """Run the statement; returns how many rows it changed."""
    statement = statement.returning(Message.id).execution_options(synchronize_session=False)
    return len(db.session.execute(statement).all())
