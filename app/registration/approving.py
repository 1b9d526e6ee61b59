"""The organiser's word on who asks to come: yes, which gives a place or a wait, or no."""

import sqlalchemy as sa
from flask_babel import gettext as _

from app.admission import rules as admission
from app.db import db
from app.errors import Refused
from app.events.words import line, within
from app.ledger.models import What
from app.registration import doors, fitting, letters, states, waitlist
from app.registration.fitting import Why
from app.registration.models import Registration, Status

NOTE = 1000


def approve(registration: Registration) -> list[Registration]:
    """Let the person come: a place if one is free, else the end of the waiting list; with whom of the party still asks.

    Returns who was let in; nobody the second time. A no that was said before is taken back. Raises `Refused`.
    """
    states.hold(registration)
    event = registration.event
    if event.is_cancelled or event.is_over:
        raise Refused(doors.reason(doors.door(event)))
    if registration.status not in {Status.PENDING, Status.DECLINED}:
        return []
    people = together(registration)
    waitlist.fill(event)
    rules, seekers = admission.of(event), [fitting.seeker(person) for person in people]
    why = fitting.vacancies(event, rules, seekers).why_not(seekers)
    if why and not event.has_waiting_list:
        raise Refused(fitting.sentence(why))
    let_in(people, why)
    return people


def together(registration: Registration) -> list[Registration]:
    """The person with the others of the party who ask; in the order of arrival."""
    if registration.party_id is None or not registration.is_pending:
        return [registration]
    party = Registration.party_id == registration.party_id
    asking = sa.select(Registration).where(party, Registration.status == Status.PENDING).order_by(Registration.arrival)
    return list(db.session.scalars(asking, execution_options={"populate_existing": True}))


def let_in(people: list[Registration], why: Why | None) -> None:
    event = people[0].event
    for number, person in enumerate(people, start=1):
        person.arrival, person.cancelled_at = event.arrivals + number, None
    because = {"after": "approval"}
    if why:
        reasons = {**because, "position": event.waiting + 1}
        states.queue(event, people, What.QUEUED, because=reasons, arrivals=len(people))
    else:
        reasons = {**because, "place": event.taken + 1}
        states.give(event, people, What.PLACED, because=reasons, arrivals=len(people))
    for person in people:
        if why:
            letters.waitlisted(person, word=letters.APPROVED)
        else:
            states.invite(person, word=letters.APPROVED)


def decline(registration: Registration, note: str = "") -> None:
    """Say no, with the organiser's words in the letter; a second time changes nothing. Raises `Refused`."""
    states.hold(registration)
    if registration.has_ended:
        return
    if not registration.is_pending:
        raise Refused(_("Only somebody who waits for your word can be declined. Cancel the registration instead."))
    words = within("\n".join(line(part) for part in note.splitlines()).strip(), NOTE, "note")
    states.end(registration.event, [registration], status=Status.DECLINED, what=What.DECLINED, because={"by": "organiser"})
    letters.declined(registration, words)
