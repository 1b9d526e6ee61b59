"""The organiser's story, as a new user meets it: from `flask user add` to a full room, without touching the database."""

import re

import pytest
from flask.testing import FlaskCliRunner
from playwright.sync_api import Page

from tests.browser.conftest import DESKTOP, PHONE, READING, OpenPage
from tests.browser.test_accessibility import found_by_axe
from tests.browser.test_story import facts_of, plain_text
from tests.live import Live
from tests.mailbox import Mailbox

pytestmark = [pytest.mark.browser, pytest.mark.processes]

PASSWORD = "zielony parasol na deszcz"
PANEL = {
    "Anna Cieśla": "Naczelnik Wydziału Pomocy Technicznej EOG i Komunikacji, MFiPR",
    "Joanna Krukowska": "Kierowniczka Działu UrbanLab Gdynia",
    "Bartosz Dominiak": "Zastępca Burmistrza Dzielnicy Ursynów m.st. Warszawy",
    "Robert Bednarski": "Dyrektor Biura Zarządzania Projektami Urzędu Miasta Wrocławia",
    "Włodzimierz Łoziński": "coFounder VOOOM",
}
ANNA = "anna.ciesla@example.org"


def press(page: Page, name: str | re.Pattern[str]) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=name).first.click()


def follow(page: Page, name: str | re.Pattern[str]) -> None:
    with page.expect_navigation():
        page.get_by_role("link", name=name).first.click()


def hours(page: Page) -> list[str]:
    """The beginnings of the items as the editor shows them, in order."""
    return [field.input_value() for field in page.locator("#editor input[id$='-start']").all()]


def sign_in(page: Page, live: Live, runner: FlaskCliRunner) -> None:
    """Open an account as the operator does, choose its password by the printed link, and sign in with it."""
    made = runner.invoke(args=["user", "add", "organiser@example.org", "--name", "Olga Nowak"])
    link = re.search(r"Choose the password at: (\S+)", made.output)
    assert link, made.output
    page.goto(link[1])
    page.locator("#password").fill(PASSWORD)
    press(page, "Set the password")
    page.goto(f"{live.url}/organise/")
    if "/sign-in" in page.url:
        page.locator("#email").fill("organiser@example.org")
        page.locator("#password").fill(PASSWORD)
        press(page, "Sign in")


def make_the_event(page: Page) -> str:
    """Create the workshop; returns the address of its pages at the desk."""
    follow(page, "Create an event")
    page.locator("#title").fill("Smart City - doświadczenia i wyzwania")
    page.get_by_label("Workshop").check()
    page.locator("#starts_on").fill("26 października 2021")
    page.locator("#starts_hour").fill("10")
    page.locator("#ends_hour").fill("12.30")
    page.get_by_label("Online", exact=True).check()
    page.locator("#place_name").fill("Zoom")
    page.locator("#organiser").fill("Departament Strategii, MFiPR")
    press(page, "Create the draft")
    found = re.match(r".*/organise/events/\d+", page.url)
    assert found, page.url
    page.goto(f"{found[0]}/edit")
    page.locator("#meeting_url").fill("https://meeting.example.org/j/1")
    page.locator("#capacity").fill("1")
    page.locator("#contact_email").fill("miasta@example.org")
    press(page, "Save")
    assert page.locator(".errsum").count() == 0
    return found[0]


def write_the_agenda(page: Page, desk: str) -> None:
    page.goto(f"{desk}/agenda")
    for title, start, minutes, kind in (
        ("Prezentacja wyników badania", "10", "60", "presentation"),
        ("Panel ekspertów", "11", "90", "panel"),
    ):
        if not page.locator("#new-title").is_visible():
            page.locator("summary", has_text="Add a session").click()
        page.locator("#new-title").fill(title)
        page.locator("#new-start").fill(start)
        page.locator("#new-minutes").fill(minutes)
        page.locator("#new-kind").select_option(kind)
        page.locator("form:has(#new-title) button:not([name])").last.click()
        page.locator(f"#editor input[value='{title}']").wait_for()
    row = page.locator("#editor li[data-row]", has=page.locator("input[value='Panel ekspertów']"))
    for name, printed_as in PANEL.items():
        if not row.locator("input[id$='-name']").is_visible():
            row.locator("summary", has_text="Add a person").click()
        row.locator("input[id$='-name']").fill(name)
        row.locator("select[id$='-role']").select_option("panelist")
        row.locator("input[id$='-printed_as']").fill(printed_as)
        row.locator("button[value='add_person']").click()
        row.locator(".chips", has_text=name).wait_for()


