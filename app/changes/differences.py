"""What differs between two public states of an event, as far as people are told of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Any, Self

from app.agenda.models import SessionKind, SessionStatus
from app.changes.facts import Facts
from app.events.models import EventStatus
from app.folding import fold

LIKENESS = 0.85
"""How alike two titles are where one corrects the other."""

OF_PLACE = ("attendance", "place_name", "place_address")


class Kind(StrEnum):
    """What became of the event, or of one session."""

    CANCELLED = "cancelled"
    POSTPONED = "postponed"
    REINSTATED = "reinstated"
    MOVED = "moved"
    ZONE = "zone"
    PLACE = "place"
    TITLE = "title"
    NEW = "new"
    ROOM = "room"
    REMOVED = "removed"
    PEOPLE = "people"


@dataclass(frozen=True)
class Difference:
    """One thing that differs; `uid` is the session's, `None` for the event itself, and `title` what either is called.

    `former` and `now` are plain JSON: hours ({"starts_at", "ends_at", "zone", "room"}) of what moved, came, went, was cancelled
    or takes place after all; a zone, a title, a room; a place ({"attendance", "place_name", "place_address"}); of people, the
    names of those who left and of those who came.
    """

    kind: Kind
    uid: str | None
    title: str
    former: Any = None
    now: Any = None
    is_break: bool = False

    def to_json(self) -> dict[str, Any]:
        return {**vars(self), "kind": self.kind.value}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        return cls(**{**kept, "kind": Kind(kept["kind"])})

    @property
    def ends_at(self) -> datetime | None:
        """When nobody needs to hear of it any more: the later end of both states; `None` where it has no hours."""
        ends = [datetime.fromisoformat(side["ends_at"]) for side in (self.former, self.now) if has_hours(side)]
        return max(ends, default=None)


def has_hours(side: Any) -> bool:
    return isinstance(side, dict) and "ends_at" in side


def between(before: Facts, after: Facts) -> list[Difference]:
    """What people are told of: the event's own first, then the sessions in the order of the later state, then those gone."""
    former, now = before["sessions"], after["sessions"]
    uids = [*now, *(uid for uid in former if uid not in now)]
    zones = before["event"]["zone"], after["event"]["zone"]
    of_sessions = (found for uid in uids for found in of_session(uid, former.get(uid), now.get(uid), zones))
    return [*of_event(before["event"], after["event"]), *of_sessions]


def of_event(former: Facts, now: Facts) -> Iterator[Difference]:
    title = now["title"]
    if former["status"] != now["status"]:
        yield Difference(STATES[EventStatus(now["status"])], None, title, hours(former), hours(now))
    if times(former) != times(now):
        yield Difference(Kind.MOVED, None, title, hours(former), hours(now))
    elif former["zone"] != now["zone"]:
        yield Difference(Kind.ZONE, None, title, former["zone"], now["zone"])
    if place(former) != place(now):
        yield Difference(Kind.PLACE, None, title, place(former), place(now))
    if is_renamed(former["title"], title):
        yield Difference(Kind.TITLE, None, title, former["title"], title)


STATES = {
    EventStatus.CANCELLED: Kind.CANCELLED,
    EventStatus.POSTPONED: Kind.POSTPONED,
    EventStatus.PUBLISHED: Kind.REINSTATED,
}


def of_session(uid: str, former: Facts | None, now: Facts | None, zones: tuple[str, str]) -> list[Difference]:
    """A cancelled session comes, moves and goes unheard; one that takes place after all is told with its present hours."""
    was_on, is_on = takes_place(former), takes_place(now)
    sides = hours(former, zones[0]), hours(now, zones[1])
    told: Facts = now or former or {}
    about = {"uid": uid, "title": told["title"], "is_break": told["kind"] == SessionKind.BREAK}
    if was_on and is_on and former and now:
        return list(changed(former, now, sides, about))
    if not was_on and not is_on:
        return []
    if former is None or now is None:
        return [Difference(Kind.NEW if former is None else Kind.REMOVED, former=sides[0], now=sides[1], **about)]
    return [Difference(Kind.REINSTATED if is_on else Kind.CANCELLED, former=sides[0], now=sides[1], **about)]


def changed(former: Facts, now: Facts, sides: tuple[Any, Any], about: Mapping[str, Any]) -> Iterator[Difference]:
    """What is other about a session that took place and still does."""
    if times(former) != times(now):
        yield Difference(Kind.MOVED, former=sides[0], now=sides[1], **about)
    if (former["room"] or "") != (now["room"] or ""):
        yield Difference(Kind.ROOM, former=former["room"], now=now["room"], **about)
    if is_renamed(former["title"], now["title"]):
        yield Difference(Kind.TITLE, former=former["title"], now=now["title"], **about)
    left, came = missing(former["people"], now["people"]), missing(now["people"], former["people"])
    if left or came:
        yield Difference(Kind.PEOPLE, former=left, now=came, **about)


def takes_place(session: Facts | None) -> bool:
    return session is not None and session["status"] != SessionStatus.CANCELLED


def times(facts: Facts) -> tuple[datetime, datetime]:
    return datetime.fromisoformat(facts["starts_at"]), datetime.fromisoformat(facts["ends_at"])


def hours(facts: Facts | None, zone: str | None = None) -> dict[str, Any] | None:
    if facts is None:
        return None
    known = {"starts_at": facts["starts_at"], "ends_at": facts["ends_at"], "zone": zone or facts["zone"]}
    return {**known, "room": facts.get("room")}


def place(event: Facts) -> dict[str, Any]:
    return {name: event[name] or "" for name in OF_PLACE}


def missing(people: Sequence[Mapping[str, str]], others: Sequence[Mapping[str, str]]) -> list[str]:
    """The names of those who are not among the others, each once; whoever goes by another name now is still there."""
    keys, names = {other["key"] for other in others}, {fold(other["name"]) for other in others}
    gone = (one["name"] for one in people if one["key"] not in keys and fold(one["name"]) not in names)
    return list(dict.fromkeys(gone))


def is_renamed(former: str, now: str) -> bool:
    """Whether the title says something else; one that is only corrected does not.

    Corrected is a title whose letters, without case and diacritics, are nearly the same, and whose digits are the same.
    """
    if digits(former) != digits(now):
        return True
    return SequenceMatcher(None, letters(former), letters(now), autojunk=False).ratio() < LIKENESS


def letters(title: str) -> str:
    return "".join(sign for sign in fold(title) if sign.isalnum())


def digits(title: str) -> str:
    return "".join(sign for sign in title if sign.isdigit())
