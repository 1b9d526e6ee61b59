"""Registering, cancelling, and taking a cancellation back."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import uuid4

from flask_babel import gettext as _

from app import clock, tokens
from app.admission import rules as admission
from app.admission.models import Invitee, Quota, Rules
from app.agenda.models import Session
from app.db import db
from app.errors import Refused
from app.events.models import Event
from app.folding import order_key
from app.ledger.models import What
from app.mail import outbox, own_address
from app.questions.form import Reading, Typed
from app.registration import (
    answered,
    answers,
    choices,
    consent,
    doors,
    entries,
    fitting,
    gates,
    keys,
    letters,
    limits,
    places,
    proving,
    queries,
    session_places,
    states,
    waitlist,
)
from app.registration.answers import Address
from app.registration.doors import Door, Shut
from app.registration.fitting import Seeker, Why
from app.registration.gates import Pass
from app.registration.models import Need, Party, Reason, Registration, Status, Submission
from app.registration.places import Places
from app.registration.states import Because


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
    quota: Quota | None = None
    invitee: Invitee | None = None
    party: Party | None = None
    answers: Reading | None = None
    consents: Collection[int] = ()

    @property
    def seeker(self) -> Seeker:
        return Seeker(self.quota.id if self.quota else None, order_key(self.organisation))


@dataclass(frozen=True)
class Offer:
    """What a newcomer gets now: a place, a place for a while (`holds`), a position on the waiting list, or a question."""

    status: Status
    position: int | None = None
    holds: bool = False


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
    quota: Quota | None = None,
    invitee: Invitee | None = None,
    answers_given: Typed | None = None,
    consents: Collection[int] = (),
) -> Submission:
    """Give the person a place, or a place on the waiting list; raises `Refused`.

    Where the rules say so, the address proves itself first, or the organiser decides; `invitee` is whose personal link the
    form came by, `quota` the group of participants that was chosen, unless the invitation names one. A form that was sent
    before answers as it did then and changes nothing. The answer to an address that is registered already is the one that
    a newcomer would get: only the letter tells.
    """
    address = answers.address(email)
    person = name, organisation, position, sorted(needs), needs_note
    told = *person, sorted(sessions), quota.id if quota else 0, sorted(consents), *answered.told(answers_given)
    idempotency_key = form_key(idempotency_key, address, told)
    if known := queries.submission(event, idempotency_key):
        return known
    admitted = gates.check(event, address, quota=quota, invitee=invitee)
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
        quota=admitted.quota,
        invitee=invitee,
        answers=answered.read(event, answers_given),
        consents=consent.among(event, consents),
    )
    return send(event, form, admitted, idempotency_key, limits.network(network))


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


def send(event: Event, form: Form, admitted: Pass, idempotency_key: str, network: str) -> Submission:
    """Take the form. What needs no lock is done before it, so that the event is held for a short time only.

    The registration is written by one flush with all that belongs to it, which takes less than writing it in parts.
    """
    address = limits.address(form.address.key)
    limits.check(event, address, network)
    held = places.lock(event)
    if known := queries.submission(event, idempotency_key):
        return known
    gates.refuse_used(event, admitted.rules, [form.address], form.invitee)
    fitting.refuse_crowd(event, admitted.rules, [form.organisation])
    offer = offer_now(event, held, admitted.rules, [form.seeker], is_proven=admitted.has_proven(form.address))
    with db.session.no_autoflush:
        registration = settle(event, form, offer)
    submission = Submission(
        event_id=event.id,
        idempotency_key=idempotency_key,
        registration=registration,
        email=form.address.written,
        status=offer.status,
        position=offer.position,
        address=address,
        network=network,
    )
    db.session.add(submission)
    db.session.flush()
    return submission


def offer_now(
    event: Event, held: Places, rules: Rules, seekers: Sequence[Seeker], *, is_proven: bool = True, waits: bool = True
) -> Offer:
    """What newcomers get, all of them the same, once those who wait have what is free.

    Raises `Shut`, and `Refused` where they do not fit and cannot wait, or would not.
    """
    if held.waiting and held.free():
        waitlist.fill(event)
        held = places.lock(event)
    door = doors.door(event)
    if not door.lets_in and door is not Door.FULL:
        raise Shut(door)
    why = fitting.vacancies(event, rules, seekers).why_not(seekers)
    refuse_full(event, why, waits=waits)
    if not is_proven:
        return Offer(Status.UNCONFIRMED, holds=not why and not rules.needs_approval)
    if rules.needs_approval:
        return Offer(Status.PENDING)
    return Offer(Status.WAITING, held.next_position) if why else Offer(Status.CONFIRMED)


def settle(event: Event, form: Form, offer: Offer) -> Registration:
    """The registration of this address: a new one, the former one come back, or the one that stands, which gets a letter."""
    registration = queries.by_address(event, form.address.key)
    if registration is not None and not registration.is_cancelled:
        proving.hold_on(registration)
        letters.already_registered(registration)
        return registration
    if registration is None:
        registration = newcomer(event, form.address)
    fill_in(registration, form)
    admit(registration, offer, form.agenda)
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
    facts = {"number": event.arrivals + 1, "email_key": address.key, "revision": 0, "turns": 0, "holds_place": False}
    registration = Registration(uid=str(uuid4()), event=event, tag=own_address.new_tag(), **facts)
    registration.chosen, registration.consents, registration.entries, registration.keys = [], [], [], []
    registration.answers = []
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
    registration.quota, registration.party = form.quota, form.party
    registration.invitee_id = form.invitee.id if form.invitee else None
    choices.keep(registration, form.sessions)
    answered.keep(registration, form.answers)
    consent.agree(registration, form.clause_version)
    consent.choose(registration, form.consents)


def admit(
    registration: Registration,
    offer: Offer,
    agenda: Sequence[Session] | None = None,
    *,
    tells: bool = True,
    because: Because | None = None,
) -> None:
    """Count the arrival and say what it got, unless nothing is to be told."""
    event = registration.event
    registration.arrival = event.arrivals + 1
    registration.cancelled_at = None
    registration.cancel_reason = None
    what, reasons = arrival_of(event, offer)
    step = states.become(registration, offer.status, what, holds=offer.holds, because={**reasons, **(because or {})})
    taken = session_places.take(event, [registration], agenda) if registration.holds_place else []
    places.record(event, [step, *taken], arrivals=1)
    if offer.status is Status.UNCONFIRMED:
        proving.ask(registration)
    elif tells:
        tell(registration, agenda)


def arrival_of(event: Event, offer: Offer) -> tuple[What, dict[str, object]]:
    """What an arrival is in the ledger, and the numbers that say why."""
    if offer.status is Status.CONFIRMED:
        return What.PLACED, {"place": event.taken + 1}
    if offer.status is Status.WAITING:
        return What.QUEUED, {"position": event.waiting + 1}
    if offer.holds:
        return What.HELD, {"place": event.taken + 1}
    return What.ASKED, {"waits_for": "proof" if offer.status is Status.UNCONFIRMED else "approval"}


def tell(registration: Registration, agenda: Sequence[Session] | None = None, *, word: str | None = None) -> None:
    """Write what the registration has now: a place, a wait, or the organiser's word to come."""
    if registration.is_confirmed:
        states.invite(registration, agenda, word=word)
    elif registration.is_waiting:
        letters.waitlisted(registration, word=word)
    else:
        letters.pending(registration)


