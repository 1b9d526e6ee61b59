"""A place that came from the waiting list and has to be accepted in time; it is declined by cancelling."""

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


def run_out() -> int:
    """Take back the places that were not accepted in time and give them to the next; returns how many there were."""
    late = Registration.status == Status.CONFIRMED, Registration.accept_by <= clock.now()
    of_late = Event.id.in_(sa.select(Registration.event_id).where(*late))
    events = sa.select(Event).where(of_late, Event.status == EventStatus.PUBLISHED, Event.starts_at > clock.now())
    return sum(end_late(event, sa.and_(*late)) for event in db.session.scalars(events.order_by(Event.id)).all())


def end_late(event: Event, late: sa.ColumnElement[bool]) -> int:
    """Once the event has begun nobody loses a place that nobody else can have."""
    places.lock(event)
    if event.has_begun or event.status is not EventStatus.PUBLISHED:
        return 0
    meant = sa.select(Registration).where(Registration.event_id == event.id, late).order_by(Registration.arrival)
    people = db.session.scalars(meant, execution_options={"populate_existing": True}).all()
    states.end(event, people, what=What.RAN_OUT)
    for person in people:
        outbox.drop(person.thread, *letters.REMINDERS)
        signup.end(person, None, word=letters.RAN_OUT)
    waitlist.pass_on(event, waitlist.given_back_by(people))
    return len(people)
