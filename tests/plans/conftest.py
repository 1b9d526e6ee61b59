"""Somebody who makes a plan through the pages."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.agenda.models import Session
from app.events.models import Event
from tests import make
from tests.web.reading import Reading


@pytest.fixture
def client(client: FlaskClient) -> FlaskClient:
    """A reader of English, who refuses cookies."""
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


@dataclass
class Planner:
    """A plan, by the address that its maker has."""

    client: FlaskClient
    path: str

    def open(self) -> Reading:
        answer = self.client.get(self.path)
        assert answer.status_code == 200
        return Reading(answer)

    def post(self, rest: str = "", **answers: object) -> TestResponse:
        return self.client.post(f"{self.path}{rest}", data=answers)

    @property
    def token(self) -> str:
        return self.path.split("/")[2]

    @property
    def feed(self) -> str:
        return urlsplit(self.open().all("input", id="feed-address")[0]["value"] or "").path


Plans = Callable[..., Planner]


@pytest.fixture
def plan(client: FlaskClient) -> Plans:
    """`plan(event, session, ...)` chooses these sessions and saves."""

    def choose(event: Event, *sessions: Session) -> Planner:
        answer = client.post(f"/events/{event.slug}/plan", data={"sessions": [session.id for session in sessions]})
        assert answer.status_code == 303
        return Planner(client, urlsplit(answer.location).path)

    return choose


def a_conference(**facts: object) -> tuple[Event, Session, Session, Session]:
    """Two lectures that overlap by half an hour, and one after both."""
    event = make.an_event(**{"title": "Konferencja miast", **facts})
    first = make.a_session(event, title="Miasto cyfrowe", room="Sala 1")
    beside = make.a_session(event, title="Miasto zielone", room="Sala 2", starts_at=event.starts_at + timedelta(minutes=30))
    last = make.a_session(event, title="Podsumowanie", starts_at=event.starts_at + timedelta(hours=2))
    return event, first, beside, last
