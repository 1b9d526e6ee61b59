"""Personal data in a browser: somebody erases themselves, and the time of an event runs out."""

from pathlib import Path

import pytest
from flask import Flask

from app import worker
from app.db import db, transaction
from app.privacy import records, retention
from app.registration import consent, keys
from app.registration.models import Purpose
from tests import make
from tests.browser.conftest import DESKTOP, PHONE, OpenPage
from tests.browser.test_accessibility import NARROW, found_by_axe, too_wide
from tests.browser.test_speaker import press, sign_in
from tests.live import Live
from tests.privacy import searching
from tests.privacy.test_erasing import a_question, an_answer

pytestmark = [pytest.mark.browser, pytest.mark.processes]

NAME, ADDRESS, ANSWER = "Świętosława Przybyłowicz", "przybylowicz@example.org", "drezyną"
EVERYTHING = [NAME, ADDRESS, ANSWER]


def test_erase_me(app: Flask, live: Live, open_page: OpenPage, database: str, home: Path):
    event = make.an_event(slug="warsztat", capacity=1)
    with transaction():
        words = {"label_pl": "Zgoda na zdjęcia", "label_en": "Photos"}
        version = consent.publish("Wolno mi robić zdjęcia.", "Photograph me.", name="photos", owner=event, **words).version
    person = make.a_registration(event, name=NAME, email=ADDRESS, consents=[version])
    an_answer(person, a_question(event), ANSWER)
    waiting = make.a_registration(event)
    worker.tick(app)
    held = searching.everywhere(database, home, EVERYTHING)
    my = f"{live.url}/my/{keys.token(person, Purpose.MY)}/"
    db.session.rollback()
    page = open_page(width=PHONE, scripts=False)
    page.goto(my)
    press(page, "Cofnij tę zgodę")
    press(page, "Wyrażam tę zgodę")
    page.get_by_role("link", name="Wszystko, co o Tobie przechowujemy").click()
    shown = page.content()
    page.set_viewport_size({"width": NARROW, "height": 844})
    wide, faults = too_wide(page), found_by_axe(open_and_read(open_page, page.url))
    page.get_by_role("link", name="Usuń moje dane").click()
    press(page, "Usuń moje dane na zawsze")
    said, gone = page.inner_text("h1"), page.goto(my)
    live.stop()
    worker.tick(app)

    assert {word.partition(": ")[2] for word in held} == set(EVERYTHING)
    assert all(word in shown for word in EVERYTHING)
    assert (wide, faults) == (False, [])
    assert said == "Twoje dane są usunięte"
    assert gone is not None
    assert gone.status == 410
    assert searching.everywhere(database, home, EVERYTHING) == []
    assert waiting.is_confirmed


def open_and_read(open_page: OpenPage, address: str):
    """The same page with scripts, which the checker of accessibility needs."""
    page = open_page(width=PHONE)
    page.goto(address)
    return page


def test_retention_ran(app: Flask, live: Live, open_page: OpenPage, clock):
    event = make.an_event(slug="warsztat")
    question = a_question(event)
    person = make.a_registration(event, name=NAME, email=ADDRESS)
    an_answer(person, question, ANSWER)
    user = make.a_user()
    make.a_membership(user, event)
    page = open_page(width=DESKTOP)
    sign_in(page, live, app, user)
    page.goto(f"{live.url}/organise/events/{event.id}/privacy")
    page.locator("#whole").fill("60")
    page.locator(f"#question-{question.id}").fill("3")
    press(page, "Zapisz")
    planned, faults = page.inner_text("section[aria-labelledby=plan]"), found_by_axe(page)
    form = open_page(width=PHONE)
    form.goto(f"{live.url}/events/warsztat/register")
    told = form.content()
    for day in ("2021-10-29 09:00", "2021-12-25 09:00"):
        clock.stand_at(make.at(day))
        db.session.rollback()
        worker.tick(app)
    page.goto(f"{live.url}/organise/events/{event.id}/privacy")
    record = page.inner_text("section[aria-labelledby=record]")
    page.goto(f"{live.url}/organise/events/{event.id}/participants")
    participants = page.content()

    assert "29 października 2021: 1 odpowiedź na pytanie „Czym przyjedziesz?”" in planned
    assert "25 grudnia 2021" in planned
    assert "Twoje dane zostaną usunięte 25 grudnia 2021." in told
    assert faults == []
    assert "Wszystko o uczestnikach" in record
    assert "Odpowiedzi na jedno pytanie (travel)" in record
    assert NAME not in participants
    assert [one.people for one in records.of(event)] == [1, 1]
    assert retention.plan(event) == []
