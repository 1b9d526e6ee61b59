"""Adding many people at once, as an organiser adds one: places first to those who wait, then in the order of the list."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from app.db import db
from app.events.models import Event
from app.mail import outbox
from app.participants import acts
from app.registration import places, waitlist
from app.registration.models import Registration, Status
from app.registration.signup import Form

TOGETHER = 500


@dataclass(frozen=True)
class Newcomer:
    """Somebody to be added, cleaned and checked (`acts.form_of`)."""

    form: Form
    note: str


def free(event: Event, number: int) -> int:
    """How many of so many newcomers would find a place; those who wait go first, until the event begins."""
    if event.capacity is None:
        return number
    ahead = 0 if event.has_begun or event.is_postponed else event.waiting
    return min(number, max(0, event.capacity - event.taken - ahead))


def known(event: Event, keys: Collection[str]) -> dict[str, Registration]:
    """Who is at the event already, in whatever state, by the address as it is compared; a statement for each few hundred."""
    wanted, found = sorted(keys), {}
    for start in range(0, len(wanted), TOGETHER):
        among = Registration.email_key.in_(wanted[start : start + TOGETHER])
        query = sa.select(Registration).where(Registration.event_id == event.id, among)
        found.update({person.email_key: person for person in db.session.scalars(query)})
    return found


def add_all(event: Event, people: Sequence[Newcomer], *, tells: bool) -> list[Registration]:
    """Register everybody in this order, with a place as long as there are any; whoever calls holds the event's lock.

    Nobody of them may be at the event already (`known`). Their letters are put together.
    """
    held = places.lock(event)
    if held.waiting and held.free():
        waitlist.fill(event)
    with outbox.together(), db.session.no_autoflush:
        return [acts.enter(event, one.form, status_now(event), note=one.note, tells=tells) for one in people]


def status_now(event: Event) -> Status:
    return Status.CONFIRMED if acts.is_free(event) else Status.WAITING
