"""Whom each change concerns: people by their plan, speakers by their sessions; read in some statements, decided here."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from app import clock
from app.agenda.models import Answer, Appearance, GoneSession, Session
from app.changes.differences import Difference, Kind
from app.db import db
from app.events.models import Event
from app.panels.models import Engagement, PanelEntry
from app.registration import calling_off
from app.registration.models import Choice, Entry, Registration, Status

Positions = dict[int, list[int]]
"""By the number of somebody's row, the positions of the changes that concern them."""


@dataclass(frozen=True)
class Whom:
    """Who is to be told of which changes: registrations and engagements."""

    people: Positions = field(default_factory=dict)
    speakers: Positions = field(default_factory=dict)


@dataclass(frozen=True)
class Concerned:
    """How many people each change concerns, in the order of the changes, and how many all of them do."""

    each: Sequence[int]
    speakers_each: Sequence[int]
    people: int
    speakers: int


@dataclass(frozen=True)
class Change:
    """A change with its place among the others, and when it was last worked on."""

    position: int
    difference: Difference
    edited_at: datetime

    @property
    def uid(self) -> str:
        return self.difference.uid or ""


def concerned(event: Event, differences: Sequence[Difference]) -> Whom:
    """Who is to be told of what is not over.

    Whoever registered, or was asked, after the last change of what it is about knows it already.
    """
    known, now = subjects(event), clock.now()
    changes = []
    for position, difference in enumerate(differences):
        subject = known.get(difference.uid or event.uid, Subject(now, now))
        if max(subject.ends_at, difference.ends_at or subject.ends_at) > now:
            changes.append(Change(position, difference, subject.edited_at))
    if not changes:
        return Whom()
    return Whom(people(event, changes), speakers(event, changes))


def count(whom: Whom, differences: Sequence[Difference]) -> Concerned:
    return Concerned(
        each=numbers(whom.people, len(differences)),
        speakers_each=numbers(whom.speakers, len(differences)),
        people=len(whom.people),
        speakers=len(whom.speakers),
    )


def numbers(told: Positions, length: int) -> list[int]:
    found = [0] * length
    for positions in told.values():
        for position in positions:
            found[position] += 1
    return found


class Subject(NamedTuple):
    """What a change is about: when it was last worked on, and when it is over."""

    edited_at: datetime
    ends_at: datetime


def subjects(event: Event) -> Mapping[str, Subject]:
    """The event and each of its sessions, gone ones too, by the UID."""
    of_sessions = sa.select(Session.uid, Session.modified_at, Session.ends_at).where(Session.event_id == event.id)
    of_gone = sa.select(GoneSession.uid, GoneSession.gone_at, GoneSession.ends_at).where(GoneSession.event_id == event.id)
    rows = [*db.session.execute(of_sessions), *db.session.execute(of_gone)]
    return {**{uid: Subject(*moments) for uid, *moments in rows}, event.uid: Subject(event.modified_at, event.ends_at)}


def people(event: Event, changes: Sequence[Change]) -> Positions:
    """The event's own changes go to everybody who has a place or waits; a session's to those with a place who come to it."""
    query = sa.select(Registration.id, Registration.status, Registration.registered_at).where(*calling_off.who(event))
    coming = plans(event, changes)
    told: Positions = defaultdict(list)
    for number, status, registered_at in db.session.execute(query.order_by(Registration.id)):
        for change in changes:
            is_meant = not change.uid or (status is Status.CONFIRMED and (coming is None or number in coming[change.uid]))
            if is_meant and registered_at <= change.edited_at:
                told[number].append(change.position)
    return dict(told)


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


def speakers(event: Event, changes: Sequence[Change]) -> Positions:
    """Those with an address who accepted a session or were asked about it; of one that is gone, who has it in the calendar."""
    reached = Engagement.event_id == event.id, Engagement.email != ""
    on = Session.event_id == event.id, Appearance.answer.in_((Answer.ASKED, Answer.ACCEPTED))
    query = sa.select(Engagement.id, Engagement.asked_at, Session.uid).join(
        Appearance, Appearance.person_id == Engagement.person_id
    )
    rows = [*db.session.execute(query.join(Appearance.session).where(*reached, *on).order_by(Engagement.id))]
    gone = [change.uid for change in changes if change.difference.kind is Kind.REMOVED]
    held = sa.select(Engagement.id, Engagement.asked_at, PanelEntry.uid).join(Engagement.entries)
    rows += db.session.execute(held.where(*reached, PanelEntry.is_active, PanelEntry.uid.in_(gone)))
    parts: dict[tuple[int, datetime], set[str]] = defaultdict(set)
    for number, asked_at, uid in rows:
        parts[number, asked_at].add(uid)
    told = {
        number: [change.position for change in changes if (not change.uid or change.uid in uids) and asked_at <= change.edited_at]
        for (number, asked_at), uids in parts.items()
    }
    return {number: positions for number, positions in told.items() if positions}
