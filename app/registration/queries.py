"""Finding registrations and sent forms.

What every sent form asks is written as a statement once: making one takes longer than running it.
"""

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import lazyload, selectinload

from app.agenda.models import Session
from app.db import db
from app.events.models import Event
from app.registration.models import Choice, Entry, Key, Registration, Status, Submission

BY_ADDRESS = (
    sa.select(Registration)
    .where(Registration.event_id == sa.bindparam("event"), Registration.email_key == sa.bindparam("email_key"))
    .options(lazyload(Registration.event))
)
SENT_FORM = sa.select(Submission).where(
    Submission.event_id == sa.bindparam("event"), Submission.idempotency_key == sa.bindparam("key")
)

HAS_PLACE = sa.and_(Registration.id == Choice.registration_id, Registration.holds_place)
"""Whose choices count where places of sessions are counted."""


def by_address(event: Event, email_key: str) -> Registration | None:
    """The registration of an address at the event, in whatever state."""
    return db.session.scalar(BY_ADDRESS, {"event": event.id, "email_key": email_key})


def by_uids(uids: Collection[str]) -> list[Registration]:
    """The registrations with all that a letter tells about them."""
    keys = selectinload(Registration.keys).lazyload(Key.registration)
    together = keys, selectinload(Registration.chosen), selectinload(Registration.entries)
    return list(db.session.scalars(sa.select(Registration).where(Registration.uid.in_(uids)).options(*together)))


def by_ids(ids: Collection[int]) -> list[Registration]:
    """These registrations with all that giving them a place needs, in the order of arrival."""
    together = selectinload(Registration.chosen), selectinload(Registration.entries)
    found = sa.select(Registration).where(Registration.id.in_(ids)).order_by(Registration.arrival)
    return list(db.session.scalars(found.options(*together)))


def in_calendars(event: Event) -> list[tuple[str, int]]:
    """How many people have each entry of the event in the calendar by our mail, by its UID."""
    standing = sa.select(Entry.uid, sa.func.count()).join(Registration).where(Registration.event_id == event.id, Entry.is_active)
    return [(uid, number) for uid, number in db.session.execute(standing.group_by(Entry.uid))]


def position(registration: Registration) -> int:
    """The place on the waiting list; 1 gets the next free place."""
    earlier = sa.select(sa.func.count()).where(
        Registration.event_id == registration.event_id,
        Registration.status == Status.WAITING,
        Registration.arrival < registration.arrival,
    )
    return 1 + (db.session.scalar(earlier) or 0)


def session_positions(registration: Registration) -> dict[int, int]:
    """The places in the queues of sessions, by session; 1 gets the next free place."""
    mine = {choice.session_id: choice for choice in registration.chosen if choice.is_waiting}
    if not mine or not registration.holds_place:
        return {}
    earlier = sa.or_(*(before(choice, registration) for choice in mine.values()))
    ahead = (
        sa.select(Choice.session_id, sa.func.count())
        .select_from(Choice)
        .join(Registration, HAS_PLACE)
        .where(Choice.is_waiting, earlier)
    )
    counted = {session: int(number) for session, number in db.session.execute(ahead.group_by(Choice.session_id))}
    return {session: 1 + counted.get(session, 0) for session in mine}


def before(choice: Choice, registration: Registration) -> sa.ColumnElement[bool]:
    """Who joined this queue earlier; of those who joined it at once, who came to the event earlier."""
    is_earlier = sa.or_(
        Choice.arrival < choice.arrival,
        sa.and_(Choice.arrival == choice.arrival, Registration.arrival < registration.arrival),
    )
    return sa.and_(Choice.session_id == choice.session_id, is_earlier)


def submission(event: Event, idempotency_key: str) -> Submission | None:
    """The form that was sent under this key."""
    return db.session.scalar(SENT_FORM, {"event": event.id, "key": idempotency_key})


def submission_by_key(event: Event, idempotency_key: str) -> Submission:
    """The form that was sent under this key; raises `NoResultFound`, also when it is a day old and forgotten."""
    return db.session.execute(SENT_FORM, {"event": event.id, "key": idempotency_key}).scalar_one()


def chosen_sessions(event: Event) -> set[int]:
    """The sessions of the event that are in somebody's own plan."""
    query = sa.select(Choice.session_id).join(Session).where(Session.event_id == event.id).distinct()
    return set(db.session.scalars(query))
