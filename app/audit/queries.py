"""Reading the audit: what was done on an event, and what became of one row."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager

from app.audit.models import Change, Record
from app.db import db

PER_PAGE = 30
MOST_CHANGES = 20
"""Of one act as many rows are shown; how many there are is said."""
NAMED_BY = {
    "events": "title",
    "files": "name",
    "materials": "title",
    "organisations": "name",
    "people": "name",
    "programmes": "title",
    "registrations": "name",
    "sessions": "title",
    "users": "name",
}
"""The columns that rows are called by."""


@dataclass
class Done:
    """One act, with the first of the rows that it changed and the number of all."""

    record: Record
    changes: list[Change] = field(default_factory=list)
    number: int = 0

    @property
    def further(self) -> int:
        return self.number - len(self.changes)


@dataclass(frozen=True)
class Page:
    """A part of the history, counted from 1, the latest first."""

    acts: Sequence[Done]
    number: int
    total: int
    per_page: int = PER_PAGE

    @property
    def last(self) -> int:
        return max(1, -(-self.total // self.per_page))

    @property
    def previous(self) -> int | None:
        return self.number - 1 if self.number > 1 else None

    @property
    def next(self) -> int | None:
        return self.number + 1 if self.number < self.last else None


def of_event(event_id: int, number: int = 1, *, act: str | None = None, who: str | None = None) -> Page:
    """A page of what was done on an event, in three statements however much it was."""
    chosen = [Record.event_id == event_id]
    chosen += [Record.act == act] if act else []
    chosen += [Record.user_name == who] if who else []
    total = db.session.scalar(sa.select(sa.func.count()).select_from(Record).where(*chosen)) or 0
    number = min(max(1, number), max(1, -(-total // PER_PAGE)))
    query = sa.select(Record).where(*chosen).order_by(Record.id.desc()).limit(PER_PAGE).offset((number - 1) * PER_PAGE)
    return Page(with_changes(db.session.scalars(query).all()), number, total)


def with_changes(records: Sequence[Record]) -> list[Done]:
    """The acts with the first rows of each, in one statement."""
    acts = {record.id: Done(record) for record in records}
    place = sa.func.row_number().over(partition_by=Change.record_id, order_by=Change.id).label("place")
    number = sa.func.count().over(partition_by=Change.record_id).label("number")
    ranked = sa.select(Change.id, place, number).where(Change.record_id.in_(acts)).subquery()
    query = sa.select(Change, ranked.c.number).join(ranked, ranked.c.id == Change.id).where(ranked.c.place <= MOST_CHANGES)
    for change, of_all in db.session.execute(query.order_by(Change.id)):
        acts[change.record_id].changes.append(change)
        acts[change.record_id].number = of_all
    return list(acts.values())


def of_row(subject: str, row_id: int, limit: int = 50) -> Sequence[Change]:
    """What became of one row, the latest first, each change with its act, in one statement."""
    query = (
        sa.select(Change)
        .join(Change.record)
        .where(Change.subject == subject, Change.row_id == row_id)
        .options(contains_eager(Change.record))
        .order_by(Change.id.desc())
        .limit(limit)
    )
    return db.session.scalars(query).all()


def people(event_id: int) -> Sequence[str]:
    """The names of those who did something on the event."""
    query = sa.select(Record.user_name).where(Record.event_id == event_id).distinct()
    return db.session.scalars(query.order_by(Record.user_name)).all()


def words(event_id: int) -> Sequence[str]:
    """The acts that were done on the event."""
    return db.session.scalars(sa.select(Record.act).where(Record.event_id == event_id).distinct().order_by(Record.act)).all()


def names(rows: Collection[tuple[str, int]]) -> Mapping[tuple[str, int], str]:
    """What rows, given by their tables and numbers, are called now; one statement for each table that has names."""
    return {(table, number): name for table in NAMED_BY for number, name in names_in(table, rows)}


def names_in(table: str, rows: Collection[tuple[str, int]]) -> Iterator[tuple[int, str]]:
    numbers = {number for subject, number in rows if subject == table}
    if numbers:
        columns = db.metadata.tables[table].columns
        query = sa.select(columns["id"], columns[NAMED_BY[table]]).where(columns["id"].in_(numbers))
        yield from ((number, name) for number, name in db.session.execute(query))
