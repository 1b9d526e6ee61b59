"""Eight processes at once: nobody gets a place twice, no place is given twice, and nobody is forgotten."""

import subprocess
import sys
from collections.abc import Callable

import pytest
import sqlalchemy as sa

import config
from app.db import db
from app.events.models import Event
from app.registration import queries
from app.registration.models import Registration, Status, Submission
from tests import make
from tests.defaults import START
from tests.registration import outgoing
from tests.registration.rush import PROCESSES

pytestmark = pytest.mark.processes

Rush = Callable[[str, Event, int], None]


@pytest.fixture
def rush(app, environ: dict[str, str]) -> Rush:
    """`rush(mode, event, times)`: each of eight processes sends so many forms."""

    def start(mode: str, event: Event, times: int) -> None:
        make.a_clause()
        arguments = [mode, str(event.id), str(times)]
        db.session.rollback()
        done = subprocess.run(
            [sys.executable, "-m", "tests.registration.rush", *arguments],
            cwd=config.ROOT,
            env={"PATH": "", **environ, "PLENUM_CLOCK": START},
            timeout=120,
            check=False,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        db.session.expire_all()

    return start


def number_of(event: Event, status: Status) -> int:
    count = sa.select(sa.func.count()).select_from(Registration).where(Registration.event_id == event.id)
    return db.session.scalar(count.where(Registration.status == status)) or 0


def test_the_last_places_are_given_once_and_the_rest_wait_in_the_order_of_arrival(rush: Rush):
    event = make.an_event(capacity=25)
    for _ in range(5):
        make.a_registration(event)

    rush("ours", event, 8)

    in_order = sa.select(Registration).where(Registration.event_id == event.id).order_by(Registration.arrival)
    everybody = db.session.scalars(in_order).all()
    people = 5 + PROCESSES * 8
    assert [somebody.status for somebody in everybody] == [Status.CONFIRMED] * 25 + [Status.WAITING] * (people - 25)
    assert [somebody.arrival for somebody in everybody] == list(range(1, people + 1))
    assert [queries.position(somebody) for somebody in everybody[25:]] == list(range(1, people - 24))
    assert (event.taken, event.waiting, event.arrivals) == (25, people - 25, people)
    told = sa.select(Submission.registration_id, Submission.position).where(Submission.status == Status.WAITING)
    positions = {sent.registration_id: sent.position for sent in db.session.execute(told)}
    assert positions == {somebody.id: position for position, somebody in enumerate(everybody[25:], start=1)}
    assert len(outgoing.messages("confirmation")) == 25
    assert len(outgoing.messages("waiting")) == people - 25


def test_the_same_rush_oversells_where_one_counts_first(rush: Rush):
    event = make.an_event(capacity=5)

    rush("naive", event, 1)

    assert number_of(event, Status.CONFIRMED) > 5


def test_one_form_that_everybody_sends_is_one_registration(rush: Rush):
    event = make.an_event()

    rush("one_form", event, 4)

    assert (number_of(event, Status.CONFIRMED), event.taken) == (1, 1)
    assert [message.letter for message in outgoing.messages()] == ["confirmation"]
    assert len(db.session.scalars(sa.select(Submission)).all()) == 1


def test_one_address_in_many_forms_is_one_registration(rush: Rush):
    event = make.an_event()

    rush("one_address", event, 1)

    letters = sorted(message.letter for message in outgoing.messages())
    assert (number_of(event, Status.CONFIRMED), event.taken, event.arrivals) == (1, 1, 1)
    assert letters.count("confirmation") == 1
    assert set(letters) == {"already_registered", "confirmation"}
