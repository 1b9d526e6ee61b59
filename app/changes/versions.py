"""Versions of an event's public state: what people were told, one after another."""

from collections.abc import Sequence

import sqlalchemy as sa

from app.agenda import steps
from app.changes import differences, facts
from app.changes.differences import Difference
from app.changes.models import Version
from app.db import db
from app.events import holding, publishing
from app.events.models import Event, EventStatus


def publish(event: Event, by: str) -> None:
    """Show the event to everybody, with its first version; raises `Incomplete`.

    One that was public before gets a further version of what changed in the draft, which nobody is told of.
    """
    holding.hold(event)
    if event.status is not EventStatus.DRAFT:
        return
    publishing.publish(event)
    if begin(event, by) is None:
        settle(event, by)


def begin(event: Event, by: str) -> Version | None:
    """The first version, as of now; nothing where there is one. Whoever calls holds the event."""
    return record(event, by, []) if last(event) is None else None


def last(event: Event) -> Version | None:
    """What people were told last."""
    return db.session.scalar(newest_first(event).limit(1))


def of(event: Event, most: int | None = None) -> list[Version]:
    """All versions, or so many, newest first; each holds a whole agenda."""
    return list(db.session.scalars(newest_first(event).limit(most)))


def newest_first(event: Event) -> sa.Select[Version]:
    return sa.select(Version).where(Version.event_id == event.id).order_by(Version.number.desc())


def numbered(event: Event, number: int) -> Version:
    """Raises `NoResultFound`."""
    return db.session.execute(newest_first(event).where(Version.number == number)).scalar_one()


def record(event: Event, by: str, changes: Sequence[Difference]) -> Version:
    """The present state as the newest version, read anew; whoever calls holds the event."""
    former = last(event)
    made = Version(event_id=event.id, number=former.number + 1 if former else 1, made_by=by)
    made.facts = facts.taken(event, steps.rows(event))
    made.changes = [change.to_json() for change in changes]
    db.session.add(made)
    db.session.flush()
    return made


def settle(event: Event, by: str, people_told: int = 0) -> Version | None:
    """Let the present state be what people know: an act tells of it by itself, or nobody is to be told.

    Whoever calls holds the event. Nothing where nothing differs, or where the event was never public.
    """
    former = last(event)
    changes = differences.between(former.facts, facts.taken(event, steps.rows(event))) if former else []
    if not changes:
        return None
    version = record(event, by, changes)
    version.people_told = people_told
    return version
