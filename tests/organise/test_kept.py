"""A session that ends, and a token that runs out, lose no text."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import sqlalchemy as sa
from flask import Flask

from app import worker
from app.accounts import kept
from app.accounts.models import KeptForm, User
from app.db import db
from app.events.models import Programme
from tests import make
from tests.defaults import one_database
from tests.forms import form_with
from tests.signing_in import BASE, Visitor

NEW = "/organise/programmes/new"
TITLE = 'Partnerska Inicjatywa Miast, "druga" edycja'


def somebody() -> User:
    return make.a_user(creates_events=True)


def titles() -> list[str]:
    return list(db.session.scalars(sa.select(Programme.title)))


def at_the_form(app: Flask, user: User) -> Visitor:
    visitor = Visitor(app)
    visitor.sign_in(user)
    visitor.open(NEW)
    return visitor


def lose_session(visitor: Visitor) -> None:
    visitor.client.delete_cookie("session", domain="plenum.example.org", path="/organise")


def next_of(location: str) -> str:
    return parse_qs(urlsplit(location).query)["next"][0]


def test_after_signing_in_again_the_form_is_back_as_it_was_filled(app: Flask):
    user = somebody()
    visitor = at_the_form(app, user)
    lose_session(visitor)

    sent = visitor.send("title", NEW, title=TITLE)
    signed_in = visitor.sign_in(user, then=next_of(sent.location))
    visitor.open(signed_in.location)
    back = visitor.send("restore", NEW)

    assert (sent.status_code, signed_in.location.startswith("/organise/kept/")) == (303, True)
    assert dict(form_with(back.text, "title").values)["title"] == TITLE
    assert titles() == []
    assert visitor.send("title", NEW).status_code == 303
    assert titles() == [TITLE]


@one_database
def test_a_button_pressed_after_the_session_ended_leads_back_to_its_page(app: Flask):
    user, event = make.a_user(), make.an_event()
    make.a_membership(user, event)
    visitor, page = Visitor(app), f"/organise/events/{event.id}/state"
    visitor.sign_in(user)
    visitor.open(page)
    form = form_with(visitor.page.text, "kept_for")  # type: ignore[union-attr]
    lose_session(visitor)

    pressed, elsewhere, unopened = (
        visitor.post(f"/organise/events/{event.id}/close", form.filled(), Referer=sender).location
        for sender in (f"{BASE}{page}", f"https://example.net{page}", f"{BASE}/organise/events/{event.id}/close")
    )

    assert (next_of(pressed), elsewhere, unopened) == (page, "/organise/sign-in", "/organise/sign-in")


def test_a_form_whose_token_ran_out_is_offered_at_once(app: Flask):
    user = somebody()
    visitor = at_the_form(app, user)
    form = form_with(visitor.page.text, "title")  # type: ignore[union-attr]
    lose_session(visitor)
    visitor.sign_in(user)

    answer = visitor.post(NEW, form.filled(title=TITLE))
    back = visitor.send("restore", NEW)

    assert (answer.status_code, titles()) == (400, [])
    assert dict(form_with(back.text, "title").values)["title"] == TITLE


def test_what_one_person_typed_is_shown_to_nobody_else(app: Flask):
    visitor = at_the_form(app, somebody())
    lose_session(visitor)
    sent = visitor.send("title", NEW, title=TITLE)

    other = visitor.sign_in(somebody(), then=next_of(sent.location))

    assert visitor.open(other.location).status_code == 404


@one_database
def test_a_form_of_another_account_in_this_browser_is_neither_acted_on_nor_shown(app: Flask):
    visitor = at_the_form(app, somebody())
    form = form_with(visitor.page.text, "title")  # type: ignore[union-attr]
    lose_session(visitor)
    visitor.sign_in(somebody())

    answer = visitor.post(NEW, form.filled(title=TITLE))

    assert (answer.status_code, "druga" in answer.text, titles()) == (400, False, [])


@one_database
@pytest.mark.parametrize("mark", ["", "made-up", None])
def test_a_form_from_elsewhere_is_not_kept(app: Flask, mark: str | None):
    visitor = Visitor(app)

    answer = visitor.post(NEW, f"title=x&kept_for={mark}" if mark is not None else "title=x")

    assert (answer.status_code, answer.location) == (303, "/organise/sign-in")
    assert db.session.scalars(sa.select(KeptForm)).all() == []


@one_database
def test_passwords_and_tokens_are_not_kept(app: Flask):
    user = somebody()
    visitor = at_the_form(app, user)
    visitor.open("/organise/account/password")
    lose_session(visitor)

    visitor.send("new_password", "/organise/account/password", password="a", new_password="b", note="c")

    kept_form = db.session.scalars(sa.select(KeptForm)).one()
    assert [name for name, _ in kept_form.fields] == ["username", "note"]


@one_database
def test_a_form_that_comes_back_changes_nothing_where_the_page_does_not_know_of_it(app: Flask):
    user = somebody()
    visitor = at_the_form(app, user)
    visitor.open("/organise/account")
    before = db.session.get_one(User, user.id).fs_uniquifier

    answer = visitor.send("csrf_token", "/organise/account/end-sessions", restore="1")

    assert (answer.status_code, db.session.get_one(User, user.id).fs_uniquifier) == (409, before)


@one_database
def test_a_script_is_told_in_a_sentence(app: Flask):
    user = somebody()
    stranger, signed_in = Visitor(app), at_the_form(app, user)

    answers = [visitor.post(NEW, "title=x", Accept="application/json") for visitor in (stranger, signed_in)]

    assert [(answer.status_code, answer.mimetype, bool((answer.json or {}).get("error"))) for answer in answers] == [
        (401, "application/json", True),
        (403, "application/json", True),
    ]


@one_database
def test_kept_forms_are_few_small_and_forgotten_after_a_day(app: Flask, clock):
    user = somebody()
    visitor = at_the_form(app, user)
    form = form_with(visitor.page.text, "title")  # type: ignore[union-attr]
    lose_session(visitor)
    for number in range(kept.EACH + 3):
        visitor.post(NEW, form.filled(title=f"{number}"))
    too_long = visitor.post(NEW, form.filled(title="x" * (kept.LONGEST + 1)))
    stored = db.session.scalars(sa.select(KeptForm)).all()

    clock.stand_at(clock.now() + kept.FOR + timedelta(minutes=1))
    worker.tick(app)

    assert (len(stored), too_long.location) == (kept.EACH, f"/organise/sign-in?next={NEW}")
    db.session.rollback()
    assert db.session.scalars(sa.select(KeptForm)).all() == []
