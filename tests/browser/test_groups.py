"""Registered by somebody else: a group of three for two free places, and an assistant who registers the mayor."""

import re
from collections.abc import Callable
from types import ModuleType

import pytest
from flask import Flask
from playwright.sync_api import Page

from app import worker
from app.admission.models import Rules
from app.db import db
from app.events.models import Event
from app.registration import keys, reckoning
from app.registration.models import Purpose
from tests import make
from tests.browser.conftest import PHONE, READING, OpenPage
from tests.browser.test_story import calendar_parts, facts_of, plain_text
from tests.live import Live
from tests.mailbox import Mailbox

pytestmark = [pytest.mark.browser, pytest.mark.processes]

ASSISTANT, MAYOR = "sekretariat@example.org", "burmistrz@example.org"
LATER = "2021-10-11 09:30"
ADDRESSES = ("anna@example.org", ASSISTANT, "ewa@example.org")
THREE = {
    "m0-name": "Anna Nowak",
    "m0-email": "anna@example.org",
    "m1-name": "Jan Kowalski",
    "m2-name": "Ewa Lis",
    "m2-email": "ewa@example.org",
}


@pytest.fixture
def tick(app: Flask, clock: ModuleType) -> Callable[[], None]:
    """One turn of the worker, after everything that happened on the pages."""

    def turn() -> None:
        clock.stand_at(make.at(LATER))
        db.session.rollback()
        worker.tick(app)

    return turn


def press(page: Page, step: str) -> None:
    """Press one of the form's buttons, no sooner than somebody can have read the page."""
    page.wait_for_timeout(READING)
    with page.expect_navigation():
        page.locator(f"main form .btn[value={step}]").click()


def write(page: Page, facts: dict[str, str]) -> None:
    for name, value in facts.items():
        page.locator(f"#{name}").fill(value)


def open_form(page: Page, live: Live, event: Event, link: str) -> None:
    """From the event's form to the one for others, as its assistant."""
    page.goto(f"{live.url}/events/{event.slug}/register")
    with page.expect_navigation():
        page.get_by_role("link", name=link).click()
    write(page, {"contact_name": "Ola Sekretarz", "contact_email": ASSISTANT})
    page.locator("#clause").check()


def received(smtp: Mailbox) -> list[tuple[str, str, bool]]:
    """Of each letter: the address, the first line, and whether there is an entry for a calendar."""
    return [
        (delivery.recipients[0], plain_text(delivery.message).splitlines()[0], bool(calendar_parts(delivery.message)))
        for delivery in smtp.deliveries
    ]


def test_a_group_of_three_for_two_free_places(live: Live, smtp: Mailbox, open_page: OpenPage, tick: Callable[[], None]):
    event = make.an_event(capacity=3)
    make.kept(Rules, {}, event_id=event.id, takes_parties=True)
    there = make.a_registration(event)
    page = open_page(width=PHONE, scripts=False)
    open_form(page, live, event, "Zapisz kilka osób razem")
    press(page, "add")
    write(page, THREE)

    page.locator("#waits-1").check()
    press(page, "register")
    refused = page.inner_text(".errsum")
    db.session.rollback()
    nobody = event.arrivals, event.waiting
    page.locator("#waits-0").check()
    press(page, "register")
    waiting = page.inner_text("h1")
    tick()
    first = received(smtp)
    page.goto(f"{live.url}/my/{keys.token(there, Purpose.MY)}/cancel")
    with page.expect_navigation():
        page.locator("main button.bad").click()
    tick()
    second = received(smtp)[len(first) :]

    assert "Wolnych miejsc jest mniej niż osób w grupie." in refused
    assert nobody == (1, 0)
    assert waiting.startswith("Twoja grupa jest na liście rezerwowej")
    assert first[0][0] == there.email
    positions = [f"JESTEŚ NA {number}. MIEJSCU LISTY REZERWOWEJ" for number in (1, 2, 3)]
    assert first[1:] == [(address, said, False) for address, said in zip(ADDRESSES, positions, strict=True)]
    assert second[0] == (there.email, "WYPISANIE POTWIERDZONE", True)
    assert second[1:] == [(address, "ZWOLNIŁO SIĘ MIEJSCE I JEST TWOJE", True) for address in ADDRESSES]
    assert (event.taken, event.waiting, reckoning.of(event).wrong) == (3, 0, [])


def test_an_assistant_registers_the_mayor(live: Live, smtp: Mailbox, open_page: OpenPage, tick: Callable[[], None]):
    page, said = open_page(width=PHONE, scripts=False), []
    for address in ("", MAYOR):
        open_form(page, live, make.an_event(), "Zapisz inną osobę")
        write(page, {"m0-name": "Burmistrz Anna Nowak", "m0-email": address})
        press(page, "register")
        said.append(page.inner_text("h1").splitlines()[0])
    tick()

    assert said == ["Osoba, którą zapisujesz, ma miejsce"] * 2
    assert received(smtp) == [(address, "MASZ MIEJSCE NA WARSZTACIE", True) for address in (ASSISTANT, MAYOR)]
    assert ["Dla:    Burmistrz Anna Nowak" in plain_text(letter) for letter in smtp.messages] == [True, False]
    assert [facts_of(letter)["attendees"] for letter in smtp.messages] == [[ASSISTANT], [MAYOR]]
    for letter in smtp.messages:
        found = re.search(rf"{re.escape(live.url)}/my/[\w-]+/", plain_text(letter))
        assert found
        page.goto(found[0])
        assert "Burmistrz Anna Nowak" in page.inner_text("main")
