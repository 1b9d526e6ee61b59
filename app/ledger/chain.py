"""Writing the ledger of an event and verifying it: each line carries the hash of the one before."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any, cast

import sqlalchemy as sa

from app import clock
from app.db import db
from app.ledger import queries
from app.ledger.models import Line, What

LINES = cast(sa.Table, Line.__table__)
TAIL = (
    sa.select(LINES.c.number, LINES.c.hash)
    .where(LINES.c.event_id == sa.bindparam("event"))
    .order_by(LINES.c.number.desc())
    .limit(1)
)
INSERT = sa.insert(LINES)
BATCH = 500


@dataclass(frozen=True)
class Step:
    """What is to be written of one registration, or of nobody; `session` where it is a place in a session."""

    what: What
    registration: int | None = None
    places: int = 0
    waiting: int = 0
    session: int | None = None
    because: Mapping[str, Any] = field(default_factory=dict)


def write(event_id: int, steps: Iterable[Step]) -> None:
    """Add these lines in their order; whoever calls holds the event's lock, so that no two lines follow the same one.

    Two statements, however many lines there are up to some hundreds.
    """
    at, (number, former) = clock.now(), tail(event_id)
    rows = []
    for step in steps:
        number += 1
        rows.append(row := row_of(event_id, number, at, step, former))
        former = row["hash"]
    for start in range(0, len(rows), BATCH):
        db.session.execute(INSERT, rows[start : start + BATCH])


def tail(event_id: int) -> tuple[int, str]:
    """The number and the hash of the last line; those before the first one where there is none."""
    last = db.session.execute(TAIL, {"event": event_id}).first()
    return (last.number, last.hash) if last else (0, "")


def row_of(event_id: int, number: int, at: datetime, step: Step, former: str) -> dict[str, Any]:
    facts = {
        "event_id": event_id,
        "number": number,
        "at": at,
        "what": step.what,
        "registration": step.registration,
        "session_id": step.session,
        "places": step.places,
        "waiting": step.waiting,
        "because": dict(step.because),
    }
    return {**facts, "former_hash": former, "hash": digest(facts, former)}


def digest(facts: Mapping[str, Any], former: str) -> str:
    """The hash of a line, by its columns and the hash of the line before."""
    written = {
        "event": facts["event_id"],
        "number": facts["number"],
        "at": facts["at"].astimezone(UTC).isoformat(timespec="microseconds"),
        "what": str(facts["what"].value),
        "registration": facts["registration"],
        "session": facts["session_id"],
        "places": facts["places"],
        "waiting": facts["waiting"],
        "because": facts["because"],
    }
    canonical = json.dumps(written, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return sha256(f"{former}\n{canonical}".encode()).hexdigest()


class Fault(StrEnum):
    """What can be wrong with a line."""

    GAP = "gap"
    BROKEN = "broken"
    CHANGED = "changed"


@dataclass(frozen=True)
class Counts:
    """Places taken and people waiting; of one registration each is 0 or 1."""

    places: int = 0
    waiting: int = 0

    def after(self, line: Line) -> "Counts":
        return Counts(self.places + line.places, self.waiting + line.waiting)


@dataclass
class Finding:
    """What reading a whole ledger found: the first line that is wrong, if any, and the counts that follow from the lines.

    `of_event` is by registration, `of_sessions` by session and registration; only what is not nothing is there.
    """

    lines: int = 0
    fault: Fault | None = None
    number: int | None = None
    of_event: dict[int, Counts] = field(default_factory=dict)
    of_sessions: dict[int, dict[int, Counts]] = field(default_factory=dict)

    @property
    def is_sound(self) -> bool:
        return self.fault is None

    def total(self, session: int | None = None) -> Counts:
        """The counts of the event, or of one session."""
        counted = self.of_event if session is None else self.of_sessions.get(session, {})
        return Counts(sum(one.places for one in counted.values()), sum(one.waiting for one in counted.values()))


def verify(event_id: int) -> Finding:
    """Read the whole ledger of an event: whether each line follows from the one before, and what the lines add up to."""
    finding, former = Finding(), ""
    by_session: dict[int | None, dict[int, Counts]] = defaultdict(dict)
    for line in queries.each_of(event_id):
        if finding.fault is None and (fault := fault_of(line, finding.lines + 1, former)):
            finding.fault, finding.number = fault, finding.lines + 1
        finding.lines, former = finding.lines + 1, line.hash
        if line.registration is not None:
            counted = by_session[line.session_id]
            counted[line.registration] = counted.get(line.registration, Counts()).after(line)
    finding.of_event = something(by_session.pop(None, {}))
    finding.of_sessions = {session: left for session, counted in by_session.items() if session and (left := something(counted))}
    return finding


def something(counted: Mapping[int, Counts]) -> dict[int, Counts]:
    return {registration: counts for registration, counts in counted.items() if counts != Counts()}


def fault_of(line: Line, number: int, former: str) -> Fault | None:
    if line.number != number:
        return Fault.GAP
    if line.former_hash != former:
        return Fault.BROKEN
    facts = {column.name: getattr(line, column.name) for column in LINES.columns}
    return None if line.hash == digest(facts, former) else Fault.CHANGED
