"""Writes the audit in the flush that changes the rows, so that no act at the desk can forget it."""

from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from functools import cache
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Mapper, Session, UOWTransaction

from app import clock
from app.audit.models import Change, Record
from app.db import db

ACTING = "acting"
COUNTERS = frozenset(
    {"modified_at", "version", "sequence", "revision", "places_revision", "turns", "taken", "waiting", "arrivals"}
)
"""Columns that only number other changes."""


@dataclass
class Acting:
    """Who is doing what in this transaction; `record_id` is set with the first row that changes."""

    user_id: int | None
    user_name: str
    act: str
    event_id: int | None
    record_id: int | None = None


@contextmanager
def acting(act: str, *, user_id: int | None, user_name: str, event_id: int | None = None) -> Iterator[Acting]:
    """Record every row changed inside, under this act. Opened within the transaction that writes."""
    session = db.session()
    acting = Acting(user_id, user_name, act, event_id)
    session.info[ACTING] = acting
    try:
        yield acting
        session.flush()
    finally:
        session.info.pop(ACTING, None)


def record_id(acting: Acting) -> int:
    """The act's record, made with the first change or when somebody asks for it."""
    if acting.record_id is None:
        facts = {"at": clock.now(), "user_id": acting.user_id, "user_name": acting.user_name, "act": acting.act}
        made = sa.insert(Record).values(event_id=acting.event_id, **facts).returning(Record.id)
        acting.record_id = db.session.scalars(made).one()
    return acting.record_id


@event.listens_for(Session, "after_flush")
def note(session: Session, flush: UOWTransaction) -> None:
    """Put down what the flush wrote, while its former values are still in hand."""
    acting: Acting | None = session.info.get(ACTING)
    if acting is None:
        return
    changes = [change for row in (*session.new, *session.dirty, *session.deleted) if (change := change_of(session, row))]
    if changes:
        number = record_id(acting)
        session.execute(sa.insert(Change), [{"record_id": number, **change} for change in changes])


def change_of(session: Session, row: object) -> dict[str, Any] | None:
    """What became of one row; `None` if nothing that is recorded."""
    mapper = sa.inspect(type(row))
    if not mapper.local_table.info.get("audited", True):
        return None
    values = values_of(row, is_gone=row in session.deleted)
    if not values:
        return None
    return {
        "subject": mapper.local_table.name,
        "row_id": mapper.primary_key_from_instance(row)[0],
        "before": None if row in session.new else {key: before for key, (before, _) in values.items()},
        "after": None if row in session.deleted else {key: after for key, (_, after) in values.items()},
    }


def values_of(row: object, *, is_gone: bool) -> dict[str, tuple[Any, Any]]:
    """The recorded columns with their values before and after, of those that differ."""
    state = sa.inspect(row, raiseerr=True)
    found: dict[str, tuple[Any, Any]] = {}
    for key in recorded(cast(Hashable, type(row))) - state.unloaded:
        history = state.attrs[key].history
        before = history.deleted[0] if history.deleted else None
        if is_gone:
            before, after = getattr(row, key), None
        elif not history.added:
            continue
        else:
            after = history.added[0]
        if before != after:
            found[key] = plain(before), plain(after)
    return dict(sorted(found.items()))


@cache
def recorded(table: Hashable) -> frozenset[str]:
    """The attributes of a mapped class whose values are recorded."""
    mapper: Mapper[Any] = sa.inspect(table, raiseerr=True)
    columns = [(attribute.key, attribute.columns[0]) for attribute in mapper.column_attrs]
    kept = {key for key, column in columns if not column.primary_key and column.info.get("audited", True)}
    return frozenset(kept - COUNTERS)


def plain(value: Any) -> Any:
    """A value as JSON holds it."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    return value


def erase(subject: str, row_id: int) -> None:
    """Take the values out of every record about one row: they were personal and are erased everywhere."""
    about = sa.update(Change).where(Change.subject == subject, Change.row_id == row_id)
    db.session.execute(about.values(before=None, after=None, erased_at=clock.now()))
