"""Fixtures of the tests of registering."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app import clock
from app.events.models import Event
from app.registration import keys
from app.registration.models import Purpose, Registration
from app.web.registration import form_keys
from tests import make
from tests.forms import form_with
from tests.web.reading import Reading

ANSWERS = {"name": "Maria Zalewska", "email": "maria@example.org", "organisation": "Urząd Miejski w Łomiankach", "clause": "y"}


@pytest.fixture
def client(client: FlaskClient) -> FlaskClient:
    """A reader of English."""
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


@dataclass
class Visitor:
    """Somebody who registers through the pages, form by form, as a browser without scripts does."""

    client: FlaskClient
    event: Event

    @property
    def address(self) -> str:
        return f"/events/{self.event.slug}/register"

    def open(self) -> Reading:
        return Reading(self.client.get(self.address))

    def post(self, body: str) -> TestResponse:
        return self.client.post(self.address, data=body, content_type="application/x-www-form-urlencoded")

    def fill_in(self, **answers: str | None) -> TestResponse:
        """Fill in the form and go on to the check of the answers."""
        return self.post(form_with(self.open().answer.text, "email").filled("step=check", **{**ANSWERS, **answers}))

    def confirm(self, checked: TestResponse, **answers: str | None) -> TestResponse:
        """Look through the answers for as long as it takes, and press the last button."""
        clock.stand_at(clock.now() + form_keys.QUICKEST)
        return self.post(form_with(checked.text, "key").filled("step=register", **answers))

    def register(self, **answers: str | None) -> TestResponse:
        return self.confirm(self.fill_in(**answers))


@pytest.fixture
def visit(client: FlaskClient) -> Callable[[Event], Visitor]:
    return lambda event: Visitor(client, event)


@dataclass
class Owner:
    """Somebody with the page of their registration."""

    client: FlaskClient
    registration: Registration

    def path(self, page: str = "") -> str:
        return f"/my/{keys.token(self.registration, Purpose.MY)}/{page}"

    def get(self, page: str = "") -> Reading:
        return Reading(self.client.get(self.path(page)))

    def post(self, page: str, **answers: object) -> TestResponse:
        return self.client.post(self.path(page), data=answers)

    def done(self, page: str, **answers: object) -> str:
        """What the page says after an act; every act answers with a redirect to it."""
        answer = self.post(page, **answers)
        assert answer.status_code == 303, answer.text
        shown = self.client.get(answer.location)
        assert urlsplit(answer.location).path == self.path()
        return Reading(shown).text


@pytest.fixture
def owner(client: FlaskClient) -> Callable[..., Owner]:
    """`owner(event)` registers somebody; `owner(event, registration)` is somebody who is registered."""

    def of(event: Event, registration: Registration | None = None, **facts: object) -> Owner:
        return Owner(client, registration or make.a_registration(event, **facts))

    return of
