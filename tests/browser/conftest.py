"""A real Chromium, at the width of a phone or of a desktop."""

import shutil
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE = 390
DESKTOP = 1280
SECONDS_TO_ANSWER = 10
READING = 1100
"""Milliseconds in which a person looks through the answers; who presses sooner is shown them once more."""

OpenPage = Callable[..., Page]


def chromium() -> str:
    """Where Chromium is; without it the tests fail, since nobody would notice a skipped one."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.fail("Chromium is missing: install Debian's package `chromium` (`.ci/run` does).", pytrace=False)
    return found


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield running
        running.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[OpenPage]:
    """`open_page(width=..., scheme="dark", scripts=False, language="en")` is a new reader's empty page.

    What the browser complains of (a broken script, something the content policy refuses, a call to another host) fails the test.
    """
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_one(width: int = PHONE, scheme: str = "light", scripts: bool = True, language: str = "pl") -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 844},
            color_scheme="dark" if scheme == "dark" else "light",
            java_script_enabled=scripts,
            locale={"pl": "pl-PL", "en": "en-GB"}[language],
            timezone_id="Europe/Warsaw",
        )
        contexts.append(context)
        context.set_default_timeout(SECONDS_TO_ANSWER * 1000)
        page = context.new_page()
        page.on("console", lambda message: complaints.extend(complaint(message)))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: complaints.extend(stranger(request.url)))
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert complaints == []


def complaint(message: ConsoleMessage) -> list[str]:
    """An error or a warning of the browser; an answer that says 4xx on purpose is none."""
    is_serious = message.type in {"error", "warning"} and "Failed to load resource" not in message.text
    return [message.text] if is_serious else []


def stranger(address: str) -> list[str]:
    """A request to any other host than ours."""
    parts = urlsplit(address)
    is_ours = parts.hostname in {"127.0.0.1", "localhost"}
    return [] if is_ours or parts.scheme not in {"http", "https", "ws"} else [address]