def edit_and_take_back(page: Page) -> None:
    """Drag the panel before the presentation, undo, redo, undo, make the presentation longer and shift what follows."""
    handles = page.locator("#editor [data-handle]")
    page.evaluate("scrollTo(0, 0)")
    source, target = handles.nth(1).bounding_box(), page.locator("#editor li[data-row]").first.bounding_box()
    assert source
    assert target
    page.mouse.move(source["x"] + source["width"] / 2, source["y"] + source["height"] / 2)
    page.mouse.down()
    page.mouse.move(target["x"] + 30, target["y"] + 40, steps=8)
    page.mouse.move(target["x"] + 30, target["y"] + 4, steps=4)
    page.mouse.up()
    panel_first = "#editor li:first-of-type:has(input[value='Panel ekspertów']) input[id$='-start'][value='10:00']"
    page.locator(panel_first).wait_for()
    assert hours(page) == ["10:00", "11:30"]
    page.get_by_role("button", name=re.compile("Undo")).first.click()
    page.locator(panel_first).wait_for(state="detached")
    page.get_by_role("button", name=re.compile("Redo|Do again")).first.click()
    page.locator(panel_first).wait_for()
    page.reload()
    page.get_by_role("button", name=re.compile("Undo")).first.click()
    page.locator(panel_first).wait_for(state="detached")
    assert hours(page) == ["10:00", "11:00"]

    first = page.locator("#editor li[data-row]").first
    first.locator("input[id$='-minutes']").fill("75")
    first.locator("button[id^='save-']").click()
    page.get_by_role("button", name=re.compile("Shift the following")).click()
    page.locator("#editor input[id$='-start'][value='11:15']").wait_for()
    assert hours(page) == ["10:00", "11:15"]


def test_from_a_new_account_to_a_published_event_that_people_come_to(
    live: Live, smtp: Mailbox, runner: FlaskCliRunner, open_page: OpenPage
):
    live.start_worker()
    page = open_page(width=DESKTOP, language="en")
    sign_in(page, live, runner)
    desk = make_the_event(page)
    write_the_agenda(page, desk)
    edit_and_take_back(page)
    page.goto(f"{desk}/state")
    press(page, "Publish")

    public = open_page(width=PHONE, scripts=False, language="en")
    public.goto(f"{live.url}/events/")
    follow(public, re.compile("Smart City"))
    assert [name for name in PANEL if name not in public.inner_text("main")] == []

    panelist_confirms(page, public, desk, live, smtp)
    waiting_person_gets_a_place(page, public, desk, live, smtp)
    for part in ("", "/agenda", "/speakers", "/materials", "/participants", "/letters", "/edit", "/state", "/team", "/history"):
        page.goto(f"{desk}{part or '/'}")
        assert (part, found_by_axe(page)) == (part, [])


def panelist_confirms(page: Page, phone: Page, desk: str, live: Live, smtp: Mailbox) -> None:
    """Ask Anna; she accepts by the letter's link, and gets the entry of her session."""
    page.goto(f"{desk}/speakers")
    follow(page, "Anna Cieśla")
    page.locator("#address input[type=email]").fill(ANNA)
    press(page, re.compile("Save the address|Save"))
    page.goto(f"{desk}/speakers")
    press(page, re.compile("^Ask"))
    link = re.search(rf"{re.escape(live.url)}/speak/[\w-]+/", plain_text(smtp.wait_for(1, ANNA)[0]))
    assert link
    phone.goto(link[0])
    phone.get_by_label("Yes, I will appear").check()
    press(phone, "Send my answer")
    invitation = smtp.wait_for(2, ANNA)[1]
    assert facts_of(invitation) == {
        "method in MIME": "REQUEST",
        "method in the body": ["REQUEST"],
        "starts": "DTSTART;TZID=Europe/Warsaw:20211026T111500",
        "attendees": [ANNA],
        "status": "CONFIRMED",
    }
    page.goto(f"{desk}/speakers")
    assert "Accepted" in page.inner_text("main")


def register(phone: Page, live: Live, name: str, address: str) -> None:
    phone.goto(f"{live.url}/events/")
    follow(phone, re.compile("Smart City"))
    follow(phone, re.compile("Register|Join the waiting list"))
    phone.locator("#name").fill(name)
    phone.locator("#email").fill(address)
    phone.locator("#clause").check()
    phone.locator("button[value='check']").click()
    phone.wait_for_timeout(READING)
    phone.locator("button[value='register']").click()
    phone.wait_for_url(re.compile("/registered/"))


def waiting_person_gets_a_place(page: Page, phone: Page, desk: str, live: Live, smtp: Mailbox) -> None:
    """One place, two people: the organiser gives the second a place over the limit, and the invitation arrives."""
    register(phone, live, "Żaneta Łącka", "zaneta@example.org")
    register(phone, live, "Jan Dudek", "jan@example.org")
    smtp.wait_for(1, "jan@example.org")
    page.goto(f"{desk}/participants?state=waiting")
    follow(page, "Jan Dudek")
    page.get_by_label("Over the limit of places").check()
    press(page, "Move from the waiting list")
    assert "This person has a place now." in page.inner_text("main")
    assert facts_of(smtp.wait_for(2, "jan@example.org")[1])["method in MIME"] == "REQUEST"
