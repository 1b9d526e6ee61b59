"""A session's page and a person's page."""

from datetime import timedelta

from flask.testing import FlaskClient

from app.agenda.models import Role, SessionStatus
from app.events.models import EventStatus
from tests import make
from tests.defaults import one_database
from tests.web.conftest import Cost
from tests.web.reading import Reading


def test_a_session_has_its_own_page(client: FlaskClient, cost: Cost):
    event = make.an_event(slug="smart-city")
    session = make.a_session(event, slug="panel", title="Panel ekspertów", abstract="O czym.", room="Sala 2")
    make.an_appearance(session, person=make.a_person(name="Anna Cieśla"), printed_as="Naczelnik, MFiPR", role=Role.MODERATOR)
    make.a_material(event, title="Slajdy", session_id=session.id)
    make.a_material(event, title="Czegoś innego")

    page = Reading(client.get("/events/smart-city/sessions/panel/"))

    for part in (
        "Panel ekspertów",
        "O czym.",
        "Sala 2",
        "10:00–11:00",
        "Anna Cieśla",
        "Prowadzenie rozmowy",
        "Naczelnik, MFiPR",
        "Slajdy",
    ):
        assert part in page.text
    assert "Czegoś innego" not in page.text
    assert {"/events/smart-city/", "/events/smart-city/register"} <= set(page.links)
    assert "https://plenum.example.org/events/smart-city/sessions/panel.ics" in page.links
    assert cost("/events/smart-city/sessions/panel/") <= 8


@one_database
def test_a_cancelled_session_says_so(client: FlaskClient):
    make.a_session(make.an_event(slug="smart-city"), slug="panel", status=SessionStatus.CANCELLED)

    page = Reading(client.get("/events/smart-city/sessions/panel/"))

    assert "Odwołane" in page.text
    assert page.data[0]["eventStatus"] == "https://schema.org/EventCancelled"


@one_database
def test_a_session_is_found_only_under_its_event(client: FlaskClient):
    make.a_session(make.an_event(slug="smart-city"), slug="panel")
    make.an_event(slug="other")
    make.a_session(make.an_event(slug="draft", status=EventStatus.DRAFT), slug="hidden")

    assert client.get("/events/other/sessions/panel/").status_code == 404
    assert client.get("/events/draft/sessions/hidden/").status_code == 404


def test_a_person_is_shown_with_the_position_of_each_day(client: FlaskClient):
    person = make.a_person(slug="anna-ciesla", name="Anna Cieśla", bio="Zajmuje się miastami.")
    then = make.an_event(title="Dawny warsztat", starts_at=make.at("2021-03-01 10:00"))
    soon = make.an_event(title="Nowy warsztat")
    hidden = make.an_event(title="Szkic", status=EventStatus.DRAFT)
    make.an_appearance(make.a_session(then, title="Dawniej"), person=person, printed_as="Specjalistka")
    make.an_appearance(make.a_session(soon, title="Wkrótce"), person=person, printed_as="Naczelnik, MFiPR", role=Role.MODERATOR)
    make.an_appearance(make.a_session(hidden), person=person, printed_as="Tajne")

    page = Reading(client.get("/people/anna-ciesla/"))

    order = [
        "Zajmuje się miastami.",
        "Nadchodzące",
        "Wkrótce",
        "Nowy warsztat",
        "Naczelnik, MFiPR",
        "Minione",
        "Dawniej",
        "Specjalistka",
    ]
    assert sorted(order, key=page.text.index) == order
    assert "Tajne" not in page.text


@one_database
def test_somebody_who_appears_nowhere_has_no_page(client: FlaskClient):
    make.a_person(slug="nobody-yet")
    make.an_appearance(make.a_session(make.an_event(status=EventStatus.DRAFT)), person=make.a_person(slug="in-a-draft"))

    assert client.get("/people/nobody-yet/").status_code == 404
    assert client.get("/people/in-a-draft/").status_code == 404


def test_a_person_page_costs_the_same_for_one_session_and_for_thirty(cost: Cost):
    person = make.a_person(slug="anna-ciesla")
    make.an_appearance(make.a_session(make.an_event()), person=person)
    one = cost("/people/anna-ciesla/")
    for number in range(29):
        event = make.an_event(starts_at=make.at("2021-10-26 10:00") + timedelta(days=number))
        make.an_appearance(make.a_session(event), person=person)

    assert one == cost("/people/anna-ciesla/") <= 5
