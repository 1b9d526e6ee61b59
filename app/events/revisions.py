"""What changed, as numbers: the site's revision for cached pages, SEQUENCE and LAST-MODIFIED for calendars.

Both are raised in the flush that writes the change, so no act can forget them (docs/decisions/0003).
"""

from collections.abc import Mapping
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Mapped, Session, UOWTransaction, mapped_column

from app import clock
from app.db import Model

COUNTED_ELSEWHERE = frozenset({"taken", "waiting", "arrivals", "places_revision"})


class Published:
    """Marks a table whose rows the public pages show.

    `calendar_facts` names the columns whose change moves an entry in people's calendars (RFC 5546 2.1.4), `calendar_presence`
    those of which a calendar shows no more than whether there is anything.
    """

    calendar_facts: ClassVar[frozenset[str]] = frozenset()
    calendar_presence: ClassVar[frozenset[str]] = frozenset()


class SiteRevision(Model):
    """One row: how many times the public content has changed."""

    __tablename__ = "site_revision"
    __table_args__ = (sa.CheckConstraint("id = 1", name="single"), {"info": {"audited": False}})

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(default=0)


def changes_of(session: Session, row: object) -> dict[str, tuple[Any, Any]]:
    """The columns whose value the coming flush will change, each with its former and its new value.

    An attribute set without having been read has no former value in hand; the stored one is asked for, since a form
    that is saved again writes every field and changes none.
    """
    state = sa.inspect(row, raiseerr=True)
    histories = {column.key: state.attrs[column.key].history for column in state.mapper.column_attrs}
    added = {key: history.added[0] for key, history in histories.items() if history.has_changes() and history.added}
    former = {key: histories[key].deleted[0] for key in added if histories[key].deleted}
    if unread := [key for key in added if key not in former]:
        columns = [getattr(type(row), key) for key in unread]
        stored = session.execute(sa.select(*columns).where(state.mapper.primary_key[0] == state.identity[0])).one()
        former.update(zip(unread, stored, strict=True))
        added = {key: value for key, value in added.items() if key not in unread or value != former[key]}
    return {key: (former[key], value) for key, value in added.items()}


@event.listens_for(Session, "before_flush")
def revise(session: Session, flush: UOWTransaction, instances: Any) -> None:
    """Raise the numbers of what this flush changes."""
    published = [row for row in (*session.new, *session.deleted) if isinstance(row, Published)]
    for row in session.dirty:
        if isinstance(row, Published) and (changes := changes_of(session, row)) and changes.keys() - COUNTED_ELSEWHERE:
            published.append(row)
            stamp(row, changes)
    if published:
        session.execute(
            sa.update(SiteRevision).values(number=SiteRevision.number + 1), execution_options={"synchronize_session": False}
        )


def stamp(row: Any, changes: Mapping[str, tuple[Any, Any]]) -> None:
    """LAST-MODIFIED moves with every change, SEQUENCE only with a fact that a calendar shows (RFC 5545 3.8.7)."""
    if "version" in row.__mapper__.column_attrs and "version" not in changes:
        row.version += 1
    if "modified_at" in row.__mapper__.column_attrs:
        row.modified_at = clock.now()
    came_or_went = {key for key, (former, now) in changes.items() if bool(former) != bool(now)}
    if changes.keys() & type(row).calendar_facts or came_or_went & type(row).calendar_presence:
        row.sequence += 1
