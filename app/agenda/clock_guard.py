"""What a change of hours makes of an event and its agenda, to be looked at before it is saved. Changes nothing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from zoneinfo import ZoneInfo

from app.agenda import copying
from app.agenda.copying import Times
from app.agenda.models import Session
from app.agenda.shifting import takes_place
from app.events import creating
from app.events.models import Event


class Meaning(StrEnum):
    """What stays as it was when an event gets another zone."""

    HOURS = "hours"
    MOMENTS = "moments"


class Why(StrEnum):
    """Why somebody should look before it is saved."""

    ZONE = "zone"
    CLOCKS = "clocks"
    LEFT = "left"


@dataclass(frozen=True)
class Span:
    """From when to when, by the clock of a zone."""

    starts_at: datetime
    ends_at: datetime
    zone: str

    @property
    def local_starts_at(self) -> datetime:
        return self.starts_at.astimezone(ZoneInfo(self.zone))

    @property
    def local_ends_at(self) -> datetime:
        return self.ends_at.astimezone(ZoneInfo(self.zone))

    @property
    def lasting(self) -> timedelta:
        """The time that passes."""
        return self.ends_at - self.starts_at

    @property
    def lasting_by_the_clock(self) -> timedelta:
        return creating.wall_distance(self.starts_at, self.zone, self.ends_at, self.zone)

    @property
    def days(self) -> tuple[date, date]:
        """The first and the last local day; midnight belongs to the day it closes."""
        return self.local_starts_at.date(), (self.local_ends_at - timedelta(microseconds=1)).date()


@dataclass(frozen=True)
class Move:
    """What becomes of the event, or of a session: its hours before and after."""

    uid: str
    title: str
    before: Span
    after: Span

    @property
    def is_moved(self) -> bool:
        return (self.before.starts_at, self.before.ends_at) != (self.after.starts_at, self.after.ends_at)

    @property
    def crosses(self) -> bool:
        """Whether it goes to the other side of a change of the clocks, by those of its zone."""
        pairs = (self.before.starts_at, self.after.starts_at), (self.before.ends_at, self.after.ends_at)
        return self.is_moved and any(offset(one, self.after.zone) != offset(other, self.after.zone) for one, other in pairs)

    @property
    def by(self) -> timedelta:
        """How much later it begins, by time that passes."""
        return self.after.starts_at - self.before.starts_at

    @property
    def by_the_clock(self) -> timedelta:
        return creating.wall_distance(self.before.starts_at, self.before.zone, self.after.starts_at, self.after.zone)


@dataclass(frozen=True)
class Consequences:
    """All that one change moves. What is left out of `sessions` does not take place, or has nothing to do with it."""

    event: Move
    sessions: tuple[Move, ...]

    @property
    def moves(self) -> tuple[Move, ...]:
        return self.event, *self.sessions

    @property
    def reasons(self) -> list[Why]:
        """Why it should be seen first; nothing where it need not be."""
        found = {
            Why.ZONE: self.event.before.zone != self.event.after.zone,
            Why.CLOCKS: any(move.crosses for move in self.moves),
            Why.LEFT: bool(self.left_behind),
        }
        return [why for why, holds in found.items() if holds]

    @property
    def left_behind(self) -> list[Move]:
        """The sessions that stay on days which the event has left."""
        before, after = self.event.before.days, self.event.after.days
        if before == after:
            return []
        first, last = after
        return [move for move in self.sessions if not first <= move.after.local_starts_at.date() <= last]

    @property
    def fingerprint(self) -> str:
        """By this a page knows again what it showed."""
        return sha256(repr(self).encode()).hexdigest()[:24]


def offset(moment: datetime, zone: str) -> timedelta | None:
    return moment.astimezone(ZoneInfo(zone)).utcoffset()


def of_event(event: Event, sessions: Iterable[Session], after: Span, *, reads: str, follows: bool) -> Consequences:
    """What `copying.follow` makes of the agenda when the event gets these hours; the zone by whose clock it reads is `reads`."""
    former = copying.times(event)
    distance = former.distance(after.starts_at, reads) if follows else timedelta()
    moves = (session_move(session, former, distance, reads, after.zone) for session in sessions if takes_place(session))
    return Consequences(Move(event.uid, event.title, span_of(event, event.zone), after), tuple(moves))


def session_move(session: Session, former: Times, distance: timedelta, reads: str, zone: str) -> Move:
    starts_at, ends_at = former.followed(session, distance, reads)
    return Move(session.uid, session.title, span_of(session, former.zone), Span(starts_at, ends_at, zone))


def of_agenda(event: Event, before: dict[str, Span], sessions: Sequence[Session]) -> Consequences:
    """What an edit of the agenda made of the sessions that have other hours now than in `before`, by UID."""
    here = span_of(event, event.zone)
    moves = (
        Move(session.uid, session.title, before[session.uid], span_of(session, event.zone))
        for session in sessions
        if session.uid in before and takes_place(session)
    )
    return Consequences(Move(event.uid, event.title, here, here), tuple(move for move in moves if move.is_moved))


def spans(event: Event, sessions: Iterable[Session]) -> dict[str, Span]:
    """The hours of an agenda as they are now, by UID."""
    return {session.uid: span_of(session, event.zone) for session in sessions}


def span_of(what: Event | Session, zone: str) -> Span:
    return Span(what.starts_at, what.ends_at, zone)
