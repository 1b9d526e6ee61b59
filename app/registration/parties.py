"""Several people registered by one: all get places, or all wait, or, if the one wants that, nobody is registered at all."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import ngettext

from app.admission import rules as admission
from app.admission.models import Invitee, Quota, Rules
from app.agenda.models import Session
from app.db import db
from app.errors import Refused
from app.events.models import Event
from app.questions import form as questions
from app.questions.form import Form as Questions
from app.questions.form import Typed
from app.registration import answered, answers, choices, fitting, gates, limits, places, queries, signup
from app.registration.answers import Address
from app.registration.gates import Pass
from app.registration.models import Need, Party, Registration, Submission
from app.registration.signup import Form, Offer


@dataclass(frozen=True)
class Contact:
    """Who registers the others. They come themselves only if they are one of the members, with this address."""

    name: str
    email: str


@dataclass(frozen=True)
class Member:
    """What is told of one person; without an address of their own, their letters go to the contact."""

    name: str
    email: str = ""
    organisation: str = ""
    position: str = ""
    needs: Sequence[Need] = ()
    needs_note: str = ""
    sessions: Sequence[int] = ()
    quota: Quota | None = None
    answers: Typed | None = None


@dataclass(frozen=True)
class Sheet:
    """A sent form of several, after cleaning: a form each, and which of them share the contact's address."""

    party: Party
    writer: Address
    forms: Sequence[Form]
    shares: Sequence[bool]
    rules: Rules

    @property
    def is_proven(self) -> bool:
        return all(Pass(self.rules, form.quota, form.invitee).has_proven(form.address) for form in self.forms)


def register(
    event: Event,
    contact: Contact,
    members: Sequence[Member],
    *,
    idempotency_key: str,
    waits: bool,
    clause_version: int,
    language: str,
    network: str,
    invitee: Invitee | None = None,
) -> Submission:
    """Give all members places, or all a wait where `waits`; raises `Refused`, at a member's field as `name-0`, `email-0`.

    A form that was sent before answers as it did then. What is answered does not depend on whose addresses are known: who is
    registered already gets the letter that says so, and the others what was said. The submission's registration is the
    first member's.
    """
    with named("contact_{}"):
        name, writer = answers.name(contact.name), answers.address(contact.email)
    told = name, waits, *(f"{member}" for member in members)
    key = signup.form_key(idempotency_key, writer, told)
    if known := queries.submission(event, key):
        return known
    rules, has_quotas = admission.with_quotas(event)
    refuse_size(rules, len(members))
    facts = {"language": language, "clause_version": signup.accepted(event, clause_version), "invitee": invitee}
    agenda, asked = choices.agenda(event), questions.of(event).about_others
    forms = []
    for number, member in enumerate(members):
        with named(f"{{}}-{number}"):
            quota = gates.quota_of(event, member.quota, invitee, has_quotas=has_quotas)
            forms.append(cleaned(event, member, writer, agenda, asked, quota=quota, **facts))
            gates.refuse_domain(rules, forms[-1].address)
    shares = [not member.email.strip() for member in members]
    refuse_twice([form.address for form, shared in zip(forms, shares, strict=True) if not shared])
    gates.refuse_uninvited(event, rules, invitee)
    party = Party(uid=str(uuid4()), event_id=event.id, contact_name=name, contact_email=writer.written)
    return send(event, Sheet(party, writer, forms, shares, rules), key, limits.network(network), waits=waits)


@contextmanager
def named(pattern: str) -> Iterator[None]:
    """Let a refusal inside speak of the field as the form of several calls it."""
    try:
        yield
    except Refused as refusal:
        if refusal.field is None:
            raise
        raise Refused(refusal.message, field=pattern.format(refusal.field)) from refusal


def refuse_size(rules: Rules, number: int) -> None:
    """Somebody else can always be registered; several people only where the rules say so."""
    if number > 1 and not rules.takes_parties:
        raise Refused(_("At this event everybody registers for themselves."))
    if number > rules.most_in_party:
        most = rules.most_in_party
        said = ngettext("A group has at most %(num)d person.", "A group has at most %(num)d people.", most)
        raise Refused(said)


def refuse_twice(addresses: Sequence[Address]) -> None:
    keys = [address.key for address in addresses]
    for number, key in enumerate(keys):
        if key in keys[:number]:
            raise Refused(_("This address stands in the form twice: %(address)s", address=key))


def cleaned(event: Event, member: Member, writer: Address, agenda: Sequence[Session], asked: Questions, **facts: Any) -> Form:
    return Form(
        name=answers.name(member.name),
        address=answers.address(member.email) if member.email.strip() else writer,
        organisation=answers.organisation(member.organisation),
        position=answers.position(member.position),
        needs=sorted({need.value for need in member.needs}),
        needs_note=answers.note(member.needs_note),
        agenda=agenda,
        sessions=choices.among(choices.offered(event, agenda), member.sessions),
        answers=None if member.answers is None else answered.checked(asked, member.answers),
        **facts,
    )


def send(event: Event, sheet: Sheet, key: str, network: str, *, waits: bool) -> Submission:
    """Take the form, with the event held."""
    address = limits.address(sheet.writer.key)
    limits.check(event, address, network)
    held = places.lock(event)
    if known := queries.submission(event, key):
        return known
    addresses = [sheet.writer, *(form.address for form in sheet.forms)]
    gates.refuse_used(event, sheet.rules, addresses, sheet.forms[0].invitee)
    fitting.refuse_crowd(event, sheet.rules, [form.organisation for form in sheet.forms])
    seekers = [form.seeker for form in sheet.forms]
    offer = signup.offer_now(event, held, sheet.rules, seekers, is_proven=sheet.is_proven, waits=waits)
    db.session.add(sheet.party)
    people = [settle(event, sheet, number, offer) for number in range(len(sheet.forms))]
    submission = Submission(
        event_id=event.id,
        idempotency_key=key,
        registration=people[0],
        email=sheet.writer.written,
        status=offer.status,
        position=offer.position,
        address=address,
        network=network,
    )
    db.session.add(submission)
    db.session.flush()
    return submission


def settle(event: Event, sheet: Sheet, number: int, offer: Offer) -> Registration:
    """One member: as somebody who registers alone, or under the contact's address with a number after it, as no address is."""
    form = replace(sheet.forms[number], party=sheet.party)
    if not sheet.shares[number]:
        return signup.settle(event, form, offer)
    key = f"{sheet.writer.key}#{event.arrivals + 1}"
    registration = signup.newcomer(event, Address(sheet.writer.written, key))
    signup.fill_in(registration, form)
    signup.admit(registration, offer, form.agenda)
    return registration


def members(party: Party) -> Sequence[Registration]:
    """The people of a party, in the order in which they were told."""
    of_party = sa.select(Registration).where(Registration.party_id == party.id)
    return db.session.scalars(of_party.order_by(Registration.number)).all()
