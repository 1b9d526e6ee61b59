"""Registering, cancelling, and taking a cancellation back."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import uuid4

from flask_babel import gettext as _

from app import clock, tokens
from app.agenda.models import Session
from app.db import db
from app.errors import Refused
from app.events.models import Event
from app.mail import outbox
from app.registration import answers, choices, consent, doors, entries, keys, letters, limits, places, queries, states, waitlist
from app.registration.answers import Address
from app.registration.doors import Door, Shut
from app.registration.models import Need, Reason, Registration, Status, Submission
from app.registration.places import Places


@dataclass(frozen=True)
class Form:
    """A sent form after cleaning."""

    name: str
    address: Address
    organisation: str
    position: str
    needs: list[str]
    needs_note: str
    agenda: Sequence[Session]
    sessions: set[int]
    clause_version: int
    language: str
    consents: Collection[int] = ()


@dataclass(frozen=True)
class Offer:
    """What a newcomer gets now: a place, or a position on the waiting list."""

    status: Status
    position: int | None


def register(
    event: Event,
    *,
    idempotency_key: str,
    name: str,
    email: str,
    organisation: str,
    position: str,
    needs: Sequence[Need],
    needs_note: str,
    sessions: Sequence[int],
    clause_version: int,
    language: str,
    network: str,
    consents: Collection[int] = (),
) -> Submission:
    """Give the person a place, or a place on the waiting list; raises `Refused`.

    A form that was sent before answers as it did then and changes nothing. The answer to an address that is registered
    already is the one that a newcomer would get: only the letter tells.
    """
    address = answers.address(email)
    told = name, organisation, position, sorted(needs), needs_note, sorted(sessions), sorted(consents)
    idempotency_key = form_key(idempotency_key, address, told)
    if known := queries.submission(event, idempotency_key):
        return known
    agenda = choices.agenda(event)
    form = Form(
        name=answers.name(name),
        address=address,
        organisation=answers.organisation(organisation),
        position=answers.position(position),
        needs=sorted({need.value for need in needs}),
        needs_note=answers.note(needs_note),
        agenda=agenda,
        sessions=choices.among(choices.offered(event, agenda), sessions),
        clause_version=accepted(event, clause_version),
        language=language,
        consents=consent.among(event, consents),
    )
    return send(event, form, idempotency_key, limits.network(network))


def form_key(idempotency_key: str, address: Address, told: Sequence[object]) -> str:
    """The key to keep the form under, made of its own and of all that it says.

    A form that comes back with other answers (somebody went back and put a slip right) is another form.
    """
    return tokens.fingerprint("form", json.dumps([idempotency_key, address.written, *told]))


def accepted(event: Event, clause_version: int) -> int:
    """The version of the clause, if it is the one in force."""
    if not consent.is_in_force(event, clause_version):
        raise Refused(_("The information on personal data has changed. Read it again and tick the box."), field="clause")
    return clause_version


def send(event: Event, form: Form, idempotency_key: str, network: str) -> Submission:
    """Take the form. What needs no lock is done before it, so that the event is held for a short time only."""
    address = limits.address(form.address.key)
    limits.check(event, address, network)
    held = places.lock(event)
    if known := queries.submission(event, idempotency_key):
        return known
    offer = offer_now(event, held)
    submission = Submission(
        event_id=event.id,
        idempotency_key=idempotency_key,
        registration=settle(event, form, offer),
        email=form.address.written,
        status=offer.status,
        position=offer.position,
        address=address,
        network=network,
    )
    db.session.add(submission)
    db.session.flush()
    return submission


def offer_now(event: Event, held: Places) -> Offer:
    """What a newcomer gets, once those who wait have what is free; raises `Shut`."""
    if held.waiting and held.free():
        waitlist.fill(event)
        held = places.lock(event)
    door = doors.door(event)
    if not door.lets_in:
        raise Shut(door)
    return Offer(Status.CONFIRMED, None) if door is Door.OPEN else Offer(Status.WAITING, held.next_position)


def settle(event: Event, form: Form, offer: Offer) -> Registration:
    """The registration of this address: a new one, the former one come back, or the one that stands, which gets a letter."""
    registration = queries.by_address(event, form.address.key)
    if registration is not None and not registration.is_cancelled:
        letters.already_registered(registration)
        return registration
    if registration is None:
        registration = newcomer(event, form.address)
    fill_in(registration, form)
    admit(registration, offer.status, form.agenda)
    return registration


def answer_known(event: Event, door: Door, email: str) -> None:
    """Send who is registered their letter though nobody is let in, once in ten minutes; the page stays as it is.

    Such a form is no submission: a limit that counted it for known addresses alone would tell which are known.
    """
    if door not in {Door.FULL, Door.CLOSED}:
        return
    registration = queries.by_address(event, answers.address(email).key)
    if registration is not None and not registration.is_cancelled:
        letters.already_registered(registration, f"form:{registration.uid}:{letters.stretch()}")


def newcomer(event: Event, address: Address) -> Registration:
    """A registration with its identity and keys, and nothing else yet."""
    number = event.arrivals + 1
    registration = Registration(uid=str(uuid4()), event=event, number=number, email_key=address.key, revision=0, turns=0)
    registration.chosen, registration.consents, registration.entries, registration.keys = [], [], [], []
    keys.issue(registration)
    db.session.add(registration)
    return registration


def fill_in(registration: Registration, form: Form) -> None:
    """Write the answers of the form, over former ones if there are any."""
    registration.name = form.name
    registration.email = form.address.written
    registration.pending_email = None
    registration.organisation = form.organisation
    registration.position = form.position
    registration.needs = form.needs
    registration.needs_note = form.needs_note
    registration.language = form.language
    registration.wants_reminders = True
    choices.keep(registration, form.sessions)
    consent.agree(registration, form.clause_version)
    consent.choose(registration, form.consents)


def admit(registration: Registration, status: Status, agenda: Sequence[Session] | None = None, *, tells: bool = True) -> None:
    """Count the arrival and say what it got, unless nothing is to be told."""
    event = registration.event
    registration.arrival = event.arrivals + 1
    registration.cancelled_at = None
    registration.cancel_reason = None
    if status is Status.CONFIRMED:
        states.confirm(registration, agenda, tells=tells)
        places.take(event)
    else:
        states.wait(registration, tells=tells)
        places.wait(event)


def cancel(registration: Registration, reason: Reason | None, *, tells: bool = True) -> None:
    """Give the place back, or leave the waiting list; a second time changes nothing."""
    states.hold(registration)
    if registration.is_cancelled:
        return
    event = registration.event
    if event.is_cancelled or event.is_over:
        raise Refused(doors.reason(doors.door(event)))
    outbox.drop(registration.thread, *letters.REMINDERS)
    if registration.is_confirmed:
        places.give_back(event)
    else:
        places.leave(event)
    end(registration, reason, tells=tells)
    waitlist.fill(event)


def end(
    registration: Registration, reason: Reason | None, agenda: Sequence[Session] | None = None, *, tells: bool = True
) -> None:
    """Make the registration a cancelled one. Whoever calls holds the event's lock and counts the places.

    Where nothing is told, the entries stay in the person's calendar, as no letter takes them out.
    """
    registration.cancelled_at = clock.now()
    registration.cancel_reason = reason
    if registration.is_confirmed:
        registration.turn(Status.CANCELLED)
    else:
        registration.status = Status.CANCELLED
        registration.touch()
    if tells:
        letters.cancelled(registration, entries.withdraw_all(registration, agenda))


def reinstate(registration: Registration) -> None:
    """Take a cancellation back: a place if one is left, else the end of the waiting list; a second time changes nothing."""
    held = states.hold(registration)
    if not registration.is_cancelled:
        return
    event = registration.event
    if event.is_cancelled or event.has_begun:
        raise Refused(_("The event has begun or was cancelled, so this cannot be undone any more."))
    if event.is_postponed:
        raise Shut(Door.POSTPONED)
    if held.waiting and held.free():
        waitlist.fill(event)
    room = doors.room(event)
    if not room.lets_in:
        raise Shut(room)
    admit(registration, Status.CONFIRMED if room is Door.OPEN else Status.WAITING)
