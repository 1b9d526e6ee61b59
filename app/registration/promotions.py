"""A place that came from the waiting list and has to be accepted in time; it is declined by cancelling."""

from collections.abc import Sequence

import sqlalchemy as sa
from flask_babel import gettext as _

from app import clock
from app.db import db
from app.errors import Refused
from app.events.models import Event, EventStatus
from app.ledger.chain import Step
from app.ledger.models import What
from app.mail import outbox
from app.registration import letters, places, signup, states, waitlist
from app.registration.models import Registration, Status


def accept(registration: Registration) -> None:
    """Keep the place for good; a second time changes nothing. Raises `Refused` where it went to somebody else."""
    states.hold(registration)
    if registration.has_ended:
        raise Refused(_("The place was not accepted in time, so it went to the next person."))
    if registration.accept_by is None:
        return
    registration.accept_by = None
    registration.touch()
    places.record(registration.event, [Step(What.ACCEPTED, registration.number)])


def late() -> sa.ColumnElement[bool]:
    """Registrations whose places were not accepted in time."""
    return sa.and_(Registration.status == Status.CONFIRMED, Registration.accept_by <= clock.now())


def events_with_late() -> Sequence[int]:
    events = sa.select(Event.id).where(Event.id.in_(sa.select(Registration.event_id).where(late())))
    to_come = Event.status == EventStatus.PUBLISHED, Event.starts_at > clock.now()
    return db.session.scalars(events.where(*to_come).order_by(Event.id)).all()


def run_out(event_id: int) -> int:
    """Take the late places of one event back and give them to the next; returns how many there were.

    Once the event has begun nobody loses a place that nobody else can have.
    """
    event = db.session.get_one(Event, event_id)
    places.lock(event)
    if event.has_begun or event.status is not EventStatus.PUBLISHED:
        return 0
    meant = sa.select(Registration).where(Registration.event_id == event.id, late()).order_by(Registration.arrival)
    people = db.session.scalars(meant, execution_options={"populate_existing": True}).all()
    if not people:
        return 0
    states.end(event, people, what=What.RAN_OUT)
    for person in people:
        outbox.drop(person.thread, *letters.REMINDERS)
        signup.end(person, None, word=letters.RAN_OUT)
    waitlist.pass_on(event, waitlist.given_back_by(people))
    return len(people)
