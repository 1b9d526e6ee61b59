"""Reading the ledger: all lines of an event, those of one registration, and what they add up to in its sessions."""

from collections.abc import Iterator, Sequence

import sqlalchemy as sa

from app.db import db
from app.ledger.models import Line, What

PAGE = 100
TOGETHER = 1000
SUMS = (
    sa.select(Line.session_id, Line.registration, sa.func.sum(Line.places), sa.func.sum(Line.waiting))
    .where(Line.event_id == sa.bindparam("event"), Line.session_id.is_not(None), Line.registration.is_not(None))
    .group_by(Line.session_id, Line.registration)
)


def each_of(event_id: int) -> Iterator[Line]:
    """Every line of an event, the first one first, without holding all of them at once."""
    lines = sa.select(Line).where(Line.event_id == event_id).order_by(Line.number)
    yield from db.session.scalars(lines, execution_options={"yield_per": TOGETHER})


def of_event(event_id: int, page: int = 1) -> Sequence[Line]:
    """A page of an event's lines, the newest first."""
    lines = sa.select(Line).where(Line.event_id == event_id).order_by(Line.number.desc())
    return db.session.scalars(lines.offset((page - 1) * PAGE).limit(PAGE)).all()


def number_of(event_id: int) -> int:
    """How many lines there are: they are numbered without gaps."""
    return db.session.scalar(sa.select(sa.func.max(Line.number)).where(Line.event_id == event_id)) or 0


def of_registration(event_id: int, registration: int) -> Sequence[Line]:
    """The lines of one registration, by its number at the event, in the order in which they were written."""
    lines = sa.select(Line).where(Line.event_id == event_id, Line.registration == registration)
    return db.session.scalars(lines.order_by(Line.number)).all()


def sums_in_sessions(event_id: int) -> dict[tuple[int, int], tuple[int, int]]:
    """What the lines about sessions add up to: places and waits, by session and registration."""
    rows = db.session.execute(SUMS, {"event": event_id})
    return {(session or 0, number or 0): (int(places), int(waiting)) for session, number, places, waiting in rows}


def capacities(event_id: int) -> dict[int, int | None]:
    """How many places each session has by the last line that says so."""
    lines = sa.select(Line.session_id, Line.because).where(
        Line.event_id == event_id, Line.session_id.is_not(None), Line.what == What.CAPACITY, Line.registration.is_(None)
    )
    return {session or 0: because["capacity"][1] for session, because in db.session.execute(lines.order_by(Line.number))}
