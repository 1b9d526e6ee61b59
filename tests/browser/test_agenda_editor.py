"""The agenda editor in a browser: dragged by mouse and by finger, moved by keys, edited in place; and without scripts."""

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Browser, Locator, Page

from app.agenda import editing
from app.db import transaction
from app.events.models import Event
from tests import make
from tests.agenda.sketch import BY, an_agenda, named
from tests.agenda.sketch import hours as saved_hours
from tests.browser.conftest import DESKTOP, PHONE, OpenPage
from tests.browser.test_accessibility import NARROW, found_by_axe, too_wide
from tests.browser.test_speaker import sign_in
from tests.defaults import one_database
from tests.live import Live

pytestmark = [pytest.mark.browser, pytest.mark.processes, one_database]

OpenEditor = Callable[..., Page]


@pytest.fixture
def event(app: Flask) -> Event:
    event = an_agenda("Otwarcie", "Wykład", "Panel")
    make.an_appearance(named(event, "Panel"))
    return event


@pytest.fixture
def editor(app: Flask, live: Live, event: Event, open_page: OpenPage) -> OpenEditor:
    """The editor as an organiser opens it."""
    user = make.a_user()
    make.a_membership(user, event)

    def open_one(**options: object) -> Page:
        page = open_page(**{"width": DESKTOP, "language": "en", **options})
        sign_in(page, live, app, user)
        page.goto(f"{live.url}/organise/events/{event.id}/agenda")
        return page

    return open_one


def titles(page: Page) -> list[str]:
    return [field.input_value() for field in page.locator("#editor input[id$='-title']").all()]


def row(page: Page, title: str) -> Locator:
    return page.locator(f"#editor li[data-row]:has(input[id$='-title'][value='{title}'])")


def field(page: Page, title: str, name: str) -> Locator:
    return row(page, title).locator(f"[id$='-{name}']")


def middle(place: Locator) -> tuple[float, float]:
    box = place.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def first_is(page: Page, title: str) -> None:
    """Wait until the list begins with this row."""
    page.locator(f"#editor li:first-of-type input[id$='-title'][value='{title}']").wait_for()


def test_a_row_is_dragged_undone_and_done_again(editor: OpenEditor, event: Event):
    page = editor()
    handle, first = row(page, "Wykład").locator("[data-handle]"), row(page, "Otwarcie").bounding_box()
    assert first

    page.mouse.move(*middle(handle))
    page.mouse.down()
    page.mouse.move(first["x"] + 40, first["y"] + 20, steps=10)
    page.mouse.up()

    page.locator(".toast", has_text="Moved: “Wykład”").wait_for()
    assert saved_hours(event) == ["10:00-11:00 Wykład", "11:00-12:00 Otwarcie", "12:00-13:00 Panel"]
    page.locator(".toast").get_by_role("button", name="Undo").click()
    first_is(page, "Otwarcie")
    page.reload()
    page.get_by_role("button", name="Do again").click()
    first_is(page, "Wykład")
    assert titles(page) == ["Wykład", "Otwarcie", "Panel"]


def test_escape_lets_go_of_a_row_that_is_dragged(editor: OpenEditor, event: Event):
    page = editor()
    first = row(page, "Otwarcie").bounding_box()
    assert first

    page.mouse.move(*middle(row(page, "Wykład").locator("[data-handle]")))
    page.mouse.down()
    page.mouse.move(first["x"] + 40, first["y"] + 20, steps=10)
    assert titles(page)[0] == "Wykład"
    page.keyboard.press("Escape")
    page.mouse.up()

    assert titles(page) == ["Otwarcie", "Wykład", "Panel"]
    assert saved_hours(event)[0] == "10:00-11:00 Otwarcie"


def test_a_row_is_moved_by_alt_and_arrows_and_keeps_the_focus(editor: OpenEditor, event: Event):
    page = editor()
    field(page, "Panel", "title").focus()

    page.keyboard.press("Alt+ArrowUp")
    page.locator("#editor li:nth-of-type(2) input[id$='-title'][value='Panel']").wait_for()
    page.keyboard.press("Alt+ArrowUp")
    first_is(page, "Panel")

    assert page.evaluate("document.activeElement.value") == "Panel"
    assert saved_hours(event)[0] == "10:00-11:00 Panel"
    page.locator("body > p[role=status]", has_text="Moved: “Panel”").wait_for(state="attached")


def test_a_finger_drags_the_handle_and_the_page_does_not_scroll(
    editor: OpenEditor, event: Event, browser: Browser, app: Flask, live: Live
):
    user = make.a_user()
    make.a_membership(user, event)
    context = browser.new_context(viewport={"width": PHONE, "height": 844}, has_touch=True, is_mobile=True, locale="en-GB")
    page = context.new_page()
    sign_in(page, live, app, user)
    page.goto(f"{live.url}/organise/events/{event.id}/agenda")
    handle = row(page, "Otwarcie").locator("[data-handle]")
    handle.scroll_into_view_if_needed()
    x, y = middle(handle)
    finger = context.new_cdp_session(page)

    def touch(kind: str, *points: tuple[float, float]) -> None:
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": px, "y": py} for px, py in points]})

    touch("touchStart", (x, y))
    for step in range(1, 30):
        touch("touchMove", (x, y + (820 - y) * step / 29))
    first_is(page, "Wykład")
    touch("touchEnd")

    page.locator(".toast", has_text="Moved: “Otwarcie”").wait_for()
    context.close()
    assert saved_hours(event)[0] == "10:00-11:00 Wykład"


