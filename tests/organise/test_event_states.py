"""Publishing an event, closing it, and calling it off."""

import pytest
import sqlalchemy as sa
from flask import Flask, current_app
from flask.testing import FlaskClient

from app.audit.models import Record
from app.changes import versions
from app.db import db, transaction
from app.events.members import Post
from app.events.models import Attendance, Event, EventStatus
from app.mail import rendering
from app.registration import reminders, signup
from app.registration.doors import Door, door
from app.registration.models import Registration, Status
from tests import make
from tests.defaults import one_database
from tests.desk import Desk
from tests.organise.test_event_edit import saved
from tests.panels.test_engaging import accept, asked, messages, told
from tests.registration import outgoing


def an_owner(app: Flask, event: Event, post: Post = Post.OWNER) -> Desk:
    user = make.a_user()
    make.a_membership(user, event, post)
    return Desk(app, user)


def act(desk: Desk, event: Event, word: str, **answers: str) -> int:
    """Do it at the desk, and read the event anew; returns the status."""
    status = desk.post(f"/organise/events/{event.id}/{word}?lang=en", answers).status_code
    db.session.refresh(event)
    return status


def test_a_draft_is_published_and_taken_back_while_nobody_has_registered(app: Flask, client: FlaskClient):
    event = make.an_event(status=EventStatus.DRAFT, slug="nowe")
    desk = an_owner(app, event, Post.EDITOR)

    published = act(desk, event, "publish")
    seen = client.get("/events/nowe/").status_code
    unpublished = act(desk, event, "unpublish")

    assert (published, seen, unpublished, event.status) == (303, 200, 303, EventStatus.DRAFT)
    assert event.published_at is not None
    assert [version.number for version in versions.of(event)] == [1]
    acts = db.session.scalars(sa.select(Record.act).order_by(Record.id)).all()
    assert acts == ["event.publish", "event.unpublish"]


@one_database
def test_what_is_missing_before_publishing_is_listed(app: Flask):
    event = make.an_event(
        status=EventStatus.DRAFT,
        contact_email="",
        place_name=" ",
        attendance=Attendance.OFFLINE,
        starts_at=make.at("2021-10-01 10:00"),
    )
    desk = an_owner(app, event)

    answer = desk.post(f"/organise/events/{event.id}/publish?lang=en")

    db.session.refresh(event)
    assert (answer.status_code, event.status) == (409, EventStatus.DRAFT)
    for sentence in ("Enter the place", "Enter an e-mail address to which people can write", "The event is over already"):
        assert sentence in answer.text


@one_database
def test_doubts_do_not_hold_publishing_up(app: Flask):
    event = make.an_event(status=EventStatus.DRAFT, meeting_url=None, capacity=None)
    desk = an_owner(app, event)

    page = desk.get(f"/organise/events/{event.id}/state?lang=en").text

    assert "There is no meeting link yet." in page
    assert act(desk, event, "publish") == 303


def test_an_event_with_registrations_does_not_go_back_to_a_draft(app: Flask):
    event = make.an_event()
    make.a_registration(event)

    status = act(an_owner(app, event), event, "unpublish")

    assert (status, event.status) == (409, EventStatus.PUBLISHED)


def test_registration_is_closed_by_hand_and_opened_again(app: Flask):
    event = make.an_event()
    desk = an_owner(app, event)

    act(desk, event, "close")
    closed = door(event)
    act(desk, event, "reopen")

    assert (closed, door(event)) == (Door.CLOSED, Door.OPEN)


@one_database
def test_an_event_in_the_archive_takes_no_registrations(app: Flask):
    event = make.an_event()
    desk = an_owner(app, event)

    act(desk, event, "archive")
    archived = door(event)
    act(desk, event, "unarchive")

    assert (archived, door(event)) == (Door.CLOSED, Door.OPEN)


