"""The participants at the desk: axe finds nothing, nothing scrolls sideways, and a selection is cancelled and brought back."""

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Page

from app.accounts.models import User
from app.calendar.words import Reply
from app.db import transaction
from app.events.models import Event
from app.mail import outbox
from app.participants import acts
from app.registration.models import Need
from tests import make
from tests.browser.conftest import DESKTOP, PHONE, OpenPage
from tests.browser.test_accessibility import NARROW, found_by_axe, open_menus, too_wide
from tests.browser.test_speaker import sign_in
from tests.defaults import one_database
from tests.live import Live
from tests.registration import outgoing

pytestmark = [pytest.mark.browser, pytest.mark.processes, one_database]


@pytest.fixture
def event(app: Flask) -> Event:
    """Sixty people in every state, one of whom a letter did not reach."""
    event = make.an_event(capacity=58, asks_sessions=True)
    make.a_session(event)
    make.a_session(event, title="Panel ekspertów: oczekiwania miast wobec rozwiązań Smart City")
    people = [make.a_registration(event, needs=[Need.CAPTIONS], needs_note="rampa") for _ in range(60)]
    with transaction():
        acts.cancel(people[5], tells=True)
        acts.answered(people[0], Reply.TENTATIVE)
        acts.note(people[0], "Dojedzie później")
        outbox.refused(outgoing.messages()[0].id, "550 5.1.1 <nobody@example.org>: Recipient address rejected")
    return event


@pytest.fixture
def user(event: Event) -> User:
    user = make.a_user()
    make.a_membership(user, event)
    return user


def pages(page: Page, base: str) -> Iterator[str]:
    """Each page in turn; yields its name."""
    for rest in ("", "?q=nikt", "?sort=name&page=2&letters=failed&state=all", "/1", "/1/edit", "/1/cancel", "/6", "/60", "/add"):
        answer = page.goto(f"{base}{rest}")
        assert answer
        assert answer.status == 200, rest
        open_menus(page)
        yield rest
    with page.expect_navigation():
        page.click("main form.form button")
    assert page.locator(".errsum").count() == 1
    yield "the form with errors"
    page.goto(base)
    page.check("tbody tr:first-child input[name=picked]")
    with page.expect_navigation():
        page.click("button[value=cancel]")
    yield "an act to be undone"


@pytest.mark.parametrize(("width", "scheme"), [(PHONE, "light"), (DESKTOP, "dark")])
def test_axe_finds_nothing(app, live: Live, event: Event, user: User, open_page: OpenPage, width: int, scheme: str):
    base = f"{live.url}/organise/events/{event.id}/participants"
    page = open_page(width=width, scheme=scheme, language="en" if scheme == "dark" else "pl")
    sign_in(page, live, app, user)

    found = {rest: broken for rest in pages(page, base) if (broken := found_by_axe(page))}

    assert found == {}


def test_nothing_scrolls_sideways_on_the_narrowest_screen(app, live: Live, event: Event, user: User, open_page: OpenPage):
    base = f"{live.url}/organise/events/{event.id}/participants"
    page = open_page(width=NARROW)
    sign_in(page, live, app, user)

    assert [rest for rest in pages(page, base) if too_wide(page)] == []


def test_a_page_of_people_is_selected_cancelled_and_brought_back(app, live: Live, event: Event, user: User, open_page: OpenPage):
    base = f"{live.url}/organise/events/{event.id}/participants"
    page = open_page(width=DESKTOP, language="en")
    sign_in(page, live, app, user)
    page.goto(f"{base}?state=confirmed")

    page.check("[data-all] input")
    selected = page.locator("[data-count]").inner_text()
    page.uncheck("tbody tr:nth-child(3) input[name=picked]")
    fewer = page.locator("[data-count]").inner_text()
    written_to = page.locator("a[data-write]").get_attribute("href") or ""
    with page.expect_navigation():
        page.click("button[value=cancel]")
    noted = page.locator(".step").inner_text()
    page.reload()
    with page.expect_navigation():
        page.click(".step button")

    assert (selected, fewer, written_to.count(".") >= 48) == ("Selected: 50", "Selected: 49", True)
    assert "Cancelled: 49 people. Letters leave at" in noted
    assert "Undone for 49 people." in page.locator("main").inner_text()


def test_the_table_works_without_scripts(app, live: Live, event: Event, user: User, open_page: OpenPage):
    page = open_page(width=DESKTOP, language="en", scripts=False)
    sign_in(page, live, app, user)
    page.goto(f"{live.url}/organise/events/{event.id}/participants")

    page.check("tbody tr:nth-child(2) input[name=picked]")
    with page.expect_navigation():
        page.click("button[value=resend]")

    assert "To be sent again: the letter of 1 person." in page.locator(".step").inner_text()
