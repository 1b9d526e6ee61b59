"""The pages of letters at the desk: axe finds nothing, nothing scrolls sideways, and a message is sent and stopped."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Page

from app.db import transaction
from app.events.models import Event
from app.mail import outbox
from app.mailings import drafts
from app.mailings.drafts import Wording
from app.participants.filters import Filter
from tests import make
from tests.browser.conftest import DESKTOP, PHONE, OpenPage
from tests.browser.test_accessibility import NARROW, found_by_axe, open_menus, too_wide
from tests.browser.test_speaker import press, sign_in
from tests.defaults import one_database
from tests.live import Live
from tests.registration import outgoing

pytestmark = [pytest.mark.browser, pytest.mark.processes, one_database]


@pytest.fixture
def event(app: Flask) -> Event:
    """An event with letters in several states and a draft."""
    event = make.an_event(capacity=2)
    for _ in range(3):
        make.a_registration(event)
    with transaction():
        outbox.refused(outgoing.messages()[0].id, "550 5.1.1 <nobody@example.org>: Recipient address rejected")
        drafts.make(event, Wording("Zmiana sali", "Dzień dobry, {name}", "Another room", "Hello {name}"), Filter(), "Olga")
    return event


@pytest.fixture
def desk(app: Flask, live: Live, event: Event):
    user = make.a_user()
    make.a_membership(user, event)

    def signed_in(page: Page) -> Page:
        sign_in(page, live, app, user)
        return page

    return signed_in


def pages(page: Page, live: Live, event: Event) -> Iterator[str]:
    """Each page of letters in turn; yields its path."""
    message = outgoing.messages()[0].id
    rests = ("", "/messages", f"/messages/{message}", "/write", "/mailings/1", "/mailings/1/edit", "/kinds/confirmation")
    for rest in (*rests, "/kinds/confirmation/pl"):
        answer = page.goto(f"{live.url}/organise/events/{event.id}/letters{rest}")
        assert answer
        assert answer.status == 200, rest
        open_menus(page)
        yield rest
    page.fill("#body", "Dzień dobry, {nmae}")
    press(page, re.compile("^(Zapisz|Save)$"))
    assert page.locator(".errsum").count() == 1
    yield "the form with an error"


@pytest.mark.parametrize(("width", "scheme"), [(PHONE, "light"), (DESKTOP, "dark")])
def test_axe_finds_nothing(live: Live, event: Event, desk, open_page: OpenPage, width: int, scheme: str):
    page = desk(open_page(width=width, scheme=scheme, language="en" if scheme == "dark" else "pl"))

    found = {rest: broken for rest in pages(page, live, event) if (broken := found_by_axe(page))}

    assert found == {}


def test_nothing_scrolls_sideways_on_the_narrowest_screen(live: Live, event: Event, desk, open_page: OpenPage):
    page = desk(open_page(width=NARROW))

    assert [rest for rest in pages(page, live, event) if too_wide(page)] == []


def test_a_message_is_written_seen_sent_and_stopped(live: Live, event: Event, desk, open_page: OpenPage):
    page = desk(open_page(width=PHONE, scripts=False, language="en"))
    page.goto(f"{live.url}/organise/events/{event.id}/letters/write?state=waiting")
    page.fill("#subject", "Kolejka")
    page.fill("#body", "Dzień dobry, {name}")
    press(page, "Save and look at it")
    frame = page.frame_locator("iframe").first
    assert "Dzień dobry, Żaneta Łącka" in frame.locator("main").inner_text()

    press(page, "Send to 1 person")
    press(page, "Stop")

    assert "Stopped: nobody has got it." in page.inner_text("main")