def cancel(registration: Registration, reason: Reason | None, *, tells: bool = True, by: str | None = None) -> None:
    """Give the place back, or leave the waiting list; a second time changes nothing. `by` is who did it for the person."""
    states.hold(registration)
    if registration.has_ended:
        return
    event = registration.event
    if event.is_cancelled or event.is_over:
        raise Refused(doors.reason(doors.door(event)))
    outbox.drop(registration.thread, *letters.REMINDERS)
    word = letters.LEFT if registration.is_waiting else None
    states.end(event, [registration], because={"by": by} if by else None)
    end(registration, reason, tells=tells, word=word)
    waitlist.pass_on(event, {"given_back_by": registration.number})


def end(
    registration: Registration,
    reason: Reason | None,
    agenda: Sequence[Session] | None = None,
    *,
    tells: bool = True,
    word: str | None = None,
) -> None:
    """Say of a registration that has just ended when and why. Whoever calls holds the event's lock and has taken its place.

    Where nothing is told, the entries stay in the person's calendar, as no letter takes them out.
    """
    registration.cancelled_at = clock.now()
    registration.cancel_reason = reason
    if tells:
        letters.cancelled(registration, entries.withdraw_all(registration, agenda), word=word)


def reinstate(registration: Registration) -> None:
    """Take a cancellation back: a place if one is left, else the end of the waiting list; a second time changes nothing.

    Who was never let in by the organiser asks once more.
    """
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
    fitting.refuse_crowd(event, admission.of(event), [registration.organisation], besides=registration)
    refuse_full(event, why_not(registration))
    admit(registration, Offer(way_back(registration)), because={"after": "cancellation"})


def why_not(registration: Registration) -> Why | None:
    """Why there is no place for this person now."""
    one = [fitting.seeker(registration)]
    return fitting.vacancies(registration.event, admission.of(registration.event), one).why_not(one)


def way_back(registration: Registration) -> Status:
    """What somebody whose registration has ended would get by coming back; nothing where it stays cancelled."""
    event, why = registration.event, why_not(registration)
    if event.has_begun or (why and not event.has_waiting_list):
        return Status.CANCELLED
    if admission.of(event).needs_approval and registration.turned_at is None:
        return Status.PENDING
    return Status.WAITING if why else Status.CONFIRMED


def refuse_full(event: Event, why: Why | None, *, waits: bool = True) -> None:
    """Refuse where there is no place, and no waiting list or no wish to wait."""
    if why and not (waits and event.has_waiting_list):
        if why is Why.FULL and not event.has_waiting_list:
            raise Shut(Door.FULL)
        raise Refused(fitting.sentence(why), field=None if waits else "waits")
