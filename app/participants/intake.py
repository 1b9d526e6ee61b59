"""Adding many people at once, as an organiser adds one: places first to those who wait, then in the order of the list."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from app.admission import rules
from app.db import db
from app.events.models import Event
from app.mail import outbox
from app.participants import acts
from app.registration import fitting, places, waitlist
from app.registration.fitting import Seeker, Vacancies
from app.registration.models import Registration, Status
from app.registration.signup import Form

TOGETHER = 500


@dataclass(frozen=True)
class Newcomer:
    """Somebody to be added, cleaned and checked (`acts.form_of`)."""

    form: Form
    note: str


def lots(event: Event, groups: Sequence[int | None]) -> list[bool]:
    """Who of the newcomers, told by their groups, finds a place; those who wait and fit go first, until the event begins."""
    may_move_up = event.waiting and not (event.has_begun or event.is_postponed)
    waiting = waitlist.units(event) if may_move_up else []
    newcomers = [Seeker(group) for group in groups]
    seekers = [*newcomers, *(seeker for unit in waiting for seeker in unit.seekers)]
    free = fitting.vacancies(event, rules.of(event), seekers)
    waitlist.give(waiting, free)
    return [finds_place(newcomer, free) for newcomer in newcomers]


def finds_place(newcomer: Seeker, free: Vacancies) -> bool:
    is_free = free.why_not([newcomer]) is None
    if is_free:
        free.take([newcomer])
    return is_free


def known(event: Event, keys: Collection[str]) -> dict[str, Registration]:
    """Who is at the event already, in whatever state, by the address as it is compared; a statement for each few hundred."""
    wanted, found = sorted(keys), {}
    for start in range(0, len(wanted), TOGETHER):
        among = Registration.email_key.in_(wanted[start : start + TOGETHER])
        query = sa.select(Registration).where(Registration.event_id == event.id, among)
        found.update({person.email_key: person for person in db.session.scalars(query)})
    return found


def add_all(event: Event, people: Sequence[Newcomer], *, tells: bool) -> list[Registration]:
    """Register everybody in this order, with a place as long as there are any for them; whoever calls holds the event's lock.

    Nobody of them may be at the event already (`known`). Their letters are put together.
    """
    held = places.lock(event)
    if held.waiting and held.free():
        waitlist.fill(event)
    places_found = lots(event, [one.form.quota.id if one.form.quota else None for one in people])
    with outbox.together(), db.session.no_autoflush:
        return [
            acts.enter(event, one.form, Status.CONFIRMED if is_placed else Status.WAITING, note=one.note, tells=tells)
            for one, is_placed in zip(people, places_found, strict=True)
        ]
