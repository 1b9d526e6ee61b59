"""What does not fit together in an agenda. It is pointed out and never in the way of saving."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import combinations

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager

from app.agenda.models import Appearance, Session, SessionStatus
from app.agenda.shifting import minutes, takes_place
from app.db import db
from app.events.models import Attendance, Event, EventStatus


class Kind(StrEnum):
    """What does not fit."""

    PERSON = "person"
    ROOM = "room"
    OVERLAP = "overlap"
    GAP = "gap"
    EARLY = "early"
    LATE = "late"


@dataclass(frozen=True)
class Clash:
    """One thing that does not fit at a session.

    `other` is what it clashes with, `name` who or which room, `minutes` by how much; `fix` is a start that would mend it.
    """

    kind: Kind
    other: Session | None = None
    name: str = ""
    minutes: int = 0
    fix: datetime | None = None

    @property
    def counts(self) -> bool:
        """Whether it is a warning; free time is only said."""
        return self.kind is not Kind.GAP


Found = dict[int, list[Clash]]
Place = tuple[str | None, str | None]
"""A track and a room."""


def of_event(event: Event, sessions: Sequence[Session]) -> Found:
    """Every clash of the agenda by the session's id, in two statements beside the agenda itself."""
    found: Found = defaultdict(list)
    held = [session for session in sessions if takes_place(session)]
    for session in held:
        found[session.id] += at_the_edges(event, session)
    in_rows(held, found)
    people_at_once(held, [*held, *elsewhere_of_people(event, held)], found)
    rooms_at_once(held, [*held, *elsewhere_in_rooms(event, held)], found)
    return {number: clashes for number, clashes in found.items() if clashes}


def at_the_edges(event: Event, session: Session) -> Iterator[Clash]:
    if session.starts_at < event.starts_at:
        yield Clash(Kind.EARLY, minutes=minutes(event.starts_at - session.starts_at))
    if session.ends_at > event.ends_at:
        yield Clash(Kind.LATE, minutes=minutes(session.ends_at - event.ends_at))


def overlap(one: Session, other: Session) -> bool:
    return one.starts_at < other.ends_at and other.starts_at < one.ends_at


def in_rows(held: Sequence[Session], found: Found) -> None:
    """Overlaps and free time between what one goes to one after another; each is compared with what ends last before it."""
    latest: dict[Place, Session] = {}
    for session in held:
        place = session.track, session.room
        earlier = [other for there, other in latest.items() if in_one_row(there, place)]
        if earlier:
            found[session.id] += against(max(earlier, key=lambda other: other.ends_at), session)
        if place not in latest or session.ends_at > latest[place].ends_at:
            latest[place] = session


def against(last: Session, session: Session) -> Iterator[Clash]:
    """How a session stands to the one that ends last before it."""
    if overlap(last, session):
        over = minutes(last.ends_at - session.starts_at)
        yield Clash(Kind.OVERLAP, last, minutes=over, fix=last.local_ends_at)
    elif session.starts_at > last.ends_at and last.local_ends_at.date() == session.local_starts_at.date():
        free = minutes(session.starts_at - last.ends_at)
        yield Clash(Kind.GAP, last, minutes=free, fix=last.local_ends_at)


def in_one_row(one: Place, other: Place) -> bool:
    """Whether nobody is meant to choose between the two: the same track, or one for all and not in different rooms."""
    (track, room), (other_track, other_room) = one, other
    if track and other_track:
        return track == other_track
    return not (room and other_room and room != other_room)


def people_at_once(held: Iterable[Session], everywhere: Iterable[Session], found: Found) -> None:
    """Whoever is to be in two places at overlapping times."""
    own = {session.id for session in held}
    by_person: dict[int, dict[int, tuple[Session, str]]] = defaultdict(dict)
    for session in everywhere:
        for appearance in session.people:
            by_person[appearance.person_id or 0][session.id] = session, appearance.name
    for places in by_person.values():
        for (one, name), (other, _) in combinations(places.values(), 2):
            if overlap(one, other):
                note_both(found, own, Kind.PERSON, one, other, name)


def rooms_at_once(held: Iterable[Session], everywhere: Iterable[Session], found: Found) -> None:
    """Rooms that hold two sessions at overlapping times."""
    own = {session.id for session in held}
    by_room: dict[str, list[Session]] = defaultdict(list)
    for session in everywhere:
        if session.room:
            by_room[session.room.strip().casefold()].append(session)
    for sessions in by_room.values():
        for one, other in combinations(sessions, 2):
            if overlap(one, other) and one.room:
                note_both(found, own, Kind.ROOM, one, other, one.room)


def note_both(found: Found, own: set[int], kind: Kind, one: Session, other: Session, name: str) -> None:
    for session, against in ((one, other), (other, one)):
        if session.id in own:
            found[session.id].append(Clash(kind, against, name))


def others(event: Event, held: Sequence[Session]) -> sa.Select[Session]:
    """Sessions of other events, of those that take place, at overlapping times."""
    start = min(session.starts_at for session in held)
    end = max(session.ends_at for session in held)
    return (
        sa.select(Session)
        .join(Session.event)
        .where(
            Session.event_id != event.id,
            Session.starts_at < end,
            Session.ends_at > start,
            Session.status == SessionStatus.CONFIRMED,
            Event.status.in_((EventStatus.DRAFT, EventStatus.PUBLISHED)),
            Event.is_template.is_(False),
            Event.archived_at.is_(None),
        )
    )


def elsewhere_of_people(event: Event, held: Sequence[Session]) -> Sequence[Session]:
    """Where else the people of the agenda are to be; only those people are read."""
    people = {appearance.person_id for session in held for appearance in session.people}
    if not people:
        return []
    query = others(event, held).join(Session.appearances).where(Appearance.person_id.in_(people))
    loaded = query.options(contains_eager(Session.event), contains_eager(Session.appearances))
    return db.session.scalars(loaded).unique().all()


def elsewhere_in_rooms(event: Event, held: Sequence[Session]) -> Sequence[Session]:
    """What else is in the rooms of the agenda: at the same place, in a room of the same name."""
    rooms = {session.room for session in held if session.room}
    if not rooms or event.attendance is Attendance.ONLINE or not event.place_name:
        return []
    query = others(event, held).where(Event.place_name == event.place_name, Session.room.in_(rooms))
    return db.session.scalars(query.options(contains_eager(Session.event))).all()
