"""The reader's own hours: by a small script, or by a choice where scripts are off."""

import pytest

from tests import make
from tests.browser.conftest import OpenPage
from tests.defaults import one_database
from tests.live import Live

pytestmark = one_database


@pytest.fixture
def in_lisbon(app):
    """An event at 10:00 in Lisbon; the browser stands in Warsaw."""
    return make.an_event(slug="lizbona", zone="Europe/Lisbon")


def test_the_script_shows_the_hours_of_the_browsers_zone(live: Live, open_page: OpenPage, in_lisbon):
    page = open_page()
    page.goto(f"{live.url}/events/lizbona/")

    page.get_by_text("u Ciebie (UTC+2) 11:00–13:30").wait_for()
    assert page.get_by_role("link", name="zmień").is_visible()


def test_the_script_is_silent_where_the_clocks_agree(live: Live, open_page: OpenPage, app):
    make.an_event(slug="warszawa")
    page = open_page()
    page.goto(f"{live.url}/events/warszawa/")

    page.wait_for_load_state("networkidle")
    assert page.get_by_text("u Ciebie").count() == 0


def test_without_scripts_the_zone_is_chosen_in_a_form(live: Live, open_page: OpenPage, in_lisbon):
    page = open_page(scripts=False)
    page.goto(f"{live.url}/events/lizbona/")
    assert page.get_by_text("u Ciebie").count() == 0

    page.get_by_role("link", name="pokaż w mojej strefie").click()
    page.get_by_label("Gdzie jesteś?").select_option("Europe/Athens")
    page.get_by_role("button", name="Zapisz").click()

    page.get_by_text("u Ciebie (Ateny) 12:00–14:30").wait_for()
    assert page.url == f"{live.url}/events/lizbona/"


def test_hours_on_other_days_are_dated_in_the_british_order(live: Live, open_page: OpenPage, app):
    make.an_event(slug="nowy-jork", zone="America/New_York", starts_at=make.at("2021-10-26 17:00", "America/New_York"))
    page = open_page(language="en")
    page.goto(f"{live.url}/events/nowy-jork/")

    page.get_by_text("where you are (UTC+2): 26 Oct, 23:00 – 27 Oct, 1:30").wait_for()
