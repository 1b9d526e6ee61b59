"""The list of events and an event's own page."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from app.agenda.models import Role, SessionKind, SessionStatus, Visibility
from app.db import db, transaction
from app.events.models import Attendance, Event, EventStatus, Kind
from app.events.queries import PER_PAGE
from tests import make
from tests.defaults import one_database
from tests.web.conftest import Cost
from tests.web.reading import Reading


def take(event: Event, **counts: int) -> None:
    """Set the counts of an event's places as the act that keeps them would."""
    with transaction():
        db.session.execute(sa.update(Event).where(Event.id == event.id).values(**counts))


def test_the_list_parts_coming_from_past(client: FlaskClient):
    make.an_event(title="Nadchodzący warsztat")
    make.an_event(title="Miniony warsztat", starts_at=make.at("2021-09-01 10:00"))

    coming, past = Reading(client.get("/events/")), Reading(client.get("/events/?when=past"))

    assert ("Nadchodzący warsztat" in coming.text, "Miniony warsztat" in coming.text) == (True, False)
    assert ("Nadchodzący warsztat" in past.text, "Miniony warsztat" in past.text) == (False, True)
    assert past.title == "Minione wydarzenia – Plenum"


@pytest.mark.parametrize("words", ["MIASTO", "zolc", "Żółć miasto", "lodz", "lacka zaneta", "podtytuł", "  "])
def test_the_search_minds_neither_case_nor_diacritics(client: FlaskClient, words: str):
    event = make.an_event(title="Zażółć miasto", subtitle="Podtytuł", place_name="Łódź, Sala Błękitna")
    make.an_appearance(make.a_session(event), person=make.a_person(name="Żaneta Łącka"))

    page = Reading(client.get("/events/", query_string={"q": words}))

    assert "Zażółć miasto" in page.text


def test_the_search_wants_every_word(client: FlaskClient):
    make.an_event(title="Zażółć miasto")

    page = Reading(client.get("/events/?q=miasto+wie%C5%9B"))

    assert "Nic nie pasuje do tego wyszukiwania." in page.text
    assert page.all("input", id="q")[0]["value"] == "miasto wieś"


def test_the_list_shows_one_kind(client: FlaskClient):
    make.an_event(title="Nasz warsztat")
    make.an_event(title="Nasza konferencja", kind=Kind.CONFERENCE)

    page = Reading(client.get("/events/?kind=conference"))
    unknown = Reading(client.get("/events/?kind=party"))

    assert ("Nasz warsztat" in page.text, "Nasza konferencja" in page.text) == (False, True)
    assert ("Nasz warsztat" in unknown.text, "Nasza konferencja" in unknown.text) == (True, True)


@one_database
def test_a_long_list_has_pages(client: FlaskClient):
    for number in range(PER_PAGE + 1):
        make.an_event(title=f"Numer {number:02d}.", starts_at=make.at("2021-11-01 10:00") + timedelta(days=number))

    first, second = Reading(client.get("/events/?kind=workshop")), Reading(client.get("/events/?kind=workshop&page=2"))
    beyond = Reading(client.get("/events/?page=99"))

    assert "Strona 1 z 2" in first.text
    assert "/events/?kind=workshop&page=2" in first.links
    assert "Numer 20." not in first.text
    assert "Numer 20." in second.text
    assert "/events/?kind=workshop&page=1" in second.links
    assert "Numer 20." in beyond.text


def test_the_list_costs_the_same_for_one_event_and_for_many(cost: Cost):
    make.an_appearance(make.a_session(make.an_event()))
    one = [cost(address) for address in ("/events/", "/events/?q=smart")]
    for _ in range(10):
        make.an_appearance(make.a_session(make.an_event()))
    many = [cost(address) for address in ("/events/", "/events/?q=smart")]

    assert one == many
    assert max(many) <= 6


