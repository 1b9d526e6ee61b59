"""How long data is kept: what is due goes by itself, after a warning, and leaves a record that names nobody."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app import worker
from app.admission.models import Invitee
from app.db import db, transaction
from app.errors import Refused
from app.events.models import Event, EventStatus
from app.privacy import records, retention
from app.privacy.models import Deleted, Deletion
from app.registration.models import Answer, Registration
from tests import make
from tests.defaults import one_database
from tests.desk import Desk
from tests.privacy import searching
from tests.privacy.test_erasing import a_question, an_answer
from tests.registration.outgoing import messages

NAMES = ["Świętosława Przybyłowicz", "Bolesław Krzywousty", "przybylowicz", "krzywousty", "zaproszony"]
DIET, TRAVEL = "bez glutenu", "drezyną"


def kept(event: Event, whole: int | None, **questions: Any) -> None:
    """Set the times as the desk does."""
    with transaction():
        retention.change(event, whole, {int(number.removeprefix("q")): days for number, days in questions.items()})


def a_crowd(**facts: Any) -> Event:
    """An event of 26 October with two people, two questions and their answers, and somebody invited only."""
    event = make.an_event(**facts)
    diet, travel = a_question(event, "diet"), a_question(event, "travel")
    for name, address in zip(NAMES[:2], NAMES[2:], strict=False):
        person = make.a_registration(event, name=name, email=f"{address}@example.org")
        an_answer(person, diet, DIET)
        an_answer(person, travel, TRAVEL)
    told = {"event_id": event.id, "name": "Zaproszony", "email": "zaproszony@example.org", "email_key": "zaproszony@example.org"}
    make.kept(Invitee, {**told, "uid": f"v{event.id}", "digest": f"v{event.id}"})
    kept(event, 60, **{f"q{diet.id}": 3})
    return event


def answers() -> list[str]:
    db.session.rollback()
    return sorted(db.session.scalars(sa.select(Answer.text)).all())


def test_what_is_due_goes_by_itself_and_nothing_else(app: Flask, clock, home, database: str):
    event = a_crowd()
    owner = make.a_user(email="owner@example.org")
    make.a_membership(owner, event)
    planned = [(due.on, due.people, due.answers) for due in retention.plan(event)]
    seen = []
    for day in ("2021-10-28 23:50", "2021-10-29 00:10", "2021-12-24 23:50", "2021-12-25 00:10"):
        clock.stand_at(make.at(day))
        db.session.rollback()
        worker.tick(app)
        worker.tick(app)
        seen.append((answers(), len(messages("retention_warning"))))
    counted = (event.taken, event.waiting, event.arrivals)
    text = " ".join(str(value) for record in db.session.execute(sa.select(Deletion.__table__)).all() for value in record)

    assert planned == [(date(2021, 10, 29), 2, 2), (date(2021, 12, 25), 2, 4)]
    assert seen == [([DIET, DIET, TRAVEL, TRAVEL], 1), ([TRAVEL, TRAVEL], 1), ([TRAVEL, TRAVEL], 2), ([], 2)]
    assert counted == (2, 0, 2)
    assert searching.everywhere(database, home, [*NAMES, DIET, TRAVEL]) == []
    assert [(record.what, record.people, record.question) for record in records.of(event)] == [
        (Deleted.PARTICIPANTS, 3, None),
        (Deleted.ANSWERS, 2, "diet"),
    ]
    assert not any(word.casefold() in text.casefold() for word in NAMES)
    assert [message.to_address for message in messages("retention_warning")] == ["owner@example.org"] * 2


def test_events_whose_time_is_not_over_cost_nothing(app: Flask, clock, statements):
    def asks() -> int:
        with transaction(), statements() as said:
            assert retention.carry_out() == retention.warn() == 0
        return len(said)

    at_none = asks()
    for _number in range(3):
        event = make.an_event()
        make.a_registration(event)
        kept(event, 60)
    clock.stand_at(make.at("2021-10-28 09:00"))

    assert asks() == at_none


def test_a_large_event_goes_in_batches_that_are_one_record(app: Flask, clock, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(retention, "BATCH", 2)
    event = make.an_event()
    for _number in range(5):
        make.a_registration(event)
    kept(event, 1)
    clock.stand_at(make.at("2021-10-28 09:00"))
    done = []
    for _number in range(4):
        with transaction():
            done.append(retention.carry_out())

    assert done == [2, 2, 1, 0]
    assert [record.people for record in records.of(event)] == [5]


def test_two_workers_at_once_delete_once(app: Flask, clock):
    event = make.an_event()
    for _number in range(6):
        make.a_registration(event)
    kept(event, 1)
    clock.stand_at(make.at("2021-10-28 09:00"))

    def run(_number: int) -> int:
        with app.app_context(), transaction():
            return retention.carry_out()

    db.session.rollback()
    with ThreadPoolExecutor(2) as threads:
        done = sorted(threads.map(run, range(2)))

    assert done == [0, 6]
    assert [record.people for record in records.of(event)] == [6]


@one_database
def test_a_day_that_has_come_is_refused_so_that_a_slip_deletes_nothing(app: Flask, clock):
    event = make.an_event()
    clock.stand_at(make.at("2021-10-28 09:00"))

    for whole in (2, 1, 0):
        with pytest.raises(Refused, match="już nadszedł"):
            kept(event, whole)
    kept(event, 3)
    assert retention.days(event) == 3


@one_database
def test_answers_are_not_kept_longer_than_the_rest(app: Flask):
    event = make.an_event()
    question = a_question(event)

    with pytest.raises(Refused, match="najwyżej 60 dni"):
        kept(event, 60, **{f"q{question.id}": 61})


@one_database
def test_of_a_postponed_event_nothing_goes_since_it_has_no_dates(app: Flask, clock):
    event = make.an_event()
    make.a_registration(event)
    kept(event, 1)
    with transaction():
        event.status = EventStatus.POSTPONED
    clock.stand_at(make.at("2022-10-28 09:00"))
    worker.tick(app)

    assert retention.plan(event) == []
    assert db.session.scalar(sa.select(Registration.name)) == "Żaneta Łącka"


@one_database
def test_the_form_says_until_when_and_changes_with_it(app: Flask, client):
    event = make.an_event()
    question = a_question(event)
    path = f"/events/{event.slug}/register?lang=en"
    before = client.get(path).text
    kept(event, 60, **{f"q{question.id}": 3})
    text = client.get(path).text
    person = make.a_registration(event)

    assert "will be deleted on" not in before
    assert "Your data will be deleted on 25 December 2021." in text
    assert "The answer to “How will you come?” will be deleted on 29 October 2021." in text
    assert retention.kept(person.event, "pl").until == date(2021, 12, 25)


@one_database
def test_the_desk_sets_the_times_and_shows_what_would_go(app: Flask):
    event = a_crowd()
    desk = Desk(app, make.a_user(is_administrator=True))
    path = f"/organise/events/{event.id}/privacy"
    diet, travel = [question.id for question in retention.asked(event)]
    refused = desk.post(f"{path}/retention", {"whole": "soon", f"question-{diet}": "", f"question-{travel}": "99"})
    too_long = desk.post(f"{path}/retention", {"whole": "30", f"question-{diet}": "", f"question-{travel}": "31"})
    saved = desk.post(f"{path}/retention", {"whole": "90", f"question-{diet}": "", f"question-{travel}": "30"})
    page = desk.get(path, headers={"Accept-Language": "en"}).text

    assert (refused.status_code, too_long.status_code, saved.status_code) == (422, 422, 303)
    assert 'value="soon"' in refused.text
    assert "On 25 November 2021: 2 answers to “How will you come?”" in " ".join(page.split())
    assert "On 24 January 2022: what says who 2 participants are, with 4 answers" in " ".join(page.split())
