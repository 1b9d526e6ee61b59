"""What is done with accounts: opened, renamed, given a password, shut, and their sessions ended."""

from uuid import uuid4

import sqlalchemy as sa
from flask_babel import gettext as _

from app.accounts.models import User
from app.db import db
from app.errors import Refused

LANGUAGES = ("pl", "en")


def by_email(email: str) -> User | None:
    """The account of this address; neither spelling nor case of letters matters."""
    return db.session.scalar(sa.select(User).where(User.email == email.casefold()))


def open_account(
    *,
    email: str,
    name: str,
    language: str = "pl",
    password: str | None = None,
    administrator: bool = False,
    creates: bool = False,
) -> User:
    """A new account; `password` is a hash, and without one a link must be given by which it is set."""
    if by_email(email):
        raise Refused(_("There is an account with this address already"), field="email")
    user = User(
        email=email.casefold(),
        name=name,
        language=language if language in LANGUAGES else "pl",
        password=password,
        is_administrator=administrator,
        creates_events=creates,
        fs_uniquifier=uuid4().hex,
    )
    db.session.add(user)
    db.session.flush()
    return user


def set_password(user: User, hashed: str) -> None:
    """Take a new password; every session and every link that was given out ends."""
    user.password = hashed
    end_sessions(user)


def end_sessions(user: User) -> None:
    """End every session of the account, wherever it is open."""
    user.fs_uniquifier = uuid4().hex


def deactivate(user: User) -> None:
    """Shut the account; what its owner did stays. Somebody must be left who can open it again."""
    keep_an_administrator(user)
    user.active = False
    end_sessions(user)


def reactivate(user: User) -> None:
    user.active = True


def appoint(user: User, *, administrator: bool, creates: bool) -> None:
    """Say whether somebody is an administrator, and whether they may create events anywhere."""
    if not administrator:
        keep_an_administrator(user)
    user.is_administrator = administrator
    user.creates_events = creates


def drop_factors(user: User) -> None:
    """Take away every second factor and passkey, for somebody who has lost them."""
    user.tf_primary_method = user.tf_totp_secret = user.totp_counter = None
    user.mf_recovery_codes = None
    for passkey in list(user.webauthn):
        db.session.delete(passkey)
    end_sessions(user)


def keep_an_administrator(user: User) -> None:
    """Refuse to lose the last administrator; their rows are held until commit, so that two do not go at once."""
    able = sa.select(User).where(User.is_administrator, User.active).order_by(User.id).with_for_update()
    administrators = db.session.scalars(able).all()
    if administrators == [user]:
        raise Refused(_("This is the only administrator. Make somebody else one first."))