def test_the_page_says_when_where_and_who(client: FlaskClient):
    event = make.an_event(
        slug="smart-city",
        subtitle="Wyniki ewaluacji",
        summary="Pokażemy wyniki.",
        description="Pierwszy akapit.\n\nDrugi akapit.",
        accessibility="Zapewniamy napisy na żywo.",
        organiser=make.an_organisation(name="Departament Strategii"),
        programme=make.a_programme(title="Partnerska Inicjatywa Miast"),
    )
    study = make.a_session(event, title="Prezentacja wyników")
    make.an_appearance(study, organisation=make.an_organisation(name="LB&E Sp. z o.o."), role=Role.AUTHOR)
    make.an_appearance(study, organisation=make.an_organisation(name="EGO s.c."), role=Role.AUTHOR)
    panel = make.a_session(event, title="Panel", kind=SessionKind.PANEL, starts_at=make.at("2021-10-26 11:00"), slug="panel")
    printed = "Naczelnik Wydziału Pomocy Technicznej EOG i Komunikacji, Departament Programów Pomocowych, MFiPR"
    make.an_appearance(panel, person=make.a_person(name="Anna Cieśla", slug="anna-ciesla"), printed_as=printed)

    page = Reading(client.get("/events/smart-city/"))

    assert page.title == "Smart City - doświadczenia i wyzwania – Plenum"
    for said in (
        "26 października 2021 wtorek",
        "10:00–12:30",
        "czas polski (UTC+2)",
        "Zoom",
        "link do spotkania dostaniesz po zapisie",
        "Warsztat",
        "Autorzy badania: LB&E Sp. z o.o., EGO s.c.",
        "Anna Cieśla",
        printed,
        "Drugi akapit.",
        "Zapewniamy napisy na żywo.",
        "Departament Strategii",
        "Program: Partnerska Inicjatywa Miast",
        "organiser@example.org",
    ):
        assert said in page.text
    assert {"/people/anna-ciesla/", "/events/smart-city/sessions/panel/", "/events/smart-city/register"} <= set(page.links)
    assert "meeting.example.com" not in page.answer.text


@one_database
def test_words_of_the_organiser_carry_their_language(client: FlaskClient):
    event = make.an_event(slug="smart-city", language="pl", title="Miasta", organiser=make.an_organisation(name="Ministerstwo"))
    make.a_session(event, title="Panel")

    english, polish = client.get("/events/smart-city/?lang=en").text, client.get("/events/smart-city/?lang=pl").text

    assert '<h1><span lang="pl">Miasta</span></h1>' in english
    assert '<span lang="pl">Panel</span></a></h3>' in english
    assert '<span lang="pl">Ministerstwo</span>' in english
    assert "Tuesday" in english
    assert "<h1>Miasta</h1>" in polish


DOORS: dict[str, tuple[dict[str, object], dict[str, int], list[str], str | None]] = {
    "open": ({}, {"taken": 186}, ["114 wolnych miejsc", "Zapisy do początku spotkania", "z 300 miejsc"], "Zapisz się"),
    "open until": (
        {"registration_closes_at": make.at("2021-10-25 18:00")},
        {},
        ["Zapisy do 25 października, 18:00"],
        "Zapisz się",
    ),
    "last places": ({"capacity": 12}, {"taken": 10}, ["2 wolne miejsca"], "Zapisz się"),
    "last place": ({"capacity": 12}, {"taken": 11}, ["1 wolne miejsce"], "Zapisz się"),
    "no limit": ({"capacity": None}, {}, ["Liczba miejsc bez ograniczeń"], "Zapisz się"),
    "waiting list": (
        {"capacity": 12},
        {"taken": 12, "waiting": 5},
        ["Brak wolnych miejsc", "Na liście rezerwowej czeka 5 osób."],
        "Dopisz się do listy rezerwowej",
    ),
    "full": (
        {"capacity": 12, "has_waiting_list": False},
        {"taken": 12},
        ["Brak wolnych miejsc", "to wydarzenie nie ma listy rezerwowej"],
        None,
    ),
    "not yet": ({"registration_opens_at": make.at("2021-10-12 09:00")}, {}, ["Zapisy od 12 października, 9:00"], None),
    "closed": ({"registration_closes_at": make.at("2021-10-10 18:00")}, {}, ["Zapisy zakończone"], None),
    "on": ({"starts_at": make.at("2021-10-11 08:30")}, {}, ["Spotkanie trwa", "Teraz"], None),
    "cancelled": ({"status": EventStatus.CANCELLED}, {}, ["To wydarzenie zostało odwołane.", "Odwołane"], None),
    "past": ({"starts_at": make.at("2021-10-01 10:00")}, {}, ["To wydarzenie już się odbyło", "Zakończone"], None),
}


@pytest.mark.parametrize("state", DOORS)
def test_the_card_says_how_registration_stands(client: FlaskClient, state: str):
    facts, counts, sentences, button = DOORS[state]
    event = make.an_event(slug="smart-city", **facts)
    if counts:
        take(event, **counts)

    page = Reading(client.get("/events/smart-city/"))

    assert [sentence for sentence in sentences if sentence not in page.text] == []
    assert ("/events/smart-city/register" in page.links) is (button is not None)
    if button:
        assert button in page.text
    has_picture = event.capacity is not None and state not in {"cancelled", "past"}
    assert len(page.all("svg", role="img")) == has_picture


@one_database
def test_the_picture_of_places_is_a_sentence_too(client: FlaskClient):
    take(make.an_event(slug="smart-city"), taken=186)

    page = Reading(client.get("/events/smart-city/"))

    assert [given["aria-label"] for given in page.all("svg", role="img")] == ["Zajęte 186 z 300 miejsc"]


