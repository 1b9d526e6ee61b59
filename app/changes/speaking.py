"""Telling speakers of changes: one letter with what concerns their sessions, and their entries at the next revision."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from app import clock
from app.agenda.models import Answer, Appearance, Session
from app.changes import untold
from app.changes.differences import Difference, Kind
from app.changes.models import Version
from app.changes.people import facts
from app.changes.whom import Positions
from app.db import db
from app.events.models import Event
from app.mail import outbox
from app.panels import engaging, letters
from app.panels import entries as panel
from app.panels.entries import Mark
from app.panels.models import Engagement
from app.registration import entries

LETTER = "speaker_changes"
GONE = frozenset({Kind.CANCELLED, Kind.REMOVED})
OF_ALL_ENTRIES = frozenset({Kind.ZONE, Kind.PLACE, Kind.REINSTATED})
"""The event's own changes that stand in the entry of each session."""


@dataclass(frozen=True)
class Agenda:
    """What decides on entries: the SEQUENCE that each UID has now, and who accepted which session."""

    sequences: Mapping[str, int]
    accepted: Mapping[int | None, set[str]]


def tell(event: Event, version: Version, differences: Sequence[Difference], told: Positions, sessions: Sequence[Session]) -> int:
    """Put the letters, and bring the calendars of all others at the event to what they accepted; returns how many are told."""
    with outbox.held(version.batch, clock.now()):
        if told:
            agenda = Agenda(entries.sequences(event, sessions), accepted(event))
            for engagement in engagements(told):
                positions = told[engagement.id]
                write(engagement, version, positions, turned(engagement, [differences[one] for one in positions], agenda))
            db.session.flush()
        engaging.settle_at(event)
    return len(told)


def engagements(told: Positions) -> Sequence[Engagement]:
    """These, locked until commit in the order of their rows, and read anew."""
    together = selectinload(Engagement.entries), joinedload(Engagement.person, innerjoin=True)
    query = sa.select(Engagement).where(Engagement.id.in_(list(told))).order_by(Engagement.id).options(*together)
    locked = query.with_for_update(of=Engagement).execution_options(populate_existing=True)
    return db.session.scalars(locked).all()


def accepted(event: Event) -> Mapping[int | None, set[str]]:
    """Which sessions each person accepted, by the person's row."""
    query = sa.select(Appearance.person_id, Session.uid).join(Appearance.session)
    found: dict[int | None, set[str]] = defaultdict(set)
    for person_id, uid in db.session.execute(query.where(Session.event_id == event.id, Appearance.answer == Answer.ACCEPTED)):
        found[person_id].add(uid)
    return found


def turned(engagement: Engagement, differences: Sequence[Difference], agenda: Agenda) -> list[tuple[Mark, str]]:
    """Every entry of theirs that changes, at its next revision, with its METHOD."""
    active = {entry.uid for entry in panel.active(engagement)}
    gone = {difference.uid for difference in differences if difference.kind in GONE}
    coming = agenda.accepted.get(engagement.person_id, set()) - gone
    moved = {difference.uid for difference in differences if difference.kind is Kind.MOVED}
    marks = []
    for uid in meant(differences, sorted(active)):
        if uid in active or uid in coming:
            asks_anew = uid in moved or uid not in active or uid not in coming
            sequence = agenda.sequences.get(uid, 0)
            mark = panel.raised(engagement, uid, sequence, is_active=uid in coming, asks_anew=asks_anew)
            marks.append((mark, "REQUEST" if uid in coming else "CANCEL"))
    return marks


def meant(differences: Sequence[Difference], active: Sequence[str]) -> dict[str, None]:
    """The entries that these changes are about, each once, in their order."""
    found: dict[str, None] = {}
    for difference in differences:
        uids = [difference.uid] if difference.uid else active if difference.kind in OF_ALL_ENTRIES else []
        found.update(dict.fromkeys(uids))
    return found


def write(engagement: Engagement, version: Version, positions: Sequence[int], marks: Sequence[tuple[Mark, str]]) -> None:
    letters.put(LETTER, engagement, facts(version, positions, marks[:1]))
    letters.invite(engagement, [mark for mark, method in marks[1:] if method == "REQUEST"])
    letters.withdraw(engagement, [mark for mark, method in marks[1:] if method == "CANCEL"])


def reconcile() -> int:
    """Bring speakers' calendars to what they accepted, where people are not to be told of changes first."""
    return engaging.reconcile(lambda event: bool(untold.of(event)))
