"""Finding participants for the table and for one person's page: a constant number of statements however many there are."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, lazyload, selectinload

from app import clock
from app.agenda.models import Session
from app.audit.models import Change, Record
from app.db import db
from app.events.models import Event
from app.mail.models import Message
from app.participants.filters import Filter, State, unreached
from app.participants.models import HOLD, BulkStep
from app.registration.models import Choice, Entry, Registration, Status

PAGE = 50
STEPS_SHOWN = 5
LONGEST_NUMBER = 6


class Order(StrEnum):
    """What the table is sorted by."""

    NAME = "name"
    ORGANISATION = "organisation"
    REGISTERED = "registered"
    STATE = "state"


BY_STATE = sa.case({status.value: rank for rank, status in enumerate(Status)}, value=sa.cast(Registration.status, sa.String))
COLUMNS: Mapping[Order, tuple[sa.SQLColumnExpression[Any], ...]] = {
    Order.NAME: (Registration.sort_key, Registration.number),
    Order.ORGANISATION: (Registration.organisation_key, Registration.sort_key, Registration.number),
    Order.REGISTERED: (Registration.number,),
    Order.STATE: (BY_STATE, Registration.arrival),
}
"""Numbers are given in the order of registering."""


@dataclass(frozen=True)
class Sort:
    """An order of the table and its direction; as a word, "name" or "-name"."""

    by: Order = Order.REGISTERED
    is_descending: bool = True

    @classmethod
    def from_word(cls, word: str | None) -> "Sort":
        by = (word or "").removeprefix("-")
        return cls(Order(by), (word or "").startswith("-")) if by in set(Order) else cls()

    @property
    def word(self) -> str:
        return f"{'-' if self.is_descending else ''}{self.by.value}"

    def columns(self) -> list[sa.ColumnElement[Any]]:
        return [column.desc() if self.is_descending else column.asc() for column in COLUMNS[self.by]]


@dataclass(frozen=True)
class Counts:
    """How many registrations the rest of a filter lets through, by state, and how many of them a letter did not reach."""

    by_status: Mapping[Status, int]
    unreached: int

    def of(self, state: State) -> int:
        return sum(self.by_status.get(status, 0) for status in state.statuses)


def counts(event: Event, chosen: Filter) -> Counts:
    """For the chips above the table: one grouped statement."""
    rest = chosen.but(state=State.ALL, is_unreached=False)
    is_unreached = sa.case((unreached(), 1), else_=0)
    grouped = sa.select(Registration.status, sa.func.count(), sa.func.sum(is_unreached)).where(rest.condition(event))
    rows = db.session.execute(grouped.group_by(Registration.status)).all()
    by_status = {status: int(missed if chosen.is_unreached else number) for status, number, missed in rows}
    return Counts(by_status, sum(int(missed) for status, _, missed in rows if status in chosen.state.statuses))


def organisations(event: Event, chosen: Filter) -> int:
    """From how many institutions the people of a filter are."""
    number = sa.select(sa.func.count(Registration.organisation_key.distinct()))
    return db.session.scalar(number.where(chosen.condition(event), Registration.organisation_key != "")) or 0


def page(event: Event, chosen: Filter, sort: Sort, number: int) -> list[Registration]:
    """One page of the table; the event in hand is not read again."""
    query = sa.select(Registration).where(chosen.condition(event)).order_by(*sort.columns())
    together = lazyload(Registration.event), selectinload(Registration.chosen)
    return list(db.session.scalars(query.options(*together).offset((number - 1) * PAGE).limit(PAGE)))


def everybody(event: Event, chosen: Filter, sort: Sort) -> list[Registration]:
    """All whom the filter means, with what a file tells of them; nothing is left to tell of whom was erased."""
    query = sa.select(Registration).where(chosen.condition(event), Registration.erased_at.is_(None)).order_by(*sort.columns())
    return list(db.session.scalars(query.options(lazyload(Registration.event), selectinload(Registration.chosen))))


def for_acting(event: Event, condition: sa.ColumnElement[bool]) -> list[Registration]:
    """Registrations read anew with all that an act on them needs, in the order of arrival; the event's lock is held."""
    together = lazyload(Registration.event), selectinload(Registration.chosen), selectinload(Registration.entries)
    living = sa.select(Registration).where(condition, Registration.erased_at.is_(None))
    query = living.order_by(Registration.arrival).options(*together)
    return list(db.session.scalars(query, execution_options={"populate_existing": True}))


def by_number(event: Event, number: int) -> Registration:
    """Raises `NoResultFound`."""
    found = sa.select(Registration).where(Registration.event_id == event.id, Registration.number == number)
    return db.session.execute(found).scalar_one()


def living(event: Event, number: int) -> Registration:
    """The same, of whom something can still be changed: not of somebody erased."""
    found = sa.select(Registration).where(Registration.event_id == event.id, Registration.number == number)
    return db.session.execute(found.where(Registration.erased_at.is_(None))).scalar_one()


def unreached_among(registrations: Collection[Registration]) -> frozenset[int]:
    """The ids of those whom a letter did not reach."""
    ids = [registration.id for registration in registrations]
    return frozenset(db.session.scalars(sa.select(Registration.id).where(Registration.id.in_(ids), unreached())))


def parts(registrations: Collection[Registration], sessions: Sequence[Session]) -> dict[int, list[Session]]:
    """The sessions that each chose, in the order of the agenda, by the registration's id."""
    chosen = {registration.id: {choice.session_id for choice in registration.chosen} for registration in registrations}
    return {number: [session for session in sessions if session.id in ids] for number, ids in chosen.items()}


def messages(registration: Registration) -> Sequence[Message]:
    """The letters about this registration, the newest first."""
    of_thread = sa.select(Message).where(Message.thread == registration.thread)
    return db.session.scalars(of_thread.order_by(Message.id.desc())).all()


def changes(registration: Registration) -> Sequence[Change]:
    """What was done to this registration at the desk, the newest first."""
    about = sa.select(Change).join(Change.record).options(contains_eager(Change.record))
    of_row = about.where(Change.subject == Registration.__tablename__, Change.row_id == registration.id)
    return db.session.scalars(of_row.order_by(Record.id.desc(), Change.id)).all()


def entries(registration: Registration) -> Sequence[Entry]:
    return db.session.scalars(sa.select(Entry).where(Entry.registration_id == registration.id).order_by(Entry.id)).all()


def choices_of(registration: Registration) -> frozenset[int]:
    return frozenset(db.session.scalars(sa.select(Choice.session_id).where(Choice.registration_id == registration.id)))


def open_steps(event: Event) -> Sequence[BulkStep]:
    """Acts on many people whose letters are still held, the newest first."""
    recent = sa.select(BulkStep).where(BulkStep.event_id == event.id, BulkStep.undone_at.is_(None))
    held = recent.where(BulkStep.made_at > clock.now() - HOLD)
    return db.session.scalars(held.order_by(BulkStep.id.desc()).limit(STEPS_SHOWN)).all()
