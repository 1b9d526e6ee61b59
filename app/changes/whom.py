"""Whom each change concerns: people by their plan, speakers by their sessions; read in some statements, decided here."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa

from app import clock
from app.agenda.models import Answer, Appearance, Session
from app.changes.differences import Difference, Kind
from app.db import db
from app.events.models import Event
from app.panels import entries
from app.panels.models import Engagement, PanelEntry
from app.registration import calling_off
from app.registration.models import Choice, Entry, Registration, Status

Positions = dict[int, list[int]]
"""By the number of somebody's row, the positions of the changes that concern them."""


@dataclass(frozen=True)
class Whom:
    """Who is to be told of which changes: registrations and engagements.

    `leaving` are speakers whose entries are taken back or given with it, since they left a session or came to one.
    """

    people: Positions = field(default_factory=dict)
    speakers: Positions = field(default_factory=dict)
    leaving: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Concerned:
    """How many people each change concerns, in the order of the changes, and how many all of them do."""

    each: Sequence[int]
    speakers_each: Sequence[int]
    people: int
    speakers: int


@dataclass(frozen=True)
class Change:
    """A change with its place among the others."""

    position: int
    difference: Difference

    @property
    def uid(self) -> str:
        return self.difference.uid or ""


def concerned(event: Event, differences: Sequence[Difference]) -> Whom:
    """Who is to be told of what is not over, without those who know it already."""
    ends, now = endings(event), clock.now()
    changes = [
        Change(position, difference)
        for position, difference in enumerate(differences)
        if max(filter(None, (ends.get(difference.uid), difference.ends_at)), default=now) > now
    ]
    if not changes:
        return Whom()
    told = speakers(event, changes)
    return Whom(people(event, changes), told, leaving(event) - told.keys())


def count(whom: Whom, differences: Sequence[Difference]) -> Concerned:
    return Concerned(
        each=numbers(whom.people, len(differences)),
        speakers_each=numbers(whom.speakers, len(differences)),
        people=len(whom.people),
        speakers=len(whom.speakers) + len(whom.leaving),
    )


def numbers(told: Positions, length: int) -> list[int]:
    found = [0] * length
    for positions in told.values():
        for position in positions:
            found[position] += 1
    return found


def endings(event: Event) -> Mapping[str | None, datetime]:
    """When the event, and each session by its UID, is over."""
    of_sessions = db.session.execute(sa.select(Session.uid, Session.ends_at).where(Session.event_id == event.id))
    return {None: event.ends_at, **{row.uid: row.ends_at for row in of_sessions}}


def people(event: Event, changes: Sequence[Change]) -> Positions:
    """The event's own changes go to everybody who has a place or waits; a session's to those with a place who come to it."""
    query = sa.select(Registration.id, Registration.status).where(*calling_off.who(event)).order_by(Registration.id)
    coming, shown = plans(event, changes), shown_to_people(event, changes)
    told: Positions = defaultdict(list)
    for number, status in db.session.execute(query):
        for change in changes:
            is_meant = not change.uid or (status is Status.CONFIRMED and (coming is None or number in coming[change.uid]))
            if is_meant and (number, change.uid or event.uid) not in shown:
                told[number].append(change.position)
    return dict(told)


def shown_to_people(event: Event, changes: Sequence[Change]) -> set[tuple[int, str]]:
    """Who knows already how something is: they registered after its last change, and their entry bears its number."""
    newer = Registration.registered_at > Session.modified_at, Entry.sequence >= Session.sequence + event.sequence
    of_sessions = sa.select(Entry.registration_id, Entry.uid).join(Registration).join(Session, Session.uid == Entry.uid)
    meant = Session.event_id == event.id, Session.uid.in_([change.uid for change in changes]), Entry.is_active
    whole = sa.select(Entry.registration_id, Entry.uid).join(Registration).where(Entry.uid == event.uid, Entry.is_active)
    at_last = whole.where(Registration.registered_at > event.modified_at, Entry.sequence >= event.sequence)
    rows = [*db.session.execute(of_sessions.where(*meant, *newer)), *db.session.execute(at_last)]
    return {(row.registration_id, row.uid) for row in rows}


def plans(event: Event, changes: Iterable[Change]) -> Mapping[str, set[int]] | None:
    """Who comes to a session, or waits for a place in it, by its UID; `None` where people do not choose sessions.

    Nobody chose a break, or a session that is new. One that was taken off the agenda is known by its entry alone.
    """
    if not event.asks_sessions:
        return None
    uids = [change.uid for change in changes if change.uid and not change.difference.is_break]
    chosen = sa.select(Session.uid, Choice.registration_id).join(Choice.session).where(Session.uid.in_(uids))
    gone = [change.uid for change in changes if change.difference.kind is Kind.REMOVED]
    held = sa.select(Entry.uid, Entry.registration_id).where(Entry.uid.in_(gone), Entry.is_active)
    coming: dict[str, set[int]] = defaultdict(set)
    for uid, number in (*db.session.execute(chosen), *(db.session.execute(held) if gone else ())):
        coming[uid].add(number)
    for change in changes:
        if change.difference.kind is Kind.NEW:
            coming[change.uid].clear()
    return coming


def leaving(event: Event) -> frozenset[int]:
    """Speakers whose calendars are not what they accepted."""
    return frozenset(db.session.scalars(entries.astray().where(Engagement.event_id == event.id).with_only_columns(Engagement.id)))


def speakers(event: Event, changes: Sequence[Change]) -> Positions:
    """Those with an address who accepted a session or were asked about it; of one that is gone, who has it in the calendar."""
    reached = Engagement.event_id == event.id, Engagement.email != ""
    on = Session.event_id == event.id, Appearance.answer.in_((Answer.ASKED, Answer.ACCEPTED))
    asked = sa.select(Engagement.id, Session.uid).join(Appearance, Appearance.person_id == Engagement.person_id)
    gone = [change.uid for change in changes if change.difference.kind is Kind.REMOVED]
    held = sa.select(Engagement.id, PanelEntry.uid).join(Engagement.entries)
    of_gone = held.where(*reached, PanelEntry.is_active, PanelEntry.uid.in_(gone))
    parts: dict[int, set[str]] = defaultdict(set)
    for query in (asked.join(Appearance.session).where(*reached, *on).order_by(Engagement.id), of_gone):
        for number, uid in db.session.execute(query):
            parts[number].add(uid)
    shown = shown_to_speakers(event)
    told = {
        number: [change.position for change in changes if not change.uid or change.uid in uids - shown.get(number, set())]
        for number, uids in parts.items()
    }
    return {number: positions for number, positions in told.items() if positions}


def shown_to_speakers(event: Event) -> Mapping[int, set[str]]:
    """Which sessions a speaker knows already as they are: the entry was sent after the last change, and bears its number."""
    newer = PanelEntry.stamped_at > Session.modified_at, PanelEntry.sequence >= Session.sequence + event.sequence
    query = sa.select(PanelEntry.engagement_id, PanelEntry.uid).join(Session, Session.uid == PanelEntry.uid)
    shown: dict[int, set[str]] = defaultdict(set)
    for number, uid in db.session.execute(query.where(Session.event_id == event.id, PanelEntry.is_active, *newer)):
        shown[number].add(uid)
    return shown
