"""Tables of accounts and of what belongs to one."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_security import UserMixin, WebAuthnMixin
from sqlalchemy.ext.mutable import MutableList
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app import clock
from app.db import Model

SECRET = {"audited": False}


class User(Model, UserMixin):
    """Somebody who signs in at the desk.

    `fs_uniquifier` names the account in its sessions; a new one ends them all. Rights on events are memberships
    (`events.members`); only administrators have a right everywhere. `totp_counter` is the time step of the last code
    that was taken: no code is taken twice (RFC 6238, 5.2).
    """

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(sa.String(255), unique=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    language: Mapped[str] = mapped_column(sa.String(8), default="pl")
    is_administrator: Mapped[bool] = mapped_column(default=False)
    creates_events: Mapped[bool] = mapped_column(default=False)
    password: Mapped[str | None] = mapped_column(sa.String(255), info=SECRET)
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(sa.String(64), unique=True, info=SECRET)
    fs_webauthn_user_handle: Mapped[str | None] = mapped_column(  # type: ignore[assignment]  # none until it is needed
        sa.String(64), unique=True, info=SECRET
    )
    tf_primary_method: Mapped[str | None] = mapped_column(sa.String(64))
    tf_totp_secret: Mapped[str | None] = mapped_column(sa.String(255), info=SECRET)
    totp_counter: Mapped[int | None] = mapped_column(info=SECRET)
    mf_recovery_codes: Mapped[list[str] | None] = mapped_column(MutableList.as_mutable(sa.JSON), info=SECRET)
    create_datetime: Mapped[datetime] = mapped_column(default=clock.now)

    webauthn: Mapped[list["Passkey"]] = relationship(  # type: ignore[assignment]  # our passkeys are the library's
        back_populates="user", cascade="all, delete-orphan", passive_deletes=True
    )

    @property
    def roles(self) -> list[Any]:  # type: ignore[override]  # never written
        """Flask-Security asks for roles; rights here are memberships."""
        return []


class Passkey(Model, WebAuthnMixin):
    """One passkey (WebAuthn credential) of an account."""

    __tablename__ = "passkeys"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"), index=True)
    credential_id: Mapped[bytes] = mapped_column(sa.LargeBinary(1024), unique=True, info=SECRET)
    public_key: Mapped[bytes] = mapped_column(sa.LargeBinary, info=SECRET)
    sign_count: Mapped[int] = mapped_column(default=0, info=SECRET)
    transports: Mapped[list[str] | None] = mapped_column(MutableList.as_mutable(sa.JSON))
    backup_state: Mapped[bool]
    device_type: Mapped[str] = mapped_column(sa.String(64))
    extensions: Mapped[str | None] = mapped_column(sa.String(255))
    name: Mapped[str] = mapped_column(sa.String(64))
    usage: Mapped[str] = mapped_column(sa.String(64))
    create_datetime: Mapped[datetime] = mapped_column(default=clock.now)
    lastuse_datetime: Mapped[datetime] = mapped_column(default=clock.now, info=SECRET)

    user: Mapped[User] = relationship(back_populates="webauthn")


class KeptForm(Model):
    """What somebody had typed when their session ended, kept for them for a day."""

    __tablename__ = "kept_forms"
    __table_args__ = ({"info": {"audited": False}},)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(64), unique=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"), index=True)
    path: Mapped[str] = mapped_column(sa.String(2000))
    fields: Mapped[list[list[str]]] = mapped_column(sa.JSON)
    kept_at: Mapped[datetime] = mapped_column(default=clock.now, index=True)


class SignInAttempt(Model):
    """One try at a password or a code, for the limits: fingerprints of whom it was about and where it came from."""

    __tablename__ = "sign_in_attempts"
    __table_args__ = ({"info": {"audited": False}},)

    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(sa.String(64), index=True)
    network: Mapped[str] = mapped_column(sa.String(64), index=True)
    at: Mapped[datetime] = mapped_column(default=clock.now, index=True)
