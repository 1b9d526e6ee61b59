"""A form is built with a condition in a browser, and somebody registers by it, with scripts and without."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Page

from app.db import db
from app.events.models import Event
from app.questions import form
from app.questions.models import Asks
from app.registration.models import Answer
from tests import make
from tests.browser.conftest import DESKTOP, READING, OpenPage
from tests.browser.test_accessibility import NARROW, found_by_axe, too_wide
from tests.browser.test_agenda_editor import middle
from tests.browser.test_speaker import press, sign_in
from tests.defaults import one_database
from tests.live import Live

pytestmark = [pytest.mark.browser, pytest.mark.processes, one_database]


@pytest.fixture
def event(app: Flask) -> Event:
    return make.an_event()


@pytest.fixture
def desk(app: Flask, live: Live, event: Event, open_page: OpenPage) -> Callable[..., Page]:
    """The form of the event as an organiser opens it."""
    user = make.a_user()
    make.a_membership(user, event)

    def open_one(**options: object) -> Page:
        page = open_page(**{"width": DESKTOP, "language": "en", **options})
        sign_in(page, live, app, user)
        page.goto(f"{live.url}/organise/events/{event.id}/form")
        return page

    return open_one


def answers() -> list[tuple[str, object]]:
    db.session.rollback()
    return [(answer.question.name, answer.value) for answer in db.session.scalars(sa.select(Answer).order_by(Answer.id))]


def fill_in(page: Page, live: Live, event: Event, email: str) -> None:
    page.goto(f"{live.url}/events/{event.slug}/register")
    page.get_by_label("First name and surname").fill("Maria Zalewska")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("I know the information on personal data").check()


@pytest.mark.parametrize("scripts", [False, True])
def test_a_question_with_a_condition_is_built_and_answered(
    desk: Callable[..., Page], live: Live, event: Event, open_page: OpenPage, scripts: bool
):
    page = desk(scripts=scripts)
    page.get_by_label("Sort of answer").select_option("yes")
    press(page, "Add a question")
    page.get_by_label("Question in Polish").fill("Nocujesz?")
    press(page, "Add the question")
    page.get_by_label("Sort of answer").select_option("number")
    press(page, "Add a question")
    page.get_by_label("Question in Polish").fill("Ile nocy?")
    page.get_by_label("An answer is required").check()
    page.get_by_label("“Nocujesz?” is: Yes").check()
    press(page, "Add the question")
    assert page.get_by_text("Shown when “Nocujesz?” is: Yes").is_visible()

    reader = open_page(language="en", scripts=scripts)
    fill_in(reader, live, event, "maria@example.org")
    assert not reader.get_by_label("Ile nocy?").is_visible()
    reader.get_by_label("Yes", exact=True).check()
    if not scripts:
        press(reader, "Continue")
        assert reader.get_by_text("Your answers call for 1 question more").is_visible()
    reader.get_by_label("Ile nocy?").fill("2")
    press(reader, "Continue")
    assert reader.get_by_role("heading", name="Check your answers").is_visible()
    reader.wait_for_timeout(READING)
    press(reader, "Register")

    assert answers() == [("nocujesz", True), ("ile_nocy", 2)]


def test_what_no_longer_applies_goes_and_comes_back_as_it_was(live: Live, event: Event, open_page: OpenPage):
    stays = make.a_question(event, Asks.YES, "Nocujesz?")
    make.a_question(event, Asks.LINE, "Z kim?", section_id=make.a_section(event, "Nocleg").id, shown=(stays, "yes"))
    page = open_page(language="en")
    fill_in(page, live, event, "maria@example.org")
    heading = page.get_by_role("heading", name="Nocleg")
    assert not heading.is_visible()

    page.get_by_label("Yes", exact=True).check()
    page.get_by_label("Z kim?").fill("z Anną")
    assert heading.is_visible()
    page.get_by_label("No", exact=True).check()
    assert not heading.is_visible()
    page.get_by_label("Yes", exact=True).check()
    assert page.get_by_label("Z kim?").input_value() == "z Anną"


def test_rows_are_dragged_and_moved_by_keys(desk: Callable[..., Page], event: Event):
    first, second = (make.a_question(event, label=label) for label in ("Pierwsze", "Drugie"))
    page = desk()

    box = page.locator(f"#row-{first.id}").bounding_box()
    assert box
    page.mouse.move(*middle(page.locator(f"#handle-{second.id}")))
    page.mouse.down()
    page.mouse.move(box["x"] + 40, box["y"] + 2, steps=10)
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.mouse.up()
    page.locator(f"#editor li:first-of-type#row-{second.id}").wait_for()
    page.locator(f"#down-{second.id}").focus()
    page.keyboard.press("Alt+ArrowDown")
    page.locator(f"#editor li:first-of-type#row-{first.id}").wait_for()

    db.session.rollback()
    assert list(form.of(event).questions) == [first, second]


@pytest.mark.parametrize("width", [NARROW, DESKTOP])
def test_the_pages_fit_and_are_accessible(desk: Callable[..., Page], live: Live, event: Event, width: int):
    section = make.a_section(event, "Nocleg")
    stays = make.a_question(event, Asks.YES, "Nocujesz?", section_id=section.id)
    make.a_question(event, Asks.ONE, "Dieta?", options="vegan meat", section_id=section.id, shown=(stays, "yes"))
    for asks in (Asks.COUNTRY, Asks.MUNICIPALITY, Asks.FILE, Asks.TEXT, Asks.PHONE):
        make.a_question(event, asks, f"Pytanie o {asks}", section_id=section.id)
    page = desk(width=width, scheme="dark" if width == NARROW else "light")
    base = f"{live.url}/organise/events/{event.id}"

    for path in ("/form", f"/form/questions/{stays.id + 1}", "/form/questions/new?asks=file", "/form/preview", "/participants"):
        page.goto(f"{base}{path}")
        assert (path, found_by_axe(page), too_wide(page)) == (path, [], False)
