"""The overview of an event."""

from datetime import timedelta

from flask import Flask

from app.db import db, transaction
from app.events.members import Post
from app.events.models import Event
from app.mail.models import Message, MessageStatus
from app.registration.models import Registration
from tests import make
from tests.defaults import one_database
from tests.desk import Desk

pytestmark = one_database


def at_the_desk(app: Flask, event: Event, post: Post = Post.OWNER) -> Desk:
    user = make.a_user()
    make.a_membership(user, event, post)
    return Desk(app, user)


def test_the_overview_says_how_registration_goes_in_words_and_in_a_table(app: Flask):
    event = make.an_event(capacity=20)
    for _ in range(3):
        make.a_registration(event)
    desk = at_the_desk(app, event)

    page = desk.get(f"/organise/events/{event.id}/?lang=en").text

    assert "3 of 20 places taken" in page
    assert "15 days are left until registration ends." in page
    assert '<th scope="row">11 October 2021</th><td class="n num">3</td><td class="n num">3</td>' in page


def test_steps_to_do_lead_to_where_they_are_done(app: Flask):
    event = make.an_event(meeting_url=None)
    desk = at_the_desk(app, event)

    page = desk.get(f"/organise/events/{event.id}/?lang=en").text

    assert "<b>Enter the meeting link</b><small>Needed by 26 October, 9:45</small>" in page
    assert f'href="/organise/events/{event.id}/edit#place"' in page


def test_who_only_looks_is_led_nowhere_where_they_may_not_go(app: Flask):
    event = make.an_event(meeting_url=None)
    desk = at_the_desk(app, event, Post.CHECK_IN)

    page = desk.get(f"/organise/events/{event.id}/?lang=en").text

    assert "Enter the meeting link" in page
    assert ("/edit#place" in page, "/letters" in page, 'action="/organise/events' in page) == (False, False, False)


def test_letters_are_counted_by_kind_and_failed_ones_are_pointed_out(app: Flask):
    event = make.an_event()
    for _ in range(2):
        make.a_registration(event)
    with transaction():
        db.session.query(Message).filter_by(letter="confirmation").order_by(Message.id).limit(1).one().status = MessageStatus.DEAD
    desk = at_the_desk(app, event)

    page = desk.get(f"/organise/events/{event.id}/?lang=en").text

    assert "<b>Mend 1 e-mail address</b>" in page
    assert "1 not delivered" in page
    assert f"/organise/events/{event.id}/letters/messages?kind=confirmation&amp;state=failed" in page


def test_an_event_of_which_nothing_is_there_yet_has_an_overview(app: Flask):
    event = make.an_event(status="draft", capacity=None, contact_email="", languages=["pl", "en"])
    desk = at_the_desk(app, event)

    page = desk.get(f"/organise/events/{event.id}/?lang=en").text

    assert "Nobody has registered yet." in page
    assert "Registration opens when the event is published." in page
    assert f'action="/organise/events/{event.id}/publish"' in page


def test_many_registrations_ask_no_more_than_one(app: Flask, statements):
    event = make.an_event(capacity=None)
    make.an_appearance(make.a_session(event))
    first = make.a_registration(event)
    desk = at_the_desk(app, event)
    path = f"/organise/events/{event.id}/"
    desk.get(path)
    with statements() as one:
        desk.get(path)
    columns = {column.key: getattr(first, column.key) for column in Registration.__mapper__.column_attrs}
    rows = [
        {
            **columns,
            "id": 1000 + number,
            "number": 1000 + number,
            "uid": f"many-{number}",
            "email_key": f"many-{number}@example.org",
            "registered_at": first.registered_at + timedelta(minutes=number),
        }
        for number in range(500)
    ]
    with transaction():
        db.session.execute(Registration.__table__.insert(), rows)  # type: ignore[attr-defined]  # a table has inserts
    for _ in range(4):
        make.an_appearance(make.a_session(event))

    with statements() as many:
        desk.get(path)

    assert len(many) == len(one)
    assert len(many) <= 22
