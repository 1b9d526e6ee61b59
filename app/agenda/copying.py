"""An agenda copied to another event, or moved with its own."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from app.agenda import steps
from app.agenda.models import Appearance, Material, MaterialKind, Session, SessionStatus
from app.agenda.steps import What
from app.db import db
from app.events import creating, uids
from app.events.models import Event

KEPT = ("slug", "title", "abstract", "kind", "room", "track", "capacity", "translations")
OF_A_MATERIAL = ("title", "kind", "url", "language", "visibility", "rank")


@dataclass(frozen=True)
class Times:
    """When and in which zone an event was to begin."""

    starts_at: datetime
    zone: str

    def distance(self, event: Event) -> timedelta:
        """How far the event has moved since, by the clock on the wall."""
        return creating.wall_distance(self.starts_at, self.zone, event.starts_at, event.zone)


def times(event: Event) -> Times:
    return Times(event.starts_at, event.zone)


def copy(source: Event, event: Event, *, domain: str) -> None:
    """The sessions with who appears and the links of materials; days and hours on the wall stay, answers are asked anew."""
    former = times(source)
    distance = former.distance(event)
    made: dict[int, Session] = {}
    for session in sessions_of(source):
        copied = Session(event_id=event.id, uid=uids.fresh(domain), **{name: getattr(session, name) for name in KEPT})
        copied.starts_at = creating.moved(session.starts_at, former.zone, distance, event.zone)
        copied.ends_at = copied.starts_at + (session.ends_at - session.starts_at)
        copied.appearances = [copy_of(appearance) for appearance in session.appearances]
        made[session.id] = copied
    db.session.add_all(made.values())
    db.session.flush()
    copy_materials(source, event, made)


def sessions_of(event: Event) -> list[Session]:
    """What takes place, with who appears."""
    query = sa.select(Session).where(Session.event_id == event.id, Session.status == SessionStatus.CONFIRMED)
    return list(db.session.scalars(query.options(selectinload(Session.appearances)).order_by(Session.id)))


def copy_of(appearance: Appearance) -> Appearance:
    return Appearance(
        person_id=appearance.person_id,
        organisation_id=appearance.organisation_id,
        role=appearance.role,
        printed_as=appearance.printed_as,
        rank=appearance.rank,
    )


def copy_materials(source: Event, event: Event, made: dict[int, Session]) -> None:
    """Links alone, and no recording: that one is of the former meeting."""
    links = sa.select(Material).where(
        Material.event_id == source.id, Material.url.is_not(None), Material.kind != MaterialKind.RECORDING
    )
    for material in db.session.scalars(links.order_by(Material.id)):
        session = made.get(material.session_id or 0)
        if session is None and material.session_id is not None:
            continue
        facts = {name: getattr(material, name) for name in OF_A_MATERIAL}
        db.session.add(Material(event_id=event.id, session_id=session.id if session else None, **facts))
    db.session.flush()


def follow(event: Event, former: Times, by: str) -> int:
    """Move every session as far as the event has moved, in one step that can be undone; returns how many."""
    distance = former.distance(event)
    if not distance and former.zone == event.zone:
        return 0
    with steps.step(event, What.SHIFT, by) as work:
        for session in work.sessions:
            lasting = session.ends_at - session.starts_at
            session.starts_at = creating.moved(session.starts_at, former.zone, distance, event.zone)
            session.ends_at = session.starts_at + lasting
    return len(work.sessions)
