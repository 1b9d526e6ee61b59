"""Honest limits on sent forms: counted among the submissions of the last hour, with no memory of addresses."""

from datetime import timedelta

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import ngettext

from app import clock, tokens
from app.db import db
from app.errors import Refused
from app.events.models import Event
from app.registration.models import Submission

STRETCH = timedelta(hours=1)
PER_ADDRESS = 5
PER_NETWORK = 300

SENT = sa.select(sa.func.count()).select_from(Submission).where(Submission.sent_at > sa.bindparam("since"))
COUNTS = sa.select(
    SENT.where(Submission.address == sa.bindparam("address"), Submission.event_id == sa.bindparam("event")).scalar_subquery(),
    SENT.where(Submission.network == sa.bindparam("network")).scalar_subquery(),
)


class TooMany(Refused):
    """Sent too often; it may be tried again in an hour."""


def address(key: str) -> str:
    """What a submission keeps of an e-mail address."""
    return tokens.fingerprint("address", key)


def network(source: str) -> str:
    """What a submission keeps of a network address."""
    return tokens.fingerprint("network", source)


def check(event: Event, address: str, network: str) -> None:
    """Refuse the sixth form of an hour for one address at the event, and the 301st from one network address at all."""
    sought = {"since": clock.now() - STRETCH, "event": event.id, "address": address, "network": network}
    addressed, sent = db.session.execute(COUNTS, sought).one()
    if addressed >= PER_ADDRESS:
        raise TooMany(
            ngettext(
                "%(num)d form with this address has come in the last hour. Try again in an hour.",
                "%(num)d forms with this address have come in the last hour. Try again in an hour.",
                PER_ADDRESS,
            ),
            field="email",
        )
    if sent >= PER_NETWORK:
        raise TooMany(_("Too many registrations have come from your network in the last hour. Try again in an hour."))