def test_leaving_a_row_saves_it_and_offers_to_shift_what_follows(editor: OpenEditor, event: Event):
    page = editor()
    field(page, "Otwarcie", "minutes").fill("75")
    field(page, "Wykład", "room").focus()

    page.get_by_text("“Otwarcie” takes 75 minutes now instead of 60.").wait_for()
    assert page.evaluate("document.activeElement.id").endswith("-room")
    page.get_by_role("button", name="Shift the following").click()
    page.locator("#editor input[id$='-start'][value='12:15']").wait_for()

    assert saved_hours(event) == ["10:00-11:15 Otwarcie", "11:15-12:15 Wykład", "12:15-13:15 Panel"]


def test_what_is_typed_stays_where_it_cannot_be_saved(editor: OpenEditor, event: Event):
    page = editor()
    field(page, "Otwarcie", "start").fill("half past")
    row(page, "Otwarcie").locator("[id^=save-]").click()
    page.locator(".errsum").wait_for()
    assert field(page, "Otwarcie", "start").input_value() == "half past"

    field(page, "Otwarcie", "start").fill("9:00")
    page.context.set_offline(True)
    row(page, "Otwarcie").locator("[id^=save-]").click()
    page.get_by_text("The connection was lost").wait_for()
    assert field(page, "Otwarcie", "start").input_value() == "9:00"
    page.context.set_offline(False)

    page.context.clear_cookies()
    row(page, "Otwarcie").locator("[id^=save-]").click()
    page.get_by_text("You are no longer signed in").wait_for()
    assert field(page, "Otwarcie", "start").input_value() == "9:00"
    assert saved_hours(event)[0] == "10:00-11:00 Otwarcie"
    page.close(run_before_unload=False)


def test_both_versions_are_shown_where_somebody_else_was_quicker(editor: OpenEditor, event: Event):
    page = editor()
    with transaction():
        session = named(event, "Panel")
        facts = {"title": "Panel ekspertów"}
        editing.change(event, session.id, by="Piotr", version=session.version, facts=facts, parts={})

    field(page, "Panel", "title").fill("Panel miast")
    page.keyboard.press("Enter")

    conflict = page.get_by_role("alert").filter(has_text="Piotr has changed this session")
    conflict.wait_for()
    assert [cell.inner_text() for cell in conflict.locator("td").all()] == ["Panel miast", "Panel ekspertów"]
    conflict.get_by_role("button", name="Save mine").click()
    row(page, "Panel miast").wait_for()
    page.locator(".toast").wait_for()
    assert saved_hours(event)[2] == "12:00-13:00 Panel miast"
    assert BY not in conflict.all_inner_texts()


def test_everything_works_without_scripts(editor: OpenEditor, event: Event):
    page = editor(scripts=False, width=PHONE)

    row(page, "Wykład").get_by_role("button", name="Up: Wykład").click()
    assert titles(page) == ["Wykład", "Otwarcie", "Panel"]
    page.locator(".toast").get_by_role("button", name="Undo").click()
    field(page, "Otwarcie", "end").fill("11.15")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Shift the following").click()
    page.get_by_text("Add a break").first.click()
    page.locator("#break-start").fill("13:15")
    page.locator("#add-break").get_by_role("button").click()
    row(page, "Panel").get_by_text("Add a person").click()
    field(page, "Panel", "name").fill("Joanna Krukowska")
    field(page, "Panel", "name").press("Enter")

    assert saved_hours(event) == [
        "10:00-11:15 Otwarcie",
        "11:15-12:15 Wykład",
        "12:15-13:15 Panel",
        "13:15-13:30 Przerwa",
    ]
    assert [shown.name for shown in named(event, "Panel").appearances] == ["Anna Cieśla", "Joanna Krukowska"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(app: Flask, editor: OpenEditor, event: Event, live: Live, scheme: str):
    make.a_session(event, title="Kolizja", starts_at=make.at("2021-10-26 12:30"), ends_at=make.at("2021-10-26 21:00"))
    page = editor(scheme=scheme, width=NARROW)
    field(page, "Otwarcie", "minutes").fill("75")
    page.keyboard.press("Enter")
    page.locator(".toast").wait_for()
    for details in page.locator("main details").all():
        details.evaluate("one => { one.open = true; }")

    assert (found_by_axe(page), too_wide(page)) == ([], False)
    page.set_viewport_size({"width": DESKTOP, "height": 900})
    assert found_by_axe(page) == []
    page.goto(f"{live.url}/organise/events/{event.id}/agenda/steps")
    assert found_by_axe(page) == []


@pytest.mark.parametrize("width", [NARROW, DESKTOP])
def test_the_public_agenda_of_tracks_is_a_list_on_a_phone_and_a_grid_on_a_desk(
    live: Live, app: Flask, open_page: OpenPage, width: int
):
    event = make.an_event(slug="konferencja", ends_at=make.at("2021-10-27 18:00"))
    for day in ("26", "27"):
        for track in "ABCDEFG":
            make.a_session(event, title=f"Ścieżka {track}", track=f"Temat {track}", starts_at=make.at(f"2021-10-{day} 10:00"))
    page = open_page(width=width)
    page.goto(f"{live.url}/events/konferencja/agenda")

    first, last = (page.get_by_role("link", name=f"Ścieżka {track}").first.bounding_box() for track in "AG")
    assert first
    assert last
    assert (first["y"] == last["y"], first["x"] == last["x"]) == ((True, False) if width == DESKTOP else (False, True))
    assert (found_by_axe(page), too_wide(page)) == ([], False)
