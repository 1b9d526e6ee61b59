"""The overview, the materials and the history of an event: axe finds nothing, nothing scrolls sideways, and the links work."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Page

from app.agenda.models import Answer, Visibility
from app.audit import records
from app.db import db, transaction
from app.events.models import Event
from app.mail.models import Message, MessageStatus
from tests import make
from tests.browser.conftest import DESKTOP, PHONE, OpenPage
from tests.browser.test_accessibility import NARROW, found_by_axe, too_wide
from tests.defaults import one_database
from tests.live import Live

pytestmark = [pytest.mark.browser, pytest.mark.processes, one_database]
LONG = "Konstantynopolitańczykowianeczkówna-Brzęczyszczykiewiczówna-Raport-Końcowy.pdf"


@pytest.fixture
def event(app: Flask, live: Live, clock) -> Event:
    """A workshop in full swing: registrations on many days, letters that failed, speakers, materials, acts at the desk."""
    made = make.an_event(capacity=24, meeting_url=None, is_recorded=True, languages=["pl", "en"])
    session = make.a_session(made)
    make.an_appearance(session)
    make.an_appearance(session, answer=Answer.ASKED)
    make.a_material(made, url=None, file_id=make.a_file(name=LONG).id, session_id=session.id, title=LONG)
    make.a_material(made, title="Nagranie", visibility=Visibility.AFTER)
    for number in range(12):
        registration = make.a_registration(made)
        with transaction():
            registration.registered_at -= timedelta(days=number)
    with transaction():
        db.session.query(Message).order_by(Message.id).limit(1).one().status = MessageStatus.DEAD
    with transaction(), records.acting("event.edit", user_id=None, user_name="Olga Organizacyjna", event_id=made.id):
        made.subtitle, made.place_name = f"{LONG} {LONG}", "Teams"
    return made


@pytest.fixture
def owner(event: Event) -> str:
    user = make.a_user(language="pl")
    make.a_membership(user, event)
    address = user.email
    db.session.rollback()
    return address


def sign_in(page: Page, live: Live, address: str) -> None:
    page.goto(f"{live.url}/organise/sign-in")
    page.fill("#email", address)
    page.fill("#password", make.PASSWORD)
    press(page, "main form button")


def press(page: Page, selector: str) -> None:
    with page.expect_navigation():
        page.click(selector)


def each_page(page: Page, live: Live, event_id: int) -> Iterator[str]:
    """Every page of the three parts, the folded open, and the form with its errors."""
    for path in ("", "materials", "materials/new", "history"):
        page.goto(f"{live.url}/organise/events/{event_id}/{path}")
        for summary in page.locator("main details > summary").all():
            summary.click()
        yield path
    page.goto(f"{live.url}/organise/events/{event_id}/materials/new")
    page.fill("#title", "kliknij tutaj")
    press(page, "main form button")
    yield "materials with errors"
    page.goto(f"{live.url}/organise/events/{event_id}/materials")
    press(page, "main td a.lnk")
    yield "a material"


@pytest.mark.parametrize(("width", "scheme"), [(PHONE, "dark"), (DESKTOP, "light")])
def test_axe_finds_nothing(live: Live, event: Event, owner: str, open_page: OpenPage, width: int, scheme: str):
    page, event_id = open_page(width=width, scheme=scheme), event.id
    db.session.rollback()
    sign_in(page, live, owner)

    found = {name: found_by_axe(page) for name in each_page(page, live, event_id)}

    assert len(found) == 6
    assert {name: rules for name, rules in found.items() if rules} == {}


def test_nothing_scrolls_sideways_on_the_narrowest_screen(live: Live, event: Event, owner: str, open_page: OpenPage):
    page, event_id = open_page(width=NARROW), event.id
    db.session.rollback()
    sign_in(page, live, owner)

    wide = {name: too_wide(page) for name in each_page(page, live, event_id)}

    assert [name for name, is_wide in wide.items() if is_wide] == []


def test_an_organiser_adds_a_file_and_anybody_downloads_it(live: Live, event: Event, owner: str, open_page: OpenPage):
    page, event_id, slug = open_page(width=DESKTOP), event.id, event.slug
    db.session.rollback()
    sign_in(page, live, owner)
    page.goto(f"{live.url}/organise/events/{event_id}/materials/new")
    page.set_input_files("#file", {"name": "slajdy.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 of the test"})
    page.fill("#title", "Slajdy z warsztatu")
    page.check("#visibility-0")
    press(page, "main form button")
    page.goto(f"{live.url}/events/{slug}/")

    with page.expect_download() as download:
        page.get_by_role("link", name="Slajdy z warsztatu").first.click()

    assert download.value.suggested_filename == "slajdy.pdf"
    assert download.value.path().read_bytes() == b"%PDF-1.7 of the test"
