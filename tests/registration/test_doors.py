"""Whether an event can be registered for now."""

from datetime import timedelta

import pytest

from app.events.models import EventStatus
from app.registration.doors import Door, door, reason
from tests import make
from tests.defaults import one_database

pytestmark = one_database


@pytest.mark.parametrize(
    ("facts", "met"),
    [
        ({}, Door.OPEN),
        ({"capacity": None, "taken": 5000}, Door.OPEN),
        ({"capacity": 2, "taken": 1}, Door.OPEN),
        ({"capacity": 2, "taken": 2}, Door.WAITING_LIST),
        ({"capacity": 2, "taken": 1, "waiting": 1}, Door.OPEN),
        ({"capacity": 2, "taken": 2, "has_waiting_list": False}, Door.FULL),
        ({"registration_opens_at": make.at("2021-10-12 09:00")}, Door.NOT_YET),
        ({"registration_closes_at": make.at("2021-10-11 09:00")}, Door.CLOSED),
        ({"registration_closes_at": make.at("2021-10-11 09:01")}, Door.OPEN),
        ({"starts_at": make.at("2021-10-11 08:30")}, Door.CLOSED),
        ({"starts_at": make.at("2021-10-11 06:00")}, Door.PAST),
        ({"status": EventStatus.CANCELLED}, Door.CANCELLED),
        ({"status": EventStatus.CANCELLED, "starts_at": make.at("2021-10-11 06:00")}, Door.CANCELLED),
        ({"status": EventStatus.DRAFT}, Door.NOT_YET),
    ],
)
def test_the_door_is_read_from_the_event_alone(app, statements, facts, met):
    event = make.an_event(**facts)
    assert event.title

    with statements() as said:
        found = door(event)

    assert (found, said) == (met, [])
    assert found.lets_in is (reason(found) == "")


def test_the_door_opens_and_closes_by_the_clock(app, clock):
    event = make.an_event(registration_opens_at=make.at("2021-10-12 09:00"), registration_closes_at=make.at("2021-10-25 18:00"))
    met = []

    for moment in ("2021-10-12 08:59", "2021-10-12 09:00", "2021-10-25 17:59", "2021-10-25 18:00", "2021-10-26 12:30"):
        clock.stand_at(make.at(moment))
        met.append(door(event))

    assert met == [Door.NOT_YET, Door.OPEN, Door.OPEN, Door.CLOSED, Door.PAST]
    assert event.ends_at - event.starts_at == timedelta(hours=2, minutes=30)
