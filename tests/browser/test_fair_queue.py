"""Full room, fair queue: who waited longest gets the place that comes free, and twenty browsers press for the last one."""

import re
import time
from collections.abc import Callable
from email.message import EmailMessage
from types import ModuleType

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from playwright.sync_api import Page

from app import worker
from app.db import db
from app.events.models import Event
from tests import make
from tests.browser.conftest import DESKTOP, PHONE, READING, OpenPage
from tests.browser.test_speaker import press, sign_in
from tests.browser.test_story import calendar_parts, facts_of, plain_text
from tests.live import Live
from tests.mailbox import Mailbox

pytestmark = [pytest.mark.browser, pytest.mark.processes]

CROWD = 20
LATER = "2021-10-11 09:30"
PRESS_AT = "at => setTimeout(() => document.querySelector('button[value=register]').click(), at - Date.now())"
"""Presses at this moment of the clock, so that many pages press at once."""

Checked = Callable[[str], Page]


@pytest.fixture
def event(app: Flask) -> Event:
    return make.an_event(slug="warsztat", capacity=3)


@pytest.fixture
def desk(app: Flask, live: Live, event: Event, open_page: OpenPage) -> Page:
    """The browser of an organiser who has signed in."""
    user = make.a_user()
    make.a_membership(user, event)
    page = open_page(width=DESKTOP)
    sign_in(page, live, app, user)
    return page


@pytest.fixture
def checked(live: Live, event: Event, open_page: OpenPage) -> Checked:
    """`checked(address)` is the phone of somebody who looks through their answers."""

    def fill_in(address: str) -> Page:
        page = open_page(width=PHONE)
        page.goto(f"{live.url}/events/{event.slug}/register")
        page.locator("#name").fill("Żaneta Łącka")
        page.locator("#email").fill(address)
        page.locator("#clause").check()
        with page.expect_navigation():
            page.locator("button[value=check]").click()
        return page

    return fill_in


@pytest.fixture
def tick(app: Flask, clock: ModuleType) -> Callable[[], None]:
    """One turn of the worker, after everything that happened on the pages."""

    def turn() -> None:
        clock.stand_at(make.at(LATER))
        db.session.rollback()
        worker.tick(app)

    return turn


def address(number: int) -> str:
    return f"person.{number}@example.org"


def press_one_after_another(pages: list[Page]) -> None:
    """Read the answers, and press in turn."""
    pages[-1].wait_for_timeout(READING)
    for page in pages:
        with page.expect_navigation():
            page.locator("button[value=register]").click()


def press_at_once(pages: list[Page]) -> None:
    at = time.time() * 1000 + READING
    for page in pages:
        page.evaluate(PRESS_AT, at)
    for page in pages:
        page.wait_for_url(re.compile("/registered/"))


def position(page: Page) -> int:
    """The position on the waiting list that the page names; 0 where it gives a place."""
    said = page.locator("h1").inner_text()
    found = re.match(r"Jesteś na (\d+)\. miejscu listy rezerwowej", said)
    assert found or said.startswith("Masz miejsce na warsztacie"), said
    return int(found[1]) if found else 0


def own_page(live: Live, letter: EmailMessage) -> str:
    """The link in a letter."""
    found = re.search(rf"{re.escape(live.url)}/my/[\w-]+/", plain_text(letter))
    assert found
    return found[0]


def test_full_room_fair_queue(
    live: Live,
    smtp: Mailbox,
    event: Event,
    checked: Checked,
    desk: Page,
    runner: FlaskCliRunner,
    tick: Callable[[], None],
):
    people = [checked(address(number)) for number in range(1, 6)]
    press_one_after_another(people)
    assert [position(page) for page in people] == [0, 0, 0, 1, 2]
    tick()
    links = [own_page(live, letter) for number in range(1, 6) for letter in smtp.to(address(number))]

    _, leaves, _, first, second = people
    leaves.goto(links[1])
    leaves.locator("a[href$='/cancel']").click()
    with leaves.expect_navigation():
        leaves.locator("main button.bad").click()
    tick()
    _waiting, promoted = smtp.to(address(4))
    assert "zwolnione miejsce jest Twoje" in plain_text(promoted)
    assert (facts_of(promoted)["method in MIME"], facts_of(promoted)["attendees"]) == ("REQUEST", [address(4)])
    first.goto(links[3])
    assert "Masz miejsce" in first.inner_text("main")
    second.goto(links[4])
    assert "Jesteś na 1. miejscu listy rezerwowej" in second.inner_text("main")
    assert [len(calendar_parts(letter)) for letter in smtp.to(address(5))] == [0]

    desk.goto(f"{live.url}/organise/events/{event.id}/edit")
    desk.locator("#capacity").fill("5")
    press(desk, "Zapisz")
    crowd = [checked(address(number)) for number in range(6, 6 + CROWD)]
    press_at_once(crowd)
    assert sorted(map(position, crowd)) == list(range(CROWD))
    tick()
    assert [len(calendar_parts(letter)) for letter in smtp.to(address(5))] == [0, 1]

    said = runner.invoke(args=["ledger", "check", event.slug]).output
    assert said.endswith(f"unbroken: 5 places taken and {CROWD - 1} people waiting, as the tables say.\n")
    desk.goto(f"{live.url}/organise/events/{event.id}/ledger")
    assert "Sprawdzona" in desk.inner_text("main")
    assert desk.locator("tbody tr").count() == int(said.split()[0])
