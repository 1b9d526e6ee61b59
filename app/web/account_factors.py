"""Codes and passkeys, as this site wants them."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any, cast
from urllib.parse import urlsplit

from flask import current_app
from flask_security import Totp, UserMixin, WebauthnUtil
from passlib.totp import TOTP, AppWallet, TokenError
from webauthn.helpers.structs import AuthenticatorSelectionCriteria, ResidentKeyRequirement, UserVerificationRequirement

from app import tokens
from app.accounts.models import User
from app.site import Site


def wallet_keys() -> dict[str, str]:
    """The keys under which secrets of codes are stored, by lasting names, that of new ones first."""
    return {sha256(key).hexdigest()[:12]: key.hex() for key in tokens.keys_for("totp")}


class Codes(Totp):
    """Codes by time (RFC 6238); each is taken once."""

    def __init__(self, secrets: Mapping[str, str], issuer: str) -> None:
        wallet = AppWallet(dict(secrets), default_tag=next(iter(secrets)))
        self._totp = TOTP.using(issuer=issuer, wallet=wallet)

    def verify_totp(self, token: str, totp_secret: str, user: UserMixin, window: int = 0) -> bool:
        account = cast(User, user)
        last = account.totp_counter if totp_secret == account.tf_totp_secret else None
        try:
            match = self._totp.verify(token, totp_secret, window=window, last_counter=last)
        except TokenError:
            return False
        account.totp_counter = match.counter
        return True


class Passkeys(WebauthnUtil):
    """Passkeys are of the site's own address, whatever the request says of it; one that signs in alone knows its owner."""

    def origin(self) -> str:
        address = urlsplit(site().base_url)
        return f"{address.scheme}://{address.netloc}"

    def registration_options(self, user: UserMixin, usage: str, existing_options: dict[str, Any]) -> dict[str, Any]:
        options = super().registration_options(user, usage, existing_options)
        return {**options, "rp_id": urlsplit(site().base_url).hostname}

    def authenticator_selection(self, user: UserMixin, usage: str) -> AuthenticatorSelectionCriteria:
        if usage == "first":
            return AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
            )
        return AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.DISCOURAGED, user_verification=UserVerificationRequirement.DISCOURAGED
        )

    def user_verification(self, user: UserMixin | None, usage: list[str]) -> UserVerificationRequirement:
        return UserVerificationRequirement.REQUIRED if usage == ["first"] else UserVerificationRequirement.DISCOURAGED


def site() -> Site:
    return cast(Site, current_app.config["SITE"])
