"""Making, changing and deleting a plan."""

from collections.abc import Collection, Iterable
from datetime import timedelta

import sqlalchemy as sa
from flask_babel import gettext as _

from app import clock, tokens
from app.agenda.models import Session
from app.db import db
from app.errors import Refused
from app.events.models import Event
from app.plans import keys, limits
from app.plans.models import Plan, PlanChoice

FEWEST = 2
KEPT = timedelta(days=30)


def is_possible(event: Event, sessions: Iterable[Session]) -> bool:
    """Whether there is anything to choose between, before the event is over."""
    return not (event.is_cancelled or event.is_over) and sum(session.can_be_chosen for session in sessions) >= FEWEST


def make(event: Event, sessions: Collection[Session], chosen: Collection[int], *, language: str, network: str) -> Plan:
    """A new plan with its keys; what cannot be chosen is passed over. `network` is where the request comes from."""
    if not is_possible(event, sessions):
        raise Refused(_("Nobody can make a plan of this event any more."))
    uids = among(sessions, chosen)
    source = limits.network(network)
    limits.check(source)
    plan = Plan(uid=tokens.random(), event=event, language=language, network=source)
    keep(plan, uids)
    keys.issue(plan)
    db.session.add(plan)
    db.session.flush()
    return plan


def change(plan: Plan, sessions: Iterable[Session], chosen: Collection[int]) -> None:
    """Choose anew; a chosen session that was cancelled may stay, and one that is off the agenda does."""
    hold(plan)
    held = list(sessions)
    gone = plan.uids - {session.uid for session in held}
    keep(plan, among(held, chosen, plan.uids) | gone)
    plan.changed_at = clock.now()
    plan.revision += 1


def hold(plan: Plan) -> None:
    """Keep the plan's row until commit, so that of two acts at once the second sees what the first did."""
    db.session.refresh(plan, with_for_update=True)


def among(sessions: Iterable[Session], chosen: Collection[int], former: Collection[str] = ()) -> set[str]:
    """The UIDs of the sessions with these ids, of those that can be chosen or were; refused if none is left."""
    possible = (session for session in sessions if session.can_be_chosen or session.uid in former)
    if uids := {session.uid for session in possible if session.id in chosen}:
        return uids
    raise Refused(_("Choose at least one session"), field="sessions")


def keep(plan: Plan, uids: set[str]) -> None:
    """Make these the chosen ones."""
    known = plan.uids
    for choice in [choice for choice in plan.choices if choice.session_uid not in uids]:
        plan.choices.remove(choice)
    plan.choices.extend(PlanChoice(session_uid=uid) for uid in sorted(uids - known))


def replace_feed(plan: Plan, generation: int) -> bool:
    """Give the feed another address; the former one is remembered as gone. `False` if that had been done already."""
    hold(plan)
    is_new = keys.replace_feed(plan, generation)
    plan.revision += is_new
    return is_new


def delete(plan: Plan) -> None:
    """Forget what was chosen; that there was a plan is remembered by its keys alone, so that calendars learn of it."""
    hold(plan)
    plan.choices.clear()
    keys.revoke_all(plan)
    plan.revision += 1


def forget_old() -> int:
    """Forget plans thirty days after the end of their event, and after an hour where any came from; returns how many went."""
    now, unsynchronized = clock.now(), {"synchronize_session": False}
    had_network = sa.update(Plan).where(Plan.network != "", Plan.made_at < now - limits.STRETCH)
    db.session.execute(had_network.values(network=""), execution_options=unsynchronized)
    over = sa.select(Event.id).where(Event.ends_at < now - KEPT)
    old = sa.delete(Plan).where(Plan.event_id.in_(over)).returning(Plan.id)
    return len(db.session.scalars(old, execution_options=unsynchronized).all())
