"""Dates and hours as typed, of which the code is the same on every database."""

from datetime import UTC, date, datetime, time

import pytest
from flask import Flask
from flask_babel import force_locale

from app import typed
from app.errors import Refused
from app.typed import Twice
from tests import make
from tests.defaults import one_database

pytestmark = [one_database, pytest.mark.usefixtures("app")]
WARSAW = "Europe/Warsaw"


@pytest.mark.parametrize(
    "text",
    [
        "26.10.2021",
        "26. 10. 2021",
        "26.10.2021 r.",
        "2021-10-26",
        "26/10/2021",
        "26 października 2021",
        "wtorek, 26 PAŹDZIERNIKA 2021 roku",
        "26 paz 2021",
        "26 paź. 2021",
        "wt. 26 X 2021",
        "26 October 2021",
        "Tue, 26th Oct 2021",
        "October 26, 2021",
    ],
)
def test_a_date_is_read_as_people_write_it(text: str):
    assert typed.date(text) == date(2021, 10, 26)


@pytest.mark.parametrize("text", ["", "26.10", "26.10.21", "jutro", "2021", "31.02.2021", "26 smarca 2021", "0.1.2021"])
def test_what_is_no_date_is_refused_at_its_field(text: str):
    with pytest.raises(Refused) as refusal:
        typed.date(text, "starts_on")

    assert refusal.value.field == "starts_on"


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        ("9", time(9)),
        ("9.30", time(9, 30)),
        ("9:30", time(9, 30)),
        ("09:30", time(9, 30)),
        ("930", time(9, 30)),
        ("1730", time(17, 30)),
        ("godz. 9.30", time(9, 30)),
        ("o godzinie 9", time(9)),
        ("9h30", time(9, 30)),
        ("2:30 pm", time(14, 30)),
        ("12 am", time(0)),
        ("0:00", time(0)),
    ],
)
def test_an_hour_is_read_as_people_write_it(text: str, hour: time):
    assert typed.hour(text) == hour


@pytest.mark.parametrize("text", ["", "rano", "25", "9:60", "24:00", "9:3", "12345", "-1"])
def test_what_is_no_hour_is_refused_at_its_field(text: str):
    with pytest.raises(Refused) as refusal:
        typed.hour(text, "starts_hour")

    assert refusal.value.field == "starts_hour"


@pytest.mark.parametrize(
    ("text", "minutes"), [("45", 45), ("45 min", 45), ("1:30", 90), ("1 h 30 min", 90), ("2 godz.", 120), ("1 godz. 5 min.", 65)]
)
def test_a_length_is_read_as_people_write_it(text: str, minutes: int):
    assert typed.minutes(text) == minutes


@pytest.mark.parametrize("text", ["", "0", "krótko", "1441", "-5"])
def test_what_is_no_length_is_refused(text: str):
    with pytest.raises(Refused):
        typed.minutes(text)


def test_an_hour_is_one_of_the_zone_that_is_given():
    local = typed.moment(date(2021, 10, 26), time(10), WARSAW)

    assert local.astimezone(UTC) == datetime(2021, 10, 26, 8, tzinfo=UTC)


def test_an_hour_that_the_clocks_leave_out_is_pointed_out():
    with force_locale("en"), pytest.raises(Refused) as refusal:
        typed.moment(date(2021, 3, 28), time(2, 30), WARSAW, field="starts_hour")

    assert refusal.value.message == ("There is no 2:30 on 28 March 2021: the clocks go forward. Enter for example 3:30.")
    assert not isinstance(refusal.value, Twice)


def test_an_hour_that_comes_twice_is_asked_about():
    with force_locale("en"), pytest.raises(Twice) as refusal:
        typed.moment(date(2021, 10, 31), time(2, 30), WARSAW, field="starts_hour")

    assert refusal.value.message == (
        "2:30 comes twice on 31 October 2021: the clocks go back. Choose the first (UTC+2) or the second (UTC+1)."
    )
    assert (refusal.value.first.astimezone(UTC).hour, refusal.value.second.astimezone(UTC).hour) == (0, 1)


@pytest.mark.parametrize(("which", "hour_in_utc"), [(0, 0), (1, 1)])
def test_the_one_that_is_meant_is_taken(which: int, hour_in_utc: int):
    local = typed.moment(date(2021, 10, 31), time(2, 30), WARSAW, which=which)

    assert local.astimezone(UTC) == datetime(2021, 10, 31, hour_in_utc, 30, tzinfo=UTC)


def test_what_was_understood_is_said_back_with_the_weekday(app: Flask):
    local = make.at("2021-10-26 09:30")

    with force_locale("pl"):
        polish = typed.echo(local)
    with force_locale("en"):
        english = typed.echo(local)

    assert (polish, english) == ("wtorek, 26 października 2021, 9:30", "Tuesday, 26 October 2021, 9:30")
