"""The honest limit on plans: counted among those of the last hour, as forms are (docs/decisions/0006)."""

from datetime import datetime, timedelta
from math import ceil

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import ngettext

from app import clock, tokens
from app.db import db
from app.errors import TooMany
from app.plans.models import Plan

STRETCH = timedelta(hours=1)
PER_NETWORK = 1000


def network(source: str) -> str:
    """What a plan keeps of a network address for that hour."""
    return tokens.fingerprint("network", source)


def check(network: str) -> None:
    """Refuse the 1001st plan of an hour from one network: a conference on one address stays far below it."""
    recent = sa.select(Plan.made_at).where(Plan.network == network, Plan.made_at > clock.now() - STRETCH)
    filled_up_at = db.session.scalar(recent.order_by(Plan.made_at.desc()).offset(PER_NETWORK - 1).limit(1))
    if filled_up_at is not None:
        raise TooMany(sentence(filled_up_at), wait(filled_up_at))


def sentence(filled_up_at: datetime) -> str:
    minutes = ceil(wait(filled_up_at).total_seconds() / 60)
    again = ngettext("Try again in %(num)d minute.", "Try again in %(num)d minutes.", minutes)
    return " ".join((_("Too many plans have come from your network in the last hour."), again))


def wait(filled_up_at: datetime) -> timedelta:
    return max(filled_up_at + STRETCH - clock.now(), timedelta(seconds=1))
