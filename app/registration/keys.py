"""The keys of a registration: derived when needed, kept as digests, and revoked one by one."""

import sqlalchemy as sa

from app import clock, tokens
from app.db import db
from app.registration.models import Key, Purpose, Registration

ISSUED = (Purpose.MY, Purpose.FEED, Purpose.JOIN)


class Revoked(Exception):
    """The key was taken out of use; `key` is what is remembered of it."""

    def __init__(self, key: Key) -> None:
        super().__init__(f"a {key.purpose} key that was revoked")
        self.key = key


def issue(registration: Registration) -> None:
    """Give a new registration its first keys."""
    for purpose in ISSUED:
        add(registration, purpose, generation=1)


def token(registration: Registration, purpose: Purpose) -> str:
    """The token of the key in use, for a link; raises `LookupError` where there is none."""
    key = in_use(registration, purpose)
    if key is None:
        raise LookupError(f"this registration has no {purpose} key in use")
    return tokens.recall(purpose, subject(registration, key.generation), key.digest)


def find(purpose: Purpose, token: str) -> Registration:
    """Whose key this is; raises `NoResultFound` for an unknown one and `Revoked` for one taken out of use."""
    known = sa.select(Key).where(Key.digest == tokens.digest(token), Key.purpose == purpose)
    key = db.session.scalars(known).one()
    if key.revoked_at is not None:
        raise Revoked(key)
    return key.registration


def replace(registration: Registration, purpose: Purpose, generation: int | None = None) -> bool:
    """Revoke the key in use and give the next one; `False` if nothing was done.

    With `generation`, only if that is still the one in use, so that a second click does nothing.
    """
    former = in_use(registration, purpose)
    if generation is not None and (former is None or former.generation != generation):
        return False
    revoke(registration, purpose)
    add(registration, purpose, generation=1 + max((key.generation for key in of(registration, purpose)), default=0))
    registration.touch()
    return True


def revoke(registration: Registration, purpose: Purpose) -> None:
    """Take the key in use out of use."""
    if key := in_use(registration, purpose):
        key.revoked_at = clock.now()


def in_use(registration: Registration, purpose: Purpose) -> Key | None:
    return next((key for key in of(registration, purpose) if key.revoked_at is None), None)


def of(registration: Registration, purpose: Purpose) -> list[Key]:
    return [key for key in registration.keys if key.purpose is purpose]


def add(registration: Registration, purpose: Purpose, generation: int) -> None:
    token = tokens.derive(purpose, subject(registration, generation))
    registration.keys.append(Key(purpose=purpose, generation=generation, digest=tokens.digest(token)))


def subject(registration: Registration, generation: int) -> str:
    """What a token is derived from, beside its purpose."""
    return f"{registration.uid}:{generation}"
