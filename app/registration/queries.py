"""Finding registrations and sent forms."""

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from app.db import db
from app.events.models import Event
from app.registration.models import Key, Registration, Status, Submission


def by_address(event: Event, email_key: str) -> Registration | None:
    """The registration of an address at the event, in whatever state."""
    query = sa.select(Registration).where(Registration.event_id == event.id, Registration.email_key == email_key)
    return db.session.scalar(query)


def by_uid(uid: str) -> Registration | None:
    """The registration with all that a letter tells about it."""
    keys = selectinload(Registration.keys).lazyload(Key.registration)
    together = keys, selectinload(Registration.chosen), selectinload(Registration.entries)
    return db.session.scalar(sa.select(Registration).where(Registration.uid == uid).options(*together))


def longest_waiting(event: Event, number: int) -> list[Registration]:
    """Whoever waits, in the order of arrival, so many at most."""
    together = selectinload(Registration.chosen), selectinload(Registration.entries)
    waiting = sa.select(Registration).where(Registration.event_id == event.id, Registration.status == Status.WAITING)
    return list(db.session.scalars(waiting.order_by(Registration.arrival).limit(number).options(*together)))


def position(registration: Registration) -> int:
    """The place on the waiting list; 1 gets the next free place."""
    earlier = sa.select(sa.func.count()).where(
        Registration.event_id == registration.event_id,
        Registration.status == Status.WAITING,
        Registration.arrival < registration.arrival,
    )
    return 1 + (db.session.scalar(earlier) or 0)


def submission(event: Event, idempotency_key: str) -> Submission | None:
    """The form that was sent under this key."""
    return db.session.scalar(sent_form(event, idempotency_key))


def submission_by_key(event: Event, idempotency_key: str) -> Submission:
    """The form that was sent under this key; raises `NoResultFound`, also when it is a day old and forgotten."""
    return db.session.execute(sent_form(event, idempotency_key)).scalar_one()


def sent_form(event: Event, idempotency_key: str) -> sa.Select[Submission]:
    return sa.select(Submission).where(Submission.event_id == event.id, Submission.idempotency_key == idempotency_key)
