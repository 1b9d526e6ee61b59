"""The inbox: a mail that comes in is kept once, taken by one worker, and forgotten when nothing is left to do with it."""

import json
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from hashlib import sha256
from typing import cast

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import defer

from app import clock
from app.db import db
from app.mail.models import Incoming, IncomingStatus

LARGEST = 256 * 1024
LONGEST_HEAD = 16 * 1024
AT_ONCE = 50
TRIES = 5
FIRST_WAIT = timedelta(minutes=1)
KEPT = timedelta(days=90)
TOO_LARGE = "It is larger than 256 kB: only its head was kept."
A_PERSONS = "It is a letter to a person: it holds no answer of a calendar."

ROWS = cast(sa.Table, Incoming.__table__)
INSERTS = {
    "postgresql": postgresql.insert(ROWS).on_conflict_do_nothing(index_elements=["key"]).returning(ROWS.c.id),
    "sqlite": sqlite.insert(ROWS).on_conflict_do_nothing(index_elements=["key"]).returning(ROWS.c.id),
}
LINE_END = re.compile(rb"\r\n?")
MBOX_LINE = re.compile(rb"\A(?:From |>From )[^\n]*\n")
HEAD_ENDS = re.compile(rb"\n\n")
IDENTITY = (b"message-id", b"from", b"date")


def receive(raw: bytes, *, source: str, envelope_to: str = "", size: int | None = None) -> bool:
    """Keep a mail in the caller's transaction; `False` for a copy of one that is here already.

    `source` is the way it came by, `envelope_to` the addresses that it was delivered to, where that way knows them. Of one
    that is larger than `LARGEST`, by its `size` where only a part of it is here, the head is kept aside.
    """
    size = len(raw) if size is None else size
    if size <= LARGEST:
        return insert(key(raw), raw, size, source, envelope_to)
    head = head_of(raw)[:LONGEST_HEAD]
    return insert(key(head + b"\n\n", "large"), head, size, source, envelope_to, why=TOO_LARGE)


def insert(unique: str, raw: bytes, size: int, source: str, envelope_to: str, why: str = "") -> bool:
    row = {
        "key": unique,
        "raw": raw,
        "size": size,
        "source": source,
        "envelope_to": printable(envelope_to)[:320],
        "status": IncomingStatus.ASIDE if why else IncomingStatus.QUEUED,
        "why": why,
    }
    return bool(db.session.execute(INSERTS[db.engine.dialect.name], [row]).all())


def key(raw: bytes, kind: str = "") -> str:
    """What a second delivery of the same mail shares with the first: all but what servers write on top of it on the way.

    A mail without a Message-ID is known by every byte of it.
    """
    plain = MBOX_LINE.sub(b"", LINE_END.sub(b"\n", raw))
    head, body = divided(plain)
    fields = [values(head, name) for name in IDENTITY]
    parts = [*fields, [body.rstrip(b"\n")]] if any(fields[0]) else [[plain]]
    words = json.dumps([kind, [[part.decode("latin-1") for part in some] for some in parts]])
    return sha256(words.encode()).hexdigest()


def divided(plain: bytes) -> tuple[bytes, bytes]:
    """The head and the body of a mail whose lines end in LF."""
    ends = HEAD_ENDS.search(plain)
    return (plain[: ends.start()], plain[ends.end() :]) if ends else (plain, b"")


def head_of(raw: bytes) -> bytes:
    return divided(LINE_END.sub(b"\n", raw[: 2 * LARGEST]))[0]


def values(head: bytes, name: bytes) -> list[bytes]:
    """Every value of a header, with its folds undone."""
    found = re.findall(rb"(?im)^" + re.escape(name) + rb"[ \t]*:((?:[^\n]*)(?:\n[ \t][^\n]*)*)", head)
    return [b" ".join(value.split()) for value in found]


