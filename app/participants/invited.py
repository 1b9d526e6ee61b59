"""Who is invited by a personal link, and what became of the invitation."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa

from app.admission.models import Invitee, Quota
from app.db import db
from app.events.lists import PER_PAGE, Listed
from app.events.models import Event
from app.registration.models import Registration, Status

STANDING = Registration.status.not_in((Status.CANCELLED, Status.DECLINED))
REGISTERED = (
    sa.select(Registration.invitee_id, sa.func.min(Registration.number).label("number"))
    .where(STANDING)
    .group_by(Registration.invitee_id)
    .subquery()
)


class Stage(StrEnum):
    """How far an invitation has come."""

    INVITED = "invited"
    OPENED = "opened"
    REGISTERED = "registered"
    REVOKED = "revoked"


reached = sa.case(
    (REGISTERED.c.number.is_not(None), Stage.REGISTERED.value),
    (Invitee.revoked_at.is_not(None), Stage.REVOKED.value),
    (Invitee.opened_at.is_not(None), Stage.OPENED.value),
    else_=Stage.INVITED.value,
)


@dataclass(frozen=True)
class Row:
    """One invitation; `number` is that of the registration that came of it."""

    invitee: Invitee
    stage: Stage
    number: int | None
    quota: str


def counts(event: Event) -> Mapping[Stage, int]:
    """How many invitations there are at each stage."""
    query = sa.select(reached, sa.func.count()).select_from(Invitee).outerjoin(REGISTERED, REGISTERED.c.invitee_id == Invitee.id)
    rows = db.session.execute(query.where(Invitee.event_id == event.id).group_by(reached))
    found = {Stage(stage): int(number) for stage, number in rows}
    return {stage: found.get(stage, 0) for stage in Stage}


def page(event: Event, stage: Stage | None, number: int) -> Listed[Row]:
    """Some invitations of one stage, or of all, the newest first."""
    counted = counts(event)
    total = counted[stage] if stage else sum(counted.values())
    number = min(max(1, number), max(1, -(-total // PER_PAGE)))
    query = sa.select(Invitee, reached, REGISTERED.c.number, sa.func.coalesce(Quota.name, ""))
    joined = query.outerjoin(REGISTERED, REGISTERED.c.invitee_id == Invitee.id).outerjoin(Quota, Quota.id == Invitee.quota_id)
    meant = [Invitee.event_id == event.id, *([reached == stage.value] if stage else [])]
    found = joined.where(*meant).order_by(Invitee.id.desc()).offset((number - 1) * PER_PAGE).limit(PER_PAGE)
    rows = [Row(invitee, Stage(state), registration, quota) for invitee, state, registration, quota in db.session.execute(found)]
    return Listed(rows, number, total)
