"""Steps of editing an agenda, kept on the server: the table, and undoing and doing again."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Mapped, mapped_column, selectinload

from app import clock
from app.agenda import snapshots
from app.agenda.models import Session
from app.db import Model, db
from app.errors import Refused
from app.events.models import Event
from app.events.revisions import SiteRevision

KEPT = 100
"""How many steps of one event can be undone."""


class What(StrEnum):
    """What sort of step it was."""

    ADD = "add"
    CHANGE = "change"
    MOVE = "move"
    SHIFT = "shift"
    REMOVE = "remove"
    CANCEL = "cancel"
    REINSTATE = "reinstate"
    PEOPLE = "people"


class Step(Model):
    """One step at one event's agenda: the rows it changed, before and after. The last ones can be undone and redone."""

    __tablename__ = "agenda_steps"
    __table_args__ = (sa.UniqueConstraint("event_id", "number"), {"info": {"audited": False}})

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("events.id", ondelete="CASCADE"))
    number: Mapped[int]
    made_by: Mapped[str] = mapped_column(sa.String(200))
    made_at: Mapped[datetime] = mapped_column(default=clock.now)
    what: Mapped[str] = mapped_column(sa.String(64))
    title: Mapped[str] = mapped_column(default="")
    changes: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON)
    undone_at: Mapped[datetime | None]


def lock() -> None:
    """Let one edit after another through, until commit.

    The row is the one that every change of public content writes anyway, and first, so nobody waits for each other in a ring.
    """
    db.session.execute(sa.select(SiteRevision.number).with_for_update())


def rows(event: Event) -> list[Session]:
    """The event's agenda with all that a step may change, read anew, in the order of time."""
    together = selectinload(Session.appearances), selectinload(Session.materials)
    query = sa.select(Session).where(Session.event_id == event.id).options(*together)
    anew = query.order_by(Session.starts_at, Session.ends_at, Session.id).execution_options(populate_existing=True)
    return list(db.session.scalars(anew))


@dataclass
class Work:
    """The agenda in the hands of one step, and the session that the step is told by."""

    sessions: list[Session]
    subject: Session | None = None

    def find(self, session_id: int) -> Session:
        """The session that the step is about; raises `NoResultFound`."""
        self.subject = found(self.sessions, session_id)
        return self.subject


def found(sessions: Sequence[Session], session_id: int) -> Session:
    """A session of the agenda; raises `NoResultFound`."""
    for session in sessions:
        if session.id == session_id:
            return session
    raise NoResultFound


@contextmanager
def step(event: Event, what: What, by: str) -> Iterator[Work]:
    """Keep what changes inside as one step; what changes nothing is none."""
    lock()
    work = Work(rows(event))
    before = snapshots.taken(work.sessions)
    yield work
    db.session.flush()
    if changes := snapshots.differences(before, snapshots.taken(rows(event))):
        title = work.subject.title if work.subject else ""
        keep(event, Step(event_id=event.id, what=what, title=title, made_by=by, changes=changes))


def keep(event: Event, made: Step) -> None:
    """Add the newest step; what was undone before it cannot be done again, and the oldest are forgotten."""
    of_event = Step.event_id == event.id
    made.number = 1 + (db.session.scalar(sa.select(sa.func.max(Step.number)).where(of_event)) or 0)
    db.session.execute(sa.delete(Step).where(of_event, Step.undone_at.is_not(None)))
    db.session.add(made)
    db.session.flush()
    oldest = sa.select(Step.number).where(of_event).order_by(Step.number.desc()).offset(KEPT).limit(1)
    if (number := db.session.scalar(oldest)) is not None:
        db.session.execute(sa.delete(Step).where(of_event, Step.number <= number))


def made(event: Event) -> Sequence[Step]:
    """All kept steps, the latest first."""
    return db.session.scalars(sa.select(Step).where(Step.event_id == event.id).order_by(Step.number.desc())).all()


def latest(event: Event) -> Step | None:
    """The step that would be undone."""
    standing = sa.select(Step).where(Step.event_id == event.id, Step.undone_at.is_(None))
    return db.session.scalar(standing.order_by(Step.number.desc()).limit(1))


def next_undone(event: Event) -> Step | None:
    """The step that would be done again."""
    undone = sa.select(Step).where(Step.event_id == event.id, Step.undone_at.is_not(None))
    return db.session.scalar(undone.order_by(Step.number).limit(1))


def undo(event: Event, number: int, chosen: Collection[int] = ()) -> Step:
    """Undo the latest step, if it still is the one meant. `chosen` are the sessions that people come to."""
    lock()
    return taken_back(event, expected(latest(event), number), chosen)


def undo_back_to(event: Event, number: int, chosen: Collection[int] = ()) -> int:
    """Undo every step from the latest to this one; returns how many."""
    lock()
    count = 0
    while (step := latest(event)) is not None and step.number >= number:
        taken_back(event, step, chosen)
        count += 1
    return count


def redo(event: Event, number: int, chosen: Collection[int] = ()) -> Step:
    """Do again what was undone last, if it still is the step meant."""
    lock()
    step = expected(next_undone(event), number)
    turn(event, step, "after", chosen)
    step.undone_at = None
    return step


def expected(step: Step | None, number: int) -> Step:
    if step is None or step.number != number:
        raise Refused(_("Somebody has edited the agenda in the meantime. Look at it once more."))
    return step


def taken_back(event: Event, step: Step, chosen: Collection[int]) -> Step:
    turn(event, step, "before", chosen)
    step.undone_at = clock.now()
    db.session.flush()
    return step


def turn(event: Event, step: Step, side: str, chosen: Collection[int]) -> None:
    """Put the rows of a step to one side of it; refused where they are not as the step's other side has them."""
    other = "before" if side == "after" else "after"
    sessions = {session.uid: session for session in rows(event)}
    changes = [dict(change) for change in step.changes]
    for change in changes:
        refuse_changed(step, sessions.get(change["uid"]), change, other)
        refuse_chosen(sessions.get(change["uid"]), change[side], chosen)
    for change in changes:
        snapshots.put(event, sessions.get(change["uid"]), change, side)
    step.changes = changes
    db.session.flush()


def refuse_changed(step: Step, session: Session | None, change: snapshots.Change, other: str) -> None:
    if not snapshots.stands(session, change[other]):
        title = session.title if session else step.title
        raise Refused(_("“%(title)s” has been changed since in another way, so this step stays as it is.", title=title))


def refuse_chosen(session: Session | None, wanted: snapshots.Values | None, chosen: Collection[int]) -> None:
    if session is not None and wanted is None and session.id in chosen:
        raise Refused(
            _(
                "“%(title)s” is in somebody's plan, so it cannot be removed. Cancel it instead: they will see it.",
                title=session.title,
            )
        )
