"""When the way into an online meeting is open: some minutes before until half an hour after, for who has a place."""

from datetime import timedelta
from enum import StrEnum
from urllib.parse import urlsplit

from app import clock
from app.events.models import Event

AFTERWARDS = timedelta(minutes=30)
SCHEMES = frozenset({"http", "https"})


class Gate(StrEnum):
    """What somebody with a join link meets."""

    OPEN = "open"
    BEFORE = "before"
    OVER = "over"
    CANCELLED = "cancelled"
    POSTPONED = "postponed"
    NO_PLACE = "no_place"
    NO_LINK = "no_link"


def gate(event: Event, *, has_place: bool) -> Gate:
    """What they would meet at this moment."""
    now = clock.now()
    if event.is_cancelled:
        return Gate.CANCELLED
    if event.is_postponed:
        return Gate.POSTPONED
    if now >= event.ends_at + AFTERWARDS:
        return Gate.OVER
    if not has_place:
        return Gate.NO_PLACE
    if now < event.meeting_opens_at:
        return Gate.BEFORE
    return Gate.OPEN if meeting(event) else Gate.NO_LINK


def meeting(event: Event) -> str | None:
    """The meeting's present address, if it is one that a browser may be sent to."""
    url = event.meeting_url
    return url if url and urlsplit(url).scheme.lower() in SCHEMES else None
