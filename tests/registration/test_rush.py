"""Eight processes at once: nobody gets a place twice, no place is given twice, and nobody is forgotten."""

import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

import config
from app.admission import invitees
from app.admission.models import Rules
from app.db import db, transaction
from app.errors import Refused
from app.events.models import Event
from app.registration import parties, queries, reckoning, session_places, signup
from app.registration.models import Registration, Status, Submission
from app.registration.parties import Contact, Member
from app.registration.session_places import Hall
from tests import make
from tests.defaults import START
from tests.registration import outgoing
from tests.registration.rush import PROCESSES
from tests.registration.rush import answers as rush_answers

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


def at_once(app: Flask, acts: list[Callable[[], object]]) -> None:
    """Run every act in a thread of its own, all of them from the same moment; what is refused is refused."""
    barrier = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> None:
        with app.app_context():
            barrier.wait()
            with suppress(Refused), transaction():
                act()
            db.session.remove()

    with ThreadPoolExecutor(len(acts)) as crowd:
        list(crowd.map(run, acts))
    db.session.rollback()


def test_twenty_at_the_last_place_and_the_last_of_a_session_leave_one_with_each(app: Flask):
    event = make.an_event(capacity=10, asks_sessions=True)
    session = make.a_session(event, capacity=1)
    make.a_session(event)
    for _ in range(9):
        make.a_registration(event, sessions=make.sessions_of(event)[1:])
    make.a_clause()
    facts = [rush_answers(number, sessions=[session.id]) for number in range(20)]
    number = event.id

    at_once(app, [partial(lambda one: signup.register(db.session.get_one(Event, number), **one), one) for one in facts])

    assert (event.taken, event.waiting) == (10, 19)
    assert session_places.of_event(event)[session.id] == Hall(1, 1, 0)
    assert reckoning.of(event).wrong == []


def test_an_invitation_that_many_use_at_once_lets_one_in_and_a_list_sent_twice_invites_once(app: Flask):
    event = make.an_event()
    make.kept(Rules, {}, event_id=event.id, is_by_invitation=True)
    make.a_clause()
    number = event.id

    def here() -> Event:
        return db.session.get_one(Event, number)

    def use(facts: dict[str, Any]) -> None:
        [invitee] = invitees.of(here())
        signup.register(here(), invitee=invitee, **facts)

    at_once(app, [lambda: invitees.invite(here(), "Maria <maria@example.org>", language="pl")] * 4)
    at_once(app, [partial(use, rush_answers(one)) for one in range(4)])

    assert (len(invitees.of(event)), event.taken, event.arrivals) == (1, 1, 1)


def test_parties_of_three_at_two_places_get_none_of_them_half(app: Flask):
    event = make.an_event(capacity=5)
    make.kept(Rules, {}, event_id=event.id, takes_parties=True)
    clause, number = make.a_clause().version, event.id

    def register(which: int) -> None:
        contact = Contact("Olga", f"olga.{which}@example.org")
        facts: dict[str, Any] = {
            "idempotency_key": f"party-{which}",
            "clause_version": clause,
            "language": "pl",
            "network": f"{which}",
        }
        members = [Member(f"Osoba {place}") for place in range(3)]
        parties.register(db.session.get_one(Event, number), contact, members, waits=which % 2 == 0, **facts)

    at_once(app, [partial(register, which) for which in range(20)])

    assert (event.taken, event.waiting % 3, reckoning.of(event).wrong) == (3, 0, [])
    held = sa.select(Registration.party_id, sa.func.count()).where(Registration.holds_place).group_by(Registration.party_id)
    assert [count for _, count in db.session.execute(held)] == [3]
