"""Honest limits on sent forms: counted among what was sent in the last hour, with no memory of addresses.

A limit is asked for the moment of the form that fills it up: while that is less than an hour ago the limit is reached, and the
same moment tells when it opens again. So 300 people in ten seconds, also from one office, are far below every limit.
"""

from datetime import datetime, timedelta
from math import ceil
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import ngettext

from app import clock, tokens
from app.db import db
from app.errors import TooMany
from app.events.models import Event
from app.registration.models import Submission

STRETCH = timedelta(hours=1)
PER_ADDRESS = 5
PER_NETWORK = 1000
PER_EVENT = 5000


def opening(sent: sa.Select[datetime], sent_at: Any, most: int) -> sa.ScalarSelect[datetime]:
    """When the last of the newest `most` was sent, if that was within the hour; nothing while the limit is not reached."""
    recent = sent.where(sent_at > sa.bindparam("since"))
    return recent.order_by(sent_at.desc()).offset(most - 1).limit(1).scalar_subquery()


SENT = sa.select(Submission.sent_at)
OPENINGS = sa.select(
    opening(
        SENT.where(Submission.address == sa.bindparam("address"), Submission.event_id == sa.bindparam("event")),
        Submission.sent_at,
        PER_ADDRESS,
    ),
    opening(SENT.where(Submission.network == sa.bindparam("network")), Submission.sent_at, PER_NETWORK),
    opening(SENT.where(Submission.event_id == sa.bindparam("event")), Submission.sent_at, PER_EVENT),
)


def address(key: str) -> str:
    """What a submission keeps of an e-mail address."""
    return tokens.fingerprint("address", key)


def network(source: str) -> str:
    """What a submission keeps of a network address."""
    return tokens.fingerprint("network", source)


def check(event: Event, address: str, network: str) -> None:
    """Refuse the sixth form of an hour for one address at the event, the 1001st from one network, the 5001st at the event."""
    sought = {"since": clock.now() - STRETCH, "event": event.id, "address": address, "network": network}
    by_address, by_network, by_event = db.session.execute(OPENINGS, sought).one()
    refuse(by_address, by_network)
    if by_event is not None:
        told = _("Too many registrations for this event have come in the last hour."), again(by_event)
        raise TooMany(" ".join(told), wait(by_event))


def refuse(by_address: datetime | None, by_network: datetime | None) -> None:
    """Say which limit is reached, and in how many minutes it opens."""
    if by_address is not None:
        told = _("This address has been sent too often in the last hour."), again(by_address)
        raise TooMany(" ".join(told), wait(by_address), field="email")
    if by_network is not None:
        told = _("Too many forms have come from your network in the last hour."), again(by_network)
        raise TooMany(" ".join(told), wait(by_network))


def wait(filled_up_at: datetime) -> timedelta:
    return max(filled_up_at + STRETCH - clock.now(), timedelta(seconds=1))


def again(filled_up_at: datetime) -> str:
    """When to come back, as a sentence."""
    minutes = ceil(wait(filled_up_at).total_seconds() / 60)
    return str(ngettext("Try again in %(num)d minute.", "Try again in %(num)d minutes.", minutes))
