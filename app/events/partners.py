"""The organisations beside the one that holds an event, in the order in which they are shown."""

import sqlalchemy as sa
from flask_babel import gettext as _

from app.db import db
from app.errors import Refused
from app.events.models import Event, Organisation, Part, Partner


def get(event: Event, partner_id: int) -> Partner:
    """One of the event's; raises `NoResultFound`."""
    return db.session.execute(sa.select(Partner).where(Partner.id == partner_id, Partner.event_id == event.id)).scalar_one()


def add(event: Event, organisation: Organisation, part: Part) -> Partner:
    """Put it at the end; raises `Refused` where it is there already."""
    beside = in_order(event)
    if organisation.id in {partner.organisation_id for partner in beside}:
        raise Refused(_("This organisation is on the list already"), field="name")
    rank = beside[-1].rank + 1 if beside else 0
    partner = Partner(event_id=event.id, organisation_id=organisation.id, part=part, rank=rank)
    db.session.add(partner)
    db.session.flush()
    return partner


def remove(partner: Partner) -> None:
    db.session.delete(partner)
    db.session.flush()


def shift(event: Event, partner: Partner, steps: int) -> None:
    """Move it so many places on among those of its part; the first and the last stay where they are."""
    group = [one for one in in_order(event) if one.part is partner.part]
    place = group.index(partner)
    group.insert(min(max(0, place + steps), len(group) - 1), group.pop(place))
    ranks = sorted(one.rank for one in group)
    for rank, one in zip(ranks if len(set(ranks)) == len(ranks) else range(len(group)), group, strict=True):
        one.rank = rank


def in_order(event: Event) -> list[Partner]:
    query = sa.select(Partner).where(Partner.event_id == event.id)
    return list(db.session.scalars(query.order_by(Partner.rank, Partner.id)))
