"""Approving and declining at the desk, and the ledger of places in words."""

from typing import Any

import sqlalchemy as sa
from flask import Flask

from app import worker
from app.admission import editing
from app.db import db, transaction
from app.events.members import Post
from app.events.models import Event
from app.ledger.models import Line
from app.registration import signup
from app.registration.models import Registration, Status
from tests import make
from tests.defaults import one_database
from tests.desk import Desk
from tests.outbox import letters


def at_the_desk(app: Flask, rules: dict[str, Any] | None = None, **facts: Any) -> tuple[Desk, Event, str]:
    event, user = make.an_event(**facts), make.a_user(language="en")
    make.a_membership(user, event, Post.EDITOR)
    if rules:
        with transaction():
            editing.change(event, 1, rules)
    return Desk(app, user), event, f"/organise/events/{event.id}"


def statuses(event: Event) -> list[Status]:
    db.session.rollback()
    query = sa.select(Registration.status).where(Registration.event_id == event.id).order_by(Registration.number)
    return list(db.session.scalars(query))


def test_whoever_asks_is_approved_into_a_place_or_the_queue_or_declined_with_a_sentence(app: Flask):
    desk, event, here = at_the_desk(app, {"needs_approval": True}, capacity=1)
    for _ in range(3):
        make.a_registration(event)
    table = desk.get(f"{here}/participants?lang=en&state=pending").text

    for number in (1, 2):
        desk.post(f"{here}/participants/{number}/approve", {})
    desk.post(f"{here}/participants/3/decline", {"note": "Grupa jest już pełna."})
    worker.tick(app)

    assert "Wait for approval 3" in table
    assert statuses(event) == [Status.CONFIRMED, Status.WAITING, Status.DECLINED]
    assert "Grupa jest już pełna." in letters(app)[-1]
    assert "Declined by the organiser" in desk.get(f"{here}/participants/3?lang=en").text


def test_many_are_approved_at_once_and_all_of_it_can_be_undone(app: Flask):
    desk, event, here = at_the_desk(app, {"needs_approval": True}, capacity=2)
    for _ in range(3):
        make.a_registration(event)

    desk.post(f"{here}/participants/bulk", {"act": "approve", "picked": ["1", "2", "3"]})
    approved = statuses(event)
    page = desk.get(f"{here}/participants?lang=en").text
    uid = page.partition("/steps/")[2].partition("/")[0]
    desk.post(f"{here}/participants/steps/{uid}/undo", {})

    assert approved == [Status.CONFIRMED, Status.CONFIRMED, Status.WAITING]
    assert "Approved: 3 people." in page
    assert statuses(event) == [Status.PENDING] * 3
    db.session.refresh(event)
    assert (event.taken, event.waiting) == (0, 0)


@one_database
def test_without_a_waiting_list_as_many_are_approved_as_there_are_places(app: Flask):
    desk, event, here = at_the_desk(app, {"needs_approval": True}, capacity=1, has_waiting_list=False)
    with transaction():
        event.capacity = 3
    people = [make.a_registration(event) for _ in range(3)]
    with transaction():
        event.capacity = 1

    desk.post(f"{here}/participants/bulk?lang=en", {"act": "approve", "picked": [str(person.number) for person in people]})
    page = desk.get(f"{here}/participants?lang=en&state=all").text

    assert statuses(event) == [Status.CONFIRMED, Status.PENDING, Status.PENDING]
    assert "2 people still wait for approval, because no more places are free." in page


def test_the_ledger_tells_who_got_whose_place_and_that_it_is_unbroken(app: Flask, clock):
    desk, event, here = at_the_desk(app, capacity=1)
    first = make.a_registration(event, name="Anna Nowak")
    second = make.a_registration(event, name="Jan Kowalski")
    clock.stand_at(make.at("2021-10-11 14:20"))
    with transaction():
        signup.cancel(db.session.get_one(Registration, first.id), None)

    page = desk.get(f"{here}/ledger?lang=en").text
    person = desk.get(f"{here}/participants/{second.number}?lang=en").text

    assert "Verified" in page
    for words in ("Joined the queue as number 1", "The place is given back", "A place from the queue, given back by no. 21-0001"):
        assert words in page
    assert page.index("Jan Kowalski") < page.index("Anna Nowak")
    assert "14:20:00" in page
    assert "A place from the queue, given back by no. 21-0001" in person


@one_database
def test_a_line_that_was_changed_is_told(app: Flask):
    desk, event, here = at_the_desk(app, capacity=5)
    make.a_registration(event)
    with transaction():
        db.session.execute(sa.text("DROP TRIGGER ledger_lines_stand"))
        db.session.execute(sa.update(Line).values(places=2))

    assert "Broken at line 1" in desk.get(f"{here}/ledger?lang=en").text
