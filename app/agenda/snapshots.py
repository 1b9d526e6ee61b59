"""Sessions as plain values, as a step of editing keeps them: taken, compared, and put back."""

from collections.abc import Collection, Iterable, Mapping
from copy import deepcopy
from datetime import UTC, datetime
from enum import StrEnum
from itertools import chain, count
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from app.agenda.models import Answer, Appearance, Material, Person, Role, Session, SessionKind, SessionStatus
from app.db import db
from app.errors import Refused
from app.events.models import Event, Organisation

COLUMNS = (
    "slug",
    "title",
    "abstract",
    "kind",
    "status",
    "starts_at",
    "ends_at",
    "room",
    "track",
    "capacity",
    "translations",
    "created_at",
)
NUMBERS = "numbers"
"""A removed session's SEQUENCE and version, so that it comes back with higher ones."""

Values = dict[str, Any]
Change = dict[str, Any]
"""What became of one session: {"uid", "before": values or None, "after": values or None, "numbers"}."""
Identity = tuple[int | None, int | None, str]


def taken(sessions: Iterable[Session]) -> dict[str, Values]:
    """The sessions as plain values, by their UID."""
    return {session.uid: values_of(session) for session in sessions}


def values_of(session: Session) -> Values:
    """Everything about the session that an edit may change, with the people on it and whose materials are its own."""
    values = {name: plain(getattr(session, name)) for name in COLUMNS}
    values["people"] = [entry_of(appearance) for appearance in session.appearances]
    values["materials"] = sorted(material.id for material in session.materials)
    values[NUMBERS] = {"sequence": session.sequence, "version": session.version}
    return values


def entry_of(appearance: Appearance) -> Values:
    """Somebody on a session; the order is the list's own."""
    return {
        "person_id": appearance.person_id,
        "organisation_id": appearance.organisation_id,
        "role": appearance.role.value,
        "printed_as": appearance.printed_as,
        "answer": appearance.answer.value if appearance.answer else None,
    }


