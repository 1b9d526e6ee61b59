"""The question before hours are saved that go over a change of the clocks, into another zone, or away from the agenda."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from flask import request
from flask_babel import gettext as _

from app.agenda.clock_guard import Consequences, Meaning, Move, Span, Why
from app.events.models import Event
from app.moments import hour, offset
from app.panels import queries as panels
from app.registration import queries as registrations
from app.web import zones
from app.web.filters import shown

ELSEWHERE = ("Europe/London", "Europe/Kyiv", "America/New_York")
"""Where readers may be; of nobody it is known."""
SEEN = "clock_seen"
UNCARRIED = frozenset({"csrf_token", "kept_for", "restore", "meaning", SEEN})


@dataclass(frozen=True)
class Outcome:
    """One thing that the change can mean; `meaning` is `None` where there is no other."""

    meaning: Meaning | None
    found: Consequences


@dataclass
class Unseen(Exception):
    """A change that nobody has looked at yet by the clocks; nothing has been written."""

    outcomes: Sequence[Outcome]
    is_unanswered: bool = False


@dataclass(frozen=True)
class Elsewhere:
    """Hours by a clock in another place, now and afterwards."""

    zone: str
    before: str
    after: str


@dataclass
class Question:
    """What the page asks: the outcomes, how many people have each entry, and the form that it carries."""

    event: Event
    unseen: Unseen
    counts: Mapping[str, int]

    @property
    def outcomes(self) -> Sequence[Outcome]:
        return self.unseen.outcomes

    @property
    def found(self) -> Consequences:
        return self.outcomes[0].found

    @property
    def seen(self) -> str:
        return fingerprint(self.outcomes)

    @property
    def carried(self) -> list[tuple[str, str]]:
        """The form as it was sent, for the one that follows."""
        return [(name, value) for name, value in request.form.items(multi=True) if name not in UNCARRIED]

    @property
    def readers(self) -> list[str]:
        """Zones by whose clocks the change is shown: not the event's own."""
        mine = zones.reader_zone()
        own = {self.found.event.before.zone, self.found.event.after.zone, "UTC"}
        return [zone for zone in dict.fromkeys([*([mine] if mine else []), *ELSEWHERE]) if zone not in own]

    @property
    def reasons(self) -> list[Why]:
        """Each once, in order."""
        return [why for why in Why if any(why in outcome.found.reasons for outcome in self.outcomes)]

    @property
    def shows_event(self) -> bool:
        """Whether the event itself is a row: not where only its agenda moves."""
        return any(outcome.found.event.before != outcome.found.event.after for outcome in self.outcomes)

    def rows(self, outcome: Outcome) -> Sequence[Move]:
        return outcome.found.moves if self.shows_event else outcome.found.sessions

    def caption(self, outcome: Outcome) -> str:
        """What the table is about."""
        if outcome.meaning is None:
            return str(_("What moves"))
        return str(_("If the hours stay") if outcome.meaning is Meaning.HOURS else _("If the moments stay"))

    def day(self, span: Span) -> str:
        """wt., 26 paź 2021"""
        return day(span.local_starts_at)

    def hours(self, span: Span) -> str:
        """10:00–11:30, with the day of the end where it is another"""
        starts, ends = span.local_starts_at, span.local_ends_at
        if starts.date() == ends.date():
            return hours(span)
        return f"{hour(starts)} – {day(ends)}, {hour(ends)}"

    def in_utc(self, span: Span) -> str:
        """8:00–9:30, with the date where it is another"""
        return hours_in(span, "UTC")

    def number(self, move: Move) -> int:
        """How many people have it in the calendar."""
        return self.counts.get(move.uid, 0)

    def elsewhere(self, move: Move) -> list[Elsewhere]:
        """The hours by those clocks that do not show the same as the event's."""
        found = (Elsewhere(zone, hours_in(move.before, zone), hours_in(move.after, zone)) for zone in self.readers)
        own = hours(move.before), hours(move.after)
        return [one for one in found if (one.before, one.after) != own]


def fingerprint(outcomes: Sequence[Outcome]) -> str:
    return sha256("".join(outcome.found.fingerprint for outcome in outcomes).encode()).hexdigest()[:24]


def refuse_unseen(outcomes: Sequence[Outcome]) -> None:
    """Raise `Unseen` unless there is nothing to see, or the form says that just this was seen, and which of two is meant."""
    if not any(outcome.found.reasons for outcome in outcomes):
        return
    was_seen = request.form.get(SEEN) == fingerprint(outcomes)
    is_answered = len(outcomes) == 1 or request.form.get("meaning") in set(Meaning)
    if not (was_seen and is_answered):
        raise Unseen(outcomes, is_unanswered=was_seen)


def counts(event: Event) -> dict[str, int]:
    """How many people have an entry in the calendar by our mail, by its UID; a day counts as the event."""
    found: dict[str, int] = {}
    for uid, number in (*registrations.in_calendars(event), *panels.in_calendars(event)):
        found[uid] = found.get(uid, 0) + number
    days = [number for uid, number in found.items() if uid.endswith(f".{event.uid}")]
    found[event.uid] = found.get(event.uid, 0) + max(days, default=0)
    return found


def hours(span: Span) -> str:
    """10:00–11:30 by the clock of the span's own zone, with the dates where it ends on another day."""
    return hours_in(span, span.zone)


def hours_in(span: Span, zone: str) -> str:
    """The hours by another clock, with the date where it shows another."""
    return zones.hours_in(span.local_starts_at, span.local_ends_at, zone)


def day(moment: datetime) -> str:
    return shown(moment, "EEE, d MMM y")


def copied(source: Event, event: Event) -> str | None:
    """What to say of a copy whose clock is not as far from UTC as the one it was made after."""
    former, present = source.local_starts_at, event.local_starts_at
    if former.utcoffset() == present.utcoffset():
        return None
    return str(
        _(
            "The clocks change between the two dates. The hours on the wall stay, at %(present)s instead of %(former)s.",
            former=offset(former),
            present=offset(present),
        )
    )
