"""Telling people of changes on a narrow phone without scripts, and what everybody reads then; axe finds nothing."""

import re
from datetime import timedelta

import pytest
from flask import Flask

from app.changes import versions
from app.db import transaction
from app.events.models import Event
from tests import make
from tests.browser.conftest import OpenPage
from tests.browser.test_accessibility import found_by_axe, too_wide
from tests.browser.test_speaker import press, sign_in
from tests.defaults import one_database
from tests.live import Live

pytestmark = [pytest.mark.browser, pytest.mark.processes, one_database]

NARROW = 360


@pytest.fixture
def event(app: Flask) -> Event:
    """An announced event whose panel begins a quarter of an hour later than its two people know."""
    event = make.an_event(slug="smart-city")
    panel = make.a_session(event, title="Panel ekspertów")
    with transaction():
        versions.begin(event, "Olga")
    for _ in range(2):
        make.a_registration(event)
    with transaction():
        panel.starts_at += timedelta(minutes=15)
    return event


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_people_are_told_without_scripts_on_a_phone(live: Live, app: Flask, event: Event, open_page: OpenPage, scheme: str):
    page, reader = open_page(width=NARROW, scheme=scheme, scripts=False), open_page(width=NARROW, scheme=scheme)
    user = make.a_user()
    make.a_membership(user, event)
    for somebody in (page, reader):
        sign_in(somebody, live, app, user)
    desk = f"{live.url}/organise/events/{event.id}"
    reader.goto(f"{desk}/changes")
    before = found_by_axe(reader), too_wide(reader)

    page.goto(f"{desk}/agenda")
    page.get_by_role("link", name="Zobacz zmiany").click()
    said = page.locator("#telling tbody").inner_text()
    press(page, re.compile("^Powiadom teraz 2 osoby$"))
    told = page.locator("[role=status]").inner_text()

    assert "Panel ekspertów: 10:15–11:00, wcześniej 10:00–11:00" in said
    assert "Wychodzą wiadomości do 2 osób." in told
    found = {"before": before}
    for path in (f"/organise/events/{event.id}/changes", "/events/smart-city/changes", "/events/smart-city/?version=1"):
        reader.goto(f"{live.url}{path}")
        found[path] = found_by_axe(reader), too_wide(reader)
    assert {path: trouble for path, trouble in found.items() if any(trouble)} == {}
