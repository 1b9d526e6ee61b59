"""A plan without an account: on a phone, without scripts, by the keyboard alone."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page

from app.agenda.models import Session, SessionKind
from app.events.models import Event
from app.registration import keys
from app.registration.models import Purpose
from tests import make
from tests.browser.conftest import DESKTOP, OpenPage
from tests.browser.keyboard import Keyboard
from tests.browser.test_accessibility import found_by_axe, open_menus, too_wide
from tests.defaults import one_database
from tests.live import Live

pytestmark = [pytest.mark.browser, pytest.mark.processes]

NARROW_PHONE = 360
SMALLEST = 24


def a_conference() -> tuple[Event, list[Session]]:
    event = make.an_event(title="Konferencja miast", asks_sessions=True)
    tracks = ("Miasto cyfrowe", "Miasto zielone i bardzo niebieskie")
    return event, [
        make.a_session(
            event, title=f"{track}: część {hour}", track=track, starts_at=event.starts_at + timedelta(hours=hour), capacity=30
        )
        for hour in range(2)
        for track in tracks
    ]


def test_a_plan_is_made_changed_and_deleted_by_keyboard(live: Live, open_page: OpenPage):
    event, sessions = a_conference()
    page = open_page(width=NARROW_PHONE, scripts=False)
    keyboard = Keyboard(page)

    page.goto(f"{live.url}/events/{event.slug}/")
    keyboard.follow("form[action$='/plan'] button")
    assert page.inner_text("h1").startswith("Wybierz swoje sesje")
    assert page.inner_text(".errsum li") == "Wybierz co najmniej jedną część"
    page.goto(f"{live.url}/events/{event.slug}/agenda")
    for session in sessions[:3]:
        keyboard.tick(f"#plan-{session.id}")
    keyboard.follow("form[action$='/plan'] button")

    assert urlsplit(page.url).path.startswith("/plans/")
    assert page.locator(".rail :is(h3, h4)").all_inner_texts() == [session.title for session in sessions[:3]]
    assert page.locator(".rail .badge").all_inner_texts() == ["Kolizja", "Kolizja"]
    keyboard.unfold("section.sec.min summary")
    keyboard.tick(f"#choose-{sessions[1].id}")
    keyboard.follow("section.sec.min button")
    assert page.inner_text("[role=status]") == "Plan jest zapisany."
    assert page.locator(".rail .badge").count() == 0
    keyboard.unfold("summary.bad")
    keyboard.follow("form[action$='/delete'] button")
    assert page.inner_text("h1") == "Plan jest usunięty"


@one_database
def test_the_pages_of_plans_are_for_everybody(live: Live, open_page: OpenPage):
    event, sessions = a_conference()
    make.a_session(event, title="Dzień drugi", starts_at=event.starts_at + timedelta(days=1))
    for width, scheme in ((320, "light"), (DESKTOP, "dark")):
        page = open_page(width=width, scheme=scheme)
        page.goto(f"{live.url}/events/{event.slug}/plan")
        looked_at(page)
        page.goto(f"{live.url}/events/{event.slug}/agenda")
        for session in sessions[:2]:
            page.check(f"#plan-{session.id}")
        looked_at(page)
        page.click("form[action$='/plan'] button")
        page.wait_for_url("**/plans/**")
        looked_at(page)
        page.click("section.sec.min button")
        page.wait_for_url("**done=changed")
        page.emulate_media(media="print")
        assert not page.locator("aside, .top, section.sec.min, [role=status]").filter(visible=True).count()


@one_database
def test_ones_own_page_prints_what_was_chosen(live: Live, open_page: OpenPage):
    event, sessions = a_conference()
    break_ = make.a_session(event, title="Przerwa", kind=SessionKind.BREAK, starts_at=event.starts_at + timedelta(hours=2))
    registration = make.a_registration(event, sessions=[sessions[0].id, sessions[1].id])
    page = open_page(width=DESKTOP)
    page.goto(f"{live.url}/my/{keys.token(registration, Purpose.MY)}/")
    assert page.locator(".rail .badge.warn").count() == 2
    looked_at(page)

    page.emulate_media(media="print")

    printed = page.locator(".rail :is(h3, h4)").filter(visible=True).all_inner_texts()
    assert printed == [sessions[0].title, sessions[1].title, break_.title]
    assert page.locator("#my-details, #my-data, aside, button").filter(visible=True).count() == 0


def looked_at(page: Page) -> None:
    """Nothing is wrong, nothing scrolls sideways, and each box can be hit."""
    open_menus(page)
    assert found_by_axe(page) == []
    assert not too_wide(page)
    for box in page.locator("input[type=checkbox]").all():
        size = box.bounding_box()
        assert size
        assert min(size["width"], size["height"]) >= SMALLEST
