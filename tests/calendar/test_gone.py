"""What was called off or taken off stays in feeds for thirty days, as cancelled and newer than all before."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from app.agenda.models import SessionStatus
from app.calendar import entries
from app.db import db, transaction
from app.events.models import EventStatus
from app.registration import keys, plan
from app.registration.models import Purpose
from tests import make
from tests.calendar.samples import values
from tests.defaults import one_database


def told(client: FlaskClient, address: str) -> list[tuple[str, str, str]]:
    """UID, SEQUENCE and STATUS of each entry."""
    file = client.get(address).data
    found = zip(values(file, "UID"), values(file, "SEQUENCE"), values(file, "STATUS"), strict=True)
    return [(uid.removeprefix("UID:"), number.removeprefix("SEQUENCE:"), status) for uid, number, status in found]


def test_a_session_taken_off_is_cancelled_in_the_feed_of_the_event_and_as_a_file(client: FlaskClient, clock):
    event = make.an_event(slug="konferencja")
    kept = make.a_session(event)
    off = make.a_session(event, slug="panel", title="Panel", starts_at=event.starts_at + timedelta(hours=1))
    uid = off.uid
    mine = f"/feeds/{keys.token(make.a_registration(event), Purpose.FEED)}.ics"
    agenda, file = "/events/konferencja/agenda.ics", "/events/konferencja/sessions/panel.ics"
    assert told(client, agenda) == told(client, mine)

    with transaction():
        db.session.delete(off)

    assert told(client, agenda) == [(kept.uid, "1", "STATUS:CONFIRMED"), (uid, "1", "STATUS:CANCELLED")]
    assert told(client, mine) == told(client, agenda)
    assert told(client, file) == [(uid, "1", "STATUS:CANCELLED")]
    assert values(client.get(file).data, "SUMMARY") == ["SUMMARY:ODWOŁANE: Panel"]
    assert values(client.get(file).data, "TRANSP") == ["TRANSP:TRANSPARENT"]
    again = make.a_session(event, slug="panel", starts_at=event.starts_at + timedelta(hours=1))
    assert told(client, file) == [(again.uid, "1", "STATUS:CONFIRMED")]
    with transaction():
        db.session.delete(again)
    clock.stand_at(clock.now() + timedelta(days=30, hours=1))
    assert told(client, agenda) == told(client, mine) == [(kept.uid, "2", "STATUS:CONFIRMED")]
    assert client.get(file).status_code == 404


def test_somebody_who_leaves_a_session_sees_it_as_cancelled_for_a_while(client: FlaskClient, clock):
    event = make.an_event(asks_sessions=True)
    first, other, third = (make.a_session(event, starts_at=event.starts_at + timedelta(minutes=30 * n)) for n in range(3))
    registration = make.a_registration(event, sessions=[first.id, other.id])
    feed = f"/feeds/{keys.token(registration, Purpose.FEED)}.ics"

    with transaction():
        plan.choose(registration, [other.id, third.id])

    assert told(client, feed) == [
        (first.uid, "1", "STATUS:CANCELLED"),
        (other.uid, "0", "STATUS:CONFIRMED"),
        (third.uid, "0", "STATUS:CONFIRMED"),
    ]
    with transaction():
        plan.choose(registration, [first.id, other.id])
    assert told(client, feed)[0] == (first.uid, "2", "STATUS:CONFIRMED")
    with transaction():
        plan.choose(registration, [other.id])
    clock.stand_at(clock.now() + timedelta(days=31))
    assert [uid for uid, *_ in told(client, feed)] == [other.uid]


@pytest.mark.parametrize("status", [EventStatus.CANCELLED, EventStatus.POSTPONED])
@one_database
def test_a_cancelled_or_postponed_event_frees_the_time_everywhere(client: FlaskClient, status: EventStatus):
    programme = make.a_programme(slug="pim")
    event = make.an_event(slug="konferencja", programme_id=programme.id)
    session = make.a_session(event)
    mine = f"/feeds/{keys.token(make.a_registration(event), Purpose.FEED)}.ics"

    with transaction():
        event.status = status

    for address in ("/calendar.ics", "/programmes/pim/calendar.ics"):
        assert told(client, address) == [(event.uid, "1", "STATUS:CANCELLED")]
    for address in ("/events/konferencja/agenda.ics", mine):
        assert told(client, address) == [(session.uid, "1", "STATUS:CANCELLED")]


def test_a_programmes_feed_holds_its_public_events_from_thirty_days_ago(client: FlaskClient, statements):
    programme = make.a_programme(slug="pim", title="Partnerska Inicjatywa Miast")
    old = make.at("2021-09-01 10:00")
    make.an_event(programme_id=programme.id, starts_at=old, ends_at=old + timedelta(hours=2))
    make.an_event()
    make.an_event(programme_id=programme.id, status=EventStatus.DRAFT)
    coming = make.an_event(slug="warsztat", programme_id=programme.id)
    with statements() as few:
        answer = client.get("/programmes/pim/calendar.ics")

    assert values(answer.data, "UID") == [f"UID:{coming.uid}"]
    assert values(answer.data, "NAME", "VCALENDAR") == ["NAME:Partnerska Inicjatywa Miast"]
    assert values(answer.data, "SOURCE", "VCALENDAR") == [
        "SOURCE;VALUE=URI:https://plenum.example.org/programmes/pim/calendar.ics"
    ]
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    assert 'href="webcal://plenum.example.org/programmes/pim/calendar.ics"' in client.get("/events/warsztat/").text
    make.an_event(programme_id=programme.id)
    with statements() as more:
        client.get("/programmes/pim/calendar.ics?alarm=5")
    assert len(more) == len(few)


def test_a_programme_of_which_nothing_is_public_is_not_found(client: FlaskClient):
    hidden = make.a_programme(slug="ukryty")
    make.an_event(programme_id=hidden.id, status=EventStatus.DRAFT)

    assert [client.get(f"/programmes/{slug}/calendar.ics").status_code for slug in ("ukryty", "inny")] == [404, 404]


@one_database
def test_only_the_entry_of_a_changed_session_is_made_anew(client: FlaskClient):
    event = make.an_event(slug="konferencja")
    sessions = [make.a_session(event, starts_at=event.starts_at + timedelta(minutes=n)) for n in range(20)]
    entries.published.cache_clear()
    address = "/events/konferencja/agenda.ics"

    def made(change) -> int:
        before = entries.published.cache_info().misses
        with transaction():
            change()
        assert client.get(address).status_code == 200
        return entries.published.cache_info().misses - before

    assert made(lambda: None) == 20
    assert made(lambda: setattr(sessions[7], "room", "Sala 2")) == 1
    assert made(lambda: setattr(sessions[8], "status", SessionStatus.CANCELLED)) == 1
    assert made(lambda: db.session.delete(sessions[9])) == 20
    assert made(lambda: None) == 0
