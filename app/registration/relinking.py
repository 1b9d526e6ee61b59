"""Replacing the link of a registration by its owner: the former one dies at once."""

from datetime import timedelta

from app import clock
from app.registration import entries, keys, letters, states
from app.registration.keys import Revoked
from app.registration.models import Purpose, Registration

DOUBLE_CLICK = timedelta(seconds=10)


def replace(token: str) -> Registration:
    """Take the link with this key, and the one into the meeting, out of use and write of the new ones.

    The second press of a double click, which comes by the link that has just died, leads where the first one did.
    Raises `Revoked` and `NoResultFound` as `keys.find` does.
    """
    try:
        registration = keys.find(Purpose.MY, token)
    except Revoked as revoked:
        return just_replaced(revoked)
    states.hold(registration)
    for purpose in (Purpose.MY, Purpose.JOIN):
        keys.replace(registration, purpose)
    told = [] if registration.event.is_over else entries.told(registration)
    letters.new_link(registration, entries.invite(registration, told))
    return registration


def just_replaced(revoked: Revoked) -> Registration:
    at = revoked.key.revoked_at
    if at is None or clock.now() - at > DOUBLE_CLICK:
        raise revoked
    return revoked.key.registration