def test_everybody_is_told_that_an_event_is_cancelled_and_their_entries_are_taken_out(app: Flask):
    event = make.an_event(capacity=1, title="Zielone dachy")
    sure, waiting, gone = (make.a_registration(event, language="en") for _ in range(3))
    with transaction():
        signup.cancel(db.session.get_one(Registration, gone.id), None)
    outgoing.forget()

    status = act(an_owner(app, event), event, "cancel", note="Prelegent zachorował.")

    assert (status, event.status, event.status_note) == (303, EventStatus.CANCELLED, "Prelegent zachorował.")
    assert outgoing.queued() == [("event_cancelled", sure.email), ("event_cancelled", waiting.email)]
    assert outgoing.entries() == [("event_cancelled", "CANCEL", event.uid, 1, sure.email)]
    content = rendering.render(current_app.jinja_env, outgoing.composed(outgoing.messages()[1]))
    assert content.subject == "Cancelled: Zielone dachy, 26 October, 10:00"
    assert "Prelegent zachorował." in content.text
    assert "Prelegent zachorował." in content.html


def test_each_session_in_a_calendar_is_taken_out_by_a_letter_of_its_own(app: Flask):
    event = make.an_event(asks_sessions=True)
    chosen = [make.a_session(event), make.a_session(event), make.a_session(event)][:2]
    registration = make.a_registration(event, sessions=[session.id for session in chosen])
    outgoing.forget()

    act(an_owner(app, event), event, "cancel")

    taken_out = outgoing.entries()
    assert [(letter, method, address) for letter, method, _, _, address in taken_out] == [
        ("event_cancelled", "CANCEL", registration.email),
        ("withdrawal", "CANCEL", registration.email),
    ]
    assert {uid for _, _, uid, _, _ in taken_out} == {session.uid for session in chosen}


def test_nobody_is_reminded_of_an_event_that_does_not_take_place(app: Flask, clock):
    event = make.an_event()
    make.a_registration(event)
    outgoing.forget()
    desk = an_owner(app, event)
    clock.stand_at(make.at("2021-10-25 10:01"))
    with transaction():
        reminders.put_due()

    act(desk, event, "cancel")
    with transaction():
        again = reminders.put_due()

    assert (again, [outgoing.is_silent(message) for message in outgoing.messages("reminder_day")]) == (0, [True])


def test_a_postponed_event_keeps_its_people_and_comes_back_with_new_dates(app: Flask):
    event = make.an_event(capacity=1)
    sure, waiting = make.a_registration(event), make.a_registration(event)
    outgoing.forget()
    desk = an_owner(app, event)
    with transaction():
        versions.begin(event, "")

    act(desk, event, "postpone", note="Nowy termin podamy w listopadzie.")
    postponed, shut, told = event.status, door(event), outgoing.entries()
    outgoing.forget()
    saved(desk, event, starts_on="7.12.2021", ends_on="7.12.2021")

    db.session.refresh(event)
    assert (postponed, shut) == (EventStatus.POSTPONED, Door.POSTPONED)
    assert told == [("event_postponed", "CANCEL", event.uid, 1, sure.email)]
    assert (event.status, event.status_note, door(event)) == (EventStatus.PUBLISHED, "", Door.WAITING_LIST)
    assert outgoing.queued() == [("event_moved", sure.email), ("event_moved", waiting.email)]
    assert [(letter, method, uid, address) for letter, method, uid, _, address in outgoing.entries()] == [
        ("event_moved", "REQUEST", event.uid, sure.email)
    ]
    assert outgoing.entries()[0][3] > 1
    assert [[change["kind"] for change in version.changes] for version in versions.of(event)] == [
        ["reinstated", "moved"],
        ["postponed"],
        [],
    ]
    assert {version.people_told for version in versions.of(event)[:2]} == {2}


