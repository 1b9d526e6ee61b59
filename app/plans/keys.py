"""The two keys of a plan: one opens its page, one its feed, and neither opens what the other does."""

import sqlalchemy as sa

from app import clock, tokens
from app.db import db
from app.events.models import Event
from app.events.queries import public
from app.plans.models import Plan, PlanKey, PlanPurpose


class Revoked(Exception):
    """The key was taken out of use: its plan was deleted, or its feed has another address."""


def issue(plan: Plan) -> None:
    """Give a new plan its first keys."""
    for purpose in PlanPurpose:
        add(plan, purpose, generation=1)


def find(purpose: PlanPurpose, token: str) -> Plan:
    """Whose key this is; raises `NoResultFound` for an unknown one or a hidden event, and `Revoked` for one out of use."""
    known = sa.select(PlanKey).where(PlanKey.digest == tokens.digest(token), PlanKey.purpose == purpose)
    key = db.session.scalars(known.join(PlanKey.plan).join(Event).where(public())).one()
    if key.revoked_at is not None:
        raise Revoked
    return key.plan


def token(plan: Plan, purpose: PlanPurpose) -> str:
    """The token of the key in use, for a link."""
    key = in_use(plan, purpose)
    return tokens.recall(of(purpose), subject(plan, key.generation), key.digest)


def in_use(plan: Plan, purpose: PlanPurpose) -> PlanKey:
    return next(key for key in plan.keys if key.purpose is purpose and key.revoked_at is None)


def replace_feed(plan: Plan, generation: int) -> bool:
    """Give the feed another address, if that is still the one in use, so that a second click does nothing."""
    former = next((key for key in plan.keys if key.purpose is PlanPurpose.FEED and key.revoked_at is None), None)
    if former is None or former.generation != generation:
        return False
    former.revoked_at = clock.now()
    add(plan, PlanPurpose.FEED, generation + 1)
    return True


def revoke_all(plan: Plan) -> None:
    for key in plan.keys:
        key.revoked_at = key.revoked_at or clock.now()


def add(plan: Plan, purpose: PlanPurpose, generation: int) -> None:
    token = tokens.derive(of(purpose), subject(plan, generation))
    plan.keys.append(PlanKey(purpose=purpose, generation=generation, digest=tokens.digest(token)))


def of(purpose: PlanPurpose) -> str:
    """The purpose as tokens know it, apart from those of registrations."""
    return f"plan-{purpose}"


def subject(plan: Plan, generation: int) -> str:
    """What a token is derived from, beside its purpose."""
    return f"{plan.uid}:{generation}"
