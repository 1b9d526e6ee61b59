"""A plan of one's own without an account: made, changed, taken along to the registration, deleted."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from app import tokens
from app.agenda.models import SessionKind, SessionStatus
from app.db import db, transaction
from app.events.models import EventStatus, FormerSlug
from app.plans import choosing, limits
from app.plans.models import Plan, PlanChoice, PlanKey, PlanPurpose
from tests import make
from tests.defaults import one_database
from tests.house import test_crawl as crawl
from tests.plans.conftest import Plans, a_conference
from tests.web.reading import Reading

PRIVATE = {"Referrer-Policy": "no-referrer", "Cache-Control": "no-store", "X-Robots-Tag": "noindex"}


def choices() -> set[str]:
    db.session.rollback()
    return set(db.session.scalars(sa.select(PlanChoice.session_uid)))


@one_database
def test_the_event_and_its_grid_offer_a_box_at_each_session_that_can_be_chosen(client: FlaskClient):
    event, first, beside, last = a_conference()
    make.a_session(event, kind=SessionKind.BREAK)
    make.a_session(event, status=SessionStatus.CANCELLED)

    for path in (f"/events/{event.slug}/", f"/events/{event.slug}/agenda"):
        answer = client.get(path)
        page = Reading(answer)
        boxes = {given["value"]: given["id"] for given in page.all("input", name="sessions")}
        assert set(boxes) == {str(one.id) for one in (first, beside, last)}
        assert {given["for"] for given in page.all("label")} == set(boxes.values())
        assert page.all("form", action=f"/events/{event.slug}/plan", method="post")
        assert "Set-Cookie" not in answer.headers
        assert client.get(path, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


@one_database
def test_what_was_ticked_at_a_former_address_of_the_event_is_not_lost(client: FlaskClient):
    event, first, *_ = a_conference()
    make.kept(FormerSlug, {"kind": "events", "slug": "old-city", "row_id": event.id})

    answer = client.post("/events/old-city/plan", data={"sessions": [first.id]})

    assert (answer.status_code, answer.location) == (308, f"/events/{event.slug}/plan")


@one_database
@pytest.mark.parametrize("facts", [{"status": EventStatus.CANCELLED}, {"starts_at": make.at("2021-10-01 10:00")}])
def test_nothing_is_offered_where_there_is_nothing_to_choose(client: FlaskClient, facts: dict):
    event, *_ = a_conference(**facts)
    one_session = make.an_event()
    make.a_session(one_session)

    for each in (event, one_session):
        assert Reading(client.get(f"/events/{each.slug}/")).all("input", name="sessions") == []
        assert "There is nothing to choose from" in client.get(f"/events/{each.slug}/plan").text
        assert client.post(f"/events/{each.slug}/plan", data={"sessions": ["1"]}).status_code == 409


def test_a_choice_becomes_a_page_of_its_own_with_what_overlaps_in_words(client: FlaskClient, plan: Plans):
    event, first, beside, last = a_conference()
    make.an_appearance(first, person=make.a_person(name="Anna Cieśla"))

    made = plan(event, last, beside, first)
    page = made.open()

    assert {name: page.answer.headers[name] for name in PRIVATE} == PRIVATE
    assert "Set-Cookie" not in page.answer.headers
    assert "2 of the chosen sessions overlap with others" in page.text
    assert "Miasto cyfrowe Sala 1 Anna Cieśla Overlap Overlaps with: Miasto zielone, 10:30–11:30 10:30" in page.text
    assert "Miasto zielone Sala 2 Overlap Overlaps with: Miasto cyfrowe, 10:00–11:00 12:00" in page.text
    digests = set(db.session.scalars(sa.select(PlanKey.digest)))
    assert tokens.digest(made.token) in digests
    assert made.token not in page.answer.headers.get("ETag", "") + str(digests)


def test_an_empty_choice_is_said_and_nothing_is_lost(client: FlaskClient, plan: Plans):
    event, first, *_ = a_conference()
    made = plan(event, first)

    nothing = Reading(client.post(f"/events/{event.slug}/plan"))
    unticked = Reading(made.post())

    for page, title in ((nothing, "Error: Choose your sessions"), (unticked, "Error: My plan")):
        assert page.answer.status_code == 422
        assert page.title.startswith(title)
        assert page.text.count("Choose at least one session") == 2
    assert choices() == {first.uid}


def test_the_choice_is_changed_on_the_same_page(plan: Plans):
    event, first, beside, last = a_conference()
    others = make.a_session(make.an_event())
    made = plan(event, first, beside)

    answer = made.post(sessions=[beside.id, last.id, others.id, 2**40, "x"])

    assert (answer.status_code, answer.location) == (303, f"{made.path}?done=changed")
    assert choices() == {beside.uid, last.uid}
    ticked = [given["value"] for given in made.open().all("input", name="sessions") if "checked" in given]
    assert ticked == [str(beside.id), str(last.id)]


def test_what_was_moved_cancelled_or_taken_off_since_is_shown_as_it_is_now(plan: Plans):
    event, first, beside, last = a_conference()
    made = plan(event, first, beside, last)

    with transaction():
        first.starts_at += timedelta(minutes=15)
        beside.status = SessionStatus.CANCELLED
        db.session.delete(last)
    page = made.open()

    assert "10:15 45 min Miasto cyfrowe" in page.text
    assert "Miasto zielone Cancelled" in page.text
    assert "overlap" not in page.text
    assert "Taken off the agenda Podsumowanie Tuesday, 26 October 2021, 12:00" in page.text
    assert made.post(sessions=[first.id]).status_code == 303
    assert "Taken off the agenda Podsumowanie" in made.open().text


@one_database
def test_the_registration_form_takes_the_plan_along(client: FlaskClient, plan: Plans):
    event, first, beside, _ = a_conference(asks_sessions=True)
    made = plan(event, first, beside)
    elsewhere = make.an_event(asks_sessions=True)
    session = make.a_session(elsewhere)

    def ticked(of: str, token: str) -> list[str | None]:
        answer = client.get(f"/events/{of}/register?plan={token}")
        assert answer.status_code == 200
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cache-Control"] == "no-store"
        return [given["value"] for given in Reading(answer).all("input", name="sessions") if "checked" in given]

    assert f"/events/{event.slug}/register?plan={made.token}" in made.open().links
    assert ticked(event.slug, made.token) == [str(first.id), str(beside.id)]
    assert len(ticked(event.slug, "nothing-like-a-key")) == 3
    assert ticked(elsewhere.slug, made.token) == [str(session.id)]


def test_a_deleted_plan_is_forgotten_and_says_so_to_whoever_asks(client: FlaskClient, plan: Plans):
    event, first, *_ = a_conference()
    made = plan(event, first)
    feed = made.feed
    assert client.get(feed).status_code == 200

    assert "The plan is deleted" in made.post("delete").text

    assert choices() == set()
    assert [client.get(path).status_code for path in (made.path, feed)] == [410, 410]
    assert "The plan was deleted" in client.get(made.path).text
    assert [made.post(rest).status_code for rest in ("", "feed", "delete")] == [410, 410, 410]
    assert client.get("/plans/nothing/").status_code == 404


def test_plans_are_forgotten_thirty_days_after_the_event_and_where_they_came_from_after_an_hour(plan: Plans, clock):
    event, first, *_ = a_conference()
    plan(event, first)
    clock.stand_at(clock.now() + timedelta(hours=1, minutes=1))
    with transaction():
        assert choosing.forget_old() == 0
    assert db.session.scalars(sa.select(Plan.network)).all() == [""]

    clock.stand_at(event.ends_at + timedelta(days=30, minutes=1))
    with transaction():
        assert choosing.forget_old() == 1

    assert (choices(), db.session.scalars(sa.select(PlanKey)).all()) == (set(), [])


def test_too_many_plans_from_one_network_are_told_when_to_come_back(client: FlaskClient, plan: Plans, clock, monkeypatch):
    monkeypatch.setattr(limits, "PER_NETWORK", 2)
    event, first, beside, _ = a_conference()
    plan(event, first)
    clock.stand_at(clock.now() + timedelta(minutes=20))
    plan(event, first)

    refused = client.post(f"/events/{event.slug}/plan", data={"sessions": [first.id]})
    elsewhere = client.post(
        f"/events/{event.slug}/plan", data={"sessions": [beside.id]}, headers={"X-Forwarded-For": "203.0.113.9"}
    )

    assert (refused.status_code, refused.headers["Retry-After"], elsewhere.status_code) == (429, str(40 * 60), 303)
    assert "Too many plans have come from your network in the last hour. Try again in 40 minutes." in refused.text
    assert [given["value"] for given in Reading(refused).all("input", name="sessions") if "checked" in given] == [str(first.id)]


def test_a_plan_of_an_event_that_went_back_to_draft_is_not_found(client: FlaskClient, plan: Plans):
    event, first, *_ = a_conference()
    made = plan(event, first)
    feed = made.feed

    with transaction():
        event.status = EventStatus.DRAFT

    assert [client.get(path).status_code for path in (made.path, feed)] == [404, 404]


@one_database
@pytest.mark.parametrize("language", ["pl", "en"])
def test_every_link_of_a_plan_leads_somewhere(client: FlaskClient, plan: Plans, statements, language: str):
    event, first, beside, _ = a_conference()
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = language
    made = plan(event, first, beside)
    with statements() as said:
        page = made.open()

    assert len(said) <= 16
    assert crawl.read(made.path, page.answer).inline == []
    ours = [link.removeprefix("https://plenum.example.org") for link in page.links]
    followed = {link: client.get(link, follow_redirects=True).status_code for link in ours if link.startswith("/")}
    assert len(followed) >= 8
    assert set(followed.values()) == {200}
    kinds = [link.split("/")[2] for link in page.links if "plans%2F" in link or link.startswith("webcal")]
    assert kinds == ["calendar.google.com", "outlook.office.com", "outlook.live.com", "plenum.example.org"]


def test_acts_at_the_same_moment_go_one_after_the_other(app: Flask, plan: Plans):
    event, first, beside, last = a_conference()
    path = plan(event, first).path
    presses = [("", {"sessions": [beside.id, last.id]}), ("feed", {"generation": "1"})] * 4

    def press(given: tuple[str, dict[str, object]]) -> int:
        rest, answers = given
        return FlaskClient(app, app.response_class).post(f"{path}{rest}", data=answers).status_code

    with ThreadPoolExecutor(len(presses)) as pool:
        statuses = list(pool.map(press, presses))

    assert statuses == [303] * 8
    assert choices() == {beside.uid, last.uid}
    assert db.session.scalar(sa.select(sa.func.count()).where(PlanKey.purpose == PlanPurpose.FEED)) == 2