def test_speakers_follow_an_event_that_is_postponed_and_has_new_dates_at_once(app: Flask):
    event = make.an_event()
    session = make.a_session(event)
    engagement = asked(session)
    accept(engagement, session)
    desk = an_owner(app, event)
    with transaction():
        versions.begin(event, "")
    before = len(messages())

    act(desk, event, "postpone")
    saved(desk, event, starts_on="7.12.2021", ends_on="7.12.2021", shift="y")

    letters = messages()[before:]
    assert [letter.letter for letter in letters] == ["speaker_withdrawal", "speaker_invitation"]
    assert told(letters[0])[-1] == "silent"
    assert told(letters[1])[2] == "REQUEST"
    assert letters[1].facts["sequence"] > letters[0].facts["sequence"]
    assert [version.speakers_told for version in versions.of(event)] == [1, 1, 0]


def test_an_event_cancelled_before_the_letters_of_its_delay_left_still_leaves_the_calendars(app: Flask):
    event = make.an_event()
    registration = make.a_registration(event)
    outgoing.forget()
    desk = an_owner(app, event)

    act(desk, event, "postpone")
    act(desk, event, "cancel")

    leaving = [outgoing.composed(message).name for message in outgoing.messages()]
    assert leaving == ["withdrawal", "event_cancelled"]
    assert outgoing.entries() == [("event_postponed", "CANCEL", event.uid, 1, registration.email)]


@one_database
@pytest.mark.parametrize(("word", "schema"), [("postpone", "EventPostponed"), ("cancel", "EventCancelled")])
def test_the_public_page_says_what_became_of_the_event(app: Flask, client: FlaskClient, word: str, schema: str):
    event = make.an_event(slug="dachy")
    session = make.a_session(event, slug="panel")
    act(an_owner(app, event), event, word, note="Z powodu burzy.")

    page, part = client.get("/events/dachy/").text, client.get(f"/events/dachy/sessions/{session.slug}/").text
    calendar = client.get("/events/dachy/event.ics").text

    assert f"https://schema.org/{schema}" in page
    assert f"https://schema.org/{schema}" in part
    assert "Z powodu burzy." in page
    assert "STATUS:CANCELLED" in calendar


@one_database
@pytest.mark.parametrize("status", [EventStatus.DRAFT, EventStatus.CANCELLED])
def test_what_is_not_before_the_public_is_not_called_off(app: Flask, status: EventStatus):
    event = make.an_event(status=status)
    desk = an_owner(app, event)

    assert (act(desk, event, "postpone"), act(desk, event, "cancel"), event.status) == (409, 409, status)


@one_database
def test_the_page_before_cancelling_says_how_many_people_are_told(app: Flask):
    event = make.an_event(capacity=1)
    for _ in range(3):
        make.a_registration(event)

    page = an_owner(app, event).get(f"/organise/events/{event.id}/cancel?lang=en").text

    assert "3 people get a letter at once." in page


@one_database
@pytest.mark.parametrize("word", ["cancel", "postpone", "delete"])
def test_an_editor_does_not_call_an_event_off(app: Flask, word: str):
    event = make.an_event()

    assert act(an_owner(app, event, Post.EDITOR), event, word) == 403


def test_a_draft_that_nobody_has_seen_is_deleted(app: Flask):
    event = make.an_event(status=EventStatus.DRAFT)
    session = make.a_session(event)
    make.an_appearance(session)
    make.a_material(event, session_id=session.id)
    desk, number = an_owner(app, event), event.id

    answer = desk.post(f"/organise/events/{number}/delete")

    db.session.expire_all()
    assert answer.status_code == 303
    assert db.session.get(Event, number) is None


@one_database
def test_a_published_event_is_not_deleted(app: Flask):
    event = make.an_event()

    assert act(an_owner(app, event), event, "delete") == 409


@one_database
def test_places_are_not_given_while_an_event_is_postponed(app: Flask):
    event = make.an_event(capacity=1)
    first, second = make.a_registration(event), make.a_registration(event)
    act(an_owner(app, event), event, "postpone")

    with transaction():
        signup.cancel(db.session.get_one(Registration, first.id), None)

    assert db.session.get_one(Registration, second.id).status is Status.WAITING
