"""The way into the meeting."""

from datetime import timedelta

import pytest

from app.db import transaction
from app.events.models import Attendance, EventStatus
from app.registration import joining, signup
from app.registration.joining import Gate
from tests import make
from tests.defaults import one_database

pytestmark = one_database


def test_the_meeting_is_open_from_some_minutes_before_to_half_an_hour_after(app, clock):
    registration = make.a_registration(make.an_event(meeting_opens_minutes=20))
    met = []

    for moment in ("09:39", "09:40", "12:30", "12:59", "13:00"):
        clock.stand_at(make.at(f"2021-10-26 {moment}"))
        met.append(joining.gate(registration))

    assert met == [Gate.BEFORE, Gate.OPEN, Gate.OPEN, Gate.OPEN, Gate.OVER]


def test_only_a_place_opens_the_meeting(app, clock):
    event = make.an_event(capacity=2)
    cancelled, confirmed, waiting = [make.a_registration(event) for _ in range(3)]
    with transaction():
        event.capacity = 1
        signup.cancel(cancelled, None)
    clock.stand_at(event.starts_at)

    met = [joining.gate(somebody) for somebody in (cancelled, confirmed, waiting)]

    assert met == [Gate.NO_PLACE, Gate.OPEN, Gate.NO_PLACE]


@pytest.mark.parametrize(
    ("facts", "met"),
    [
        ({"meeting_url": None}, Gate.NO_LINK),
        ({"meeting_url": "javascript:alert(1)"}, Gate.NO_LINK),
        ({"meeting_url": "ftp://meeting.example.com/"}, Gate.NO_LINK),
        ({"meeting_url": "HTTP://meeting.example.com/"}, Gate.OPEN),
        ({"attendance": Attendance.OFFLINE, "meeting_url": None}, Gate.NO_LINK),
    ],
)
def test_only_the_web_is_a_way_into_a_meeting(app, clock, facts, met):
    event = make.an_event(**facts)
    registration = make.a_registration(event)
    clock.stand_at(event.starts_at)

    assert joining.gate(registration) is met


def test_a_cancelled_event_opens_no_meeting(app, clock):
    event = make.an_event()
    registration = make.a_registration(event)
    with transaction():
        event.status = EventStatus.CANCELLED
    clock.stand_at(event.starts_at)

    assert joining.gate(registration) is Gate.CANCELLED


def test_the_first_coming_is_the_one_that_counts(app, clock):
    registration = make.a_registration(make.an_event())
    first = make.at("2021-10-26 09:50")

    for moment in (first, first + timedelta(minutes=30)):
        clock.stand_at(moment)
        with transaction():
            joining.come(registration)

    assert registration.joined_at
    assert registration.joined_at - first < timedelta(seconds=10)
