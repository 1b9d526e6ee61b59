"""Writing to a selection at the desk: the form, the look before sending, stop and undo, two organisers at once."""

import re

from flask import Flask
from sqlalchemy import select

from app.audit.models import Record
from app.db import db, transaction
from app.events.members import Post
from app.events.models import Event
from app.mailings import sending
from app.mailings.models import Mailing, MailingStatus
from app.registration import keys
from tests import make
from tests.defaults import one_database
from tests.desk import Desk
from tests.forms import form_with
from tests.organise.test_letters import ENGLISH, an_organiser, get, path, post

TYPED = {"subject": "Zmiana sali", "body": "Dzień dobry, {name}", "subject_en": "Another room", "body_en": "Hello {name}"}
FORM = {"content_type": "application/x-www-form-urlencoded"}


def mailing() -> Mailing:
    db.session.rollback()
    return db.session.execute(select(Mailing)).scalar_one()


def write(desk: Desk, event: Event, query: str = "", **typed: str) -> Mailing:
    answer = post(desk, path(event, f"/write{query}"), **{**TYPED, **typed})
    assert answer.status_code == 303, answer.text
    return mailing()


def of(event: Event, rest: str = "") -> str:
    return path(event, f"/mailings/{mailing().id}{rest}")


def acts() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(Record.act).order_by(Record.id)))


@one_database
def test_the_form_says_whom_it_means_and_counts_anew(app: Flask):
    event = make.an_event(capacity=1)
    for _ in range(3):
        make.a_registration(event)
    desk = an_organiser(app, event)

    waiting = get(desk, path(event, "/write?state=waiting"))
    all_of_them = post(desk, path(event, "/write?state=waiting"), state="registered", step="count", **TYPED)

    assert "<b>2 people</b>: Everybody on the waiting list." in waiting
    assert (all_of_them.status_code, "<b>3 people</b>: Everybody who has a place or waits." in all_of_them.text) == (200, True)
    assert TYPED["body"] in all_of_them.text
    assert db.session.scalars(select(Mailing)).all() == []


def test_a_message_is_written_looked_at_sent_stopped_and_sent_after_all(app: Flask, clock):
    event = make.an_event()
    registration = make.a_registration(event)
    desk = an_organiser(app, event)

    kept = write(desk, event, "?state=confirmed")
    page = get(desk, of(event))
    frames = [desk.get(of(event, f"/body/{language}")) for language in ("pl", "en")]
    sent = post(desk, of(event, "/send"), version="1")
    held = get(desk, of(event))
    stopped = post(desk, of(event, "/stop"))
    after_stop = get(desk, of(event))
    resumed = post(desk, of(event, "/resume"))

    assert kept.selection == {"state": "confirmed"}
    assert f"data of: {registration.name}." in page
    assert f"Hello {registration.name}" in frames[1].text
    shown = page + "".join(frame.text for frame in frames)
    assert [purpose for purpose in keys.ISSUED if keys.token(registration, purpose) in shown] == []
    assert [answer.status_code for answer in (sent, stopped, resumed)] == [303, 303, 303]
    assert "The message leaves at 9:05. Until then you can stop it." in held
    assert "Undo the stop" in after_stop
    assert mailing().status is MailingStatus.SCHEDULED
    assert acts() == ["mailing.write", "mailing.send", "mailing.stop", "mailing.resume"]


@one_database
def test_a_message_is_scheduled_by_the_clock_of_the_event(app: Flask):
    event = make.an_event(zone="Europe/Athens")
    desk = an_organiser(app, event)
    write(desk, event)

    wrong = post(desk, of(event, "/schedule"), version="1", date="31.2.2021", hour="9")
    past = post(desk, of(event, "/schedule"), version="1", date="10.10.2021", hour="9")
    twice = post(desk, of(event, "/schedule"), version="1", date="31.10.2021", hour="3.30")
    good = post(desk, of(event, "/schedule"), version="1", date="20 października 2021", hour="9.30")

    assert [answer.status_code for answer in (wrong, past, twice, good)] == [422, 422, 422, 303]
    assert ["31.2.2021" in wrong.text, "five minutes from now" in past.text, 'name="turn"' in twice.text] == [True] * 3
    assert mailing().due_at == make.at("2021-10-20 09:30", "Europe/Athens")
    assert "leaves on 20 October 2021, 9:30" in get(desk, path(event))


@one_database
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(app: Flask):
    event = make.an_event()
    desk = an_organiser(app, event)

    answer = post(desk, path(event, "/write"), **{**TYPED, "body": "Dzień dobry, {nmae}"})

    assert answer.status_code == 422
    assert re.search(r'id="body-error"><span class="vh">Error: </span>This letter has no placeholder', answer.text)
    assert "Error: fix 1 answer" in answer.text
    assert "Dzień dobry, {nmae}" in answer.text
    assert TYPED["body_en"] in answer.text


@one_database
def test_two_organisers_do_not_overwrite_each_other(app: Flask):
    event = make.an_event()
    desk = an_organiser(app, event)
    write(desk, event)
    stale = form_with(get(desk, of(event, "/edit")), "body")
    desk.post(of(event, "/edit"), stale.filled("step=save", subject="Pierwszy"), headers=ENGLISH, **FORM)

    conflict = desk.post(of(event, "/edit"), stale.filled("step=save", subject="Drugi"), headers=ENGLISH, **FORM)
    unseen = post(desk, of(event, "/send"), version="1")
    again = form_with(conflict.text, "body").filled("step=save")
    settled = desk.post(of(event, "/edit"), again, headers=ENGLISH, **FORM)

    assert [answer.status_code for answer in (conflict, unseen, settled)] == [409, 409, 303]
    assert ["Pierwszy" in conflict.text, "Drugi" in conflict.text] == [True, True]
    assert (mailing().subject, mailing().status) == ("Drugi", MailingStatus.DRAFT)


@one_database
def test_a_draft_is_deleted_and_what_was_put_is_not(app: Flask, clock):
    event = make.an_event()
    make.a_registration(event)
    desk = an_organiser(app, event)
    write(desk, event)
    assert post(desk, of(event, "/delete")).status_code == 303
    write(desk, event)
    post(desk, of(event, "/send"), version="1")
    clock.stand_at(make.at("2021-10-11 09:06"))
    with transaction():
        sending.put_due()

    refused = post(desk, of(event, "/delete"))

    assert refused.status_code == 409
    assert "1 letter still waits to leave." in get(desk, of(event))
    stopped = post(desk, of(event, "/stop"))
    assert "1 letter is stopped. 0 letters had left already." in get(desk, stopped.location)


@one_database
def test_a_viewer_sees_messages_and_sends_none(app: Flask):
    event = make.an_event()
    write(an_organiser(app, event), event)
    viewer = an_organiser(app, event, Post.VIEWER)

    page = get(viewer, of(event))
    codes = [post(viewer, of(event, rest), version="1").status_code for rest in ("/send", "/schedule", "/stop", "/edit")]

    assert "/send" not in page
    assert codes == [403] * 4


@one_database
def test_a_message_of_another_event_is_not_found(app: Flask):
    event, other = make.an_event(), make.an_event()
    write(an_organiser(app, event), event)
    stranger = an_organiser(app, other)

    assert stranger.get(path(other, f"/mailings/{mailing().id}")).status_code == 404
    assert post(stranger, path(other, f"/mailings/{mailing().id}/send"), version="1").status_code == 404
