"""Two organisers at once: the last place is given to one of those whom they move from the waiting list."""

from threading import Barrier, Thread

from flask import Flask

from app.db import db, transaction
from app.errors import Refused
from app.events.models import Event
from app.participants import acts
from app.registration.models import Registration, Status
from tests import make


def move(app: Flask, person_id: int, ready: Barrier, refused: list[int]) -> None:
    """One organiser: they have both seen the free place when the first one acts."""
    with app.app_context():
        person = db.session.get_one(Registration, person_id)
        assert person.is_waiting
        assert person.event.taken == 1
        ready.wait(10)
        try:
            with transaction():
                acts.move_ahead(person)
        except Refused:
            refused.append(person_id)


def test_two_organisers_cannot_give_the_last_place_twice(app: Flask):
    event = make.an_event(capacity=1)
    people = [make.a_registration(event) for _ in range(3)][1:]
    with transaction():
        event.capacity = 2
    ids, ready, refused = [person.id for person in people], Barrier(2), list[int]()
    db.session.rollback()

    crowd = [Thread(target=move, args=(app, number, ready, refused)) for number in ids]
    for organiser in crowd:
        organiser.start()
    for organiser in crowd:
        organiser.join(30)

    event = db.session.get_one(Event, event.id, populate_existing=True)
    db.session.expire_all()
    assert sorted(person.status for person in people) == [Status.CONFIRMED, Status.WAITING]
    assert (len(refused), event.taken, event.waiting) == (1, 2, 1)
