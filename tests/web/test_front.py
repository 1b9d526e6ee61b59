"""The front page, the pages that the law asks for, and what machines ask for."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from app.db import db, transaction
from app.events.models import EventStatus
from app.web import clause
from tests import make
from tests.defaults import one_database
from tests.web.conftest import Cost
from tests.web.reading import Reading

STATEMENT_IDS = {
    "a11y-wstep",
    "a11y-podmiot",
    "a11y-zakres",
    "a11y-url",
    "a11y-data-publikacja",
    "a11y-data-aktualizacja",
    "a11y-status",
    "a11y-data-sporzadzenie",
    "a11y-data-przeglad",
    "a11y-ocena",
    "a11y-kontakt",
    "a11y-email",
    "a11y-telefon",
    "a11y-procedura",
    "a11y-aplikacje",
    "a11y-architektura",
    "a11y-komunikacja",
}


def test_the_front_page_lists_the_nearest_events(client: FlaskClient):
    later = make.an_event(title="Drugie", starts_at=make.at("2021-11-19 09:30"))
    make.an_event(title="Pierwsze", starts_at=make.at("2021-10-26 10:00"))
    make.an_event(title="Dawne", starts_at=make.at("2021-09-01 10:00"))
    make.an_event(title="Szkic", status=EventStatus.DRAFT)

    page = Reading(client.get("/"))

    assert [title for title in ("Pierwsze", "Drugie", "Dawne", "Szkic") if title in page.text] == ["Pierwsze", "Drugie"]
    assert page.text.index("Pierwsze") < page.text.index("Drugie")
    assert {f"/events/{later.slug}/", f"/events/{later.slug}/register", "/calendar/", "/events/"} <= set(page.links)


def test_the_front_page_with_no_events_says_so(client: FlaskClient):
    page = Reading(client.get("/"))

    assert "Teraz nie ma zaplanowanych wydarzeń." in page.text
    assert "/events/?when=past" in page.links


@one_database
def test_the_language_link_keeps_the_page(client: FlaskClient):
    page = Reading(client.get("/events/?q=lubor%C5%84&when=past&lang=pl"))

    assert page.all("html") == [{"lang": "pl"}]
    assert "/events/?q=lubor%C5%84&when=past&lang=en" in page.links


@one_database
def test_the_page_speaks_the_language_that_was_asked_for(client: FlaskClient):
    english = Reading(client.get("/?lang=en"))
    remembered = Reading(client.get("/"))

    assert "Nearest events" in english.text
    assert "Nearest events" in remembered.text


@one_database
def test_a_page_says_its_addresses(client: FlaskClient):
    polish = Reading(client.get("/events/?when=past&q=x&lang=pl"))
    english = Reading(client.get("/events/?when=past&lang=en"))

    address = "https://plenum.example.org/events/?when=past"
    assert polish.all("link", rel="canonical")[0]["href"] == address
    assert english.all("link", rel="canonical")[0]["href"] == f"{address}&lang=en"
    assert {given["hreflang"]: given["href"] for given in polish.all("link", rel="alternate")} == {
        "x-default": address,
        "pl": f"{address}&lang=pl",
        "en": f"{address}&lang=en",
    }
    assert polish.meta("robots") == "noindex"
    assert english.meta("robots") is None


@one_database
@pytest.mark.parametrize(("language", "first"), [("pl", "Deklaracja dostępności"), ("en", "Accessibility statement")])
def test_the_accessibility_statement_has_its_parts(client: FlaskClient, language: str, first: str):
    page = Reading(client.get(f"/accessibility?lang={language}"))

    assert page.title == f"{first} – Plenum"
    assert set(page.ids) >= STATEMENT_IDS
    assert len(page.ids) == len(set(page.ids))


@one_database
@pytest.mark.parametrize("language", ["pl", "en"])
def test_the_privacy_page_is_the_clause_of_the_forms(app: Flask, client: FlaskClient, language: str):
    with app.test_request_context():
        text = dict(zip(("pl", "en"), clause.texts(), strict=True))[language]

    page = Reading(client.get(f"/privacy?lang={language}"))

    lines = [line.removeprefix("– ") for line in text.splitlines() if line]
    assert [line for line in lines if line not in page.text] == []
    assert "Departament Strategii, Ministerstwo Funduszy i Polityki Regionalnej" in text
    assert "miasta@example.org" in text


def test_the_sitemap_lists_every_public_page(client: FlaskClient, statements):
    event = make.an_event(slug="smart-city")
    session = make.a_session(event, slug="panel")
    make.an_appearance(session, person=make.a_person(slug="anna-ciesla"))
    make.a_session(make.an_event(slug="szkic", status=EventStatus.DRAFT))
    make.a_person(slug="nowhere")

    with statements() as said:
        answer = client.get("/sitemap.xml")

    places = re.findall(r"<loc>https://plenum.example.org([^<]*)</loc>", answer.text)
    assert answer.mimetype == "application/xml"
    assert places == [
        "/",
        "/events/",
        "/calendar/",
        "/accessibility",
        "/privacy",
        "/events/smart-city/",
        "/events/smart-city/sessions/panel/",
        "/people/anna-ciesla/",
    ]
    assert f"<lastmod>{event.modified_at.isoformat(timespec='seconds')}</lastmod>" in answer.text
    assert 'hreflang="en" href="https://plenum.example.org/events/smart-city/?lang=en"' in answer.text
    assert len(said) <= 5


@one_database
def test_robots_may_read_the_feeds(client: FlaskClient):
    lines = client.get("/robots.txt").text.splitlines()

    assert "Disallow: /my/" in lines
    assert "Disallow: /join/" in lines
    assert [line for line in lines if "/plans" in line] == ["Disallow: /plans/*/"]
    assert [line for line in lines if ".ics" in line or "/feeds" in line] == []
    assert lines[-1] == "Sitemap: https://plenum.example.org/sitemap.xml"


def test_the_process_is_ready_when_its_tables_are_of_this_version(app: Flask, client: FlaskClient, statements):
    with statements() as said:
        assert client.get("/healthz").status_code == 200
    assert said == []
    assert client.get("/readyz").status_code == 200

    with transaction():
        db.session.execute(sa.text("UPDATE alembic_version SET version_num = 'another'"))

    assert client.get("/readyz").status_code == 503


def test_the_front_page_costs_the_same_for_one_event_and_for_many(cost: Cost):
    make.an_event()
    one = cost("/")
    for days in range(1, 8):
        make.an_event(starts_at=make.at("2021-10-26 10:00") + timedelta(days=days))

    assert one == cost("/") <= 4
