"""Pages for what goes wrong."""

import logging
import re

import pytest
from flask import Flask, abort
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from app.errors import Refused
from app.registration import keys
from app.registration.models import Key, Purpose
from app.web.plenum import relative
from tests import make
from tests.defaults import one_database
from tests.desk import Desk
from tests.web.reading import Reading

pytestmark = pytest.mark.usefixtures("own_app")


def raising(app: Flask, error: Exception | int) -> FlaskClient:
    """A client of the application with a page at /fails that meets this error."""
    app.testing = False

    def fails() -> str:
        if isinstance(error, int):
            abort(error)
        raise error

    app.add_url_rule("/fails", "fails", fails)
    return app.test_client()


@one_database
@pytest.mark.parametrize(
    ("code", "title"),
    [
        (400, "Nie możemy odczytać tego żądania"),
        (404, "Nie ma takiej strony"),
        (409, "Teraz nie można tego zrobić"),
        (410, "Ten link już nie działa"),
        (413, "To za dużo naraz"),
        (418, "Nie możemy odczytać tego żądania"),
        (429, "Zbyt wiele prób w krótkim czasie"),
        (500, "Coś poszło nie tak po naszej stronie"),
        (503, "Serwis jest chwilowo niedostępny"),
    ],
)
def test_every_error_has_its_page(app: Flask, code: int, title: str):
    answer = raising(app, code).get("/fails")

    page = Reading(answer)
    assert answer.status_code == code
    assert page.title == f"{title} – Plenum"
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert {"/events/", "mailto:miasta@example.org"} <= set(page.links)
    assert not page.all("link", rel="canonical")


@one_database
def test_a_missing_page_is_told_in_the_readers_language(client: FlaskClient):
    assert "There is no such page" in Reading(client.get("/nowhere?lang=en")).text


@one_database
def test_what_the_database_does_not_find_is_404(client: FlaskClient):
    assert client.get("/events/nothing/").status_code == 404


@one_database
def test_a_wrong_method_names_the_right_ones(client: FlaskClient):
    answer = client.post("/privacy")

    assert answer.status_code == 405
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}


@one_database
def test_a_refusal_outside_of_a_form_is_409_with_its_sentence(app: Flask):
    answer = raising(app, Refused("Zapisy są zamknięte.")).get("/fails")

    assert answer.status_code == 409
    assert "Zapisy są zamknięte." in Reading(answer).text


@one_database
def test_a_revoked_key_is_410(app: Flask):
    answer = raising(app, keys.Revoked(Key(purpose=Purpose.MY))).get("/fails")

    assert answer.status_code == 410


@one_database
def test_a_fault_asks_the_database_nothing(app: Flask, statements):
    client = raising(app, ZeroDivisionError())

    with statements() as said:
        answer = client.get("/fails")

    assert answer.status_code == 500
    assert said == []


@one_database
def test_a_database_that_does_not_answer_is_503(app: Flask, caplog: pytest.LogCaptureFixture):
    client = raising(app, OperationalError("SELECT ...", {"email": "zaneta.lacka@example.org"}, Exception("no server")))

    with caplog.at_level(logging.ERROR):
        answer = client.get("/fails")

    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "30"
    assert caplog.messages == ["the database is not available: no server"]


def test_a_number_too_large_for_a_row_is_no_page(client: FlaskClient):
    assert client.get("/organise/events/99999999999999999999/edit").status_code == 404


def test_a_search_with_nul_is_only_a_search(app: Flask):
    desk = Desk(app, make.a_user(is_administrator=True))
    registers = ("/organise/people/", "/organise/people/find", "/organise/organisations/", "/organise/organisations/find")

    assert {desk.get(f"{path}?q=a%00b").status_code for path in registers} == {200}


@pytest.mark.parametrize("path", ["/events/a%00b/", "/people/a%00b/", "/my/a%00b/", "/events/a%00b/event.ics"])
def test_an_address_with_nul_is_no_page(client: FlaskClient, path: str):
    assert client.get(path).status_code == 404


@one_database
def test_a_fault_on_a_private_page_is_noted_without_the_key_and_without_what_people_typed(
    app: Flask, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
):
    def fails(*asked: object) -> None:
        try:
            raise KeyError("zaneta.lacka@example.org")
        except KeyError as error:
            raise ValueError("Key (email)=(zaneta.lacka@example.org) already exists.") from error

    key = keys.token(make.a_registration(make.an_event()), Purpose.MY)
    monkeypatch.setattr("app.registration.keys.find", fails)
    app.testing = False

    answer = app.test_client().get(f"/my/{key}/")

    assert answer.status_code == 500
    assert not [secret for secret in (key, "zaneta", "already exists") if secret in caplog.text]
    said = caplog.messages[-1]
    assert said.startswith("GET my.show failed:\nbuiltins.KeyError\n")
    assert "builtins.ValueError\n" in said
    assert re.search(r"app/web/registration/my\.py:\d+ show\n", said)


@one_database
@pytest.mark.parametrize(
    ("asked", "path"),
    [
        ("/events", "/events/"),
        ("/events/smart-city?lang=en", "/events/smart-city/?lang=en"),
        ("/events//a/", "/events/a/"),
    ],
)
def test_no_redirect_leads_to_the_host_that_was_asked_for(client: FlaskClient, asked: str, path: str):
    answer = client.get(asked, base_url="http://evil.com/")

    assert (answer.status_code, answer.headers["Location"]) == (308, path)
    assert "evil.com" not in answer.text


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("http://evil.com/events/?q=a%26b", "/events/?q=a%26b"),
        ("http://evil.com//evil.com/", "/evil.com/"),
        ("http://evil.com", "/"),
    ],
)
def test_a_relative_address_names_no_host(address: str, path: str):
    assert relative(address) == path
