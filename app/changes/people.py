"""Telling people of changes: one letter a person with what concerns them, and their entries at the next revision."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from app.agenda.models import Session
from app.calendar import slots
from app.changes.differences import Difference, Kind, has_hours
from app.changes.models import Version
from app.changes.whom import Positions
from app.db import db
from app.events.models import Event
from app.mail import outbox
from app.registration import calling_off, choices, entries, renewing
from app.registration.entries import Mark
from app.registration.models import Choice
from app.registration.renewing import Turn

LETTER = "changes"
METHODS = {Turn.RENEWED: "REQUEST", Turn.ASKED: "REQUEST", Turn.GIVEN: "REQUEST", Turn.TAKEN: "CANCEL"}
FURTHER = {"REQUEST": "invitation", "CANCEL": "withdrawal"}
"""The letters in which every entry after the first goes (CALENDAR.md, rule 1)."""


class Revision(Protocol):
    """One entry at one revision, of anybody."""

    @property
    def facts(self) -> dict[str, str | int]: ...


Marks = Mapping[int, list[tuple[Mark, str]]]
"""By the registration's row: its entries' new revisions, each with its METHOD."""


@dataclass(frozen=True)
class Effect:
    """What one change does to entries: to the session's own, to those of the whole event and of days, or to all there are."""

    uid: str | None = None
    turn: Turn = Turn.RENEWED
    frames: frozenset[str] = frozenset()
    turn_of_frames: Turn = Turn.RENEWED
    is_everywhere: bool = False


def tell(event: Event, version: Version, differences: Sequence[Difference], told: Positions, sessions: Sequence[Session]) -> int:
    """Put the letters; returns how many people are told."""
    if not told:
        return 0
    marks = turned(event, differences, told, sessions)
    made: dict[str, Any] = {"topic": f"event:{event.id}", "batch": version.batch}
    people = [person for person in db.session.execute(calling_off.concerned(event)).mappings() if person["id"] in told]
    first = [addressee(person, made, facts(version, told[person["id"]], marks.get(person["id"], [])[:1])) for person in people]
    outbox.put_each(LETTER, first)
    for method, letter in FURTHER.items():
        rest = [
            addressee(person, made, mark.facts)
            for person in people
            for mark, of_method in marks.get(person["id"], [])[1:]
            if of_method == method
        ]
        outbox.put_each(letter, rest)
    return len(first)


def facts(version: Version, positions: Sequence[int], marks: Sequence[tuple[Revision, str]]) -> dict[str, Any]:
    """What the letter keeps: which changes it tells of, and its entry if there is one."""
    kept: dict[str, Any] = {"version": version.id, "changes": list(positions)}
    for mark, method in marks:
        kept |= {**mark.facts, "method": method}
    return kept


def addressee(person: Any, made: Mapping[str, Any], kept: Mapping[str, Any]) -> dict[str, Any]:
    """The rest of what `outbox.put` takes."""
    return {**{name: person[name] for name in ("to_name", "to_address", "language", "thread")}, **made, "facts": kept}


def turned(event: Event, differences: Sequence[Difference], told: Positions, sessions: Sequence[Session]) -> Marks:
    """Every entry that changes, at its next revision, for everybody who is told; few statements for thousands."""
    effects = [effect(event, difference, sessions) for difference in differences]
    queued, held = waiting(effects), {number: uids for number, uids in renewing.held(event).items() if number in told}
    marks: dict[int, list[tuple[Mark, str]]] = defaultdict(list)
    if has_other_days(event, differences):
        marks.update(reshaped(event, {number for number, uids in held.items() if has_frame(event, uids)}))
    groups: dict[tuple[str, Turn], list[int]] = defaultdict(list)
    for number, uids in held.items():
        if number not in marks:
            for uid, turn in turns(event, uids, [effects[position] for position in told[number]]).items():
                if turn is not Turn.GIVEN or (number, uid) not in queued:
                    groups[uid, turn].append(number)
    least = entries.sequences(event, sessions)
    for (uid, turn), numbers in groups.items():
        for number, mark in renewing.turn(uid, turn, numbers, least.get(uid, 0)):
            marks[number].append((mark, METHODS[turn]))
    renewing.summarise({number for (_, turn), numbers in groups.items() if turn is not Turn.RENEWED for number in numbers})
    return marks


