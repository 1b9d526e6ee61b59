"""axe finds nothing on any page of the desk that the URL map has, and nothing scrolls sideways there."""

import pytest
from flask import Flask
from playwright.sync_api import Page

from app.accounts.models import User
from app.db import db
from tests import desk_pages
from tests.browser.conftest import DESKTOP, OpenPage
from tests.browser.test_accessibility import NARROW, found_by_axe, open_menus, too_wide
from tests.browser.test_speaker import sign_in
from tests.defaults import one_database
from tests.live import Live

pytestmark = [pytest.mark.browser, pytest.mark.processes, one_database]
HEIGHT = 844
WHAT_DEPENDS_ON_THE_SCREEN = """async () => {
  const rules = { runOnly: { type: 'rule', values: ['color-contrast', 'target-size'] } }
  return (await axe.run(rules)).violations.map(broken => `${broken.id}: ${broken.nodes[0].html}`)
}"""


def faults(page: Page, address: str) -> list[str]:
    """What is wrong with one page, on a light desktop and then on a narrow dark phone."""
    page.set_viewport_size({"width": DESKTOP, "height": HEIGHT})
    page.emulate_media(color_scheme="light")
    answer = page.goto(address)
    assert answer
    assert answer.status == 200, address
    open_menus(page)
    found = found_by_axe(page)
    page.set_viewport_size({"width": NARROW, "height": HEIGHT})
    page.emulate_media(color_scheme="dark")
    return [*found, *page.evaluate(WHAT_DEPENDS_ON_THE_SCREEN), *(["too wide"] if too_wide(page) else [])]


def test_every_page_of_the_desk_is_accessible(app: Flask, live: Live, open_page: OpenPage):
    scene = desk_pages.a_scene()
    page = open_page(width=DESKTOP)
    sign_in(page, live, app, db.session.get_one(User, scene.user_id))
    addresses = dict(desk_pages.pages(app, scene))
    db.session.rollback()

    found = {endpoint: wrong for endpoint, path in addresses.items() if (wrong := faults(page, f"{live.url}{path}"))}

    assert found == {}
