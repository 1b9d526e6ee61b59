from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask import Flask

from app.events.members import Post
from app.events.models import EventStatus
from tests import make
from tests.defaults import one_database
from tests.desk import Desk

Statements = Callable[[], AbstractContextManager[list[str]]]


def test_the_desk_lists_the_events_at_which_one_has_a_post(app: Flask):
    event, other = make.an_event(title="Moje"), make.an_event(title="Cudze")
    user = make.a_user()
    make.a_membership(user, event)

    page = Desk(app, user).get("/organise/").text

    assert (event.title in page, other.title in page) == (True, False)


def test_a_stranger_is_led_to_sign_in(app: Flask):
    answer = app.test_client().get("/organise/")

    assert (answer.status_code, answer.location) == (302, "/organise/sign-in?next=/organise/")


@pytest.mark.parametrize(
    ("shelf", "titles"),
    [
        ("coming", {"Nadchodzi", "Przełożone"}),
        ("drafts", {"Szkic"}),
        ("past", {"Minęło"}),
        ("archive", {"Odłożone"}),
        ("templates", {"Wzór"}),
        ("unknown", {"Nadchodzi", "Przełożone"}),
    ],
)
def test_each_event_lies_on_one_shelf(app: Flask, shelf: str, titles: set[str]):
    former = make.at("2021-09-01 10:00")
    make.an_event(title="Nadchodzi")
    make.an_event(title="Przełożone", status=EventStatus.POSTPONED, starts_at=former)
    make.an_event(title="Szkic", status=EventStatus.DRAFT)
    make.an_event(title="Minęło", starts_at=former)
    make.an_event(title="Odłożone", starts_at=former, archived_at=make.at("2021-10-01 10:00"))
    make.an_event(title="Wzór", status=EventStatus.DRAFT, is_template=True)

    page = Desk(app, make.a_user(is_administrator=True)).get(f"/organise/?view={shelf}").text

    every = {"Nadchodzi", "Przełożone", "Szkic", "Minęło", "Odłożone", "Wzór"}
    assert {title for title in every if f">{title}</a>" in page} == titles


@one_database
def test_the_search_finds_on_every_shelf_without_diacritics_and_in_both_languages(app: Flask):
    make.an_event(title="Łódź wodna", status=EventStatus.DRAFT)
    make.an_event(title="Inne", translations={"en": {"title": "Green roofs"}})
    desk = Desk(app, make.a_user(is_administrator=True))

    found = [desk.get(f"/organise/?lang=pl&q={words}").text for words in ("lodz", "roofs+green", "nic")]

    assert [("Łódź wodna" in page, ">Inne</a>" in page) for page in found] == [(True, False), (False, True), (False, False)]


@one_database
def test_the_list_shows_the_state_and_the_places_and_offers_to_create_only_to_who_may(app: Flask):
    event = make.an_event(capacity=1)
    make.a_registration(event)
    make.a_registration(event)
    viewer, maker = make.a_user(), make.a_user(creates_events=True)
    for user in (viewer, maker):
        make.a_membership(user, event, Post.VIEWER)

    seen, made = (Desk(app, user).get("/organise/?lang=en").text for user in (viewer, maker))

    assert ">1/1</td>" in seen
    assert "Published</span>" in seen
    assert ("/organise/events/new" in seen, "/organise/events/new" in made) == (False, True)


@one_database
def test_the_list_takes_the_same_number_of_statements_with_1_and_40_events_and_is_paged(app: Flask, statements: Statements):
    desk = Desk(app, make.a_user(is_administrator=True))
    counts = []
    for number in (1, 39):
        for _ in range(number):
            make.an_event(programme_id=make.a_programme().id)
        desk.get("/organise/")
        with statements() as said:
            page = desk.get("/organise/?lang=en").text
        counts.append(len(said))

    assert counts[0] == counts[1]
    assert "Page 1 of 2" in page
    assert "40 events" in page
