"""The agenda moves: a panel is dragged twice and a slip corrected, and those concerned get one letter when it has settled."""

import re
import time
import urllib.error
import urllib.request
from email.message import EmailMessage

import pytest
from flask import Flask
from playwright.sync_api import Page

from app.agenda.models import Answer, Session
from app.changes import versions
from app.db import db, transaction
from app.events.models import Event
from app.panels import engaging
from tests import make
from tests.agenda.sketch import an_agenda, named
from tests.browser.conftest import DESKTOP, SECONDS_TO_ANSWER, OpenPage
from tests.browser.test_agenda_editor import field, middle, row
from tests.browser.test_speaker import sign_in
from tests.browser.test_story import calendar_parts, entry_of, facts_of, plain_text
from tests.live import Live
from tests.mailbox import Mailbox

pytestmark = [pytest.mark.browser, pytest.mark.processes]

CAME_TO_PANEL = ("anna@example.org", "bartosz@example.org")
CAME_TO_WORKSHOP = "celina@example.org"
PANELISTS = tuple(f"panelist.{number}@example.org" for number in range(1, 6))
SETTLED = "2021-10-11T09:25+02:00"


@pytest.fixture
def event(app: Flask) -> Event:
    """A break stands between the panel and the workshop, so that the panel dragged behind it begins at 11:15."""
    event = an_agenda("Prezentacja", "Panel", asks_sessions=True, slug="smart-city")
    at = {"starts_at": make.at("2021-10-26 12:00"), "ends_at": make.at("2021-10-26 12:15")}
    make.a_session(event, title="Przerwa", slug="przerwa", kind="break", **at)
    afternoon = {"starts_at": make.at("2021-10-26 14:00"), "ends_at": make.at("2021-10-26 15:00")}
    make.a_session(event, title="Warsztat", slug="warsztat", **afternoon)
    for number, address in enumerate(PANELISTS):
        speaker(named(event, "Panel"), address, f"Panelista Numer {number}")
    with transaction():
        versions.begin(event, by="")
    panel, workshop = named(event, "Panel").id, named(event, "Warsztat").id
    for address in CAME_TO_PANEL:
        make.a_registration(event, email=address, sessions=[panel])
    make.a_registration(event, email=CAME_TO_WORKSHOP, sessions=[workshop])
    return event


def speaker(session: Session, address: str, name: str) -> None:
    """Somebody on the session who has said yes."""
    person = make.a_person(email=address, name=name)
    make.an_appearance(session, person_id=person.id)
    with transaction():
        engaging.record(session.event, person, {session.id: Answer.ACCEPTED}, "")


@pytest.fixture
def desk(app: Flask, live: Live, event: Event, open_page: OpenPage) -> Page:
    """The agenda editor as an organiser has it before them."""
    user = make.a_user()
    make.a_membership(user, event)
    page = open_page(width=DESKTOP, language="en")
    sign_in(page, live, app, user)
    page.goto(f"{live.url}/organise/events/{event.id}/agenda")
    return page


def drag_behind(page: Page, title: str, other: str) -> None:
    target = row(page, other).bounding_box()
    assert target
    page.mouse.move(*middle(row(page, title).locator("[data-handle]")))
    page.mouse.down()
    page.mouse.move(target["x"] + 40, target["y"] + target["height"] - 4, steps=10)
    page.mouse.up()
    page.locator(".toast", has_text="Moved").wait_for()


def save(page: Page, title: str) -> None:
    row(page, title).locator("button[id^='save-']").click()
    page.locator(".toast", has_text="Changed").wait_for()


def wait_until_it_begins(event: Event, title: str, hour: str) -> None:
    deadline = time.monotonic() + SECONDS_TO_ANSWER
    while f"{named(event, title).local_starts_at:%H:%M}" != hour:
        assert time.monotonic() < deadline
        time.sleep(0.1)
        db.session.rollback()


def feed(live: Live, letter: EmailMessage) -> str:
    """The address of the own feed in a letter."""
    page = re.search(rf"{re.escape(live.url)}/my/[\w-]+/", plain_text(letter))
    assert page
    with urllib.request.urlopen(page[0]) as answer:
        found = re.search(rf"{re.escape(live.url)}/feeds/[\w-]+\.ics", answer.read().decode())
    assert found
    return found[0]


def answer_of(address: str, tag: str = "") -> tuple[int, str, str]:
    """Status, body and tag of a feed, asked for as a reader who has the bytes of this tag."""
    request = urllib.request.Request(address, headers={"If-None-Match": tag} if tag else {})
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, answer.read().decode(), answer.headers["ETag"]
    except urllib.error.HTTPError as error:
        return error.code, "", error.headers["ETag"]


def test_the_agenda_moves(live: Live, smtp: Mailbox, event: Event, desk: Page):
    everybody = (*CAME_TO_PANEL, CAME_TO_WORKSHOP, *PANELISTS)
    live.start_worker()
    first = {address: smtp.wait_for(1, address) for address in everybody}
    live.stop_workers()
    own_feed = feed(live, first[CAME_TO_PANEL[0]][0])
    _, before, tag = answer_of(own_feed)
    assert "DTSTART;TZID=Europe/Warsaw:20211026T110000" in before

    drag_behind(desk, "Panel", "Przerwa")
    row(desk, "Panel").locator("summary", has_text="Abstract").click()
    field(desk, "Panel", "abstract").fill("O tym, co się udało w miastach.")
    save(desk, "Panel")
    field(desk, "Panel", "start").fill("11:10")
    save(desk, "Panel")
    wait_until_it_begins(event, "Panel", "11:10")

    for _ in range(2):
        live.start_worker(PLENUM_CLOCK=SETTLED)
    told = {address: smtp.wait_for(len(first[address]) + 1, address)[-1] for address in (*CAME_TO_PANEL, *PANELISTS)}
    desk.wait_for_timeout(3000)

    numbers = {address: len(smtp.to(address)) - len(first[address]) for address in everybody}
    assert numbers == {**dict.fromkeys((*CAME_TO_PANEL, *PANELISTS), 1), CAME_TO_WORKSHOP: 0}
    for address, letter in told.items():
        former = entry_of(next(mail for mail in reversed(first[address]) if calendar_parts(mail)))
        assert (entry_of(letter)["UID"], entry_of(letter)["SEQUENCE"] > former["SEQUENCE"]) == (former["UID"], True)
        assert facts_of(letter)["starts"] == "DTSTART;TZID=Europe/Warsaw:20211026T111000"
        assert "11:10" in plain_text(letter)
        assert "11:00" in plain_text(letter)
    status, now, new_tag = answer_of(own_feed, tag)
    assert (status, "DTSTART;TZID=Europe/Warsaw:20211026T111000" in now) == (200, True)
    assert answer_of(own_feed, new_tag)[0] == 304
    desk.goto(f"{live.url}/organise/events/{event.id}/changes")
    assert "11:10" in desk.inner_text("main")
