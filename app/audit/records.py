"""Writes the audit in the flush that changes the rows, so that no act at the desk can forget it."""

from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from functools import cache
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Mapper, Session, UOWTransaction
from sqlalchemy.orm.attributes import History, get_history
from sqlalchemy.orm.base import PASSIVE_NO_INITIALIZE

from app import clock
from app.audit.models import Change, Record
from app.db import db

ACTING = "acting"
COUNTERS = frozenset(
    {"modified_at", "version", "sequence", "revision", "places_revision", "turns", "taken", "waiting", "arrivals"}
)
"""Columns that only number other changes."""
TOGETHER = 500
Former = dict[Any, Mapping[str, Any]]


@dataclass
class Acting:
    """Who is doing what in this transaction; `record_id` is set with the first row that changes.

    `former` holds, by a row's state, stored values that the act replaces without having read them.
    """

    user_id: int | None
    user_name: str
    act: str
    event_id: int | None
    record_id: int | None = None
    former: Former = field(default_factory=dict, repr=False)


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


def about(acting: Acting, event_id: int) -> None:
    """Say which event the act is about where the act itself makes it, and its record may be there already."""
    acting.event_id = event_id
    if acting.record_id is not None:
        db.session.execute(sa.update(Record).where(Record.id == acting.record_id).values(event_id=event_id))


@event.listens_for(Session, "before_flush")
def remember(session: Session, flush: UOWTransaction, instances: object) -> None:
    """Ask for what the flush will replace or remove without anybody having read it; some statements for all rows of a table."""
    acting: Acting | None = session.info.get(ACTING)
    if acting is None:
        return
    waiting: dict[type[Any], list[Any]] = defaultdict(list)
    for row in session.dirty:
        if unread(row):
            waiting[type(row)].append(row)
    for table, rows in waiting.items():
        for start in range(0, len(rows), TOGETHER):
            acting.former.update(stored(session, table, rows[start : start + TOGETHER]))
    for row in session.deleted:
        for key in recorded(cast(Hashable, type(row))):
            getattr(row, key)


def unread(row: object) -> frozenset[str]:
    """The recorded attributes that were set while their stored value was not in hand."""
    histories = ((key, history_of(row, key)) for key in touched(row))
    return frozenset(key for key, history in histories if history.added and not history.deleted)


def touched(row: object) -> frozenset[str]:
    """The recorded attributes that were set since the row was read; of large acts, looking at all takes long."""
    state = sa.inspect(row, raiseerr=True)
    return recorded(cast(Hashable, type(row))).intersection(state.committed_state)


def history_of(row: object, key: str) -> History:
    return get_history(row, key, PASSIVE_NO_INITIALIZE)


def stored(session: Session, table: type[Any], rows: Sequence[Any]) -> Former:
    """What the database holds of these attributes of some rows, in one statement."""
    keys = sorted(frozenset().union(*(unread(row) for row in rows)))
    identity = sa.inspect(table).primary_key[0]
    by_identity = {sa.inspect(row, raiseerr=True).identity[0]: row for row in rows}
    query = sa.select(identity, *(getattr(table, key) for key in keys)).where(identity.in_(by_identity))
    found = session.execute(query)
    return {sa.inspect(by_identity[number], raiseerr=True): dict(zip(keys, values, strict=True)) for number, *values in found}


@event.listens_for(Session, "after_flush")
def note(session: Session, flush: UOWTransaction) -> None:
    """Put down what the flush wrote, while its former values are still in hand."""
    acting: Acting | None = session.info.get(ACTING)
    if acting is None:
        return
    new, gone = session.new, session.deleted  # each is made anew when it is asked for, which of large acts takes long
    rows = (*new, *session.dirty, *gone)
    changes = [change for row in rows if (change := change_of(row, acting.former, is_new=row in new, is_gone=row in gone))]
    acting.former.clear()
    if changes:
        changes.sort(key=lambda change: (change["subject"], change["row_id"]))
        number = record_id(acting)
        session.execute(sa.insert(Change), [{"record_id": number, **change} for change in changes])


def change_of(row: object, former: Former, *, is_new: bool, is_gone: bool) -> dict[str, Any] | None:
    """What became of one row; `None` if nothing that is recorded."""
    mapper = sa.inspect(type(row))
    if not mapper.local_table.info.get("audited", True):
        return None
    values = values_of(row, former, is_new=is_new, is_gone=is_gone)
    if not values:
        return None
    return {
        "subject": mapper.local_table.name,
        "row_id": mapper.primary_key_from_instance(row)[0],
        "before": None if is_new else {key: before for key, (before, _) in values.items()},
        "after": None if is_gone else {key: after for key, (_, after) in values.items()},
    }


def values_of(row: object, former: Former, *, is_new: bool, is_gone: bool) -> dict[str, tuple[Any, Any]]:
    """The recorded columns with their values before and after, of those that differ."""
    state = sa.inspect(row, raiseerr=True)
    whole = is_new or is_gone
    keys = recorded(cast(Hashable, type(row))) - state.unloaded if whole else touched(row)
    found: dict[str, tuple[Any, Any]] = {}
    for key in sorted(keys):
        before, after = (state.dict[key], None) if is_gone else pair(row, key, former.get(state, {}))
        if before != after:
            found[key] = plain(before), plain(after)
    return found


def pair(row: object, key: str, stored: Mapping[str, Any]) -> tuple[Any, Any]:
    """One value before and after; the same twice where the flush does not change it."""
    history = history_of(row, key)
    if not history.added:
        return None, None
    return history.deleted[0] if history.deleted else stored.get(key), history.added[0]


@cache
def recorded(table: Hashable) -> frozenset[str]:
    """The attributes of a mapped class whose values are recorded; a number of its own says nothing, a pair of others' does."""
    mapper: Mapper[Any] = sa.inspect(table, raiseerr=True)
    if not cast(sa.Table, mapper.local_table).info.get("audited", True):
        return frozenset()
    columns = [(attribute.key, attribute.columns[0]) for attribute in mapper.column_attrs]
    says_something = len(mapper.primary_key) > 1
    kept = {key for key, column in columns if (says_something or not column.primary_key) and column.info.get("audited", True)}
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
