"""The public log of what changed in an agenda, its feed, and the agenda as an earlier version said it."""

from collections.abc import Callable
from datetime import timedelta
from types import ModuleType
from xml.etree import ElementTree as ET

import pytest
from flask.testing import FlaskClient

from app.agenda.models import Session, SessionStatus
from app.changes import versions
from app.db import db, transaction
from app.events.models import Event, EventStatus, FormerSlug
from tests import make
from tests.defaults import one_database
from tests.web.conftest import Cost
from tests.web.reading import Reading

ATOM = "{http://www.w3.org/2005/Atom}"
Alter = Callable[[Session], object]


@pytest.fixture
def event() -> Event:
    """An event that was announced at nine, with a panel in the first hour."""
    event = make.an_event(slug="smart-city", title="Smart City")
    session = make.a_session(event, slug="panel", title="Panel ekspertów", translations={"en": {"title": "Panel of experts"}})
    make.an_appearance(session, person=make.a_person(name="Anna Cieśla"), printed_as="Naczelnik, MFiPR")
    with transaction():
        versions.begin(event, "Olga")
    return event


@pytest.fixture
def change(event: Event, clock: ModuleType):
    """`change(minutes, **facts)` alters the panel so long after nine, and lets people know it."""

    def alter(minutes: int, **facts: object) -> None:
        clock.stand_at(make.at("2021-10-11 09:00") + timedelta(minutes=minutes))
        with transaction():
            for name, value in facts.items():
                setattr(the_panel(event), name, value)
            versions.settle(event, "Olga")

    return alter


def the_panel(event: Event) -> Session:
    return db.session.query(Session).filter_by(event_id=event.id).one()


def later(event: Event, minutes: int) -> dict[str, object]:
    starts_at = event.starts_at + timedelta(minutes=minutes)
    return {"starts_at": starts_at, "ends_at": starts_at + timedelta(hours=1)}


def test_the_log_says_each_version_in_words_the_newest_first(client: FlaskClient, event: Event, change, cost: Cost):
    nothing_yet = Reading(client.get("/events/smart-city/"))
    change(20, **later(event, 15), room="Sala 2")
    change(80, status=SessionStatus.CANCELLED)

    page, english = Reading(client.get("/events/smart-city/changes")), Reading(client.get("/events/smart-city/changes?lang=en"))

    said = [
        "Wersja 3: 11 października 2021, 10:20",
        "Panel ekspertów, 10:15–11:15: odwołane",
        "Wersja 2: 11 października 2021, 9:20",
        "Panel ekspertów: 10:15–11:15, wcześniej 10:00–11:00",
        "Panel ekspertów – miejsce: Sala 2",
        "Wersja 1: 11 października 2021, 9:00",
    ]
    assert sorted(said, key=page.text.index) == said
    assert "Panel of experts: 10:15–11:15, previously 10:00–11:00" in english.text
    assert "/events/smart-city/?version=2" in page.links
    for path in ("/events/smart-city/", "/events/smart-city/agenda"):
        assert "/events/smart-city/changes" in Reading(client.get(path)).links
    assert "/events/smart-city/changes" not in nothing_yet.links
    assert cost("/events/smart-city/changes") <= 6


def test_the_feed_is_valid_and_the_same_bytes_until_something_is_told(client: FlaskClient, event: Event, change):
    change(20, **later(event, 15))
    first = client.get("/events/smart-city/changes.atom")
    again = client.get("/events/smart-city/changes.atom", headers={"If-None-Match": first.headers["ETag"]})
    change(80, room="Sala <2> & 3")
    second = client.get("/events/smart-city/changes.atom")

    before, after = ET.fromstring(first.data), ET.fromstring(second.data)

    assert (first.mimetype, again.status_code, again.data) == ("application/atom+xml", 304, b"")
    assert [child.tag.removeprefix(ATOM) for child in before] == [
        *("id", "title", "updated", "author", "link", "link"),
        *("entry",) * 2,
    ]
    assert [child.tag.removeprefix(ATOM) for child in before.iter(f"{ATOM}entry").__next__()] == [
        "id",
        "title",
        "updated",
        "link",
        "content",
    ]
    assert (texts(before, "id"), texts(after, "id")[1:]) == (texts(before, "id"), texts(before, "id"))
    assert len({before.findtext(f"{ATOM}id"), *texts(after, "id")}) == 4
    assert texts(after, "updated") == ["2021-10-11T08:20:00Z", "2021-10-11T07:20:00Z", "2021-10-11T07:00:00Z"]
    assert texts(after, "content")[0] == "<ul><li>Panel ekspertów – miejsce: Sala &lt;2&gt; &amp; 3</li></ul>"
    assert after.findall(f"{ATOM}link")[0].get("href") == "https://plenum.example.org/events/smart-city/changes.atom"


def texts(feed: ET.Element, name: str) -> list[str | None]:
    return [entry.findtext(f"{ATOM}{name}") for entry in feed.iter(f"{ATOM}entry")]


def test_a_version_shows_the_agenda_as_it_was(client: FlaskClient, event: Event, change, cost: Cost):
    change(20, **later(event, 15), title="Rozmowa o miastach", abstract="Nowy opis.")
    with transaction():
        db.session.delete(the_panel(event).appearances[0])

    then, now = Reading(client.get("/events/smart-city/?version=1")), Reading(client.get("/events/smart-city/"))
    in_english = Reading(client.get("/events/smart-city/agenda?version=1&lang=en"))

    assert "Tak było w wersji 1 z dnia 11 października 2021, 9:00." in then.text
    for part in ("Panel ekspertów", "10:00", "Anna Cieśla", "Naczelnik, MFiPR"):
        assert part in then.text
    assert ("Rozmowa" in then.text, "Rozmowa" in now.text) == (False, True)
    assert (then.meta("robots"), then.data) == ("noindex", [])
    assert then.all("link", rel="canonical") == [{"rel": "canonical", "href": "https://plenum.example.org/events/smart-city/"}]
    assert {"/events/smart-city/", "/events/smart-city/changes"} <= set(then.links)
    assert "Panel of experts" in in_english.text
    assert "/events/smart-city/agenda" in in_english.links
    assert cost("/events/smart-city/?version=1") <= 4


@one_database
def test_only_versions_that_there_are_and_only_of_public_events_are_shown(client: FlaskClient, event: Event):
    found = {
        number: client.get(f"/events/smart-city/?version={number}").status_code
        for number in ("1", "2", "0", "-1", "x", "9" * 30, "")
    }
    with transaction():
        event.status = EventStatus.DRAFT

    hidden = [client.get(f"/events/smart-city/{path}").status_code for path in ("?version=1", "changes", "changes.atom")]

    assert found == {"1": 200, "2": 404, "0": 404, "-1": 404, "x": 404, "9" * 30: 404, "": 404}
    assert hidden == [404, 404, 404]


@one_database
def test_a_former_address_leads_to_the_log_and_to_the_version(client: FlaskClient, event: Event):
    make.kept(FormerSlug, {"kind": "events", "slug": "old-city", "row_id": event.id})

    found = [client.get(f"/events/old-city/{path}").location for path in ("changes", "changes.atom", "?version=1")]

    assert found == ["/events/smart-city/changes", "/events/smart-city/changes.atom", "/events/smart-city/?version=1"]
