"""The writing unit: all or nothing, on what is true now."""

import threading

import pytest
import sqlalchemy as sa
from flask import Flask

from app.db import Moment, db, transaction
from app.events.models import Event
from tests import make


def test_an_error_takes_everything_back(app: Flask):
    event = make.an_event(title="Przed")

    with pytest.raises(ZeroDivisionError):
        rename_and_fail(event)

    assert db.session.scalar(sa.select(Event.title)) == "Przed"


def rename_and_fail(event: Event) -> None:
    with transaction():
        event.title = "Po"
        db.session.flush()
        raise ZeroDivisionError


def test_changes_made_outside_are_an_error_and_not_lost_in_silence(app: Flask):
    event = make.an_event()
    event.title = "Poza jednostką"

    with pytest.raises(RuntimeError, match="outside"), transaction():
        pass
    db.session.rollback()


def test_what_was_read_before_is_read_anew_inside(app: Flask):
    event = make.an_event(title="Przed")
    assert event.title == "Przed"
    elsewhere(app, event.id)

    with transaction():
        title = event.title

    assert title == "Zmieniony gdzie indziej"


def elsewhere(app: Flask, event_id: int) -> None:
    """Change the event in a thread with a session of its own."""

    def change() -> None:
        with app.app_context(), transaction():
            db.session.get_one(Event, event_id).title = "Zmieniony gdzie indziej"

    thread = threading.Thread(target=change)
    thread.start()
    thread.join(10)


def test_a_naive_moment_is_refused():
    with pytest.raises(ValueError, match="aware"):
        Moment().process_bind_param(make.at("2021-10-26 10:00").replace(tzinfo=None), sa.dialects.sqlite.dialect())
