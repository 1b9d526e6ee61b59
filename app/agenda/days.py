"""An agenda by days, as they are in the event's own zone."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from app.agenda.models import Session


@dataclass(frozen=True)
class Day:
    """The sessions that begin on one date, and when the last of them ends (local)."""

    sessions: list[Session]

    @property
    def starts_at(self) -> datetime:
        return self.sessions[0].local_starts_at

    @property
    def ends_at(self) -> datetime:
        return max(session.local_ends_at for session in self.sessions)


def by_day(sessions: Iterable[Session]) -> list[Day]:
    """Sessions in the order of time, split where the local date changes."""
    return [Day(list(of_day)) for _, of_day in groupby(sessions, key=lambda session: session.local_starts_at.date())]
