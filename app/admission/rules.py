"""The rules of entry of one event."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from app.admission.models import Quota, Rules
from app.db import db
from app.events.models import Event

EVENT = sa.bindparam("event", type_=sa.Integer)
ONE = sa.select(EVENT.label("event_id")).subquery()
RULES = sa.select(Rules, sa.exists().where(Quota.event_id == EVENT)).select_from(
    sa.outerjoin(ONE, Rules, Rules.event_id == ONE.c.event_id)
)


def of(event: Event) -> Rules:
    """The event's rules; those of an event that is open to everybody where it has none of its own."""
    return with_quotas(event)[0]


def with_quotas(event: Event) -> tuple[Rules, bool]:
    """The rules, and whether the event's places are parted into quotas: one statement, since every sent form asks it."""
    found: Sequence[Any] = db.session.execute(RULES, {"event": event.id}).one()
    return found[0] or open_to_all(event), bool(found[1])


def open_to_all(event: Event) -> Rules:
    """Rules that keep nobody out, kept nowhere."""
    return Rules(
        event_id=event.id,
        needs_approval=False,
        is_by_invitation=False,
        domains=[],
        proves_address=False,
        proving_minutes=60,
        decline_hours=24,
        may_hand_over=False,
        takes_parties=False,
        most_in_party=10,
        version=1,
    )
