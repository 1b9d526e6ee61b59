"""Telling everybody who has a place or waits that the event was cancelled, postponed, or has another date.

Thousands may be told at once, while the event is held: entries are written by one statement each, letters in batches.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import lazyload, selectinload

from app import clock
from app.agenda.queries import sessions_of
from app.db import db
from app.events.models import Event
from app.mail import outbox
from app.registration import choices, entries, waitlist
from app.registration.entries import Mark
from app.registration.models import Entry, Registration, Status

CONCERNED = (Status.CONFIRMED, Status.WAITING, Status.PENDING)
Marks = dict[int, list[Mark]]
"""By the number of the registration's row."""


def tell_cancelled(event: Event) -> int:
    """The letter that takes the first entry out of the calendar, and one for each further entry; returns how many are told."""
    return tell(event, "event_cancelled", withdraw_all(event), "withdrawal")


def tell_postponed(event: Event) -> int:
    """The entries leave the calendars until there are new dates. Everybody keeps their place, also who was still to accept it."""
    to_accept = Registration.event_id == event.id, Registration.accept_by.is_not(None)
    for person in db.session.scalars(sa.select(Registration).where(*to_accept)):
        person.accept_by = None
    return tell(event, "event_postponed", withdraw_all(event), "withdrawal")


def tell_moved(event: Event) -> int:
    """The entries of whoever has a place come back, at the new dates; then free places go to who waits."""
    told = tell(event, "event_moved", invite_all(event), "invitation")
    waitlist.pass_on(event)
    return told


def number_concerned(event: Event) -> int:
    """How many people would be told."""
    return db.session.scalar(sa.select(sa.func.count()).select_from(Registration).where(*who(event))) or 0


def who(event: Event) -> tuple[sa.ColumnElement[bool], ...]:
    """Those concerned, without whoever is erased: a registration of a cancelled event keeps its state."""
    return Registration.event_id == event.id, Registration.status.in_(CONCERNED), Registration.erased_at.is_(None)


def withdraw_all(event: Event) -> Marks:
    """Take back every entry that anybody has, each newer than anything said of it."""
    here = sa.select(Registration.id).where(Registration.event_id == event.id)
    active = Entry.registration_id.in_(here), Entry.is_active
    sequences = entries.sequences(event, sessions_of(event))
    marks: Marks = defaultdict(list)
    for uid in db.session.scalars(sa.select(Entry.uid).where(*active).distinct().order_by(Entry.uid)).all():
        least = sequences.get(uid, 0)
        newer = sa.case((Entry.sequence + 1 > least, Entry.sequence + 1), else_=least)
        change = sa.update(Entry).where(*active, Entry.uid == uid).values(sequence=newer, is_active=False, stamped_at=clock.now())
        changed = change.returning(Entry.registration_id, Entry.sequence).execution_options(synchronize_session=False)
        for number, sequence in db.session.execute(changed):
            marks[number].append(Mark(uid, sequence))
    return marks


def invite_all(event: Event) -> Marks:
    """Give everybody with a place the entries of the event as it is now."""
    agenda = choices.agenda(event)
    return {
        registration.id: entries.invite(registration, entries.wanted(registration, agenda)) for registration in confirmed(event)
    }


def confirmed(event: Event) -> Iterable[Registration]:
    together = selectinload(Registration.chosen), selectinload(Registration.entries), lazyload(Registration.event)
    confirmed = Registration.status == Status.CONFIRMED, Registration.erased_at.is_(None)
    query = sa.select(Registration).where(Registration.event_id == event.id, *confirmed)
    return db.session.scalars(query.options(*together).order_by(Registration.id)).all()


def tell(event: Event, letter: str, marks: Marks, further: str) -> int:
    """Put the letter to everybody concerned, with the first entry; each further entry goes in a letter of its own."""
    people = db.session.execute(concerned(event)).mappings().all()
    made: dict[str, Any] = {"topic": f"event:{event.id}"}
    rows = [addressee(person, marks.get(person["id"], [])[:1], made) for person in people]
    outbox.put_each(letter, rows)
    rest = [addressee(person, [mark], made) for person in people for mark in marks.get(person["id"], [])[1:]]
    outbox.put_each(further, rest)
    return len(rows)


def concerned(event: Event) -> sa.Select[int, str, str, str, str]:
    return (
        sa.select(
            Registration.id,
            Registration.name.label("to_name"),
            Registration.email.label("to_address"),
            Registration.language,
            (sa.literal("registration:", sa.String) + Registration.uid).label("thread"),
        )
        .where(*who(event))
        .order_by(Registration.id)
    )


def addressee(person: Any, marks: Sequence[Mark], made: dict[str, Any]) -> dict[str, Any]:
    """The rest of what `outbox.put` takes; a letter without an entry goes out as well."""
    facts = marks[0].facts if marks else {}
    return {**{name: person[name] for name in ("to_name", "to_address", "language", "thread")}, **made, "facts": facts}
