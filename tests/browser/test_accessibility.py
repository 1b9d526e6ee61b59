"""axe finds nothing on any page, in light and dark, on a phone and on a desktop; nothing scrolls sideways at 320 px."""

import re
from collections.abc import Callable, Iterator
from types import ModuleType

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from flask.testing import FlaskCliRunner
from playwright.sync_api import Page

from app.admission import editing, invitees, quotas
from app.db import db, transaction
from app.events.models import Event, EventStatus
from app.questions.models import Asks
from app.registration import approving, keys, signup
from app.registration.models import Purpose, Registration
from app.site import Site
from tests import make
from tests.browser.conftest import DESKTOP, PHONE, READING, OpenPage
from tests.defaults import one_database
from tests.live import Live

pytestmark = [pytest.mark.browser, pytest.mark.processes]

NARROW = 320
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RULES = {"runOnly": TAGS, "resultTypes": ["violations"]}
SLUG = "smart-city-v4"
PLAIN = (
    "/",
    "/events/",
    "/events/?when=past",
    "/events/?q=niczego",
    "/accessibility",
    "/privacy",
    "/time-zone",
    "/calendar/",
    "/nowhere",
    "/my/",
    "/my/?sent=yes",
    "/my/no-such-key/",
    f"/events/{SLUG}/",
    f"/events/{SLUG}/sessions/panel-ekspertow/",
    f"/events/{SLUG}/sessions/prezentacja-wynikow-badania/",
    "/people/anna-ciesla/",
    f"/events/{SLUG}/register",
)


def doors() -> Iterator[Event]:
    """An event at each door that is not simply open."""
    waiting = make.an_event(title="Na liście rezerwowej", capacity=1)
    make.a_registration(waiting)
    make.a_registration(waiting)
    full = make.an_event(title="Pełne", capacity=1, has_waiting_list=False)
    make.a_registration(full)
    yield from (waiting, full)
    yield make.an_event(title="Jeszcze nie", registration_opens_at=make.at("2021-10-20 10:00"))
    yield make.an_event(title="Już nie", registration_closes_at=make.at("2021-10-10 10:00"))
    yield make.an_event(title="Odwołane", status=EventStatus.CANCELLED)
    yield make.an_event(
        title="W językach", language="en", zone="Europe/Athens", subtitle="Of several days", ends_at=make.at("2021-10-28 16:00")
    )


def by_rules() -> Iterator[tuple[Event, tuple[str, ...]]]:
    """Events whose rules shape the form, with the pages to look at."""
    closed = make.an_event(title="Na zaproszenie")
    ruled = make.an_event(title="Z zasadami", asks_sessions=True)
    full = make.a_session(ruled, capacity=1)
    with transaction():
        editing.change(closed, 1, {"is_by_invitation": True})
        invitees.invite(closed, "Ewa Lis <ewa@example.org>", language="pl")
        rules = {"domains": ["example.org"], "most_of_organisation": 5, "takes_parties": True, "proves_address": True}
        editing.change(ruled, 1, {**rules, "needs_approval": True})
    make.a_registration(ruled, sessions=[full.id])
    with transaction():
        quotas.add(ruled, name="Miasta", name_en="Cities", capacity=40)
    for asks in (Asks.MUNICIPALITY, Asks.YES):
        make.a_question(ruled, asks, is_required=True)
    make.a_question(ruled, Asks.FILE)
    token = invitees.token(invitees.of(closed)[0])
    yield closed, ("", "register", f"register?invitation={token}", "register?invitation=nobody")
    yield ruled, ("", "register", "register/group", "register/group?people=1")


def unsettled() -> Iterator[Registration]:
    """One's own registration before there is a place for good."""
    proving, asking = make.an_event(title="Z potwierdzeniem"), make.an_event(title="Z akceptacją")
    accepting = make.an_event(title="Z przyjęciem", capacity=1)
    with transaction():
        editing.change(proving, 1, {"proves_address": True})
        editing.change(asking, 1, {"needs_approval": True})
        editing.change(accepting, 1, {"accept_hours": 24})
    yield from (make.a_registration(proving), make.a_registration(asking))
    declined, holder, promoted = make.a_registration(asking), make.a_registration(accepting), make.a_registration(accepting)
    with transaction():
        approving.decline(declined)
        signup.cancel(holder, None)
    yield from (declined, promoted)


