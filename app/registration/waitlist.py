"""The waiting list: whoever waited longest gets the next free place."""

from app.events.models import Event
from app.registration import choices, places, queries, states
from app.registration.models import Registration


def position(registration: Registration) -> int:
    """The place on the waiting list; 1 gets the next free place."""
    return queries.position(registration)


def fill(event: Event) -> list[Registration]:
    """Give the free places to whoever waited longest, until the event begins; returns who got one."""
    held = places.lock(event)
    number = min(held.free(), held.waiting)
    if not number or event.is_cancelled or event.is_postponed or event.has_begun:
        return []
    promoted, agenda = queries.longest_waiting(event, number), choices.agenda(event)
    for registration in promoted:
        states.confirm(registration, agenda)
    places.move_up(event, len(promoted))
    return promoted
