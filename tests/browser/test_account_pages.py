"""axe finds nothing on the pages of accounts and teams, and nothing scrolls sideways at 320 px."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from playwright.sync_api import Page

from app import tokens
from app.accounts import links
from app.db import db, transaction
from app.events import invitations
from app.events.members import Post
from tests import make
from tests.browser.conftest import DESKTOP, PHONE, OpenPage
from tests.browser.test_accessibility import NARROW, found_by_axe, too_wide
from tests.defaults import one_database
from tests.live import Live
from tests.organise.test_signing_in import with_codes

pytestmark = [pytest.mark.browser, pytest.mark.processes, one_database]
LONG = "Aleksandra Konstantynopolitańczykowianeczkówna-Brzęczyszczykiewicz"

Look = Callable[[Page], object]


@pytest.fixture
def somebody(app: Flask, live: Live) -> dict[str, str]:
    """An administrator who owns an event and a programme; where their pages are, and links out of letters."""
    user = make.a_user(name=LONG, is_administrator=True)
    programme = make.a_programme()
    event = make.an_event(programme_id=programme.id)
    for scope in (event, programme):
        make.a_membership(user, scope, Post.OWNER)
        make.a_membership(make.a_user(name="Jan Kowalski"), scope, Post.VIEWER)
    with transaction():
        asked = [
            invitations.invite(event, email=f"{name}@example.org", name=name, post=Post.EDITOR, language="pl", by=user)
            for name in ("nowa", "taken")
        ]
    with transaction():
        invitations.revoke(event, asked[1].id)
    make.a_user(email="known@example.org")
    found = {
        "email": user.email,
        "event": f"/organise/events/{event.id}/team",
        "programme": f"/organise/programmes/{programme.id}/",
        "account": f"/organise/accounts/{user.id}/",
        "password": f"/organise/password/{links.key(user, links.AFTER_RESET)}",
        **{invitation.name: f"/organise/invitation/{tokens.derive(invitations.PURPOSE, invitation.uid)}" for invitation in asked},
    }
    db.session.rollback()
    return found


def press(page: Page, selector: str) -> None:
    with page.expect_navigation():
        page.click(selector)


def before_signing_in(page: Page, url: str, at: dict[str, str]) -> Iterator[str]:
    plain = (
        "/organise/sign-in",
        "/organise/sign-in/lost",
        "/organise/sign-in/passkey",
        "/organise/password",
        "/organise/password/asked",
    )
    for path in (*plain, at["password"], at["nowa"], at["taken"], "/organise/password/1-2-3"):
        page.goto(f"{url}{path}")
        yield path
    page.goto(f"{url}/organise/sign-in")
    press(page, "main form button")
    yield "signing in with errors"
    page.fill("#email", at["email"])
    page.fill("#password", make.PASSWORD)
    press(page, "main form button")


def signed_in(page: Page, url: str, at: dict[str, str]) -> Iterator[str]:
    own = [f"/organise/account{rest}" for rest in ("", "/password", "/codes", "/recovery-codes", "/passkeys")]
    programme = [at["programme"] + rest for rest in ("", "team", "edit")]
    others = (
        "/organise/programmes/",
        "/organise/programmes/new",
        "/organise/accounts/",
        "/organise/accounts/new",
        "/organise/sign-in/again",
    )
    for path in (*own, *programme, *others, at["event"], at["account"], at["nowa"]):
        page.goto(f"{url}{path}")
        yield path
    page.goto(f"{url}{at['event']}")
    press(page, "section[aria-labelledby=invite] form button")
    yield "inviting with errors"
    page.goto(f"{url}/organise/account/codes")
    press(page, "main form button")
    yield "turning codes on"
    page.goto(f"{url}/organise/account/recovery-codes")
    press(page, "main form button")
    yield "recovery codes"
    page.goto(f"{url}/organise/programmes/new")
    page.evaluate("document.querySelector('main [name=csrf_token]').value = ''")
    press(page, "main form button")
    yield "a form that was open too long"


def look_at(page: Page, live: Live, at: dict[str, str], look: Look) -> dict[str, object]:
    """What a look finds on every page, where it finds something."""
    steps = (before_signing_in, signed_in)
    return {name: found for walk in steps for name in walk(page, live.url, at) if (found := look(page))}


@pytest.mark.parametrize(("width", "scheme"), [(PHONE, "light"), (DESKTOP, "dark")], ids=["phone", "desktop"])
def test_axe_finds_nothing(live: Live, somebody: dict[str, str], open_page: OpenPage, width: int, scheme: str):
    page = open_page(width=width, scheme=scheme, language="en" if scheme == "dark" else "pl")

    assert look_at(page, live, somebody, found_by_axe) == {}


def test_nothing_scrolls_sideways_on_the_narrowest_screen(live: Live, somebody: dict[str, str], open_page: OpenPage):
    page = open_page(width=NARROW)

    assert look_at(page, live, somebody, too_wide) == {}


def test_the_pages_that_ask_for_a_second_factor_are_accessible(app: Flask, live: Live, open_page: OpenPage):
    user, page = make.a_user(language="pl"), open_page(width=NARROW)
    address = user.email
    with_codes(app, user)
    db.session.rollback()
    page.goto(f"{live.url}/organise/sign-in")
    page.fill("#email", address)
    page.fill("#password", make.PASSWORD)
    press(page, "main form button")

    found = {}
    for path in ("code", "recovery-code"):
        page.goto(f"{live.url}/organise/sign-in/{path}")
        assert page.url.endswith(path)
        found[path] = [*found_by_axe(page), too_wide(page)]

    assert found == {"code": [False], "recovery-code": [False]}
