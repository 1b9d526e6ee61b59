"""What stands in a plan."""

from collections.abc import Iterable

import sqlalchemy as sa

from app import tokens
from app.agenda import gone
from app.agenda.models import GoneSession, Session
from app.calendar import slots
from app.calendar.slots import Slot
from app.db import db
from app.events.models import Event
from app.plans.models import Plan, PlanChoice, PlanKey, PlanPurpose
from app.site import Site


def planned(plan: Plan, sessions: Iterable[Session]) -> list[Session]:
    """Of the event's sessions those that were chosen, in the same order."""
    uids = plan.uids
    return [session for session in sessions if session.uid in uids]


def chosen_by(token: str, event: Event) -> set[str]:
    """The UIDs in the plan that this key opens; nothing for any other key, or another event's."""
    query = sa.select(PlanChoice.session_uid).join(Plan, Plan.id == PlanChoice.plan_id).join(Plan.keys)
    opened = (PlanKey.digest == tokens.digest(token)) & (PlanKey.purpose == PlanPurpose.PLAN) & PlanKey.revoked_at.is_(None)
    return set(db.session.scalars(query.where(opened, Plan.event_id == event.id)))


def lost(plan: Plan) -> list[GoneSession]:
    """What was chosen and has been taken off the agenda of late."""
    uids = plan.uids
    return [session for session in gone.of(plan.event) if session.uid in uids]


def feed(plan: Plan, sessions: Iterable[Session], site: Site) -> list[Slot]:
    """The plan's own feed: an entry for each chosen session, and a cancelled one for what is gone."""
    held = [slots.of_session(session, site, plan.language) for session in planned(plan, sessions)]
    return [*held, *(slots.of_gone(session, site, plan.language) for session in lost(plan))]