def registrations(clock: ModuleType) -> Iterator[Registration]:
    """One's own registration in each of its states."""
    now = clock.now()
    clock.stand_at(make.at("2021-09-01 10:00"))
    over = make.an_event(title="Minione", starts_at=make.at("2021-09-15 10:00"))
    on = make.an_event(title="Trwa", starts_at=make.at("2021-10-11 08:30"))
    make.a_session(on)
    make.a_material(over)
    yield from (make.a_registration(over), make.a_registration(on))
    clock.stand_at(now)
    event = make.an_event(title="Dwa miejsca", capacity=2, asks_sessions=True)
    session = make.a_session(event)
    yield make.a_registration(event, sessions=[session.id])
    cancelled = make.a_registration(event)
    yield cancelled
    with transaction():
        signup.cancel(cancelled, None)
    make.a_registration(event)
    yield make.a_registration(event)


@pytest.fixture
def paths(app: Flask, live: Live, runner: FlaskCliRunner, clock: ModuleType) -> list[str]:
    """Every page that can be opened by its address, with something to show on it."""
    assert runner.invoke(args=["demo"]).exit_code == 0
    found = [*PLAIN, *(f"/events/{event.slug}/{rest}" for event in doors() for rest in ("", "register"))]
    found += [f"/events/{event.slug}/{rest}" for event, pages in by_rules() for rest in pages]
    for registration in [*registrations(clock), *unsettled()]:
        found += own_pages(app.config["SITE"], registration)
    db.session.rollback()
    return found


def own_pages(site: Site, registration: Registration) -> list[str]:
    """The pages of one registration; while the meeting is on, its link leads away."""
    my = site.my(keys.token(registration, Purpose.MY)).removeprefix(site.base_url)
    join = site.join(keys.token(registration, Purpose.JOIN)).removeprefix(site.base_url)
    if registration.event.has_begun:
        return [my, join] if registration.event.is_over else [my]
    if registration.is_unconfirmed:
        proof = site.proof(keys.token(registration, Purpose.PROOF)).removeprefix(site.base_url)
        return [my, join, proof]
    return [my, join, *(f"{my}{page}" for page in ("details", "cancel", "hand", "reminders", "accept"))]


def found_by_axe(page: Page) -> list[str]:
    """The rules that the page breaks, with the first place of each."""
    result = Axe().run(page, options=RULES)
    return [f"{broken['id']}: {broken['nodes'][0]['html'][:120]}" for broken in result.response["violations"]]


def too_wide(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


def open_menus(page: Page) -> None:
    """Unfold whatever is folded, so that it is looked at too."""
    page.evaluate("document.querySelectorAll('details').forEach(menu => { menu.open = true })")


def press(page: Page, selector: str) -> None:
    """Press a button, and wait for the page that it leads to."""
    with page.expect_navigation():
        page.click(selector)


def steps_of_registering(page: Page, live: Live) -> Iterator[str]:
    """The pages that only a sent form leads to, one after the other."""
    page.goto(f"{live.url}/events/{SLUG}/register")
    press(page, "button[value='check']")
    yield "the form with errors"
    page.fill("#name", "Żaneta Łącka")
    page.fill("#email", "zaneta.lacka@example.org")
    page.check("#clause")
    press(page, "button[value='check']")
    yield "the check of the answers"
    page.wait_for_timeout(READING)
    press(page, "button[value='register']")
    yield "registered"


def each_page(page: Page, live: Live, paths: list[str]) -> Iterator[str]:
    """Open every page in turn; yields its name."""
    for path in paths:
        answer = page.goto(f"{live.url}{path}")
        assert answer
        assert answer.status < 500, path
        yield re.sub(r"/[\w-]{30,}", "/…", path)
    yield from steps_of_registering(page, live)


def look_at(page: Page, live: Live, paths: list[str], look: Callable[[Page], object]) -> dict[str, object]:
    """What a look finds on every page, where it finds something."""
    return {name: found for name in each_page(page, live, paths) if (found := look(page))}


def test_these_looks_see_what_is_wrong(open_page: OpenPage):
    page = open_page(width=NARROW)
    page.set_content("<main><div style='width: 900px'><img src='data:,'></div></main>")

    assert [rule.split(":")[0] for rule in found_by_axe(page) if rule.startswith("image-alt")] == ["image-alt"]
    assert too_wide(page)


@one_database
@pytest.mark.parametrize("width", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(live: Live, paths: list[str], open_page: OpenPage, width: int, scheme: str):
    page = open_page(width=width, scheme=scheme, language="en" if scheme == "dark" else "pl")

    def look(page: Page) -> list[str]:
        open_menus(page)
        return found_by_axe(page)

    assert look_at(page, live, paths, look) == {}


@one_database
def test_nothing_scrolls_sideways_on_the_narrowest_screen(live: Live, paths: list[str], open_page: OpenPage):
    page = open_page(width=NARROW)

    def look(page: Page) -> bool:
        open_menus(page)
        return too_wide(page)

    assert look_at(page, live, paths, look) == {}
