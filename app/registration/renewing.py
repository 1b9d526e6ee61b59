"""Entries of many people at once: sent anew, taken back, given again, each by one statement for all who have it."""

from collections.abc import Collection, Iterator, Mapping
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import lazyload, selectinload

from app import clock
from app.calendar.words import Reply
from app.db import db
from app.events.models import Event
from app.registration import entries
from app.registration.entries import Mark
from app.registration.models import Entry, Registration, Status

TOGETHER = 5000
"""People in one statement."""


class Turn(StrEnum):
    """What becomes of an entry; ASKED is one at other hours, to which what was answered before does not hold."""

    RENEWED = "renewed"
    ASKED = "asked"
    GIVEN = "given"
    TAKEN = "taken"


def held(event: Event) -> Mapping[int, Mapping[str, bool]]:
    """The entries that people with a place were ever sent, by the registration's row: whether each is in their calendar."""
    with_place = Registration.event_id == event.id, Registration.status == Status.CONFIRMED, Registration.erased_at.is_(None)
    query = sa.select(Entry.registration_id, Entry.uid, Entry.is_active).join(Registration).where(*with_place)
    found: dict[int, dict[str, bool]] = {}
    for number, uid, is_active in db.session.execute(query.order_by(Entry.id)):
        found.setdefault(number, {})[uid] = is_active
    return found


def turn(uid: str, turn: Turn, people: Collection[int], least: int) -> Iterator[tuple[int, Mark]]:
    """Each person's next revision of the entry, newer than anything said of it to them, and at least this present SEQUENCE.

    Only of those whose entry is in the calendar; `GIVEN` only of those who had it once.
    """
    newer = sa.case((Entry.sequence + 1 > least, Entry.sequence + 1), else_=least)
    values = {"sequence": newer, "is_active": turn is not Turn.TAKEN, "stamped_at": clock.now()}
    if turn is not Turn.RENEWED:
        values |= {"reply": Reply.NONE, "leaves_at": None}
    change = sa.update(Entry).where(Entry.uid == uid, Entry.is_active.is_(turn is not Turn.GIVEN)).values(values)
    numbers = sorted(people)
    for start in range(0, len(numbers), TOGETHER):
        some = Entry.registration_id.in_(numbers[start : start + TOGETHER])
        meant = change.where(some).returning(Entry.registration_id, Entry.sequence)
        for number, sequence in db.session.execute(meant.execution_options(synchronize_session=False)):
            yield number, Mark(uid, sequence)


def summarise(people: Collection[int]) -> None:
    """Of those whose entries were asked anew, what they answered as a whole; most have answered nothing."""
    together = selectinload(Registration.entries), lazyload(Registration.event)
    answered = sa.select(Registration).where(Registration.reply != Reply.NONE).options(*together)
    numbers = sorted(people)
    for start in range(0, len(numbers), TOGETHER):
        some = answered.where(Registration.id.in_(numbers[start : start + TOGETHER]))
        for registration in db.session.scalars(some.execution_options(populate_existing=True)):
            entries.summarise(registration)
