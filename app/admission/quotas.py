"""Quotas: so many places for each group of participants."""

from collections.abc import Sequence

import sqlalchemy as sa
from flask_babel import gettext as _

from app.admission.models import Quota
from app.db import db
from app.errors import Refused
from app.events import holding
from app.events.models import Event
from app.events.words import line, within

NAME = 200
OTHER = "en"
"""The names in the columns are Polish."""
UP, DOWN = -1, 1


def of(event: Event) -> Sequence[Quota]:
    """In the order in which people choose from them."""
    return db.session.scalars(sa.select(Quota).where(Quota.event_id == event.id).order_by(Quota.rank, Quota.id)).all()


def by_id(event: Event, number: int) -> Quota:
    """Raises `NoResultFound`."""
    return db.session.scalars(sa.select(Quota).where(Quota.event_id == event.id, Quota.id == number)).one()


def add(event: Event, *, name: str, name_en: str, capacity: int) -> Quota:
    """A new group at the end of the list."""
    holding.hold(event)
    others = of(event)
    refuse_same(others, name)
    quota = Quota(event_id=event.id, name=name, capacity=capacity, translations=translated(name_en))
    quota.rank = 1 + max((other.rank for other in others), default=0)
    db.session.add(quota)
    db.session.flush()
    return quota


def change(event: Event, number: int, *, name: str, name_en: str, capacity: int) -> Quota:
    """Lowering the number of places takes none away."""
    holding.hold(event)
    quota = by_id(event, number)
    refuse_same([other for other in of(event) if other is not quota], name)
    quota.name, quota.capacity, quota.translations = name, capacity, translated(name_en)
    db.session.flush()
    return quota


def move(event: Event, number: int, way: int) -> None:
    """One place up (`UP`) or down (`DOWN`) in the list."""
    holding.hold(event)
    order = list(of(event))
    quota = by_id(event, number)
    at = order.index(quota)
    order.insert(max(0, at + way), order.pop(at))
    for rank, other in enumerate(order, start=1):
        other.rank = rank


def remove(event: Event, number: int, *, is_used: bool) -> None:
    """Take a group away; refused where somebody has registered or is invited in it, which whoever calls has looked up."""
    quota = by_id(event, number)
    if is_used:
        raise Refused(_("Somebody has registered or is invited in the group “%(name)s”, so it stays.", name=quota.name))
    db.session.delete(quota)
    db.session.flush()


def refuse_same(others: Sequence[Quota], name: str) -> None:
    if any(other.name.casefold() == name.casefold() for other in others):
        raise Refused(_("There is a group of this name already"), field="name")


def named(typed: str, field: str = "name") -> str:
    """The name of a group, on one line."""
    name = line(typed)
    if not name:
        raise Refused(_("Enter the name of the group, for example Cities"), field)
    return within(name, NAME, field)


def translated(name_en: str) -> dict[str, dict[str, str]]:
    return {OTHER: {"name": name_en}} if name_en else {}
