"""What follows when a registration gets a place or has to wait; whoever calls holds the event's lock."""

from collections.abc import Sequence

from app.agenda.models import Session
from app.db import db
from app.registration import entries, letters, places
from app.registration.models import Registration, Status
from app.registration.places import Places


def hold(registration: Registration) -> Places:
    """Lock the event, and read the registration anew under the lock."""
    held = places.lock(registration.event)
    db.session.expire(registration)
    return held


def confirm(registration: Registration, agenda: Sequence[Session] | None = None, *, tells: bool = True) -> None:
    """The place is theirs: the entries go into their calendar, unless nothing is to be told."""
    registration.turn(Status.CONFIRMED)
    if tells:
        letters.confirm(registration, entries.invite(registration, entries.wanted(registration, agenda)))


def wait(registration: Registration, *, tells: bool = True) -> None:
    """They are on the waiting list, and are told where, unless nothing is to be told."""
    registration.status = Status.WAITING
    registration.touch()
    if tells:
        letters.waitlisted(registration)
