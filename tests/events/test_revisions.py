"""SEQUENCE, LAST-MODIFIED and the site's revision move with what they stand for, and with nothing else."""

from datetime import timedelta
from types import ModuleType

import pytest
import sqlalchemy as sa
from flask import Flask

from app.agenda.models import Session, SessionStatus
from app.db import db, transaction
from app.events.models import Attendance, Event, EventStatus
from app.events.revisions import SiteRevision
from tests import make

pytestmark = pytest.mark.usefixtures("app")

LATER = make.at("2021-10-12 12:00")


def revision() -> int:
    return db.session.scalar(sa.select(SiteRevision.number)) or 0


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Inny tytuł"},
        {"ends_at": make.at("2021-10-26 13:00")},
        {"place_name": "Teams"},
        {"status": EventStatus.CANCELLED},
        {"zone": "Europe/Athens"},
    ],
)
def test_a_fact_that_calendars_show_raises_the_sequence(clock: ModuleType, change: dict[str, object]):
    event = make.an_event()
    clock.stand_at(LATER)

    with transaction():
        for name, value in change.items():
            setattr(event, name, value)

    assert (event.sequence, event.modified_at >= LATER) == (1, True)


@pytest.mark.parametrize(
    ("former", "now", "steps"),
    [
        ({"attendance": Attendance.ONLINE}, {"attendance": Attendance.MIXED}, 1),
        ({"meeting_url": None}, {"meeting_url": "https://meeting.example.com/j/1"}, 1),
        ({"meeting_url": "https://meeting.example.com/j/1"}, {"meeting_url": None}, 1),
        ({"meeting_url": "https://meeting.example.com/j/1"}, {"meeting_url": "https://meeting.example.com/j/2"}, 0),
    ],
)
def test_the_nature_of_the_meeting_moves_entries_and_another_link_does_not(
    clock: ModuleType, former: dict[str, object], now: dict[str, object], steps: int
):
    event = make.an_event(**former)
    clock.stand_at(LATER)

    with transaction():
        for name, value in now.items():
            setattr(event, name, value)

    assert (event.sequence, event.modified_at >= LATER) == (steps, True)


def test_a_text_moves_the_date_and_not_the_sequence(clock: ModuleType):
    event = make.an_event()
    before = revision()
    clock.stand_at(LATER)

    with transaction():
        event.description = "Literówka poprawiona."

    assert (event.sequence, event.modified_at >= LATER, revision()) == (0, True, before + 1)


def test_several_facts_in_one_flush_are_one_step():
    session = make.a_session(make.an_event())

    with transaction():
        session.starts_at += timedelta(minutes=15)
        session.ends_at += timedelta(minutes=15)
        session.room = "Sala Błękitna"

    assert session.sequence == 1


def test_a_cancelled_session_steps_and_its_event_does_not():
    session = make.a_session(make.an_event())

    with transaction():
        session.status = SessionStatus.CANCELLED

    assert (session.sequence, session.event.sequence) == (1, 0)


def test_the_same_value_written_again_is_no_change():
    event = make.an_event(title="Ten sam")
    before, modified_at = revision(), event.modified_at

    with transaction():
        event.title = "Ten sam"

    assert (event.sequence, event.modified_at, revision()) == (0, modified_at, before)


def test_a_place_taken_is_no_change_of_the_content():
    event = make.an_event()
    make.a_clause()
    before, modified_at = revision(), event.modified_at

    make.a_registration(event)

    assert (event.sequence, event.modified_at, revision(), event.places_revision) == (0, modified_at, before, 1)


@pytest.mark.parametrize("who", ["person", "appearance"])
def test_somebody_named_otherwise_moves_the_dates_of_their_sessions(clock: ModuleType, who: str):
    event = make.an_event()
    named, other = make.a_session(event), make.a_session(event)
    appearance = make.an_appearance(named)
    clock.stand_at(LATER)

    with transaction():
        if who == "person":
            assert appearance.person is not None
            appearance.person.name = "Anna Cieśla-Nowak"
        else:
            appearance.printed_as = "Dyrektor, Departament Strategii"

    assert (named.modified_at >= LATER, other.modified_at >= LATER, named.sequence) == (True, False, 0)


def test_a_new_or_removed_row_changes_the_content():
    event = make.an_event()
    before = revision()

    session = make.a_session(event)
    added = revision()
    with transaction():
        db.session.delete(db.session.get_one(Session, session.id))

    assert (added, revision()) == (before + 1, before + 2)


def test_a_rolled_back_change_raises_nothing(app: Flask):
    event = make.an_event()
    event_id, before = event.id, revision()

    event.title = "Nigdy zapisany"
    db.session.flush()
    db.session.rollback()

    assert (db.session.get_one(Event, event_id).sequence, revision()) == (0, before)
