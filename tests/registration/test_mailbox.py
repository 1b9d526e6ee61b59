"""A lost link: the letter to an address that asks, and the page that it leads to."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app import composing
from app.db import db, transaction
from app.events.models import EventStatus
from app.mail.models import Message
from app.registration import keys, limits, mailbox, signup
from app.registration.models import MailboxLink, Purpose, Registration
from tests import make
from tests.defaults import one_database
from tests.forms import form_with
from tests.registration import outgoing
from tests.web.reading import Reading

ADDRESS = "maria@example.org"
PRIVATE = {"Referrer-Policy": "no-referrer", "Cache-Control": "no-store", "X-Robots-Tag": "noindex"}


def ask(client: FlaskClient, email: str = ADDRESS) -> TestResponse:
    form = form_with(client.get("/my/").text, "email")
    return client.post(form.action, data={"email": email})


def link_of(app: Flask, message: Message) -> str | None:
    """The path in the letter, or nothing where no letter leaves."""
    letter = composing.composer([message])(message, app.config["SITE"])
    return str(letter.facts["url"]).removeprefix(app.config["SITE"].base_url) if letter else None


def own_path(registration: Registration) -> str:
    return f"/my/{keys.token(registration, Purpose.MY)}/"


def test_one_letter_opens_all_registrations_of_the_address(app, client, clock):
    past, called_off = make.an_event(title="Dawne"), make.an_event(title="Odwołane")
    later = make.an_event(title="Późniejsze", starts_at=make.at("2022-01-10 10:00"))
    sooner = make.an_event(title="Wcześniejsze", starts_at=make.at("2021-12-10 10:00"))
    left = make.an_event(title="Porzucone", starts_at=make.at("2021-12-11 10:00"))
    mine = {event.title: make.a_registration(event, email=ADDRESS) for event in (past, later, sooner, called_off, left)}
    make.a_registration(make.an_event(title="Cudze"))
    with transaction():
        called_off.status = EventStatus.CANCELLED
        signup.cancel(mine["Porzucone"], None)
    outgoing.forget()
    clock.stand_at(make.at("2021-11-01 09:00"))

    assert ask(client, " MARIA@example.org").status_code == 303
    [message] = outgoing.messages()
    page = Reading(client.get(link_of(app, message) or ""))

    in_order = ["Wcześniejsze", "Późniejsze", "Dawne", "Odwołane", "Porzucone"]
    own = [link for link in page.links if link.startswith("/my/") and link.count("/") == 3 and link.endswith("/")]
    parts = [page.text.index(word) for word in ("To come", "Over", "Cancelled")]
    assert own == [own_path(mine[name]) for name in in_order]
    assert parts == sorted(parts)
    assert "Cudze" not in page.text
    assert {name: page.answer.headers[name] for name in PRIVATE} == PRIVATE


def test_nothing_tells_whether_an_address_is_known(app, client, statements):
    make.a_registration(make.an_event(), email=ADDRESS)
    outgoing.forget()

    answers, said = [], []
    for email in (ADDRESS, "nobody@example.org"):
        with statements() as run:
            answer = ask(client, email)
        answers.append((answer.status_code, answer.location, answer.text))
        said.append(run)

    known, unknown = outgoing.messages()
    assert answers[0] == answers[1]
    assert said[0] == said[1]
    assert "If this address has registrations" in Reading(client.get(answers[0][1])).text
    assert (link_of(app, known) is None, link_of(app, unknown)) == (False, None)


def test_the_link_works_for_an_hour_as_often_as_one_likes_and_then_offers_another(app, client, clock):
    make.a_registration(make.an_event(), email=ADDRESS)
    ask(client)
    path = link_of(app, outgoing.messages("my_registrations")[0]) or ""

    twice = [client.get(path).status_code for _ in range(2)]
    clock.stand_at(clock.now() + timedelta(hours=1))
    over = client.get(path)

    assert (twice, over.status_code) == ([200, 200], 410)
    assert "It was good for one hour" in Reading(over).text
    assert form_with(over.text, "email").action == "/my/"
    assert link_of(app, outgoing.messages("my_registrations")[0]) is None
    assert {name: over.headers[name] for name in PRIVATE} == PRIVATE
    assert client.get("/my/all/unknown").status_code == 404


def test_members_of_a_party_who_share_an_address_are_among_its_registrations(app, client):
    member = make.a_registration(make.an_event())
    with transaction():
        member.email, member.email_key = ADDRESS, f"{ADDRESS}#2"
    ask(client)

    page = client.get(link_of(app, outgoing.messages("my_registrations")[0]) or "")

    assert own_path(member) in Reading(page).links


@one_database
def test_what_is_no_address_comes_back_with_the_reason(client):
    answer = ask(client, "nobody@")

    page = Reading(answer)
    assert (answer.status_code, page.title.startswith("Error: fix 1 answer")) == (422, True)
    assert [given["value"] for given in page.all("input", name="email")] == ["nobody@"]


def test_asking_too_often_says_when_one_may_ask_again(client, clock):
    clock.stand_at(make.at("2021-10-11 09:00"))
    for _ in range(5):
        ask(client)
    clock.stand_at(make.at("2021-10-11 09:20"))

    answer = ask(client)

    assert answer.status_code == 429
    assert 2300 < int(answer.headers["Retry-After"]) <= 2410
    assert re.search("Try again in (39|40|41) minutes.", Reading(answer).text)
    assert ask(client, "another@example.org").status_code == 303
    assert len(outgoing.messages()) == 2
    clock.stand_at(make.at("2021-10-11 10:01"))
    assert ask(client).status_code == 303


def test_one_network_does_not_ask_for_everybody(client):
    asked = {"email": "", "network": limits.network("192.0.2.1")}
    with transaction():
        numbers = [dict.fromkeys(("uid", "digest", "email_key"), str(n)) for n in range(mailbox.PER_NETWORK)]
        db.session.execute(sa.insert(MailboxLink), [{**asked, **number} for number in numbers])

    refused = client.post("/my/", data={"email": "new@example.org"}, headers={"X-Forwarded-For": "192.0.2.1"})
    elsewhere = client.post("/my/", data={"email": "new@example.org"}, headers={"X-Forwarded-For": "192.0.2.2"})

    assert [refused.status_code, elsewhere.status_code] == [429, 303]


def test_who_asked_is_forgotten_after_a_day_with_the_letter(app, client, clock):
    ask(client, "nobody@example.org")
    clock.stand_at(clock.now() + timedelta(days=1, seconds=1))

    with transaction():
        assert mailbox.forget_old() == 1

    assert (outgoing.messages(), db.session.scalars(sa.select(MailboxLink)).all()) == ([], [])


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_takes_the_same_number_of_statements_however_long_it_is(app, client, statements, number):
    for _ in range(number):
        make.a_registration(make.an_event(), email=ADDRESS)
    ask(client)
    path = link_of(app, outgoing.messages("my_registrations")[0]) or ""
    client.get(path)

    with statements() as said:
        client.get(path)

    assert len(said) <= 4


@one_database
def test_whoever_lost_the_link_finds_the_way_from_where_they_are(client):
    event = make.an_event()
    dead = make.a_registration(event)
    former = own_path(dead)
    with transaction():
        keys.replace(dead, Purpose.MY)

    pages = [client.get(path) for path in (f"/events/{event.slug}/", f"/events/{event.slug}/register", "/", former)]

    assert [page.status_code for page in pages] == [200, 200, 200, 410]
    assert ["/my/" in Reading(page).links for page in pages] == [True] * 4
    assert "We will send it again" in Reading(pages[3]).text
