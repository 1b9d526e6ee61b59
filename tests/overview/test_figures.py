from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app.db import db, transaction
from app.events.models import Event
from app.overview import figures
from app.overview.figures import Pace
from app.registration.models import Registration
from tests import make
from tests.defaults import one_database

TODAY = date(2021, 10, 11)


def registered(event: Event, *moments: datetime) -> None:
    """One registration at each of these moments."""
    for moment in moments:
        registration = make.a_registration(event)
        with transaction():
            registration.registered_at = moment


def days(*numbers: int) -> Counter[date]:
    """So many registrations on each day, today being the last one."""
    return Counter({TODAY - timedelta(days=len(numbers) - 1 - place): number for place, number in enumerate(numbers)})


def test_registrations_are_counted_by_the_day_in_the_events_own_zone(app: Flask, clock):
    event = make.an_event()
    registered(event, make.at("2021-10-09 23:59"), make.at("2021-10-10 00:01"), make.at("2021-10-10 12:00"))

    found = [(bar.first, bar.number, bar.total) for bar in figures.of(event).bars]

    assert found == [(date(2021, 10, 9), 1, 1), (date(2021, 10, 10), 2, 3), (date(2021, 10, 11), 0, 3)]


def test_who_cancelled_is_counted_apart_and_stays_in_the_day_of_registering(app: Flask, clock):
    event = make.an_event()
    make.a_registration(event)
    with transaction():
        db.session.execute(sa.update(Registration).values(status="cancelled", holds_place=False))

    found = figures.of(event)

    assert (found.cancelled, [bar.number for bar in found.bars]) == (1, [1])


@one_database
@pytest.mark.parametrize(("length", "span", "number"), [(1, 1, 1), (21, 1, 21), (22, 7, 4), (147, 7, 21), (148, 28, 6)])
def test_a_long_time_is_drawn_by_weeks_and_months(app: Flask, clock, length: int, span: int, number: int):
    event = make.an_event()

    found = figures.bars(days(*[2] * length), event)

    assert (len(found), found[-1].total, found[-1].last) == (number, 2 * length, TODAY)
    assert (found[0].last - found[0].first).days + 1 == span


@one_database
def test_the_tallest_bar_is_a_hundred_and_a_small_one_can_still_be_seen(app: Flask, clock):
    found = figures.bars(days(200, 1, 0), make.an_event())

    assert [bar.share for bar in found] == [100, 1, 0]


@one_database
@pytest.mark.parametrize(
    ("facts", "counted", "pace"),
    [
        ({"taken": 70}, [10] * 8, Pace(220, None)),
        ({"taken": 70}, [0, 0, 0, 0, 0, 0, 0, 0, 70], None),
        ({"taken": 70, "capacity": 100}, [10] * 8, Pace(100, date(2021, 10, 14))),
        ({"taken": 70, "capacity": None}, [10] * 8, Pace(220, None)),
        ({"taken": 9}, [2] * 8, None),
        ({"taken": 70}, [35, 35], None),
        ({"taken": 70}, [10] * 7 + [0] * 10, None),
        ({"taken": 70, "registration_closes_at": make.at("2021-10-11 20:00")}, [10] * 8, None),
        ({"taken": 70, "registration_is_closed": True}, [10] * 8, None),
        ({"taken": 70, "status": "draft"}, [10] * 8, None),
    ],
)
def test_a_pace_is_said_only_where_it_makes_sense(
    app: Flask, clock, facts: dict[str, Any], counted: list[int], pace: Pace | None
):
    event = make.an_event(**facts)

    assert figures.pace(event, days(*counted)) == pace


@one_database
def test_the_days_left_are_counted_to_the_end_of_registration(app: Flask, clock):
    event, closing = make.an_event(), make.an_event(registration_closes_at=make.at("2021-10-20 23:59"))
    over = make.an_event(starts_at=make.at("2021-10-01 10:00"))

    assert [figures.days_left(one) for one in (event, closing, over)] == [15, 9, None]
