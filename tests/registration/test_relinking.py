"""Replacing the link of a registration."""

from datetime import timedelta

from app.db import transaction
from app.registration import keys, signup
from app.registration.models import Purpose
from tests import make
from tests.registration import outgoing
from tests.web.reading import Reading


def test_a_replaced_link_dies_at_once_and_the_new_one_is_shown_and_sent(owner, client, clock):
    event = make.an_event()
    somebody = owner(event)
    former, join = somebody.path(), keys.token(somebody.registration, Purpose.JOIN)
    feed = keys.token(somebody.registration, Purpose.FEED)
    outgoing.forget()

    pressed = [client.post(f"{former}link") for _ in range(2)]
    clock.stand_at(clock.now() + timedelta(seconds=30))

    assert [answer.status_code for answer in pressed] == [303, 303]
    assert pressed[0].location == pressed[1].location == f"{somebody.path()}?done=link"
    assert "This page has a new link" in Reading(client.get(pressed[0].location)).text
    dead = [client.get(former), client.post(f"{former}link"), client.get(f"/join/{join}")]
    assert [answer.status_code for answer in dead] == [410] * 3
    assert client.get(f"/feeds/{feed}.ics").status_code == 200
    [letter] = outgoing.messages()
    assert outgoing.entry(letter) == ("REQUEST", event.uid, 1, somebody.registration.email)
    assert outgoing.composed(letter).facts["my_url"] == f"https://plenum.example.org{somebody.path()}"


def test_who_waits_or_cancelled_gets_the_letter_without_an_entry(owner, client):
    event = make.an_event(capacity=1)
    make.a_registration(event)
    waiting, cancelled = owner(event), owner(make.an_event())
    with transaction():
        signup.cancel(cancelled.registration, None)
    outgoing.forget()

    for somebody in (waiting, cancelled):
        client.post(somebody.path("link"))

    letters = [outgoing.composed(message) for message in outgoing.messages()]
    assert [(letter.name, letter.calendar) for letter in letters] == [("new_link", None)] * 2
