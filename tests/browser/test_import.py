"""People from a file, in a browser: on a phone, without scripts, with errors that are mended."""

import pytest
from flask import Flask
from playwright.sync_api import FilePayload, Page

from app.accounts.models import User
from app.events.models import Event
from tests import make
from tests.browser.conftest import DESKTOP, PHONE, OpenPage
from tests.browser.test_accessibility import NARROW, found_by_axe, open_menus, too_wide
from tests.browser.test_speaker import sign_in
from tests.defaults import one_database
from tests.live import Live

pytestmark = [pytest.mark.browser, pytest.mark.processes, one_database]

HEADER = "Kto;Adres e-mail;Instytucja;Uwagi\n"
BAD = f"{HEADER}Ewa Lis;ewa@example.org;Urząd Miasta Gdyni;\nJan Nowak;jan.example.org;;\n;anna@example.org;;\n"
GOOD = f"{HEADER}Ewa Lis;ewa@example.org;Urząd Miasta Gdyni;\nJan Nowak;jan@example.org;;\nAnna Bąk;anna@example.org;;\n"


@pytest.fixture
def event(app: Flask) -> Event:
    """An event with two places, where one person is already."""
    event = make.an_event(capacity=3, asks_sessions=True)
    make.a_session(event)
    make.a_registration(event, name="Ewa Lis", email="ewa@example.org")
    return event


@pytest.fixture
def user(event: Event) -> User:
    user = make.a_user()
    make.a_membership(user, event)
    return user


def a_file(content: str, name: str = "lista.csv") -> FilePayload:
    return {"name": name, "mimeType": "text/csv", "buffer": content.encode("cp1250")}


def press(page: Page, button: str) -> str:
    """Press a button of the page's main part; returns what the next page says."""
    with page.expect_navigation():
        page.locator("main").get_by_role("button", name=button).click()
    open_menus(page)
    return page.locator("main").inner_text()


def as_it_should_be(page: Page) -> bool:
    return not found_by_axe(page) and not too_wide(page)


@pytest.mark.parametrize(
    ("width", "scheme", "scripts"), [(PHONE, "light", True), (NARROW, "dark", True), (DESKTOP, "dark", False)]
)
def test_a_file_is_sent_matched_tried_mended_and_carried_out(
    app, live: Live, event: Event, user: User, open_page: OpenPage, width: int, scheme: str, scripts: bool
):
    page = open_page(width=width, scheme=scheme, scripts=scripts, language="en")
    sign_in(page, live, app, user)
    page.goto(f"{live.url}/organise/events/{event.id}/participants")
    page.get_by_role("link", name="Add people from a file").click()
    looks = [as_it_should_be(page)] if scripts else []

    nothing = press(page, "Send the file")
    page.set_input_files("#file", files=[a_file(BAD)])
    unmatched = press(page, "Send the file")
    page.select_option("#name", label="A · Kto")
    tried = press(page, "Save and try again")
    looks += [as_it_should_be(page)] if scripts else []
    page.set_input_files("#mended", files=[a_file(GOOD)])
    good = press(page, "Send the mended file")
    looks += [as_it_should_be(page)] if scripts else []
    unticked = press(page, "Add 2 people")
    page.check("#clause")
    done = press(page, "Add 2 people")
    looks += [as_it_should_be(page)] if scripts else []

    assert "Choose a file" in nothing
    assert "Choose the column with names" in unmatched
    assert ["2 errors" in tried, "Row 3" in tried, "There is no name" in tried, "Add 2 people" in tried] == [
        True,
        True,
        True,
        False,
    ]
    assert ["2 people will get a place" in good, "1 person is at the event already" in good] == [True, True]
    assert "Fix 1 answer" in unticked
    assert ["Added: 2 people" in done, "2 people have a place" in done, "passed over" in done] == [True, True, True]
    assert looks in ([], [True] * 4)
