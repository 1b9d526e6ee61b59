"""The question that comes before hours are saved over a change of the clocks, into another zone, or away from the agenda."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from app.agenda import steps
from app.agenda.models import Session
from app.db import db, transaction
from app.events.models import Event
from tests import make
from tests.agenda.sketch import an_agenda, hours, named, undo
from tests.defaults import one_database
from tests.desk import Desk
from tests.forms import form_with
from tests.organise.test_agenda import address, at_the_desk, row
from tests.organise.test_event_edit import FORM, an_editor, opened

LOOK = "Look before you save"


def sent_on(desk: Desk, event: Event, shown: TestResponse, button: str | None = None, **answers: str) -> TestResponse:
    """The question's own form, sent as it stands."""
    form = form_with(shown.text, "clock_seen")
    return desk.post(f"{form.action or shown.request.path}?lang=en", form.filled(button, **answers), **FORM)


def agenda(event: Event) -> list[tuple[str, Any]]:
    db.session.rollback()
    return [(session.title, session.starts_at) for session in steps.rows(event)]


def test_another_zone_asks_what_stays_and_the_sessions_do_the_same(app: Flask):
    event = make.an_event(title="Warsztat")
    make.a_session(event, title="Panel", starts_at=make.at("2021-10-26 11:15"))
    make.a_registration(event)
    desk = an_editor(app, event)

    shown = opened(desk, event)(zone="Europe/Lisbon", title_pl="Nowy tytuł")
    unanswered = sent_on(desk, event, shown)
    assert (shown.status_code, unanswered.status_code, agenda(event)) == (200, 422, [("Panel", make.at("2021-10-26 11:15"))])
    for words in (LOOK, "If the hours stay", "If the moments stay", "11:15–12:15", "1 person"):
        assert words in shown.text
    assert "Choose what stays" in unanswered.text

    answer = sent_on(desk, event, unanswered, meaning="moments")

    assert (answer.status_code, agenda(event)) == (303, [("Panel", make.at("2021-10-26 11:15"))])
    db.session.refresh(event)
    assert (event.zone, event.title, event.starts_at) == ("Europe/Lisbon", "Nowy tytuł", make.at("2021-10-26 10:00"))


@one_database
def test_the_hours_can_stay_in_another_zone_and_the_agenda_is_put_back_by_one_undo(app: Flask):
    event = make.an_event(registration_closes_at=make.at("2021-10-25 12:00"))
    make.a_session(event, title="Panel", starts_at=make.at("2021-10-26 11:15"))
    desk = an_editor(app, event)

    sent_on(desk, event, opened(desk, event)(zone="Europe/Lisbon"), meaning="hours")

    db.session.refresh(event)
    assert event.starts_at == make.at("2021-10-26 10:00", "Europe/Lisbon")
    assert event.registration_closes_at == make.at("2021-10-25 12:00", "Europe/Lisbon")
    assert agenda(event) == [("Panel", make.at("2021-10-26 11:15", "Europe/Lisbon"))]
    undo(event)
    assert agenda(event) == [("Panel", make.at("2021-10-26 11:15"))]


@one_database
def test_a_zone_whose_clock_shows_the_same_is_shown_without_a_choice(app: Flask):
    event = make.an_event()
    desk = an_editor(app, event)

    shown = opened(desk, event)(zone="Europe/Berlin")
    answer = sent_on(desk, event, shown)

    assert "Both clocks show the same hours then." in shown.text
    assert 'name="meaning"' not in shown.text
    assert answer.status_code == 303


def test_a_date_beyond_a_change_of_the_clocks_is_shown_first(app: Flask):
    event = make.an_event()
    make.a_session(event, title="Panel")
    desk = an_editor(app, event)

    shown = opened(desk, event)(starts_on="2.11.2021", ends_on="2.11.2021")
    assert (shown.status_code, agenda(event)) == (200, [("Panel", make.at("2021-10-26 10:00"))])
    assert "By the clock it moves by 7 days, in UTC by 7 days 1 h." in shown.text
    assert "New York" in shown.text

    answer = sent_on(desk, event, shown)

    assert (answer.status_code, agenda(event)) == (303, [("Panel", make.at("2021-11-02 10:00"))])


@one_database
def test_going_back_gives_the_form_as_it_was_typed(app: Flask):
    event = make.an_event(title="Stary")
    desk = an_editor(app, event)

    shown = opened(desk, event)(starts_on="2.11.2021", ends_on="2.11.2021", title_pl='"Nowy"\\', summary_pl="Raz\r\n\r\nDwa")
    back = sent_on(desk, event, shown, "restore=1")

    form = dict(form_with(back.text, "title_pl").values)
    assert back.status_code == 200
    assert (form["starts_on"], form["title_pl"], form["summary_pl"].split()) == ("2.11.2021", '"Nowy"\\', ["Raz", "Dwa"])
    db.session.refresh(event)
    assert event.title == "Stary"


@one_database
def test_whoever_saves_in_between_is_not_overwritten(app: Flask):
    event = make.an_event(title="Stary")
    anna, olga = an_editor(app, event, name="Anna"), an_editor(app, event, name="Olga")
    shown = opened(olga, event)(starts_on="2.11.2021", ends_on="2.11.2021", title_pl="Tytuł Olgi")
    opened(anna, event)(title_pl="Tytuł Anny")

    answer = sent_on(olga, event, shown)

    db.session.refresh(event)
    assert (answer.status_code, event.title, event.starts_at) == (409, "Tytuł Anny", make.at("2021-10-26 10:00"))
    assert "Saved meanwhile: Tytuł Anny. You typed: Tytuł Olgi" in answer.text


