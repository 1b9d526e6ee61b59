"""Pages kept as bytes: never longer than what they show stands, and never for another reader."""

import gzip
from datetime import timedelta
from types import ModuleType

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from app.agenda.models import Person
from app.db import db, transaction
from app.events.models import EventStatus
from app.registration import keys, signup
from app.registration.models import Purpose
from app.web.cache import Kept, Shelf, Shown
from tests import make


def test_a_kept_page_costs_one_question(client: FlaskClient, statements):
    path = f"/events/{make.an_event().slug}/"
    first = client.get(path)

    with statements() as said:
        again = client.get(path)

    assert (again.data, again.headers["ETag"], len(said)) == (first.data, first.headers["ETag"], 1)


def test_a_page_follows_every_change_of_what_it_shows_at_once(client: FlaskClient):
    event = make.an_event(title="Stary tytuł", capacity=10)
    person = make.a_person(name="Anna Cieśla")
    make.an_appearance(make.a_session(event), person=person)
    client.get(f"/events/{event.slug}/")

    with transaction():
        event.title = "Nowy tytuł"
    assert "Nowy tytuł" in client.get(f"/events/{event.slug}/").text
    with transaction():
        db.session.get_one(Person, person.id).name = "Anna Nowa"
    assert "Anna Nowa" in client.get(f"/events/{event.slug}/").text
    make.a_registration(event)
    assert "9 wolnych miejsc" in client.get(f"/events/{event.slug}/").text
    with transaction():
        event.status = EventStatus.DRAFT
    assert client.get(f"/events/{event.slug}/").status_code == 404


def test_a_change_that_was_rolled_back_changes_no_page(client: FlaskClient):
    event = make.an_event()
    first = client.get(f"/events/{event.slug}/")

    event.title = "Nigdy zapisany"
    db.session.flush()
    db.session.rollback()

    assert client.get(f"/events/{event.slug}/").headers["ETag"] == first.headers["ETag"]


def test_a_page_follows_the_clock(client: FlaskClient, clock: ModuleType):
    event = make.an_event(registration_opens_at=make.at("2021-10-12 09:00"))
    before = client.get(f"/events/{event.slug}/").text

    clock.stand_at(make.at("2021-10-12 09:00"))

    assert (f"/events/{event.slug}/register" in before) is False
    assert f"/events/{event.slug}/register" in client.get(f"/events/{event.slug}/").text


def test_readers_of_other_languages_and_zones_get_their_own_page(client: FlaskClient):
    event = make.an_event()
    path = f"/events/{event.slug}/"

    polish = client.get(path).text
    english = client.get(path, headers={"Accept-Language": "en-GB,en;q=0.9"}).text
    client.set_cookie("zone", "Europe/Lisbon")
    in_lisbon = client.get(path).text
    client.set_cookie("lang", "en")

    assert ('lang="pl"' in polish, '<html lang="en"' in english, "9:00–11:30" in in_lisbon) == (True, True, True)
    assert "9:00–11:30" not in polish
    assert '<html lang="en"' in client.get(path).text
    assert '<html lang="pl"' in client.get(f"{path}?lang=pl").text


def test_an_answer_that_sets_a_cookie_is_not_kept(client: FlaskClient, app: Flask):
    event = make.an_event()

    client.get(f"/events/{event.slug}/?lang=en")

    assert app.extensions["page_shelf"].answers == {}


def test_what_the_reader_has_is_not_sent_again(client: FlaskClient):
    path = f"/events/{make.an_event().slug}/"
    tag = client.get(path).headers["ETag"]

    again = client.get(path, headers={"If-None-Match": f'"other", W/{tag}'})
    other = client.get(path, headers={"If-None-Match": '"other"'})

    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)
    assert other.status_code == 200


def test_a_packed_page_is_the_same_page_under_a_tag_of_its_own(client: FlaskClient):
    path = f"/events/{make.an_event().slug}/"
    plain = client.get(path)

    packed = client.get(path, headers={"Accept-Encoding": "gzip, br"})
    refused = client.get(path, headers={"Accept-Encoding": "gzip;q=0"})
    known = client.get(path, headers={"Accept-Encoding": "gzip", "If-None-Match": packed.headers["ETag"]})

    assert gzip.decompress(packed.data) == plain.data
    assert packed.headers["ETag"] != plain.headers["ETag"]
    assert (packed.headers["Content-Encoding"], refused.headers.get("Content-Encoding")) == ("gzip", None)
    assert known.status_code == 304


def test_a_date_is_compared_as_a_date(client: FlaskClient):
    path = f"/events/{make.an_event().slug}/event.ics"
    modified = client.get(path).last_modified
    assert modified is not None

    since = client.get(path, headers={"If-Modified-Since": modified.strftime("%a, %d %b %Y %H:%M:%S GMT")})
    earlier = client.get(
        path, headers={"If-Modified-Since": (modified - timedelta(seconds=1)).strftime("%a, %d %b %Y %H:%M:%S GMT")}
    )
    nonsense = client.get(path, headers={"If-Modified-Since": "yesterday"})

    assert [answer.status_code for answer in (since, earlier, nonsense)] == [304, 200, 200]


def test_head_has_the_headers_and_no_body(client: FlaskClient):
    path = f"/events/{make.an_event().slug}/"

    cold, page, warm = client.head(path), client.get(path), client.head(path)

    assert (cold.data, warm.data) == (b"", b"")
    assert cold.headers["Content-Length"] == warm.headers["Content-Length"] == str(len(page.data))


def test_a_feed_ends_at_once_with_its_key_and_follows_its_person(client: FlaskClient):
    registration = make.a_registration(make.an_event())
    path = f"/feeds/{keys.token(registration, Purpose.FEED)}.ics"
    before = client.get(path)

    with transaction():
        signup.cancel(registration, None)
    cancelled = client.get(path)
    with transaction():
        keys.replace(registration, Purpose.FEED)

    assert (b"STATUS:CONFIRMED" in before.data, b"STATUS:CANCELLED" in cancelled.data) == (True, True)
    assert client.get(path).status_code == 410


def test_the_page_comes_from_the_program_when_the_question_fails(client: FlaskClient, monkeypatch):
    path = f"/events/{make.an_event().slug}/"
    client.get(path)

    def fail(shown: Shown, engine: sa.Engine) -> tuple[object, ...]:
        raise sa.exc.OperationalError("SELECT", {}, Exception("gone"))

    monkeypatch.setattr(Shown, "stands_at", fail)

    assert client.get(path).status_code == 503


def test_the_shelf_drops_what_was_not_asked_for_longest():
    shelf = Shelf(capacity=3 * 2010)
    for name in "abc":
        shelf.put((name,), Kept(Shown(sa.text("SELECT 1")), (), (), b"ten bytes.", None, name))
    shelf.get(("a",))

    shelf.put(("d",), Kept(Shown(sa.text("SELECT 1")), (), (), b"ten bytes.", None, "d"))

    assert (list(shelf.answers), shelf.weight) == ([("c",), ("a",), ("d",)], 3 * 2010)
