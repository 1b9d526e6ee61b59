"""A passkey of a real browser, with an authenticator that the browser pretends to have."""

import socket

import pytest
from playwright.sync_api import Page, expect

from tests import make
from tests.browser.conftest import OpenPage
from tests.defaults import one_database
from tests.live import Live

pytestmark = [pytest.mark.browser, one_database]

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def environ(environ: dict[str, str], listener: socket.socket) -> dict[str, str]:
    """The site under a name, since an address of numbers has no passkeys."""
    return {**environ, "BASE_URL": f"http://localhost:{listener.getsockname()[1]}"}


def with_authenticator(page: Page) -> Page:
    tools = page.context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    tools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    return page


def sign_in(page: Page, url: str, email: str) -> None:
    page.goto(f"{url}/organise/sign-in")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(make.PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def add_passkey(page: Page, url: str, what_for: str) -> None:
    page.goto(f"{url}/organise/account/passkeys")
    page.get_by_label("Name of the passkey").fill("Telefon")
    page.get_by_label(what_for).check()
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("row", name="Telefon")).to_be_visible()


def test_somebody_signs_in_with_a_passkey_and_nothing_else(live: Live, environ: dict[str, str], open_page: OpenPage):
    url = environ["BASE_URL"]
    user = make.a_user()
    page = with_authenticator(open_page(language="en"))
    sign_in(page, url, user.email)
    add_passkey(page, url, "To sign in without a password")
    page.context.clear_cookies()

    page.goto(f"{url}/organise/sign-in?next=/organise/account")
    page.get_by_role("button", name="Sign in with a passkey").click()

    page.wait_for_url("**/organise/account")
    expect(page.get_by_role("heading", name="My account")).to_be_visible()
    page.goto(f"{url}/organise/account/passkeys")
    page.get_by_role("button", name="Remove Telefon").click()
    expect(page.get_by_text("The passkey “Telefon” is removed.")).to_be_visible()


def test_a_passkey_confirms_a_sign_in_with_a_password(live: Live, environ: dict[str, str], open_page: OpenPage):
    url = environ["BASE_URL"]
    user = make.a_user()
    page = with_authenticator(open_page(language="en"))
    sign_in(page, url, user.email)
    add_passkey(page, url, "To confirm a sign-in with a password")
    page.context.clear_cookies()

    sign_in(page, url, user.email)
    page.get_by_role("button", name="Use the passkey").click()

    page.wait_for_url("**/organise/")


def test_where_there_is_no_authenticator_the_page_says_so(live: Live, environ: dict[str, str], open_page: OpenPage):
    url = environ["BASE_URL"]
    page = open_page(language="en")
    tools = page.context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    tools.send("WebAuthn.addVirtualAuthenticator", {"options": {**AUTHENTICATOR, "automaticPresenceSimulation": True}})

    page.goto(f"{url}/organise/sign-in")
    page.get_by_role("button", name="Sign in with a passkey").click()

    expect(page.get_by_role("alert")).to_contain_text("No passkey came")
    expect(page.get_by_role("link", name="Sign in with a password")).to_be_visible()
