"""Handing a place over to a colleague: exactly this place changes hands, so nobody in the queue loses by it."""

from dataclasses import replace
from secrets import token_urlsafe

import sqlalchemy as sa
from flask_babel import gettext as _

from app import clock
from app.admission import rules as admission
from app.admission.models import Invitee, Rules
from app.db import db
from app.errors import Refused
from app.events.models import Event
from app.ledger.models import What
from app.mail import outbox
from app.registration import (
    answers,
    consent,
    doors,
    entries,
    gates,
    letters,
    limits,
    places,
    queries,
    session_places,
    signup,
    states,
)
from app.registration.answers import Address
from app.registration.models import Choice, Reason, Registration, Status, Submission


def is_possible(registration: Registration, rules: Rules) -> bool:
    """Whether the page offers it."""
    event = registration.event
    is_on = not (event.has_begun or event.is_cancelled or event.is_postponed)
    return rules.may_hand_over and registration.is_confirmed and is_on


def note_try(registration: Registration, network: str) -> None:
    """Count a try before it is made, and refuse the sixth of an hour: the answer tells whether an address is registered here."""
    source, subject = limits.network(network), limits.address(f"handing:{registration.uid}")
    limits.check(registration.event, subject, source)
    facts = {"status": registration.status, "address": subject, "network": source, "email": "", "position": None}
    db.session.add(
        Submission(event_id=registration.event_id, registration_id=registration.id, idempotency_key=token_urlsafe(32), **facts)
    )


def hand(registration: Registration, *, name: str, email: str) -> Registration:
    """Give this place to somebody else, whose data are given by its holder; returns the colleague's registration.

    The former registration is cancelled. Raises `Refused`, also where the address is at the event already.
    """
    name, address = answers.name(name), answers.address(email)
    states.hold(registration)
    event = registration.event
    rules = admission.of(event)
    if not is_possible(registration, rules):
        raise Refused(doors.reason(doors.door(event)) or _("This place cannot be handed over."))
    invitee = admitted(event, rules, address)
    colleague = newcomer(registration, name, address)
    colleague.invitee_id = invitee.id if invitee else None
    exchange(registration, colleague)
    outbox.drop(registration.thread, *letters.REMINDERS)
    signup.end(registration, Reason.COLLEAGUE, word=letters.HANDED_OVER)
    letters.handed_over(colleague, registration, entries.invite(colleague, entries.wanted(colleague)))
    return colleague


def admitted(event: Event, rules: Rules, address: Address) -> Invitee | None:
    """Whose invitation the colleague comes by, if one is needed; raises `Refused` where the rules keep the address out."""
    gates.refuse_domain(rules, address)
    if not rules.is_by_invitation:
        return None
    theirs = Invitee.event_id == event.id, Invitee.email_key == address.key, Invitee.revoked_at.is_(None)
    invitee = db.session.scalar(sa.select(Invitee).where(*theirs))
    if invitee is None:
        raise Refused(_("This event is by invitation, and this address has none."), field="email")
    return invitee


def newcomer(giver: Registration, name: str, address: Address) -> Registration:
    """The colleague's registration with what goes with the place; a cancelled one of theirs comes back."""
    event = giver.event
    colleague = queries.by_address(event, address.key)
    if colleague is not None and not colleague.is_cancelled:
        raise Refused(_("This address is at this event already."), field="email")
    if colleague is None:
        with db.session.no_autoflush:
            colleague = signup.newcomer(event, address)
            colleague.status, colleague.needs, colleague.needs_note, colleague.position = Status.UNCONFIRMED, [], "", ""
    colleague.name, colleague.email, colleague.organisation = name, address.written, giver.organisation
    colleague.language, colleague.quota_id, colleague.party_id = giver.language, giver.quota_id, giver.party_id
    colleague.arrival = giver.arrival
    colleague.registered_at = clock.now()
    colleague.cancelled_at = colleague.cancel_reason = None
    colleague.wants_reminders = True
    return colleague


def exchange(giver: Registration, colleague: Registration) -> None:
    """The place and what was chosen with it, queues of sessions too; the counts of places stay as they are."""
    kept = {choice.session_id: choice for choice in colleague.chosen}
    colleague.chosen = [kept.get(choice.session_id) or Choice(session_id=choice.session_id) for choice in giver.chosen]
    for former, choice in zip(giver.chosen, colleague.chosen, strict=True):
        choice.is_waiting, choice.arrival = former.is_waiting, former.arrival
    to, origin = {"to": colleague.number}, {"from": giver.number}
    left = [replace(step, what=What.HANDED_OVER, because=to) for step in session_places.release([giver])]
    got = [
        replace(step, registration=colleague.number, places=-step.places, waiting=-step.waiting, because=origin) for step in left
    ]
    steps = [
        states.become(giver, Status.CANCELLED, What.HANDED_OVER, because=to),
        states.become(colleague, Status.CONFIRMED, What.HANDED_OVER, because=origin),
    ]
    places.record(giver.event, [*steps, *left, *got], arrivals=1)


def is_untold(registration: Registration) -> bool:
    """Whether the person was named by somebody else and has not said yet that they read the information on personal data."""
    return registration.is_confirmed and not registration.is_added_by_hand and not registration.consents


def tell(registration: Registration, clause_version: int) -> None:
    """Remember that the person has read how their data are processed (art. 14 GDPR)."""
    if is_untold(registration):
        consent.agree(registration, clause_version)
