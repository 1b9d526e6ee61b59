"""A panelist confirms by the letter's link: from the question to the public page, as they and the organiser meet it."""

import re
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page

from app.accounts.models import User
from app.agenda.queries import sessions_of
from app.db import db, transaction
from app.events.models import Event
from app.panels import engaging, keys, proposals
from app.panels.proposals import Details
from app.site import Site
from tests import make
from tests.browser.conftest import DESKTOP, PHONE, OpenPage
from tests.browser.test_accessibility import NARROW, found_by_axe, open_menus, too_wide
from tests.browser.test_story import entry_of, facts_of, plain_text
from tests.defaults import one_database
from tests.desk import RAW_TOKEN
from tests.live import Live
from tests.mailbox import Mailbox
from tests.panels.pictures import a_picture

pytestmark = [pytest.mark.browser, pytest.mark.processes, one_database]

ADDRESS = "anna.ciesla@example.org"


@pytest.fixture
def event(app: Flask) -> Event:
    """An event with a panel, and Anna on it."""
    event = make.an_event(slug="smart-city")
    person = make.a_person(name="Anna Cieśla", slug="anna-ciesla", email=ADDRESS)
    make.an_appearance(make.a_session(event, title="Panel ekspertów"), person_id=person.id, printed_as="Naczelnik Wydziału")
    return event


@pytest.fixture
def organiser(app: Flask, event: Event) -> User:
    user = make.a_user()
    make.a_membership(user, event)
    return user


def sign_in(page: Page, live: Live, app: Flask, user: User) -> None:
    """Give the browser the session of somebody who has signed in."""
    signer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    session = {"_user_id": user.fs_uniquifier, "_fresh": True, "csrf_token": RAW_TOKEN, "fs_cc": "set"}
    page.context.add_cookies(
        [{"name": app.config["SESSION_COOKIE_NAME"], "value": signer.dumps(session), "url": f"{live.url}/organise"}]
    )


def press(page: Page, name: str | re.Pattern[str]) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=name).click()


def test_a_panelist_accepts_completes_the_details_and_the_organiser_approves(
    app: Flask, live: Live, smtp: Mailbox, event: Event, organiser: User, open_page: OpenPage, tmp_path: Path
):
    live.start_worker()
    desk = open_page(width=DESKTOP, language="en")
    sign_in(desk, live, app, organiser)
    desk.goto(f"{live.url}/organise/events/{event.id}/speakers")
    press(desk, "Ask the one who is not asked yet")

    [letter] = smtp.wait_for(1, ADDRESS)
    link = re.search(rf"{re.escape(live.url)}/speak/[\w-]+/", plain_text(letter))
    assert link
    phone = open_page(width=PHONE, scripts=False, language="en")
    phone.goto(link[0])
    phone.get_by_label("Yes, I will appear").check()
    press(phone, "Send my answer")
    assert "Thank you, you are in the programme." in phone.inner_text("main")
    invitation = smtp.wait_for(2, ADDRESS)[1]
    assert facts_of(invitation) == {
        "method in MIME": "REQUEST",
        "method in the body": ["REQUEST"],
        "starts": "DTSTART;TZID=Europe/Warsaw:20211026T100000",
        "attendees": [ADDRESS],
        "status": "CONFIRMED",
    }
    assert str(entry_of(invitation)["SUMMARY"]) == "Panel ekspertów"

    photo = tmp_path / "anna.jpg"
    photo.write_bytes(a_picture(size=(600, 800)))
    phone.get_by_label("Note in Polish").fill("Bada **miasta** i ich autobusy.")
    phone.get_by_label("Photo", exact=False).first.set_input_files(photo)
    phone.get_by_label("What the photo shows").fill("Kobieta w szarej marynarce")
    press(phone, "Send to the organiser")
    assert "The organiser looks at your changes" in phone.inner_text("main")

    desk.goto(f"{live.url}/organise/events/{event.id}/speakers")
    assert "Proposal waits" in desk.inner_text("main")
    desk.get_by_role("link", name="Anna Cieśla").click()
    press(desk, "Approve all")

    phone.goto(f"{live.url}/people/anna-ciesla/")
    assert "Bada miasta i ich autobusy." in phone.inner_text("main")
    picture = phone.get_by_role("img", name="Kobieta w szarej marynarce")
    assert picture.evaluate("image => image.complete && image.naturalWidth") == 600
    db.session.rollback()
    assert event.taken == 0


