"""Signing in, by Flask-Security under /organise."""

from flask import Flask
from flask_security import RoleMixin, Security, SQLAlchemyUserDatastore

from app import clock
from app.accounts.models import Passkey, User
from app.db import db


class NoRole(RoleMixin):
    """Flask-Security asks for a table of roles; rights here are memberships (`events.members`)."""


def init(app: Flask) -> None:
    app.config.update(
        SECURITY_URL_PREFIX="/organise",
        SECURITY_LOGIN_URL="/sign-in",
        SECURITY_LOGOUT_URL="/sign-out",
        SECURITY_PASSWORD_HASH="argon2",  # noqa: S106 - the name of a scheme
        SECURITY_PASSWORD_SINGLE_HASH=True,
        SECURITY_REGISTERABLE=False,
        SECURITY_JOIN_USER_ROLES=False,
        SECURITY_DATETIME_FACTORY=clock.now,
        SESSION_COOKIE_PATH="/organise",
        SESSION_COOKIE_SAMESITE="Lax",
    )
    Security(app, SQLAlchemyUserDatastore(db, User, NoRole, Passkey))
