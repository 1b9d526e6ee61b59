"""A day of a large agenda as a grid: tracks across, starts down."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from string import ascii_uppercase

from app.agenda.models import Session


@dataclass(frozen=True)
class Track:
    """A column: its letter, its name, and the room where all of it is, if it is one."""

    letter: str
    name: str
    room: str


@dataclass(frozen=True)
class Slot:
    """What begins at one hour (local)."""

    starts_at: datetime
    sessions: Sequence[Session]


@dataclass(frozen=True)
class Grid:
    """A day by tracks; without tracks it is a list."""

    tracks: Sequence[Track]
    slots: Sequence[Slot]

    @property
    def starts_at(self) -> datetime:
        return self.slots[0].starts_at

    @property
    def number(self) -> int:
        """How many sessions the day has."""
        return sum(len(slot.sessions) for slot in self.slots)

    def column(self, session: Session) -> int:
        """The column of a session, counted from 1; 0 for one that is for everybody."""
        return next((number for number, track in enumerate(self.tracks, 1) if track.name == session.track), 0)


def grid(sessions: Sequence[Session]) -> Grid:
    """The sessions of a day, which come in the order of time."""
    across = tracks(sessions)
    by_hour = groupby(sessions, key=lambda session: session.local_starts_at)
    return Grid(
        across, [Slot(starts_at, sorted(of_hour, key=lambda session: session.track or "")) for starts_at, of_hour in by_hour]
    )


def tracks(sessions: Sequence[Session]) -> list[Track]:
    """The tracks of a day by name, each with the room that all its sessions share."""
    rooms: dict[str, set[str]] = {}
    for session in sessions:
        if session.track:
            rooms.setdefault(session.track, set()).add(session.room or "")
    return [
        Track(ascii_uppercase[number % len(ascii_uppercase)], name, rooms[name].copy().pop() if len(rooms[name]) == 1 else "")
        for number, name in enumerate(sorted(rooms))
    ]
