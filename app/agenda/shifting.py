"""What follows what on a day, and the hours that come of another order or another length. Changes nothing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from app.agenda.models import Session
from app.agenda.steps import Step, What

Hours = tuple[datetime, datetime]
NONE = timedelta()


@dataclass(frozen=True)
class Offer:
    """That what follows a session, whose end has moved, moves with it."""

    step: Step
    session: Session
    before: Hours
    by: timedelta
    following: list[Session]

    @property
    def starts(self) -> dict[int, datetime]:
        """When each would start, in the event's zone, by its id."""
        return {session.id: later(session.starts_at, self.by, session) for session in self.following}

    @property
    def minutes_before(self) -> int:
        return minutes(self.before[1] - self.before[0])

    @property
    def first(self) -> Session:
        return self.following[0]

    @property
    def first_starts_at(self) -> datetime:
        return later(self.first.starts_at, self.by, self.first)

    @property
    def end(self) -> datetime:
        """When the last of them ends now."""
        return max(session.ends_at for session in self.following).astimezone(self.session.timezone)

    @property
    def new_end(self) -> datetime:
        return later(self.end, self.by, self.session)


def later(moment: datetime, by: timedelta, session: Session) -> datetime:
    """A moment so much later by time that passes, on the wall clock of the session's event."""
    return (moment.astimezone(session.starts_at.tzinfo) + by).astimezone(session.timezone)


def minutes(span: timedelta) -> int:
    return int(span.total_seconds() // 60)


def lane(sessions: Iterable[Session], session: Session) -> list[Session]:
    """What stands in one row with a session: its day and track, in the order of time, without what is cancelled."""
    day = session.local_starts_at.date()
    return [
        other for other in sessions if other.local_starts_at.date() == day and other.track == session.track and takes_place(other)
    ]


def takes_place(session: Session) -> bool:
    return session.status.value != "cancelled"


def following(sessions: Iterable[Session], session: Session, pivot: datetime) -> list[Session]:
    """What begins at this moment or after it on the session's day: in its track, or in all where it has none."""
    day = session.local_starts_at.date()
    return [
        other
        for other in sessions
        if other is not session
        and other.starts_at >= pivot
        and other.local_starts_at.date() == day
        and takes_place(other)
        and (session.track is None or other.track == session.track)
    ]


def offer(step: Step | None, sessions: Sequence[Session]) -> Offer | None:
    """The offer that follows from the latest step: it changed when one session ends, so that the next ones overlap or wait."""
    found = moved_end(step, sessions)
    if step is None or found is None:
        return None
    session, before = found
    by = session.ends_at - before[1]
    after = following(sessions, session, before[1])
    if not after or by == NONE or (by > NONE and after[0].starts_at >= session.ends_at):
        return None
    return Offer(step, session, before, by, after)


def moved_end(step: Step | None, sessions: Sequence[Session]) -> tuple[Session, Hours] | None:
    """The one session whose hours a step changed, and its hours before."""
    if step is None or step.undone_at is not None or step.what != What.CHANGE or len(step.changes) != 1:
        return None
    (change,) = step.changes
    session = next((session for session in sessions if session.uid == change["uid"]), None)
    before = change["before"] or {}
    if session is None or not before.keys() & {"starts_at", "ends_at"}:
        return None
    starts = datetime.fromisoformat(before["starts_at"]) if "starts_at" in before else session.starts_at
    ends = datetime.fromisoformat(before["ends_at"]) if "ends_at" in before else session.ends_at
    is_same_day = starts.astimezone(session.timezone).date() == session.local_starts_at.date()
    return (session, (starts, ends)) if is_same_day else None


def shifted(sessions: Iterable[Session], by: timedelta) -> dict[Session, Hours]:
    """The hours when each begins and ends so much later, by time that passes."""
    return {session: (session.starts_at + by, session.ends_at + by) for session in sessions}


def reordered(row: Sequence[Session], session: Session, position: int) -> dict[Session, Hours]:
    """The hours of a row when the session stands at another position in it.

    What is between the old and the new position is laid out anew from the same start: each keeps its length, the breaks
    stay where they were in the order, overlaps are laid apart, and what follows makes way for that.
    """
    old = row.index(session)
    position = max(0, min(position, len(row) - 1))
    first, last = min(old, position), max(old, position)
    changed = [other for other in row if other is not session]
    changed.insert(position, session)
    gaps = [max(NONE, after.starts_at - before.ends_at) for before, after in pairwise(row)]
    hours = laid_out(changed[first : last + 1], gaps[first:last], row[first].starts_at)
    end = max(other.ends_at for other in row[first : last + 1])
    growth = max(ends for _starts, ends in hours.values()) - end
    return {**hours, **(shifted(changed[last + 1 :], growth) if growth > NONE else {})}


def laid_out(row: Sequence[Session], gaps: Sequence[timedelta], start: datetime) -> dict[Session, Hours]:
    """One after another from a start, with these breaks between them."""
    hours: dict[Session, Hours] = {}
    for session, gap in zip(row, [*gaps, NONE], strict=True):
        ends = start + (session.ends_at - session.starts_at)
        hours[session] = start, ends
        start = ends + gap
    return hours
