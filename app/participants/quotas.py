"""Quotas as participants fill them."""

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from app.admission import quotas
from app.admission.models import Invitee, Quota
from app.db import db
from app.errors import Refused
from app.events import holding
from app.events.models import Event
from app.registration import fitting, waitlist
from app.registration.fitting import Why
from app.registration.models import Registration, Status


@dataclass(frozen=True)
class Usage:
    """How many have a place in a group, and how many wait for one."""

    taken: int = 0
    waiting: int = 0


def usage(event: Event) -> Mapping[int, Usage]:
    """By the quota's id, in one statement; a quota that nobody is in is not there."""
    taken = sa.func.sum(sa.case((Registration.holds_place, 1), else_=0))
    waiting = sa.func.sum(sa.case((Registration.status == Status.WAITING, 1), else_=0))
    query = sa.select(Registration.quota_id, taken, waiting).group_by(Registration.quota_id)
    of_event = Registration.event_id == event.id, Registration.quota_id.is_not(None)
    rows = db.session.execute(query.where(*of_event))
    return {number: Usage(int(held), int(waits)) for number, held, waits in rows}


def is_free(event: Event, number: int | None) -> bool:
    """Whether the group has a place that nobody holds, or there is no group; whoever calls holds the event's lock."""
    return number is None or fitting.quotas_left(event)[number] > 0


def move(registration: Registration, number: int | None) -> None:
    """Put somebody into another group, where it has a place if they hold one; what they leave goes to who waits.

    Whoever calls holds the event's lock. Raises `Refused`.
    """
    if number == registration.quota_id:
        return
    if registration.holds_place and not is_free(registration.event, number):
        raise Refused(fitting.sentence(Why.QUOTA), field="group")
    registration.quota_id = number
    waitlist.pass_on(registration.event)


def remove(event: Event, number: int) -> None:
    """Take a group away that nobody is in; raises `Refused`."""
    holding.hold(event)
    used = sa.or_(
        sa.exists().where(Registration.quota_id == Quota.id),
        sa.exists().where(Invitee.quota_id == Quota.id, Invitee.revoked_at.is_(None)),
    )
    quotas.remove(event, number, is_used=bool(db.session.scalar(sa.select(used).where(Quota.id == number))))
