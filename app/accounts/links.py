"""Links by which somebody sets a password: good for a while, and once, since a new password ends the key."""

from datetime import UTC, datetime, timedelta

from sqlalchemy.exc import NoResultFound

from app import clock, tokens
from app.accounts.models import User
from app.db import db

AFTER_RESET = timedelta(hours=2)
FOR_A_NEW_ACCOUNT = timedelta(days=14)
PURPOSE = "password"


class OutOfDate(Exception):
    """The link was good once: its time is over, or a password was set by it."""


def key(user: User, good_for: timedelta) -> str:
    """A key that opens the page on which this person sets a password."""
    until = int((clock.now() + good_for).timestamp())
    return f"{user.id}-{until}-{tokens.derive(PURPOSE, subject(user, until))}"


def find(text: str) -> User:
    """Whose key this is; raises `OutOfDate` for one that is good no more, `NoResultFound` for what is none."""
    number, _, rest = text.partition("-")
    until, _, token = rest.partition("-")
    if not (is_number(number) and is_number(until)):
        raise NoResultFound
    user = db.session.get(User, int(number))
    if user is None or not tokens.matches(token, PURPOSE, subject(user, int(until))):
        raise OutOfDate
    if not user.active or datetime.fromtimestamp(int(until), UTC) < clock.now():
        raise OutOfDate
    return user


def subject(user: User, until: int) -> str:
    """What the token is derived from; a new password changes `fs_uniquifier`."""
    return f"{user.id}:{user.fs_uniquifier}:{until}"


def is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 12
