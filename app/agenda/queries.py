"""Finding sessions, people and materials of public events."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, selectinload

from app.agenda.models import Appearance, Material, Person, Session, SessionKind, Visibility
from app.db import db
from app.events.models import Event
from app.events.queries import public


def sessions_of(event: Event) -> Sequence[Session]:
    """The event's agenda in the order of time with who appears, in two statements however long it is.

    Materials are asked for by `materials_of`, which knows who may see them.
    """
    query = (
        sa.select(Session)
        .where(Session.event_id == event.id)
        .options(selectinload(Session.appearances))
        .order_by(Session.starts_at, Session.ends_at, Session.id)
    )
    return db.session.scalars(query).all()


def number_of_sessions(event: Event) -> int:
    return db.session.scalar(sa.select(sa.func.count()).where(Session.event_id == event.id)) or 0


def session_by_slug(event: Event, slug: str) -> Session:
    """A session of the event; raises `NoResultFound`."""
    query = (
        sa.select(Session).where(Session.event_id == event.id, Session.slug == slug).options(selectinload(Session.appearances))
    )
    return db.session.execute(query).scalar_one()


def person_by_slug(slug: str) -> Person:
    """Somebody who appears at a public event; raises `NoResultFound`."""
    appears = sa.exists().where(
        Appearance.person_id == Person.id, Appearance.session_id == Session.id, Session.event_id == Event.id
    )
    return db.session.execute(sa.select(Person).where(Person.slug == slug, appears.where(public()))).scalar_one()


def sessions_of_person(person: Person) -> Sequence[Appearance]:
    """Where somebody appears at public events, the latest first, each with its session and event, in one statement."""
    query = (
        sa.select(Appearance)
        .join(Appearance.session)
        .join(Session.event)
        .where(Appearance.person_id == person.id, public())
        .options(contains_eager(Appearance.session).contains_eager(Session.event))
        .order_by(Session.starts_at.desc(), Appearance.id)
    )
    return db.session.scalars(query).unique().all()


def materials_of(event: Event, *, registered: bool = False) -> Sequence[Material]:
    """Materials that the reader may see now: public ones, those for afterwards once it is over, and others for the registered."""
    seen = [Visibility.PUBLIC, *([Visibility.AFTER] if event.is_over else []), *([Visibility.REGISTERED] if registered else [])]
    query = sa.select(Material).where(Material.event_id == event.id, Material.visibility.in_(seen))
    return db.session.scalars(query.order_by(Material.rank, Material.id)).all()


def has_materials_for_later(event: Event) -> bool:
    """Whether some materials are to appear once the event is over."""
    query = sa.select(sa.exists().where(Material.event_id == event.id, Material.visibility == Visibility.AFTER))
    return bool(db.session.scalar(query))


def names_by_event() -> Mapping[int, str]:
    """The names of the people at each event, by the event's id, for the search."""
    query = sa.select(Session.event_id, Person.name).join(Appearance.session).join(Appearance.person).distinct()
    names: dict[int, str] = {}
    for event_id, name in db.session.execute(query):
        names[event_id] = f"{names.get(event_id, '')}\n{name}"
    return names


def session_addresses() -> Sequence[tuple[str, str, datetime]]:
    """Slug, event's slug and last change of every session of public events that has a page."""
    query = (
        sa.select(Session.slug, Event.slug, Session.modified_at)
        .join(Session.event)
        .where(public(), Session.kind != SessionKind.BREAK)
        .order_by(Session.id)
    )
    return [(slug, event_slug, modified_at) for slug, event_slug, modified_at in db.session.execute(query)]


def person_addresses() -> Sequence[str]:
    """Slugs of the people who appear at public events."""
    appearing = sa.select(Appearance.person_id).join(Appearance.session).join(Session.event).where(public())
    return db.session.scalars(sa.select(Person.slug).where(Person.id.in_(appearing)).order_by(Person.id)).all()