def turns(event: Event, uids: Mapping[str, bool], effects: Iterable[Effect]) -> dict[str, Turn]:
    """What becomes of one person's entries. Their shape stays: a session that comes back does so where it was an entry."""
    active = [uid for uid, is_active in uids.items() if is_active]
    is_apart = not has_frame(event, uids)
    found: dict[str, Turn] = {}
    for effect in effects:
        is_given = effect.turn is Turn.GIVEN
        if effect.uid and uids.get(effect.uid) is (not is_given) and (is_apart or not is_given):
            found[effect.uid] = further(found.get(effect.uid), effect.turn)
        for uid in active:
            if effect.is_everywhere or uid in effect.frames:
                found[uid] = further(found.get(uid), effect.turn_of_frames)
    return found


def further(one: Turn | None, other: Turn) -> Turn:
    """Of two changes of one entry the one that does more to it."""
    return max(one or other, other, key=list(Turn).index)


def has_frame(event: Event, uids: Mapping[str, bool]) -> bool:
    """Whether the whole event, or a day of it, is in the calendar."""
    return any(is_active and event.uid in {uid, uid.partition(".")[2]} for uid, is_active in uids.items())


def effect(event: Event, difference: Difference, sessions: Sequence[Session]) -> Effect:
    """What a change does to entries; the title of the event stands only in those that are of the event."""
    if difference.uid is None:
        of_frames = difference.kind in {Kind.MOVED, Kind.TITLE}
        if not of_frames:
            return Effect(is_everywhere=True)
        turn_of_frames = TURNS.get(difference.kind, Turn.RENEWED)
        return Effect(frames=frames(event, slots.days_of(event)), turn_of_frames=turn_of_frames)
    turn = TURNS.get(difference.kind, Turn.RENEWED)
    return Effect(difference.uid, turn, frames(event, dates(difference, sessions)))


TURNS = {Kind.MOVED: Turn.ASKED, Kind.CANCELLED: Turn.TAKEN, Kind.REMOVED: Turn.TAKEN, Kind.REINSTATED: Turn.GIVEN}


def frames(event: Event, days: Iterable[date]) -> frozenset[str]:
    """The UID of the whole event, and those of these days of it."""
    first = event.local_starts_at.date()
    return frozenset({event.uid, *(f"{(day - first).days + 1}.{event.uid}" for day in days)})


def dates(difference: Difference, sessions: Sequence[Session]) -> set[date]:
    """The local dates on which the session was and is."""
    present = [session.local_starts_at.date() for session in sessions if session.uid == difference.uid]
    return {*present, *(local_date(side["starts_at"], side["zone"]) for side in sides(difference))}


def sides(difference: Difference) -> list[dict[str, Any]]:
    return [side for side in (difference.former, difference.now) if has_hours(side)]


def local_date(moment: str, zone: str) -> date:
    return datetime.fromisoformat(moment).astimezone(ZoneInfo(zone)).date()


def has_other_days(event: Event, differences: Iterable[Difference]) -> bool:
    """Whether the event is on other days than people were told: then their entries may be other ones."""
    moved = [difference for difference in differences if difference.uid is None and difference.kind is Kind.MOVED]
    return any(len({days(side) for side in sides(difference)}) > 1 for difference in moved)


def days(hours: Mapping[str, Any]) -> int:
    """On how many local dates something is; midnight belongs to the day it closes."""
    zone = ZoneInfo(hours["zone"])
    starts, ends = (datetime.fromisoformat(hours[name]).astimezone(zone) for name in ("starts_at", "ends_at"))
    return ((ends - timedelta(microseconds=1)).date() - starts.date()).days


def reshaped(event: Event, numbers: Collection[int]) -> Marks:
    """The entries as they should be now, for these people: each anew, and those that are no more taken back."""
    agenda = choices.agenda(event)
    marks: dict[int, list[tuple[Mark, str]]] = {}
    for registration in calling_off.confirmed(event):
        if registration.id in numbers:
            wanted = entries.wanted(registration, agenda)
            gone = {entry.uid for entry in entries.active(registration)} - {mark.uid for mark in wanted}
            given = [(mark, "REQUEST") for mark in entries.invite(registration, wanted)]
            taken = [(mark, "CANCEL") for mark in entries.withdraw(registration, sorted(gone), agenda)]
            marks[registration.id] = [*given, *taken]
    db.session.flush()
    return marks


def waiting(effects: Iterable[Effect]) -> Collection[tuple[int, str]]:
    """Who only waits for a place in a session that comes back: the registration's row and the session's UID."""
    uids = [effect.uid for effect in effects if effect.turn is Turn.GIVEN]
    if not uids:
        return ()
    query = sa.select(Choice.registration_id, Session.uid).join(Choice.session)
    return {(number, uid) for number, uid in db.session.execute(query.where(Session.uid.in_(uids), Choice.is_waiting))}
