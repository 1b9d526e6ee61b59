"""Finding events that the public may see."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app import clock
from app.db import db
from app.events.models import Event, EventStatus, Kind, Organisation, Partner
from app.folding import fold

PER_PAGE = 20


@dataclass(frozen=True)
class Page:
    """A part of a list, counted from 1."""

    events: Sequence[Event]
    number: int
    total: int
    per_page: int = PER_PAGE

    @property
    def last(self) -> int:
        return max(1, -(-self.total // self.per_page))

    @property
    def previous(self) -> int | None:
        return self.number - 1 if self.number > 1 else None

    @property
    def next(self) -> int | None:
        return self.number + 1 if self.number < self.last else None


def public() -> sa.ColumnElement[bool]:
    """The rule of what the public may see, for any query that reaches events."""
    return Event.status != EventStatus.DRAFT


BY_SLUG = sa.select(Event).where(Event.slug == sa.bindparam("slug"), public())


def by_slug(slug: str) -> Event:
    """The public event; raises `NoResultFound`."""
    return db.session.execute(BY_SLUG, {"slug": slug}).scalar_one()


def partners(event: Event) -> Sequence[Partner]:
    """The organisations beside the organiser, with their logos, in one statement."""
    together = joinedload(Partner.organisation).joinedload(Organisation.logo)
    query = sa.select(Partner).where(Partner.event_id == event.id).options(together)
    return db.session.scalars(query.order_by(Partner.rank, Partner.id)).all()


def upcoming(limit: int | None = None) -> Sequence[Event]:
    """Events that are not over, the nearest first."""
    return db.session.scalars(chosen(kind=None, past=False).limit(limit)).all()


def past(limit: int | None = None) -> Sequence[Event]:
    """Events that are over, the latest first."""
    return db.session.scalars(chosen(kind=None, past=True).limit(limit)).all()


def all_public() -> Sequence[Event]:
    """Every public event by its start."""
    return db.session.scalars(sa.select(Event).where(public()).order_by(Event.starts_at, Event.id)).all()


def chosen(*, kind: Kind | None, past: bool) -> sa.Select[Event]:
    """Public events of a kind, to come (the nearest first) or over (the latest first)."""
    now = clock.now()
    is_to_come = (Event.ends_at > now) | (Event.status == EventStatus.POSTPONED)
    query = sa.select(Event).where(public(), ~is_to_come if past else is_to_come)
    if kind is not None:
        query = query.where(Event.kind == kind)
    return query.order_by(Event.starts_at.desc() if past else Event.starts_at, Event.id)


def search(words: str, *, kind: Kind | None, past: bool, names: Mapping[int, str], number: int = 1) -> Page:
    """A page of events in whose title, subtitle, summary, place or people every word occurs.

    `names` are the people of each event, by its id. Neither case nor diacritics matter; databases differ in both, so
    the words are compared here, over the small columns of the public events.
    """
    query = chosen(kind=kind, past=past)
    if wanted := fold(words).split():
        query = query.where(Event.id.in_(matching(wanted, names)))
    total = db.session.scalar(sa.select(sa.func.count()).select_from(query.order_by(None).subquery())) or 0
    number = min(max(1, number), max(1, -(-total // PER_PAGE)))
    events = db.session.scalars(query.limit(PER_PAGE).offset((number - 1) * PER_PAGE)).all()
    return Page(events, number, total)


def matching(wanted: Sequence[str], names: Mapping[int, str]) -> list[int]:
    """Ids of the public events in which every folded word occurs."""
    columns = Event.id, Event.translations, Event.title, Event.subtitle, Event.summary, Event.place_name
    found = []
    for number, translations, *texts in db.session.execute(sa.select(*columns).where(public())):
        others = (text for words in (translations or {}).values() for text in words.values())
        text = fold("\n".join((*(part or "" for part in texts), *others, names.get(number, ""))))
        if all(word in text for word in wanted):
            found.append(number)
    return found
