"""The feed of a plan: its own key, the same bytes until something changes, cancelled entries for thirty days."""

from datetime import timedelta

from flask.testing import FlaskClient

from app.agenda.models import SessionStatus
from app.db import db, transaction
from app.events.models import EventStatus
from tests.calendar.samples import values
from tests.defaults import one_database
from tests.plans.conftest import Plans, a_conference


def test_the_feed_holds_what_was_chosen_and_answers_304_until_it_changes(client: FlaskClient, plan: Plans, statements):
    event, first, beside, last = a_conference()
    made, other = plan(event, first, last), plan(event, beside)
    feed = made.feed
    answer = client.get(feed, headers={"Authorization": "Bearer of-outlook"})
    known = {"If-None-Match": answer.headers["ETag"]}

    assert values(answer.data, "UID") == [f"UID:{first.uid}", f"UID:{last.uid}"]
    assert values(answer.data, "METHOD", "VCALENDAR") == ["METHOD:PUBLISH"]
    assert values(answer.data, "SOURCE", "VCALENDAR") == []
    assert answer.headers["Cache-Control"] == "private, max-age=300"
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert not {"Set-Cookie", "Content-Disposition"} & set(answer.headers.keys())
    with statements() as said:
        assert client.get(feed, headers=known).status_code == 304
    assert len(said) == 1
    other.post(sessions=[last.id])
    assert client.get(feed, headers=known).status_code == 304
    made.post(sessions=[first.id, beside.id])
    assert values(client.get(feed, headers=known).data, "UID") == [f"UID:{first.uid}", f"UID:{beside.uid}"]


@one_database
def test_a_plan_with_fewer_sessions_is_newer_by_date_too(client: FlaskClient, plan: Plans, clock):
    event, first, _, last = a_conference()
    made = plan(event, first, last)
    feed, since = made.feed, client.get(made.feed).headers["Last-Modified"]
    assert client.get(feed, headers={"If-Modified-Since": since}).status_code == 304

    clock.stand_at(clock.now() + timedelta(minutes=1))
    made.post(sessions=[first.id])

    assert client.get(feed, headers={"If-Modified-Since": since}).status_code == 200
    assert client.head(feed).headers["Last-Modified"] == "Mon, 11 Oct 2021 07:01:00 GMT"


def test_neither_key_opens_what_the_other_does(client: FlaskClient, plan: Plans):
    event, first, *_ = a_conference()
    made = plan(event, first)
    feed_token = made.feed.removeprefix("/plans/").removesuffix(".ics")

    assert feed_token != made.token
    assert client.get(f"/plans/{made.token}.ics").status_code == 404
    assert client.get(f"/plans/{feed_token}/").status_code == 404
    assert client.get(f"/feeds/{feed_token}.ics").status_code == 404
    assert client.post(f"/plans/{feed_token}/delete").status_code == 404


def test_a_feed_with_a_new_address_says_at_the_former_one_that_it_is_gone(client: FlaskClient, plan: Plans):
    event, first, *_ = a_conference()
    made = plan(event, first)
    former = made.feed
    client.get(former)

    assert made.post("feed", generation="1").location == f"{made.path}?done=feed"
    assert made.post("feed", generation="1").location == made.path

    assert client.get(former).status_code == 410
    assert client.get(made.feed).status_code == 200
    assert made.feed != former


def test_what_was_cancelled_or_taken_off_stays_for_thirty_days_as_cancelled(client: FlaskClient, plan: Plans, clock):
    event, first, beside, last = a_conference()
    feed = plan(event, first, beside, last).feed
    client.get(feed)

    with transaction():
        beside.status = SessionStatus.CANCELLED
        db.session.delete(last)
    now = client.get(feed).data

    assert values(now, "SUMMARY") == [
        "SUMMARY:Miasto cyfrowe",
        "SUMMARY:ODWOŁANE: Miasto zielone",
        "SUMMARY:ODWOŁANE: Podsumowanie",
    ]
    assert values(now, "STATUS") == ["STATUS:CONFIRMED", "STATUS:CANCELLED", "STATUS:CANCELLED"]
    assert values(now, "TRANSP") == ["TRANSP:OPAQUE", "TRANSP:TRANSPARENT", "TRANSP:TRANSPARENT"]
    assert values(now, "SEQUENCE") == ["SEQUENCE:1", "SEQUENCE:2", "SEQUENCE:1"]

    clock.stand_at(clock.now() + timedelta(days=30, hours=1))
    with transaction():
        event.status = EventStatus.PUBLISHED
    assert f"UID:{last.uid}" not in values(client.get(feed).data, "UID")


def test_a_feed_costs_the_same_statements_however_much_was_chosen(client: FlaskClient, plan: Plans, statements):
    event, first, beside, last = a_conference()
    one, three = plan(event, first).feed, plan(event, first, beside, last).feed

    def cost(feed: str) -> int:
        with statements() as said:
            assert client.get(feed).status_code == 200
        return len(said)

    assert cost(one) == cost(three) <= 9
