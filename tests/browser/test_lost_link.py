"""The link was lost: on a phone, without scripts, by the keyboard alone."""

import re

import pytest

from tests import make
from tests.browser.conftest import PHONE, OpenPage
from tests.browser.keyboard import Keyboard
from tests.browser.test_story import plain_text
from tests.live import Live
from tests.mailbox import Mailbox

pytestmark = [pytest.mark.browser, pytest.mark.processes]

ADDRESS = "zaneta.lacka@example.org"


def test_the_link_was_lost(live: Live, smtp: Mailbox, open_page: OpenPage):
    """Asked for from the event's page; the letter, the list, and from the list to each registration."""
    event = make.an_event(title="Warsztat", capacity=1)
    other = make.an_event(title="Konferencja", starts_at=make.at("2021-11-08 10:00"))
    for one in (event, other):
        make.a_registration(one, email=ADDRESS)
    live.start_worker()
    smtp.wait_for(2, ADDRESS)
    page = open_page(width=PHONE, scripts=False)
    keyboard = Keyboard(page)

    page.goto(f"{live.url}/events/{event.slug}/")
    keyboard.follow("main a[href='/my/']")
    keyboard.write("#email", ADDRESS)
    keyboard.follow("main form button")
    assert "Jeśli na ten adres są zgłoszenia" in page.inner_text("main")
    found = re.search(rf"{re.escape(live.url)}/my/all/\S+", plain_text(smtp.wait_for(3, ADDRESS)[2]))
    assert found
    page.goto(found[0])

    assert page.locator("main h3").all_inner_texts() == ["Warsztat", "Konferencja"]
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    keyboard.follow("main li:nth-child(2) h3 a")
    assert "Masz miejsce" in page.inner_text("main")
    assert "Konferencja" in page.inner_text("h1")

    page.goto(f"{live.url}/my/")
    keyboard.write("#email", "nobody@example.org")
    keyboard.follow("main form button")
    assert "Jeśli na ten adres są zgłoszenia" in page.inner_text("main")
    assert smtp.to("nobody@example.org") == []
