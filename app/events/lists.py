"""A part of a long list, the same for every register."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import sqlalchemy as sa

from app.db import db
from app.folding import fold

Row = TypeVar("Row")
PER_PAGE = 50


@dataclass(frozen=True)
class Listed(Generic[Row]):
    """Some rows of a list, and where in it they stand; pages are counted from 1."""

    rows: Sequence[Row]
    number: int
    total: int
    per_page: int = PER_PAGE

    @property
    def first(self) -> int:
        return min(self.total, (self.number - 1) * self.per_page + 1)

    @property
    def end(self) -> int:
        return min(self.total, self.number * self.per_page)

    @property
    def last(self) -> int:
        return max(1, -(-self.total // self.per_page))

    @property
    def previous(self) -> int | None:
        return self.number - 1 if self.number > 1 else None

    @property
    def next(self) -> int | None:
        return self.number + 1 if self.number < self.last else None


def listed(query: sa.Select[Row], number: int, per_page: int = PER_PAGE) -> Listed[Row]:
    """One page of what the query finds, in two statements; a number past the end gives the last page."""
    total = db.session.scalar(sa.select(sa.func.count()).select_from(query.order_by(None).subquery())) or 0
    number = min(max(1, number), max(1, -(-total // per_page)))
    rows: Sequence[Any] = db.session.scalars(query.limit(per_page).offset((number - 1) * per_page)).unique().all()
    return Listed(rows, number, total, per_page)


def having(words: str, *columns: sa.ColumnElement[str | None] | Any) -> list[sa.ColumnElement[bool]]:
    """The conditions that every word stands in one of these folded columns, in any order."""
    return [
        sa.or_(*(sa.func.coalesce(column, "").contains(word, autoescape=True) for column in columns))
        for word in fold(words).split()
    ]