def plain(value: Any) -> Any:
    """A value as JSON holds it."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.value if isinstance(value, StrEnum) else deepcopy(value)


def differences(before: Mapping[str, Values], after: Mapping[str, Values]) -> list[Change]:
    """What changed between two snapshots: whole rows that came or went, else only the values that differ."""
    uids = [*before, *(uid for uid in after if uid not in before)]
    changes = (difference(uid, before.get(uid), after.get(uid)) for uid in uids)
    return [change for change in changes if change is not None]


def difference(uid: str, before: Values | None, after: Values | None) -> Change | None:
    if before is None or after is None:
        numbers = before[NUMBERS] if before else None
        return {"uid": uid, "before": bare(before), "after": bare(after), NUMBERS: numbers}
    differing = [name for name in before if name != NUMBERS and before[name] != after[name]]
    if not differing:
        return None
    return {"uid": uid, **{side: {name: row[name] for name in differing} for side, row in (("before", before), ("after", after))}}


def bare(values: Values | None) -> Values | None:
    """The values without the numbers, which only count other changes."""
    return None if values is None else {name: value for name, value in values.items() if name != NUMBERS}


def stands(session: Session | None, expected: Values | None) -> bool:
    """Whether a session is as a step left it, in what the step touched. What people answered since is their own."""
    if session is None or expected is None:
        return session is None and expected is None
    current = values_of(session)
    return all(answerless(name, current[name]) == answerless(name, value) for name, value in expected.items())


def answerless(name: str, value: Any) -> Any:
    return [{**entry, "answer": None} for entry in value] if name == "people" else value


def put(event: Event, session: Session | None, change: Change, side: str) -> None:
    """Make the session what it was on one side of a change; a removed one comes back with its UID and higher numbers."""
    wanted: Values | None = change[side]
    if wanted is None:
        if session is not None:
            remove(session, change)
        return
    if session is None:
        session = revived(event, change, wanted)
    elif "people" in wanted:
        refuse_answered(leaving(session, wanted["people"]), change["before" if side == "after" else "after"]["people"])
    for name, value in wanted.items():
        write(session, name, value)


def remove(session: Session, change: Change) -> None:
    """Delete, unless somebody on it has answered since; the change keeps the numbers for a return."""
    refuse_answered(session.appearances, (change["before"] or change["after"])["people"])
    change[NUMBERS] = {"sequence": session.sequence, "version": session.version}
    db.session.delete(session)


def revived(event: Event, change: Change, values: Values) -> Session:
    numbers = change.get(NUMBERS) or {"sequence": -1, "version": 0}
    higher = {name: number + 1 for name, number in numbers.items()}
    others = set(db.session.scalars(sa.select(Session.slug).where(Session.event_id == event.id)))
    facts = {name: parsed(name, value) for name, value in values.items() if name in COLUMNS}
    facts["slug"] = values["slug"] = free_slug(values["slug"], others)
    session = Session(uid=change["uid"], event=event, **facts, **higher)
    db.session.add(session)
    db.session.flush()
    return session


def free_slug(wanted: str, taken: Collection[str]) -> str:
    """The wanted slug, or the first with a number after it that no other session of the event has."""
    return next(slug for slug in chain([wanted], (f"{wanted}-{number}" for number in count(2))) if slug not in taken)


def write(session: Session, name: str, value: Any) -> None:
    if name == "people":
        put_people(session, value)
    elif name == "materials":
        put_materials(session, value)
    elif plain(getattr(session, name)) != value:
        setattr(session, name, parsed(name, value))


def parsed(name: str, value: Any) -> Any:
    """A plain value as its column holds it."""
    if name in {"starts_at", "ends_at", "created_at"}:
        return datetime.fromisoformat(value)
    if name == "kind":
        return SessionKind(value)
    return SessionStatus(value) if name == "status" else deepcopy(value)


def put_people(session: Session, entries: list[Values]) -> None:
    """Make these the people, in this order. Rows of who stays are kept, with what they answered."""
    refuse_missing(entries)
    known = {identity_of(entry_of(appearance)): appearance for appearance in session.appearances}
    wanted = {identity_of(entry): entry for entry in entries}
    gone = leaving(session, entries)
    for appearance in gone:
        session.appearances.remove(appearance)
    if gone:
        db.session.flush()
    for rank, (identity, entry) in enumerate(wanted.items()):
        appearance = known.get(identity) or added(session, entry)
        appearance.printed_as, appearance.rank = entry["printed_as"], rank
    session.appearances.sort(key=lambda appearance: appearance.rank)
    session.version += 1


def leaving(session: Session, entries: list[Values]) -> list[Appearance]:
    """Who is on the session and not among these."""
    staying = {identity_of(entry) for entry in entries}
    return [appearance for appearance in session.appearances if identity_of(entry_of(appearance)) not in staying]


def added(session: Session, entry: Values) -> Appearance:
    appearance = Appearance(
        person_id=entry["person_id"],
        organisation_id=entry["organisation_id"],
        role=Role(entry["role"]),
        answer=Answer(entry["answer"]) if entry["answer"] else None,
    )
    session.appearances.append(appearance)
    return appearance


def identity_of(entry: Values) -> Identity:
    return entry["person_id"], entry["organisation_id"], entry["role"]


def refuse_missing(entries: list[Values]) -> None:
    """Somebody who is no longer in the register cannot be put back."""
    for table, name in ((Person, "person_id"), (Organisation, "organisation_id")):
        wanted = {entry[name] for entry in entries if entry[name] is not None}
        if wanted and wanted - set(db.session.scalars(sa.select(table.id).where(table.id.in_(wanted)))):
            raise Refused(_("Somebody on this session is no longer in the register, so it cannot be put back as it was."))


def refuse_answered(appearances: Iterable[Appearance], kept: list[Values]) -> None:
    """A session is not taken away by an undo from who has answered since to appear on it."""
    answers = {identity_of(entry): entry["answer"] for entry in kept}
    for appearance in appearances:
        entry = entry_of(appearance)
        if entry["answer"] and entry["answer"] != answers.get(identity_of(entry)):
            raise Refused(_("%(name)s has answered since, so this cannot be undone.", name=appearance.name))


def put_materials(session: Session, ids: list[int]) -> None:
    """Give the session its materials back, of those that are still there and on no other session."""
    for material in list(session.materials):
        if material.id not in ids:
            session.materials.remove(material)
    lost = sa.select(Material).where(Material.id.in_(ids), Material.session_id.is_(None), Material.event_id == session.event_id)
    session.materials.extend(db.session.scalars(lost))
