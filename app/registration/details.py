"""Changing what somebody told of themselves; a new e-mail address proves itself first."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from app import clock
from app.admission import rules as admission
from app.db import db
from app.errors import Refused, TooMany
from app.folding import order_key
from app.questions.form import Typed
from app.registration import answered, answers, entries, fitting, gates, keys, letters, queries, states, waitlist
from app.registration.answers import Address
from app.registration.models import Key, Need, Purpose, Registration

STRETCH = timedelta(hours=1)
ADDRESSES_AN_HOUR = 5


def change(
    registration: Registration,
    *,
    name: str,
    organisation: str,
    position: str,
    needs: Sequence[Need],
    needs_note: str,
    answers_given: Typed | None = None,
) -> None:
    """Put these answers in place of the former ones; raises `Refused`."""
    registration.name = answers.name(name)
    registration.organisation = answers.organisation(organisation)
    registration.position = answers.position(position)
    registration.needs = sorted({need.value for need in needs})
    registration.needs_note = answers.note(needs_note)
    answered.change(registration, answers_given)
    registration.touch()


def change_own(registration: Registration, *, organisation: str, **told: Any) -> None:
    """The same by the person: the rules of entry are checked again, and another institution may have its people already.

    Where the former one had all the places that it can have, somebody of it who waits may have one now.
    """
    states.hold(registration)
    is_another = order_key(answers.organisation(organisation)) != registration.organisation_key
    if is_another and not registration.has_ended:
        fitting.refuse_crowd(registration.event, admission.of(registration.event), [organisation], besides=registration)
    change(registration, organisation=organisation, **told)
    if is_another:
        waitlist.fill(registration.event)


def ask_for_address(registration: Registration, email: str) -> bool:
    """Write to another address, which becomes the registration's by the link in that letter; `False` if it is no other.

    Whoever asks learns nothing of the new address: if it has a registration of its own at the event, that one is told.
    """
    address = answers.address(email)
    states.hold(registration)
    if address.written == registration.email:
        return False
    gates.refuse_domain(admission.of(registration.event), address)
    if registration.pending_email != address.written:
        refuse_flood(registration)
        registration.pending_email = address.written
        keys.replace(registration, Purpose.ADDRESS)
    write_to(registration, address)
    return True


def write_to(registration: Registration, address: Address) -> None:
    """Send the link, or the other registration's letter; once in ten minutes, however often it is asked for."""
    once = f"address:{registration.uid}:{address.key}:{letters.stretch()}"
    owner = queries.by_address(registration.event, address.key)
    if owner is not None and owner is not registration:
        letters.already_registered(owner, once)
    else:
        letters.new_address(registration, address.written, once)


def refuse_flood(registration: Registration) -> None:
    """Our letters are nobody's means to write to strangers."""
    asked = sa.select(sa.func.count()).where(
        Key.registration_id == registration.id, Key.purpose == Purpose.ADDRESS, Key.created_at > clock.now() - STRETCH
    )
    if (db.session.scalar(asked) or 0) >= ADDRESSES_AN_HOUR:
        raise TooMany(_("The address has been changed too often in the last hour. Try again in an hour."), field="email")


def change_address(registration: Registration) -> None:
    """Make the proven address the registration's; the entries leave the old calendar and come into the new one.

    The keys are changed too: the old address, which may be a stranger's by a slip of the hand, opens nothing any more.
    """
    states.hold(registration)
    if registration.pending_email is None:
        return
    address = answers.address(registration.pending_email)
    owner = queries.by_address(registration.event, address.key)
    if owner is not None and owner is not registration:
        raise Refused(_("This address has a registration of its own at this event. The link to it is in its letter."))
    move_to(registration, address)


def correct_address(registration: Registration, email: str) -> bool:
    """Put another address in place of one that the organiser knows to be wrong; `False` if it is no other."""
    address = answers.address(email)
    states.hold(registration)
    if address.written == registration.email:
        return False
    owner = queries.by_address(registration.event, address.key)
    if owner is not None and owner is not registration:
        raise Known(owner)
    move_to(registration, address)
    return True


class Known(Refused):
    """The address has a registration at the event; `registration` is it."""

    def __init__(self, registration: Registration) -> None:
        super().__init__(_("This address is at this event already: %(name)s", name=registration.name), field="email")
        self.registration = registration


def move_to(registration: Registration, address: Address) -> None:
    """Make this address the registration's, and tell it what the former one was told; whoever calls holds the event's lock."""
    former = registration.email
    registration.email, registration.email_key, registration.pending_email = address.written, address.key, None
    keys.revoke(registration, Purpose.ADDRESS)
    for purpose in (Purpose.MY, Purpose.JOIN, Purpose.PROOF):
        if keys.in_use(registration, purpose):
            keys.replace(registration, purpose)
    withdrawn = entries.withdraw_all(registration)
    letters.withdraw(registration, withdrawn, address=former)
    if registration.is_confirmed and withdrawn:
        letters.confirm(registration, entries.invite(registration, entries.wanted(registration)))
    elif not registration.is_confirmed and not registration.has_ended:
        letters.again(registration, however_lately=True)
