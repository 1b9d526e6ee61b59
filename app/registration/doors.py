"""Whether an event can be registered for now, read from the event's own columns."""

from enum import StrEnum

from flask_babel import lazy_gettext as _l

from app import clock
from app.errors import Refused
from app.events.models import Event


class Door(StrEnum):
    """What somebody who wants to register meets."""

    OPEN = "open"
    WAITING_LIST = "waiting_list"
    FULL = "full"
    NOT_YET = "not_yet"
    CLOSED = "closed"
    CANCELLED = "cancelled"
    POSTPONED = "postponed"
    PAST = "past"

    @property
    def lets_in(self) -> bool:
        """Whether a form that is sent now is taken, for a place or for the waiting list."""
        return self in {Door.OPEN, Door.WAITING_LIST}


REASONS = {
    Door.FULL: _l("All places are taken and this event has no waiting list."),
    Door.NOT_YET: _l("Registration is not open yet."),
    Door.CLOSED: _l("Registration is closed."),
    Door.CANCELLED: _l("This event has been cancelled."),
    Door.POSTPONED: _l("This event has been postponed."),
    Door.PAST: _l("This event is over."),
}


class Shut(Refused):
    """The event takes no registrations now; `door` says why."""

    def __init__(self, door: Door) -> None:
        super().__init__(reason(door))
        self.door = door


def door(event: Event) -> Door:
    """What a newcomer would meet at this moment."""
    found = behind(event)
    is_hidden = not event.is_public and found in {Door.OPEN, Door.WAITING_LIST, Door.FULL}
    return Door.NOT_YET if is_hidden else found


def behind(event: Event) -> Door:
    """The same as if the event were published, for who looks at a draft."""
    if event.is_cancelled:
        return Door.CANCELLED
    if event.is_postponed:
        return Door.POSTPONED
    if event.is_over:
        return Door.PAST
    if is_closed(event):
        return Door.CLOSED
    if event.registration_opens_at is not None and clock.now() < event.registration_opens_at:
        return Door.NOT_YET
    return room(event)


def is_closed(event: Event) -> bool:
    """Whether it is too late, or the organisers shut the door by hand or put the event away."""
    is_too_late = event.registration_closes_at is not None and clock.now() >= event.registration_closes_at
    return event.has_begun or is_too_late or event.registration_is_closed or event.archived_at is not None


def room(event: Event) -> Door:
    """OPEN, WAITING_LIST or FULL, by the places alone."""
    if event.places_left is None or event.places_left > 0:
        return Door.OPEN
    return Door.WAITING_LIST if event.has_waiting_list else Door.FULL


def reason(door: Door) -> str:
    """Why the door is shut, as a sentence for the reader; empty where it is not."""
    return str(REASONS.get(door, ""))
