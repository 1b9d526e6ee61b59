"""The history of an event."""

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app.audit import records
from app.audit.models import Change, Record
from app.audit.records import acting
from app.db import db, transaction
from app.events.members import Post
from app.events.models import Event, EventStatus
from tests import make
from tests.defaults import one_database
from tests.desk import Desk

pytestmark = one_database


def at_the_desk(app: Flask, event: Event, post: Post = Post.EDITOR) -> Desk:
    user = make.a_user(name="Olga Organizacyjna")
    make.a_membership(user, event, post)
    return Desk(app, user)


def change(event: Event, row: Any, act: str = "event.edit", who: str = "Jan Kowalski", **facts: Any) -> None:
    """Somebody's act that changes some values of a row."""
    with transaction(), acting(act, user_id=None, user_name=who, event_id=event.id):
        for name, value in facts.items():
            setattr(row, name, value)


def path(event: Event, query: str = "") -> str:
    return f"/organise/events/{event.id}/history?lang=en{query}"


def test_an_act_at_the_desk_is_told_with_who_when_and_what_changed(app: Flask):
    event = make.an_event(status=EventStatus.DRAFT)
    desk = at_the_desk(app, event)
    desk.post(f"/organise/events/{event.id}/publish")

    page = desk.get(path(event)).text

    assert "<h2>Published the event</h2>" in page
    assert "Monday, 11 October 2021, 9:00</time>, Olga Organizacyjna" in page
    assert "<del>Draft</del>" in page
    assert "Published</dd>" in page


def test_the_history_begins_with_the_making_of_the_event(app: Flask):
    user = make.a_user(name="Olga Organizacyjna", creates_events=True)
    desk = Desk(app, user)
    what = {"title": "Nowe", "kind": "workshop", "attendance": "online", "organiser": "Łódź"}
    made = desk.post("/organise/events/new", {**what, "starts_on": "26.10.2021", "starts_hour": "9", "ends_hour": "12"})

    page = desk.get(made.location.replace("/edit", "/history?lang=en")).text

    assert "<h2>Created the event</h2>" in page
    assert "Event: <b>Nowe</b>" in page


def test_moments_are_said_in_the_zone_of_the_event(app: Flask):
    event = make.an_event(zone="Europe/Lisbon")
    desk = at_the_desk(app, event)
    change(event, event, starts_at=make.at("2021-10-26 09:00", "Europe/Lisbon"))

    page = desk.get(path(event)).text

    assert "<del>26 October 2021, 10:00</del>" in page
    assert "26 October 2021, 9:00</dd>" in page
    assert "Hours in time in: Lisbon (UTC+1)." in page


def test_rows_and_those_they_lead_to_are_called_by_their_names(app: Flask):
    event = make.an_event()
    session = make.a_session(event, title="Otwarcie")
    person = make.a_person(name="Anna Nowak")
    appearance = make.an_appearance(session)
    desk = at_the_desk(app, event)
    change(event, session, "agenda.change", room="Sala 2")
    change(event, appearance, "agenda.change", person_id=person.id)

    page = desk.get(path(event)).text

    assert "Session: <b>Otwarcie</b>" in page
    assert "<dt>Room</dt><dd>Sala 2</dd>" in page
    assert "Anna Nowak</dd>" in page


def test_texts_in_other_languages_and_lists_are_said_in_words(app: Flask):
    event = make.an_event(translations={"en": {"title": "Before"}})
    desk = at_the_desk(app, event)
    change(event, event, translations={"en": {"title": "After"}}, languages=["pl", "en"], is_recorded=True)

    page = desk.get(path(event)).text

    assert "<dt>Title (English)</dt>" in page
    assert "<del>Before</del>" in page
    assert "Polish, English</dd>" in page
    assert "<del>no</del>" in page


def test_of_what_was_erased_only_the_day_is_said(app: Flask):
    event = make.an_event()
    registration = make.a_registration(event)
    desk = at_the_desk(app, event)
    change(event, registration, "participants.edit", note="Woli siedzieć z przodu")
    with transaction():
        records.erase("registrations", registration.id)

    page = desk.get(path(event)).text

    assert "The values were personal and were erased on 11 October 2021." in page
    assert "Woli siedzieć" not in page


def test_an_act_without_a_name_goes_by_its_word(app: Flask):
    event = make.an_event()
    desk = at_the_desk(app, event)
    change(event, event, "event.paint_blue", title="Nowy")

    page = desk.get(path(event)).text

    assert "event: paint blue" in page


def test_the_history_is_narrowed_to_a_person_and_to_an_act(app: Flask):
    event = make.an_event()
    desk = at_the_desk(app, event)
    change(event, event, "event.edit", "Jan Kowalski", title="Pierwszy")
    change(event, event, "event.publish", "Anna Nowak", title="Drugi")

    one, other, none = (desk.get(path(event, query)).text for query in ("&who=Jan+Kowalski", "&act=event.publish", "&who=Nikt"))

    assert ("Pierwszy</dd>" in one, "Drugi</dd>" in one) == (True, False)
    assert ("Pierwszy</dd>" in other, "Drugi</dd>" in other) == (False, True)
    assert "Nothing of this kind was done." in none


def test_acts_of_other_events_are_not_told(app: Flask):
    event, other = make.an_event(), make.an_event()
    desk = at_the_desk(app, event)
    change(other, other, title="Obcy")

    page = desk.get(path(event)).text

    assert "Nothing has been done yet." in page


@pytest.mark.parametrize("post", [Post.CHECK_IN, Post.VIEWER])
def test_who_only_looks_does_not_read_the_history(app: Flask, post: Post):
    event = make.an_event()
    desk = at_the_desk(app, event, post)

    assert desk.get(path(event)).status_code == 403


def test_a_long_history_has_pages_and_asks_no_more_than_a_short_one(app: Flask, statements):
    event = make.an_event()
    desk = at_the_desk(app, event)
    change(event, event, title="Tytuł 0")
    desk.get(path(event))
    with statements() as one:
        desk.get(path(event))
    put_many(event)

    with statements() as many:
        page = desk.get(path(event)).text

    assert len(many) == len(one)
    assert page.count("<li><h2>") == 30
    assert "Page 1 of 34" in page
    assert "Tytuł 0</dd>" in desk.get(path(event, "&page=34")).text


def put_many(event: Event) -> None:
    """A thousand acts more, of three rows each."""
    facts = {"user_name": "Jan Kowalski", "act": "event.edit", "event_id": event.id}
    with transaction():
        db.session.execute(sa.insert(Record), [{"id": 1000 + number, **facts} for number in range(1000)])
        changed = {"subject": "events", "row_id": event.id, "before": {"title": "Przed"}, "after": {"title": "Po"}}
        db.session.execute(sa.insert(Change), [{"record_id": 1000 + number // 3, **changed} for number in range(3000)])


def test_headings_in_both_languages_are_said_as_words(app: Flask):
    event = make.an_event()
    desk = at_the_desk(app, event)
    desk.post(f"/organise/events/{event.id}/form/sections/new", {"title_pl": "Nocleg", "title_en": "Lodging"})

    page = desk.get(path(event)).text

    assert ("Nocleg / Lodging" in page, "{" in page[page.index("<main") : page.index("</main>")]) == (True, False)
