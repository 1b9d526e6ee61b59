"""The way into the meeting of a registration, and remembering who came."""

from app import clock
from app.events import meetings
from app.events.meetings import Gate, meeting
from app.registration.models import Registration

__all__ = ["Gate", "come", "gate", "meeting"]


def gate(registration: Registration) -> Gate:
    """What they would meet at this moment."""
    return meetings.gate(registration.event, has_place=registration.is_confirmed)


def come(registration: Registration) -> None:
    """Remember that the person came; only the first time counts."""
    if registration.joined_at is None:
        registration.joined_at = clock.now()