def test_people_are_found_as_one_types_by_the_keyboard(
    app: Flask, live: Live, event: Event, organiser: User, open_page: OpenPage
):
    make.an_organisation(name="Politechnika Łódzka")
    page = open_page(width=DESKTOP, language="en")
    sign_in(page, live, app, organiser)
    page.goto(f"{live.url}/organise/people/new")
    field = page.get_by_role("combobox", name="Organisation")

    field.press_sequentially("lodz")
    page.get_by_role("option", name="Politechnika Łódzka").wait_for()
    assert found_by_axe(page) == []
    field.press("ArrowDown")
    active = field.get_attribute("aria-activedescendant")
    field.press("Enter")

    assert page.locator(f"#{active}").inner_text() == "Politechnika Łódzka"
    assert (field.input_value(), field.get_attribute("aria-expanded")) == ("Politechnika Łódzka", "false")
    assert page.locator("#organisation_id").input_value() != ""


@pytest.fixture
def paths(app: Flask, event: Event) -> list[str]:
    """Every page of people and speakers, with something to show on it."""
    other = make.a_person(name="Anna Ciesla", position="Naczelnik", links=[{"title": "Profil", "url": "https://example.org"}])
    make.an_appearance(make.a_session(event), person_id=other.id)
    with transaction():
        engagement = next(engaging.ask(event, appearance.person) for appearance in event_people(event) if appearance.person.email)
        proposals.propose(engagement, Details("Anna Nowak", "Dyrektor", {"pl": "Bada miasta.", "en": ""}, []))
    token, anna = keys.token(engagement), engagement.person_id
    site: Site = app.config["SITE"]
    desk = f"/organise/events/{event.id}/speakers"
    found = [site.speak(token).removeprefix(site.base_url), "/people/anna-ciesla/", desk, f"{desk}/{anna}/"]
    organisation = event.organiser_id
    register = ["", "new", f"{anna}/", "duplicates", f"merge?first={anna}", f"merge?first={anna}&second_id={other.id}"]
    organisations = ["", "new", f"{organisation}/", "duplicates", f"merge?first={organisation}"]
    found += [f"/organise/people/{rest}" for rest in register]
    return [*found, *(f"/organise/organisations/{rest}" for rest in organisations)]


def event_people(event: Event):
    return [appearance for session in sessions_of(event) for appearance in session.people]


@pytest.mark.parametrize(("width", "scheme"), [(PHONE, "dark"), (DESKTOP, "light")], ids=["phone", "desktop"])
def test_axe_finds_nothing(
    app: Flask, live: Live, organiser: User, paths: list[str], open_page: OpenPage, width: int, scheme: str
):
    page = open_page(width=width, scheme=scheme, language="en")
    sign_in(page, live, app, organiser)
    found = {}
    for path in paths:
        answer = page.goto(f"{live.url}{path}")
        assert answer
        assert answer.status == 200, path
        open_menus(page)
        if broken := found_by_axe(page):
            found[path] = broken

    assert found == {}


def test_nothing_scrolls_sideways_on_the_narrowest_screen(
    app: Flask, live: Live, organiser: User, paths: list[str], open_page: OpenPage
):
    page = open_page(width=NARROW, scripts=True)
    sign_in(page, live, app, organiser)
    wide = []
    for path in paths:
        page.goto(f"{live.url}{path}")
        wide += [path] if too_wide(page) else []

    assert wide == []
