"""Honest limits on sent forms: counted among the submissions of the last hour, with no memory of addresses."""

from datetime import timedelta

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import ngettext

from app import clock, tokens
from app.db import db
from app.errors import Refused
from app.registration.models import Submission

STRETCH = timedelta(hours=1)
PER_ADDRESS = 5
PER_NETWORK = 300


class TooMany(Refused):
    """Sent too often; it may be tried again in an hour."""


def address(key: str) -> str:
    """What a submission keeps of an e-mail address."""
    return tokens.fingerprint("address", key)


def network(source: str) -> str:
    """What a submission keeps of a network address."""
    return tokens.fingerprint("network", source)


def check(address: str, network: str) -> None:
    """Refuse the sixth form of an hour for one address, and the 301st from one network address."""
    since = clock.now() - STRETCH
    recent = sa.select(sa.func.count()).select_from(Submission).where(Submission.sent_at > since)
    for_address = recent.where(Submission.address == address).scalar_subquery()
    from_network = recent.where(Submission.network == network).scalar_subquery()
    addressed, sent = db.session.execute(sa.select(for_address, from_network)).one()
    if addressed >= PER_ADDRESS:
        raise TooMany(
            ngettext(
                "This address has been sent %(num)d time in the last hour. Try again in an hour.",
                "This address has been sent %(num)d times in the last hour. Try again in an hour.",
                PER_ADDRESS,
            ),
            field="email",
        )
    if sent >= PER_NETWORK:
        raise TooMany(_("Too many registrations have come from your network in the last hour. Try again in an hour."))
