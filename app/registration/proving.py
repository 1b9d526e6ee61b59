"""An address that proves itself first: the link, the place that is held for a while, and what becomes of who does not come."""

from collections.abc import Sequence
from datetime import timedelta

import sqlalchemy as sa
from flask_babel import gettext as _

from app import clock
from app.admission import rules as admission
from app.db import db
from app.errors import Refused
from app.events.models import Event
from app.ledger.models import What
from app.registration import doors, fitting, keys, letters, places, session_places, states, waitlist
from app.registration.models import Purpose, Registration, Status


def ask(registration: Registration) -> None:
    """Send the link that proves the address; until then a place is held, if there was one."""
    begin_time(registration)
    keys.replace(registration, Purpose.PROOF)
    letters.proof(registration)


def begin_time(registration: Registration) -> None:
    registration.held_until = clock.now() + timedelta(minutes=admission.of(registration.event).proving_minutes)


def hold_on(registration: Registration) -> None:
    """Begin the time anew for an address that sends the form again, as the page after the form says."""
    if registration.is_unconfirmed:
        begin_time(registration)


def prove(registration: Registration) -> None:
    """The address is the person's: the place that was held is theirs, or they wait, or the organiser decides.

    A second time changes nothing. Raises `Refused` where it was too late: the place went to somebody else, or the event began.
    """
    states.hold(registration)
    event = registration.event
    if registration.has_ended:
        raise Refused(_("The link was not opened in time, so the registration has lapsed. Register once more."))
    if not registration.is_unconfirmed:
        return
    if event.is_cancelled or event.is_postponed or event.has_begun:
        raise Refused(doors.reason(doors.door(event)) or _("This event has begun."))
    because = {"after": "proof"}
    if admission.of(event).needs_approval:
        ask_organiser(registration)
    elif registration.holds_place:
        places.record(event, [states.become(registration, Status.CONFIRMED, What.PLACED, because=because)])
        states.invite(registration)
    else:
        place_or_queue(registration, because)


def ask_organiser(registration: Registration) -> None:
    """Ask for the organiser's word; a place that was held before the rules wanted it goes to whoever waits."""
    event, held = registration.event, registration.holds_place
    free = session_places.release([registration]) if held else []
    step = states.become(registration, Status.PENDING, What.ASKED, because={"waits_for": "approval"})
    places.record(event, [step, *free])
    letters.pending(registration)
    if held:
        waitlist.pass_on(event, waitlist.given_back_by([registration]))


def place_or_queue(registration: Registration, because: states.Because) -> None:
    """A place if one is free once those who wait have theirs, else the end of the waiting list; with the letter."""
    event = registration.event
    waitlist.fill(event)
    one = [fitting.seeker(registration)]
    registration.arrival = event.arrivals + 1
    if fitting.vacancies(event, admission.of(event), one).why_not(one) is None:
        states.give(event, [registration], What.PLACED, because={**because, "place": event.taken + 1}, arrivals=1)
        states.invite(registration)
    else:
        states.queue(event, [registration], What.QUEUED, because={**because, "position": event.waiting + 1}, arrivals=1)
        letters.waitlisted(registration)


def late() -> sa.ColumnElement[bool]:
    """Registrations whose addresses did not prove themselves in time."""
    return sa.and_(Registration.status == Status.UNCONFIRMED, Registration.held_until <= clock.now())


def events_with_late() -> Sequence[int]:
    return db.session.scalars(sa.select(Registration.event_id).where(late()).distinct().order_by(Registration.event_id)).all()


def run_out(event_id: int) -> int:
    """End the late registrations of one event; returns how many there were.

    Nothing is told: whose address it is was never known.
    """
    event = db.session.get_one(Event, event_id)
    places.lock(event)
    meant = sa.select(Registration).where(Registration.event_id == event.id, late()).order_by(Registration.arrival)
    people = db.session.scalars(meant, execution_options={"populate_existing": True}).all()
    if not people:
        return 0
    states.end(event, people, what=What.RAN_OUT)
    for person in people:
        person.cancelled_at = clock.now()
    waitlist.pass_on(event, waitlist.given_back_by(people))
    return len(people)
