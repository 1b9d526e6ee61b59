"""The reader's own time zone."""

import pytest
from flask.testing import FlaskClient

from app.web import zones
from tests import make
from tests.defaults import one_database
from tests.web.reading import Reading


@one_database
def test_the_chosen_zone_is_kept_and_shown(client: FlaskClient):
    make.an_event(slug="smart-city")

    before = Reading(client.get("/events/smart-city/"))
    chosen = client.post("/time-zone", data={"zone": "Europe/Lisbon", "back": "/events/smart-city/"})
    after = Reading(client.get("/events/smart-city/"))

    assert "/time-zone?back=/events/smart-city/" in before.links
    assert len(before.all("span", **{"data-event-zone": "Europe/Warsaw"})) == 1
    assert (chosen.status_code, chosen.location) == (303, "/events/smart-city/")
    assert "u Ciebie (Lizbona) 9:00–11:30" in after.text
    assert not after.all("span", **{"data-event-zone": "Europe/Warsaw"})


@one_database
def test_hours_on_another_date_say_it(client: FlaskClient):
    make.an_event(slug="smart-city", starts_at=make.at("2021-10-26 00:30"))
    client.set_cookie("zone", "America/New_York")

    page = Reading(client.get("/events/smart-city/?lang=en"))

    assert "where you are (New York): 25 Oct, 18:30–21:00" in page.text


@one_database
def test_no_choice_takes_the_zone_away(client: FlaskClient):
    client.set_cookie("zone", "Europe/Lisbon")

    answer = client.post("/time-zone", data={"zone": "", "back": "/"})

    assert answer.status_code == 303
    assert client.get_cookie("zone") is None


@one_database
def test_an_unknown_zone_is_asked_for_again(client: FlaskClient):
    answer = client.post("/time-zone", data={"zone": "Europe/Atlantis", "back": "/events/"})

    page = Reading(answer)
    assert answer.status_code == 422
    assert "Wybierz miejsce z listy" in page.text
    assert "Set-Cookie" not in answer.headers
    assert page.all("input", name="back")[0]["value"] == "/events/"


@one_database
def test_a_cookie_with_nonsense_is_passed_over(client: FlaskClient):
    make.an_event(slug="smart-city")
    client.set_cookie("zone", "../../etc")

    assert "u Ciebie" not in Reading(client.get("/events/smart-city/")).text


@pytest.mark.parametrize(
    "wish",
    [
        "https://elsewhere.example.com/",
        "//elsewhere.example.com/",
        "/\\elsewhere.example.com",
        "\\\\elsewhere.example.com",
        "/%09/elsewhere\texample",
        "javascript:alert(1)",
        "events/",
        "/\n/elsewhere.example.com",
        "/a b",
        "",
        None,
    ],
)
def test_the_way_back_stays_on_the_site(wish: str | None):
    assert zones.safe_path(wish) == "/"


@pytest.mark.parametrize("wish", ["/", "/events/smart-city/", "/events/?when=past&page=2"])
def test_a_path_of_the_site_is_a_way_back(wish: str):
    assert zones.safe_path(wish) == wish


def test_zones_are_named_by_their_cities():
    polish, english = dict(zones.choices("pl")), dict(zones.choices("en"))

    assert (polish["Europe/Lisbon"], english["Europe/Lisbon"]) == ("Lizbona, Portugalia", "Lisbon, Portugal")
    assert (polish["Europe/Warsaw"], polish["UTC"]) == ("Warszawa, Polska", "UTC")
    assert len(polish) > 400


@one_database
@pytest.mark.parametrize("path", ["/", "/events/"])
def test_no_hour_of_a_list_is_without_its_zone(client: FlaskClient, path: str):
    make.an_event()
    make.an_event(zone="Europe/Lisbon")

    text = Reading(client.get(path)).text

    assert "10:00–12:30 czas polski (UTC+2)" in text
    assert "10:00–12:30 czas miejscowy: Lizbona (UTC+1)" in text


@one_database
def test_the_hours_of_a_persons_sessions_have_their_zone(client: FlaskClient):
    make.an_appearance(make.a_session(make.an_event(zone="Europe/Lisbon")), person=make.a_person(slug="anna"))

    assert "10:00–11:00 czas miejscowy: Lizbona (UTC+1)" in Reading(client.get("/people/anna/")).text