@one_database
def test_an_agenda_that_was_edited_in_between_is_shown_anew(app: Flask):
    event = make.an_event()
    session = make.a_session(event, title="Panel")
    desk = an_editor(app, event)
    shown = opened(desk, event)(starts_on="2.11.2021", ends_on="2.11.2021")
    with transaction():
        db.session.get_one(Session, session.id).ends_at += timedelta(minutes=10)

    again = sent_on(desk, event, shown)

    assert (again.status_code, LOOK in again.text, agenda(event)) == (200, True, [("Panel", make.at("2021-10-26 10:00"))])
    assert sent_on(desk, event, again).status_code == 303


@one_database
@pytest.mark.parametrize(("button", "day"), [(None, "26"), ("shift=y", "28")])
def test_an_agenda_that_would_be_left_behind_can_still_come_along(app: Flask, button: str | None, day: str):
    event = make.an_event()
    make.a_session(event, title="Panel")
    desk = an_editor(app, event)

    shown = opened(desk, event)(starts_on="28.10.2021", ends_on="28.10.2021", shift=None)
    answer = sent_on(desk, event, shown, button)

    assert "1 session stays on a day that the event has left." in shown.text
    assert (answer.status_code, agenda(event)) == (303, [("Panel", make.at(f"2021-10-{day} 10:00"))])
    db.session.refresh(event)
    assert event.starts_at == make.at("2021-10-28 10:00")


@one_database
def test_a_copy_on_the_other_side_of_a_change_says_so(app: Flask):
    event = make.an_event()
    user = make.a_user(creates_events=True)
    make.a_membership(user, event)
    desk = Desk(app, user)
    form = form_with(desk.get(f"/organise/events/new?from={event.id}&lang=en").text, "starts_on")

    made = desk.post("/organise/events/new", form.filled(starts_on="2.11.2021"), **FORM)

    assert "The hours on the wall stay, at UTC+1 instead of UTC+2." in desk.get(f"{made.location}?lang=en").text


def a_weekend(**facts: Any) -> Event:
    """An event over the night of 30 October 2021 in which the clocks go back, with sessions before and in it."""
    event = make.an_event(starts_at=make.at("2021-10-30 20:00"), ends_at=make.at("2021-10-31 12:00"), **facts)
    for title, start in (("Wieczór", "30 21:00"), ("Noc", "31 00:00"), ("Świt", "31 01:00")):
        starts_at = make.at(f"2021-10-{start}")
        make.a_session(event, title=title, starts_at=starts_at, ends_at=starts_at + timedelta(minutes=60))
    return event


def test_a_session_put_on_a_day_beyond_the_change_is_shown_first(app: Flask):
    event = a_weekend()
    desk = at_the_desk(app, event)
    session = named(event, "Wieczór")
    typed = row(session, day="2021-10-31", start="10:00", title="Poranek")

    shown = desk.post(f"{address(event, session.id)}?lang=en", typed)
    back = sent_on(desk, event, shown, "restore=1")

    assert (shown.status_code, LOOK in shown.text, hours(event)[0]) == (200, True, "21:00-22:00 Wieczór")
    assert dict(form_with(back.text, f"s{session.id}-title").values)[f"s{session.id}-title"] == "Poranek"

    saved = sent_on(desk, event, shown)

    assert (saved.status_code, hours(event)[-1]) == (303, "10:00-11:00 Poranek")


@one_database
def test_a_shift_over_the_change_says_what_passes_and_what_the_clock_shows(app: Flask):
    event = a_weekend()
    desk = at_the_desk(app, event)
    night = named(event, "Noc")

    shown = desk.post(f"{address(event, night.id)}?lang=en", row(night, "shift", shift_by="120"))

    assert "By the clock it moves by 1 h, in UTC by 2 h." in shown.text
    assert "Wieczór</th>" not in shown.text
    assert sent_on(desk, event, shown).status_code == 303
    assert hours(event)[1:] == ["02:00-02:00 Noc", "02:00-03:00 Świt"]


@one_database
def test_what_follows_is_shown_too_before_it_is_shifted_over_the_change(app: Flask):
    event = a_weekend()
    desk = at_the_desk(app, event)
    night = named(event, "Noc")
    desk.post(address(event, night.id), row(night, minutes="130"))
    latest = steps.latest(event)
    assert latest is not None

    shown = desk.post(f"{address(event, 'shift')}?lang=en", {"number": str(latest.number), "on": "2021-10-31"})

    assert LOOK in shown.text
    assert sent_on(desk, event, shown).status_code == 303
    assert hours(event)[2] == "02:10-02:10 Świt"


@one_database
def test_an_agenda_far_from_any_change_is_edited_without_questions(app: Flask):
    event = an_agenda("A", "B")
    desk = at_the_desk(app, event)

    answer = desk.post(address(event, named(event, "A").id), row(named(event, "A"), "shift", shift_by="30"))

    assert answer.status_code == 303
