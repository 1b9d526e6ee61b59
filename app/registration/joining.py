"""The way into the meeting: open from some minutes before until half an hour after, and only for who has a place."""

from datetime import timedelta
from enum import StrEnum
from urllib.parse import urlsplit

from app import clock
from app.events.models import Event
from app.registration.models import Registration

AFTERWARDS = timedelta(minutes=30)
SCHEMES = frozenset({"http", "https"})


class Gate(StrEnum):
    """What somebody with a join link meets."""

    OPEN = "open"
    BEFORE = "before"
    OVER = "over"
    CANCELLED = "cancelled"
    NO_PLACE = "no_place"
    NO_LINK = "no_link"


def gate(registration: Registration) -> Gate:
    """What they would meet at this moment."""
    event, now = registration.event, clock.now()
    if event.is_cancelled:
        return Gate.CANCELLED
    if now >= event.ends_at + AFTERWARDS:
        return Gate.OVER
    if not registration.is_confirmed:
        return Gate.NO_PLACE
    if now < event.meeting_opens_at:
        return Gate.BEFORE
    return Gate.OPEN if meeting(event) else Gate.NO_LINK


def meeting(event: Event) -> str | None:
    """The meeting's present address, if it is one that a browser may be sent to."""
    url = event.meeting_url
    return url if url and urlsplit(url).scheme.lower() in SCHEMES else None


def come(registration: Registration) -> None:
    """Remember that the person came; only the first time counts."""
    if registration.joined_at is None:
        registration.joined_at = clock.now()
