"""The acts of editing an agenda; each is one step that can be undone (`steps`)."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _

from app.agenda import casting, shifting, steps
from app.agenda.models import Session, SessionKind, SessionStatus
from app.agenda.shifting import Hours
from app.agenda.snapshots import free_slug
from app.agenda.steps import What
from app.db import db
from app.errors import Refused
from app.events import slugs, uids
from app.events.models import Event, EventStatus

LONGEST = timedelta(hours=24)
UP, DOWN = -1, 1


class Changed(Exception):
    """The session is no longer as whoever typed saw it; nothing has been written."""

    def __init__(self, session_id: int) -> None:
        super().__init__(session_id)
        self.session_id = session_id


def add(event: Event, *, by: str, domain: str, title: str, kind: SessionKind, hours: Hours, **facts: Any) -> Session:
    """A new session, with an identity made for ever in this calendar domain."""
    refuse_hours(*hours)
    with steps.step(event, What.ADD, by) as work:
        slug = free_slug(slugs.of(title) or kind.value, {session.slug for session in work.sessions})
        starts_at, ends_at = hours
        session = Session(
            uid=uids.fresh(domain), event=event, slug=slug, title=title, kind=kind, starts_at=starts_at, ends_at=ends_at, **facts
        )
        db.session.add(session)
        work.subject = session
    return session


def change(
    event: Event, session_id: int, *, by: str, version: int, facts: Mapping[str, Any], parts: Mapping[int, casting.Part]
) -> Session:
    """Give the session these values, and who appears on it these roles and printed lines.

    Raises `Changed` where somebody else has changed it since the version that was seen, and not to the same.
    """
    with steps.step(event, What.CHANGE, by) as work:
        session = work.find(session_id)
        if session.version != version and (differs(session, facts) or casting.differs(session, parts)):
            raise Changed(session_id)
        refuse_hours(facts.get("starts_at", session.starts_at), facts.get("ends_at", session.ends_at))
        rename(event, work.sessions, session, facts.get("title", session.title))
        for name, value in facts.items():
            if getattr(session, name) != value:
                setattr(session, name, value)
        casting.keep_parts(session, parts)
    return session


def differs(session: Session, facts: Mapping[str, Any]) -> bool:
    return any(getattr(session, name) != value for name, value in facts.items())


def rename(event: Event, sessions: Sequence[Session], session: Session, title: str) -> None:
    """A session that nobody has seen yet gets an address from its new title; one that is public keeps its own."""
    if title != session.title and event.status is EventStatus.DRAFT:
        taken = {other.slug for other in sessions if other is not session}
        session.slug = free_slug(slugs.of(title) or session.kind.value, taken)


def refuse_hours(starts_at: datetime, ends_at: datetime) -> None:
    if ends_at <= starts_at:
        raise Refused(_("The end comes before the start. Check the hours."), field="end")
    if ends_at - starts_at > LONGEST:
        raise Refused(_("A session lasts 24 hours at most. Check the end."), field="end")


def move(event: Event, session_id: int, *, by: str, way: int) -> Session:
    """Put the session one place earlier (`UP`) or later (`DOWN`) in its row; the hours follow the new order."""
    with steps.step(event, What.MOVE, by) as work:
        session = work.find(session_id)
        row = row_of(work.sessions, session)
        set_hours(shifting.reordered(row, session, row.index(session) + way))
    return session


def place(event: Event, session_id: int, *, by: str, before: int | None) -> Session:
    """Put the session before another one of the day's list (at its end: `None`); its hours and those of its row follow."""
    with steps.step(event, What.MOVE, by) as work:
        session = work.find(session_id)
        row = row_of(work.sessions, session)
        target = steps.found(work.sessions, before) if before is not None else None
        ahead = work.sessions[: work.sessions.index(target)] if target is not None else work.sessions
        set_hours(shifting.reordered(row, session, sum(other in ahead for other in row if other is not session)))
    return session


def put_at(event: Event, session_id: int, *, by: str, starts_at: datetime) -> Session:
    """Let the session begin at a moment; it keeps its length."""
    with steps.step(event, What.MOVE, by) as work:
        session = work.find(session_id)
        set_hours(shifting.shifted([session], starts_at - session.starts_at))
    return session


