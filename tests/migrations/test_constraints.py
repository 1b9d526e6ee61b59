"""The database itself refuses what must not be."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import IntegrityError, StatementError

from app.agenda.models import Appearance, Role, Session
from app.db import Base, db, transaction
from app.events.models import Event
from app.mail.models import Message
from app.registration.models import Registration
from tests import make
from tests.defaults import one_database

TABLES: dict[str, sa.Table] = dict(Base.metadata.tables)
NOWHERE = 999_999


def change(row: Any, **values: Any) -> None:
    """Write to a row's table past the models."""
    table = TABLES[row.__tablename__]
    key = sa.inspect(type(row)).primary_key[0]
    with transaction():
        db.session.execute(sa.update(table).where(key == sa.inspect(row).identity[0]).values(**values))


def change_as_text(table: str, column: str, value: object) -> None:
    """Write a value as it is, past the column's type too."""
    with transaction():
        db.session.execute(sa.text(f"UPDATE {table} SET {column} = :value"), {"value": value})


@pytest.fixture
def event(app: Flask) -> Event:
    return make.an_event()


@pytest.fixture
def session(event: Event) -> Session:
    return make.a_session(event)


@pytest.fixture
def registration(event: Event) -> Registration:
    return make.a_registration(event)


def test_a_naive_moment_is_refused(event: Event):
    with pytest.raises(StatementError, match="must be aware"):
        change(event, starts_at=datetime(2021, 10, 26, 10))  # noqa: DTZ001 - what is refused


def test_a_moment_comes_back_in_utc_whatever_zone_it_was_given_in(app: Flask):
    event = make.an_event(starts_at=make.at("2021-10-26 11:00", "Europe/Athens"))

    assert event.starts_at.isoformat() == "2021-10-26T08:00:00+00:00"


@pytest.mark.parametrize(
    "values",
    [
        {"ends_at": make.at("2021-10-26 10:00")},
        {"capacity": 0},
        {"taken": -1},
        {"waiting": -1},
        {"arrivals": -1},
        {"meeting_opens_minutes": -1},
        {"registration_opens_at": make.at("2021-10-02 10:00"), "registration_closes_at": make.at("2021-10-01 10:00")},
        {"slug": None},
        {"organiser_id": NOWHERE},
        {"programme_id": NOWHERE},
    ],
    ids="-".join,
)
def test_an_event_that_cannot_be_is_refused(event: Event, values: dict[str, Any]):
    with pytest.raises(IntegrityError):
        change(event, **values)


@pytest.mark.parametrize("column", ["uid", "slug"])
def test_two_events_never_share_what_names_them(event: Event, column: str):
    other = make.an_event()

    with pytest.raises(IntegrityError):
        change(other, **{column: getattr(event, column)})


def test_a_session_never_ends_before_it_starts(session: Session):
    with pytest.raises(IntegrityError):
        change(session, ends_at=session.starts_at - timedelta(minutes=1))


def test_two_sessions_never_share_a_uid(session: Session):
    other = make.a_session(make.an_event())

    with pytest.raises(IntegrityError):
        change(other, uid=session.uid)


def test_two_sessions_of_one_event_never_share_an_address(event: Event, session: Session):
    other = make.a_session(event)

    with pytest.raises(IntegrityError):
        change(other, slug=session.slug)


@pytest.mark.parametrize("both", [True, False])
def test_an_appearance_is_of_a_person_or_of_an_organisation(session: Session, both: bool):
    person = make.a_person().id if both else None
    organisation = make.an_organisation().id if both else None

    with pytest.raises(IntegrityError), transaction():
        db.session.add(Appearance(session_id=session.id, person_id=person, organisation_id=organisation, role=Role.SPEAKER))


@pytest.mark.parametrize(
    ("table", "column"),
    [("events", "kind"), ("events", "status"), ("events", "attendance"), ("sessions", "kind"), ("registrations", "status")],
)
def test_an_unknown_word_is_refused(session: Session, registration: Registration, table: str, column: str):
    with pytest.raises(IntegrityError):
        change_as_text(table, column, "perhaps")


@pytest.mark.parametrize("column", ["uid", "email_key", "number"])
def test_two_registrations_never_share_what_tells_them_apart(event: Event, registration: Registration, column: str):
    other = make.a_registration(event)

    with pytest.raises(IntegrityError):
        change(other, **{column: getattr(registration, column)})


def test_two_messages_never_share_a_message_id(registration: Registration):
    make.a_registration(registration.event)

    with pytest.raises(IntegrityError):
        change_as_text(Message.__tablename__, "message_id", "<the-same@plenum.example.org>")


def test_an_event_with_registrations_is_not_lost_by_accident(event: Event, registration: Registration):
    with pytest.raises(IntegrityError), transaction():
        db.session.execute(sa.delete(Event).where(Event.id == event.id))


def test_what_belongs_to_a_registration_goes_with_it(event: Event):
    session = make.a_session(event)
    registration = make.a_registration(event, sessions=[session.id])
    belonging = ("choices", "consents", "entries", "keys", "submissions")

    with transaction():
        db.session.execute(sa.delete(Registration).where(Registration.id == registration.id))

    left = {name: db.session.scalar(sa.select(sa.func.count()).select_from(TABLES[name])) for name in belonging}
    assert left == dict.fromkeys(belonging, 0)


@one_database
def test_sqlite_enforces_foreign_keys_on_every_connection(app: Flask):
    with db.engine.connect() as first, db.engine.connect() as second:
        said = [connection.execute(sa.text("PRAGMA foreign_keys")).scalar_one() for connection in (first, second)]

    assert said == [1, 1]
