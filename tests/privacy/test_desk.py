"""Personal data at the desk: texts by version, and the record of processing."""

import re

import sqlalchemy as sa
from flask import Flask

from app.db import db, transaction
from app.events.members import Post
from app.questions import editing
from app.questions.editing import Told
from app.questions.models import Asks
from app.registration import consent
from app.registration.models import Clause
from tests import make
from tests.defaults import one_database
from tests.desk import Desk
from tests.forms import form_with

ENGLISH = {"Accept-Language": "en"}
CONSENT = {
    "label_pl": "Zdjęcia",
    "label_en": "Photos",
    "text_pl": "Wolno mnie fotografować.",
    "text_en": "You may photograph me.",
}


def editor(app: Flask, event) -> Desk:
    user = make.a_user()
    make.a_membership(user, event, Post.EDITOR)
    return Desk(app, user)


@one_database
def test_a_text_is_previewed_published_and_never_edited(app: Flask):
    event = make.an_event()
    make.a_registration(event)
    desk = editor(app, event)
    path = f"/organise/events/{event.id}/privacy/texts"
    wrong = desk.post(f"{path}/new/write", {**CONSENT, "text_en": " ", "step": "publish"}, headers=ENGLISH)
    seen = desk.post(f"{path}/new/write", {**CONSENT, "step": "preview"}, headers=ENGLISH)
    published = desk.post(
        f"{path}/new/write",
        form_with(seen.text, "text_pl").filled("step=publish"),
        content_type="application/x-www-form-urlencoded",
    )
    name = published.location.rpartition("/")[2]
    make.a_registration(event, consents=[consent.asked(event)[0].version])
    desk.post(f"{path}/{name}/write", {**CONSENT, "text_en": "Changed.", "step": "publish"})
    page = " ".join(desk.get(f"{path}/{name}", headers=ENGLISH).text.split())

    assert (wrong.status_code, "Write the text in both languages" in wrong.text) == (422, True)
    assert "You may photograph me." in seen.text
    assert [(one.number, one.text_en) for one in consent.versions(event, name)] == [
        (2, "Changed."),
        (1, "You may photograph me."),
    ]
    assert "Accepted by 0 people." in page
    assert "Accepted by 1 person." in page


@one_database
def test_a_consent_that_is_taken_back_is_asked_for_no_more(app: Flask):
    event = make.an_event()
    desk = editor(app, event)
    path = f"/organise/events/{event.id}/privacy/texts"
    desk.post(f"{path}/new/write", {**CONSENT, "step": "publish"})
    desk.post(f"{path}/zdjecia/retire")

    assert consent.asked(event) == []
    assert desk.get(f"{path}/zdjecia").status_code == 200
    assert desk.get(f"{path}/unknown").status_code == 404


@one_database
def test_an_organisations_text_stands_at_its_events_and_only_some_may_write_it(app: Flask):
    event = make.an_event()
    path = f"/organise/organisations/{event.organiser_id}/texts"
    form = f"/events/{event.slug}/register?lang=en"
    before = app.test_client().get(form).text
    words = {"text_pl": "Administrator\nUrząd.", "text_en": "Controller\nThe office.", "step": "publish"}
    refused = editor(app, event).post(f"{path}/information/write", words)
    desk = Desk(app, make.a_user(creates_events=True))
    unwritten = desk.get(path, headers=ENGLISH).text
    written = desk.post(f"{path}/information/write", words)

    assert (refused.status_code, written.status_code) == (403, 303)
    assert "no text of its own" in unwritten
    assert "no text of its own" not in desk.get(path, headers=ENGLISH).text
    assert ("The office." in before, "The office." in app.test_client().get(form).text) == (False, True)
    assert db.session.scalars(sa.select(Clause.organisation_id).order_by(Clause.version.desc())).first() == event.organiser_id


@one_database
def test_the_record_of_processing_is_a_page_and_a_file_of_ones_own_events(app: Flask, statements):
    event = make.an_event(title="Warsztat")
    make.an_event(title="Cudze")
    desk = editor(app, event)
    page, file = desk.get("/organise/processing", headers=ENGLISH), desk.get("/organise/processing/record.csv", headers=ENGLISH)

    assert "Warsztat" in page.text
    assert "Cudze" not in page.text
    assert file.get_data().decode("utf-8-sig").splitlines()[0].startswith("Activity;Date;Controller;")
    assert len(file.get_data().decode("utf-8-sig").splitlines()) == 2


@one_database
def test_how_long_everything_is_kept_is_asked_before_the_questions(app: Flask):
    event = make.an_event()
    desk = editor(app, event)
    with transaction():
        editing.add(event, Asks.LINE, Told(label={"pl": "Dieta", "en": "Diet"}))

    page = desk.get(f"/organise/events/{event.id}/privacy", headers=ENGLISH).text
    record = desk.get("/organise/processing", headers={"Accept-Language": "pl"}).text

    labels = re.findall(r'<label for="(?:whole|question-\d+)">([^<]+)', page)
    assert [label.strip() for label in labels] == ["Everything about participants, days after the event", "Diet"]
    assert "odpowiedzi na pytania: Dieta" in record