@one_database
def test_the_calendar_menu_says_what_will_follow_changes(client: FlaskClient):
    make.an_event(slug="smart-city")
    make.an_event(slug="dawne", starts_at=make.at("2021-10-01 10:00"))

    page, past = Reading(client.get("/events/smart-city/")), Reading(client.get("/events/dawne/"))

    assert "Kalendarz Google nie zaktualizuje się sam" in page.text
    assert "Apple i inne: subskrypcja zaktualizuje się sam" in page.text
    assert "Dodanie terminu do kalendarza nie jest zapisem." in page.text
    assert "https://plenum.example.org/events/smart-city/event.ics" in page.links
    assert "webcal://plenum.example.org/events/smart-city/agenda.ics" in page.links
    assert not past.all("details")


@one_database
def test_the_session_that_is_on_is_marked(client: FlaskClient, clock):
    event = make.an_event(slug="smart-city")
    make.a_session(event, slug="first")
    make.a_session(event, slug="second", starts_at=make.at("2021-10-26 11:00"))
    make.a_session(event, slug="off", starts_at=make.at("2021-10-26 10:00"), status=SessionStatus.CANCELLED, title="Nie będzie")
    clock.stand_at(make.at("2021-10-26 10:12"))

    page = Reading(client.get("/events/smart-city/"))

    assert [given.get("id") for given in page.all("li") if given.get("class") == "is-now"] == ["first"]
    assert [given.get("id") for given in page.all("li") if given.get("class") == "off"] == ["off"]
    assert "Nie będzie Odwołane" in page.text
    assert "link do spotkania dostają osoby, które mają miejsce" in page.text


@one_database
def test_several_days_have_their_headings(client: FlaskClient):
    event = make.an_event(slug="smart-city", starts_at=make.at("2023-03-27 09:00"), ends_at=make.at("2023-03-28 15:00"))
    make.a_session(event, slug="first")
    make.a_session(event, slug="second", starts_at=make.at("2023-03-28 09:00"))

    page = Reading(client.get("/events/smart-city/"))

    assert "poniedziałek, 27 marca 2023" in page.text
    assert "wtorek, 28 marca 2023" in page.text
    assert "27 mar, 9:00 – 28 mar, 15:00" in page.text
    assert page.text.index("Koniec dnia") < page.text.index("Zakończenie")


def test_materials_are_shown_to_whom_they_are_for_and_when(client: FlaskClient, clock):
    event = make.an_event(slug="smart-city")
    session = make.a_session(event)
    make.a_material(event, title="Raport", session_id=session.id)
    make.a_material(event, title="Nagranie", visibility=Visibility.AFTER)
    make.a_material(event, title="Tylko dla zapisanych", visibility=Visibility.REGISTERED, session_id=session.id)

    before = Reading(client.get("/events/smart-city/"))
    clock.stand_at(make.at("2021-10-27 10:00"))
    after = Reading(client.get("/events/smart-city/"))

    assert before.text.count("Raport") == 2
    assert "Nagranie" not in before.text
    assert "Dalsze materiały pojawią się tutaj po spotkaniu." in before.text
    assert "Nagranie" in after.text
    assert "Materiały są na tej stronie." in after.text
    assert "Tylko dla zapisanych" not in before.text + after.text


@one_database
def test_an_event_on_site_has_no_meeting_link_and_no_other_zone(client: FlaskClient):
    make.an_event(
        slug="wizyta", attendance=Attendance.OFFLINE, place_name="Ateny", place_address="Plac Syndagma 1", zone="Europe/Athens"
    )

    page = Reading(client.get("/events/wizyta/"))

    assert "Ateny Plac Syndagma 1" in page.text
    assert "czas miejscowy: Ateny (UTC+3)" in page.text
    assert "link do spotkania" not in page.text
    assert "strefie" not in page.text


@one_database
def test_a_draft_is_not_there(client: FlaskClient):
    make.an_event(slug="szkic", status=EventStatus.DRAFT)

    assert client.get("/events/szkic/").status_code == 404


def test_the_page_costs_the_same_for_one_session_and_for_thirty(cost: Cost):
    event = make.an_event(slug="smart-city")
    make.an_appearance(make.a_session(event))
    one = cost("/events/smart-city/")
    for number in range(29):
        session = make.a_session(event, starts_at=make.at("2021-10-26 10:00") + timedelta(minutes=number))
        make.an_appearance(session)
        make.an_appearance(session, organisation=make.an_organisation(), role=Role.AUTHOR)
        make.a_material(event, session_id=session.id)

    assert one == cost("/events/smart-city/") <= 8