def claim(limit: int, lease: timedelta) -> list[Incoming]:
    """Take mails that are to be read, for the time of the lease; they are snapshots, of no session.

    One whose lease ran out is taken again: whoever held it was killed.
    """
    now = clock.now()
    is_due = sa.or_(
        sa.and_(Incoming.status == IncomingStatus.QUEUED, Incoming.due_at <= now),
        sa.and_(Incoming.status == IncomingStatus.TAKEN, Incoming.leased_until <= now),
    )
    picked = (
        sa.select(Incoming.id)
        .where(is_due)
        .order_by(Incoming.due_at, Incoming.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("picked")
    )
    statement = (
        sa.update(Incoming)
        .where(Incoming.id.in_(sa.select(picked.c.id)))
        .values(status=IncomingStatus.TAKEN, attempts=Incoming.attempts + 1, leased_until=now + lease)
        .returning(*ROWS.columns)
        .execution_options(synchronize_session=False)
    )
    taken = [Incoming(**row) for row in db.session.execute(statement).mappings()]
    return sorted(taken, key=lambda incoming: (incoming.due_at, incoming.id))


def done(incoming_id: int) -> bool:
    """It was read and what it says was carried out, in this transaction; `False` if another worker was faster."""
    return end(incoming_id, IncomingStatus.DONE, "", raw=None, envelope_to="")


def ignored(incoming_id: int, why: str) -> bool:
    """Nothing is to be done about it, and it is forgotten but for the reason."""
    return end(incoming_id, IncomingStatus.IGNORED, why, raw=None, envelope_to="")


def aside(incoming_id: int, why: str) -> bool:
    """Keep it for a person to look at."""
    return end(incoming_id, IncomingStatus.ASIDE, why)


def end(incoming_id: int, status: IncomingStatus, why: str, **facts: object) -> bool:
    now = {"status": status, "why": printable(why)[:1000], "leased_until": None, "handled_at": clock.now(), **facts}
    return bool(changed(sa.update(Incoming).where(is_taken(incoming_id)).values(now)))


def failed(incoming_id: int, why: str) -> None:
    """It could not be dealt with now: it is tried again later, and kept aside after the last try."""
    incoming = db.session.get(Incoming, incoming_id, with_for_update=True, populate_existing=True)
    if incoming is None or incoming.status is not IncomingStatus.TAKEN:
        return
    is_last = incoming.attempts >= TRIES
    incoming.status = IncomingStatus.ASIDE if is_last else IncomingStatus.QUEUED
    incoming.due_at = clock.now() + wait_after(incoming.attempts)
    incoming.leased_until, incoming.why = None, printable(why)[:1000]
    incoming.handled_at = clock.now() if is_last else None


def wait_after(attempts: int) -> timedelta:
    """1 minute, each time four times as long: the last try is an hour and a half after the first."""
    growth: int = 4 ** (attempts - 1)
    return FIRST_WAIT * growth * random.uniform(1, 1.2)  # noqa: S311 - it guards nothing


def again(*incoming_ids: int) -> int:
    """Let mails that were kept aside be read again, with all their tries: those named, or all; returns how many.

    One that was too large stays: there is only its head.
    """
    kept = sa.update(Incoming).where(Incoming.status == IncomingStatus.ASIDE, Incoming.size <= LARGEST)
    if incoming_ids:
        kept = kept.where(Incoming.id.in_(incoming_ids))
    now = {"status": IncomingStatus.QUEUED, "why": "", "attempts": 0, "due_at": clock.now(), "handled_at": None}
    return changed(kept.values(now))


def discard(incoming_id: int) -> bool:
    """Forget a mail that was kept aside; its key stays, so that a copy of it is one."""
    kept = sa.update(Incoming).where(Incoming.id == incoming_id, Incoming.status == IncomingStatus.ASIDE)
    now = {"status": IncomingStatus.IGNORED, "why": "Discarded.", "raw": None, "envelope_to": "", "handled_at": clock.now()}
    return bool(changed(kept.values(now)))


def kept_aside(limit: int) -> list[Incoming]:
    """What waits for a person, the newest first."""
    return list(db.session.scalars(aside_query().limit(limit)))


def aside_query() -> sa.Select[Incoming]:
    """The mails that are kept aside, the newest first."""
    return sa.select(Incoming).where(Incoming.status == IncomingStatus.ASIDE).order_by(Incoming.id.desc())


def counts() -> dict[IncomingStatus, int]:
    """How many mails there are in each state."""
    rows = db.session.execute(sa.select(Incoming.status, sa.func.count()).group_by(Incoming.status))
    found = Counter({status: int(number) for status, number in rows})
    return {status: found[status] for status in IncomingStatus}


def forget_old() -> int:
    """Forget what was kept aside, and that a mail was ever here, when its time is over; returns how many."""
    over = Incoming.status.not_in((IncomingStatus.QUEUED, IncomingStatus.TAKEN)), Incoming.received_at <= clock.now() - KEPT
    return len(db.session.execute(sa.delete(Incoming).where(*over).returning(Incoming.id)).all())


def forget(mentions: Callable[[bytes], bool]) -> int:
    """Forget every mail whose bytes tell about somebody who is being erased; returns how many."""
    found = [number for number, raw in held() if mentions(raw)]
    db.session.execute(sa.delete(Incoming).where(Incoming.id.in_(found)), execution_options={"synchronize_session": False})
    return len(found)


def held() -> Iterator[tuple[int, bytes]]:
    """Every mail whose bytes are still kept, some at a time: all of them together may be larger than the memory."""
    rows, last = sa.select(Incoming.id, Incoming.raw).where(Incoming.raw.is_not(None)).order_by(Incoming.id), 0
    while some := db.session.execute(rows.where(Incoming.id > last).limit(AT_ONCE)).all():
        yield from ((row.id, row.raw) for row in some)
        last = some[-1].id


def still_here(address: str) -> list[Incoming]:
    """The mails of this very address, by their From, whose bytes are still kept."""
    sought = re.compile(rf"(?<![^\s<,:;]){re.escape(address.casefold())}(?![^\s>,;])")
    found = [number for number, raw in held() if sought.search(writer(raw))]
    meant = sa.select(Incoming).where(Incoming.id.in_(found)).order_by(Incoming.id)
    return list(db.session.scalars(meant.options(defer(Incoming.raw))))


def writer(raw: bytes) -> str:
    """The From of a mail in small letters, as it came."""
    return " ".join(value.decode("utf-8", "replace").casefold() for value in values(head_of(raw), b"from"))


def is_taken(incoming_id: int) -> sa.ColumnElement[bool]:
    return sa.and_(Incoming.id == incoming_id, Incoming.status == IncomingStatus.TAKEN)


def printable(text: str) -> str:
    """Text that every database takes: without NUL and broken surrogates."""
    return text.replace("\0", "").encode(errors="replace").decode()


def changed(statement: sa.Update) -> int:
    statement = statement.returning(Incoming.id).execution_options(synchronize_session=False)
    return len(db.session.execute(statement).all())
