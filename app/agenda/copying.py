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

    def distance(self, starts_at: datetime, reads: str) -> timedelta:
        """How far on this beginning is, by the clocks on the wall: that of the former zone then, that of `reads` now."""
        return creating.wall_distance(self.starts_at, self.zone, starts_at, reads)

    def followed(self, session: Session, distance: timedelta, reads: str) -> tuple[datetime, datetime]:
        """The hours of a session so far on by those clocks; it takes as long as before."""
        starts_at = creating.moved(session.starts_at, self.zone, distance, reads)
        return starts_at, starts_at + (session.ends_at - session.starts_at)


def times(event: Event) -> Times:
    return Times(event.starts_at, event.zone)


def copy(source: Event, event: Event, *, domain: str) -> None:
    """The sessions with who appears and the links of materials; days and hours on the wall stay, answers are asked anew."""
    former = times(source)
    distance = former.distance(event.starts_at, event.zone)
    made: dict[int, Session] = {}
    for session in sessions_of(source):
        copied = Session(event_id=event.id, uid=uids.fresh(domain), **{name: getattr(session, name) for name in KEPT})
        copied.starts_at, copied.ends_at = former.followed(session, distance, event.zone)
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


def follow(event: Event, former: Times, by: str, *, reads: str, is_shifted: bool = True) -> int:
    """Move every session as its event has moved, in one step that can be undone; returns how many.

    In another zone the hours stay where that zone's clock is read (`reads`), the moments where the former's still is. With
    `is_shifted` the sessions go as far on as the event has gone by that clock.
    """
    distance = former.distance(event.starts_at, reads) if is_shifted else timedelta()
    if not distance and former.zone == reads:
        return 0
    with steps.step(event, What.SHIFT, by) as work:
        for session in work.sessions:
            session.starts_at, session.ends_at = former.followed(session, distance, reads)
    return len(work.sessions)