def shift(event: Event, session_id: int, *, by: str, minutes: int) -> Session:
    """Move the session and all that follows it that day by so many minutes."""
    with steps.step(event, What.SHIFT, by) as work:
        session = work.find(session_id)
        after = shifting.following(work.sessions, session, session.starts_at)
        set_hours(shifting.shifted([session, *after], timedelta(minutes=minutes)))
    return session


def shift_following(event: Event, number: int, *, by: str) -> Session:
    """Let what follows move with the end that the latest step changed, if that still is the latest step."""
    steps.lock()
    latest = steps.latest(event)
    offer = shifting.offer(latest, steps.rows(event))
    if latest is None or latest.number != number or offer is None:
        raise Refused(_("Somebody has edited the agenda in the meantime. Look at it once more."))
    with steps.step(event, What.SHIFT, by) as work:
        work.subject = offer.session
        set_hours(shifting.shifted(offer.following, offer.by))
    return offer.session


def remove(event: Event, session_id: int, *, by: str, version: int, chosen: Collection[int] = ()) -> str:
    """Take the session away; returns its title. Refused for one that is in somebody's plan."""
    with steps.step(event, What.REMOVE, by) as work:
        session = work.find(session_id)
        title = session.title
        if session.version != version:
            raise Changed(session_id)
        if session_id in chosen:
            raise Refused(
                _("“%(title)s” is in somebody's plan, so it cannot be removed. Cancel it instead: they will see it.", title=title)
            )
        db.session.delete(session)
    return title


def cancel(event: Event, session_id: int, *, by: str) -> Session:
    """The session will not take place; it stays on the agenda, struck through."""
    return set_status(event, session_id, What.CANCEL, SessionStatus.CANCELLED, by)


def reinstate(event: Event, session_id: int, *, by: str) -> Session:
    """The session takes place after all."""
    return set_status(event, session_id, What.REINSTATE, SessionStatus.CONFIRMED, by)


def set_status(event: Event, session_id: int, what: What, status: SessionStatus, by: str) -> Session:
    with steps.step(event, what, by) as work:
        session = work.find(session_id)
        session.status = status
    return session


def add_person(event: Event, session_id: int, *, by: str, newcomer: casting.Newcomer) -> Session:
    """Put somebody on the session, from the register or new in it."""
    with steps.step(event, What.PEOPLE, by) as work:
        session = work.find(session_id)
        casting.add(session, newcomer)
    return session


def drop_person(event: Event, session_id: int, appearance_id: int, *, by: str) -> Session:
    """Take somebody off the session."""
    with steps.step(event, What.PEOPLE, by) as work:
        session = work.find(session_id)
        casting.drop(session, appearance_id)
    return session


def move_person(event: Event, session_id: int, appearance_id: int, *, by: str, way: int) -> Session:
    """Put somebody one place earlier or later among the people of the session."""
    with steps.step(event, What.PEOPLE, by) as work:
        session = work.find(session_id)
        casting.move(session, appearance_id, way)
    return session


def stretch(event: Event, *, starts_at: datetime | None = None, ends_at: datetime | None = None) -> None:
    """Let the event itself begin or end at another hour, because its agenda does."""
    event.starts_at, event.ends_at = starts_at or event.starts_at, ends_at or event.ends_at
    if event.ends_at <= event.starts_at:
        raise Refused(_("The end comes before the start. Check the hours."))
    db.session.flush()


def row_of(sessions: Sequence[Session], session: Session) -> list[Session]:
    """The row that the session is moved in; a cancelled one stands in none."""
    if not shifting.takes_place(session):
        raise Refused(_("“%(title)s” is cancelled, so it is not moved.", title=session.title))
    return shifting.lane(sessions, session)


def set_hours(hours: Mapping[Session, Hours]) -> None:
    for session, (starts_at, ends_at) in hours.items():
        if (session.starts_at, session.ends_at) != (starts_at, ends_at):
            session.starts_at, session.ends_at = starts_at, ends_at
