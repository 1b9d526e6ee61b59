"""Changing one's own data; a new e-mail address proves itself first."""

from typing import Any

import pytest
import sqlalchemy as sa

from app.admission.models import Rules
from app.db import db, transaction
from app.errors import Refused, TooMany
from app.registration import details, keys, signup
from app.registration.models import Key, Need, Purpose, Registration
from tests import make
from tests.defaults import one_database
from tests.registration import outgoing

OLD, NEW = "maria@example.org", "maria.nowa@example.org"


def ask(registration: Registration, email: str) -> bool:
    with transaction():
        return details.ask_for_address(registration, email)


def change_address(registration: Registration) -> None:
    with transaction():
        details.change_address(registration)


def address_keys(registration: Registration) -> list[Key]:
    return list(db.session.scalars(sa.select(Key).where(Key.registration_id == registration.id, Key.purpose == Purpose.ADDRESS)))


def test_data_are_changed_by_the_rules_of_the_form(app):
    registration = make.a_registration(make.an_event())
    outgoing.forget()

    with transaction():
        details.change(registration, name=" Anna  Nowa ", organisation="UM", position="", needs=[Need.CAPTIONS], needs_note="\n")
    with pytest.raises(Refused) as refusal, transaction():
        details.change(registration, name="", organisation="", position="", needs=[], needs_note="")

    assert refusal.value.field == "name"
    assert (registration.name, registration.organisation, registration.position) == ("Anna Nowa", "UM", "")
    assert (registration.needs, registration.needs_note, outgoing.messages()) == (["captions"], "", [])


def test_a_new_address_changes_nothing_until_its_link_is_used(app):
    registration = make.a_registration(make.an_event(), email=OLD)
    outgoing.forget()

    assert ask(registration, f" {NEW} ")

    assert (registration.email, registration.pending_email) == (OLD, NEW)
    [message] = outgoing.messages()
    letter = outgoing.composed(message)
    token = keys.token(registration, Purpose.ADDRESS)
    assert (message.letter, message.to_address) == ("new_address", NEW)
    assert letter.facts["address_url"] == f"https://plenum.example.org/my/address/{token}"
    assert keys.find(Purpose.ADDRESS, token) is registration


def test_a_letter_to_an_unproved_address_holds_no_key_to_the_registration(app):
    event = make.an_event()
    registration = make.a_registration(event, email=OLD)
    outgoing.forget()
    ask(registration, NEW)

    facts = outgoing.composed(outgoing.messages()[0]).facts

    page = f"https://plenum.example.org/events/{event.slug}/"
    assert [facts[name] for name in ("my_url", "cancel_url", "feed_url", "join_url")] == [page, page, page, None]


def test_the_entry_leaves_the_old_calendar_and_comes_into_the_new_one(app):
    event = make.an_event()
    registration = make.a_registration(event, email=OLD)
    outgoing.forget()
    ask(registration, NEW)

    change_address(registration)
    change_address(registration)

    assert (registration.email, registration.email_key, registration.pending_email) == (NEW, NEW, None)
    assert outgoing.entries() == [
        ("withdrawal", "CANCEL", event.uid, 1, OLD),
        ("confirmation", "REQUEST", event.uid, 2, NEW),
    ]


def test_the_letter_to_the_former_address_holds_no_key_either(app):
    registration = make.a_registration(make.an_event(), email=OLD)
    ask(registration, NEW)
    change_address(registration)

    letter = outgoing.composed(outgoing.messages("withdrawal")[0])

    assert (letter.facts["is_moved"], letter.facts["join_url"]) == (True, None)
    assert "/my/" not in str(letter.facts["my_url"])


def test_keys_that_a_stranger_may_have_open_nothing_any_more(app):
    registration = make.a_registration(make.an_event(), email=OLD)
    ask(registration, NEW)
    former = {purpose: keys.token(registration, purpose) for purpose in (*keys.ISSUED, Purpose.ADDRESS)}

    change_address(registration)

    for purpose in (Purpose.MY, Purpose.JOIN, Purpose.ADDRESS):
        with pytest.raises(keys.Revoked):
            keys.find(purpose, former[purpose])
    assert keys.find(Purpose.MY, keys.token(registration, Purpose.MY)) is registration
    assert keys.find(Purpose.FEED, former[Purpose.FEED]) is registration


def test_letters_to_the_former_address_that_have_not_left_yet_do_not_leave(app):
    registration = make.a_registration(make.an_event(), email=OLD)
    [confirmation] = outgoing.messages()
    ask(registration, NEW)
    change_address(registration)

    assert outgoing.is_silent(confirmation)


def test_an_address_with_a_registration_of_its_own_is_told_and_nobody_else_learns_of_it(app):
    event = make.an_event()
    registration, other = make.a_registration(event, email=OLD), make.a_registration(event, email=NEW)
    outgoing.forget()

    answer = ask(registration, NEW)

    assert (answer, registration.pending_email) == (True, NEW)
    assert outgoing.queued() == [("already_registered", NEW)]
    assert outgoing.messages()[0].thread == other.thread
    with pytest.raises(Refused):
        change_address(registration)


def test_asking_twice_writes_one_letter_in_ten_minutes(app, clock):
    registration = make.a_registration(make.an_event(), email=OLD)
    outgoing.forget()

    ask(registration, NEW)
    ask(registration, NEW)
    clock.stand_at(make.at("2021-10-11 09:11"))
    ask(registration, NEW)

    assert outgoing.queued() == [("new_address", NEW)] * 2
    assert len(address_keys(registration)) == 1


def test_another_wish_takes_the_former_link_out_of_use(app):
    registration = make.a_registration(make.an_event(), email=OLD)
    ask(registration, "mraia@example.org")
    former, [message] = keys.token(registration, Purpose.ADDRESS), outgoing.messages("new_address")

    ask(registration, NEW)

    with pytest.raises(keys.Revoked):
        keys.find(Purpose.ADDRESS, former)
    assert outgoing.is_silent(message)


def test_the_same_address_is_no_change_and_keeps_a_wish_that_waits(app):
    registration = make.a_registration(make.an_event(), email=OLD)
    ask(registration, NEW)

    assert ask(registration, OLD) is False
    assert registration.pending_email == NEW


def test_our_letters_are_no_means_to_write_to_strangers(app, clock):
    registration = make.a_registration(make.an_event(), email=OLD)
    for number in range(5):
        ask(registration, f"stranger.{number}@example.org")

    with pytest.raises(TooMany) as refusal:
        ask(registration, "stranger.6@example.org")
    clock.stand_at(make.at("2021-10-11 10:01"))

    assert refusal.value.field == "email"
    assert ask(registration, "stranger.6@example.org")


def test_who_waits_is_told_at_the_new_address_and_who_cancelled_is_not(app):
    event = make.an_event(capacity=1)
    first, waiting = make.a_registration(event), make.a_registration(event)
    with transaction():
        event.capacity = 1
    ask(waiting, NEW)
    outgoing.forget()

    change_address(waiting)

    assert outgoing.queued() == [("waiting", NEW)]
    assert first.is_confirmed


def test_a_cancelled_registration_s_new_address_is_kept_in_silence(app):
    registration = make.a_registration(make.an_event(), email=OLD)
    ask(registration, NEW)
    with transaction():
        signup.cancel(registration, None)
    outgoing.forget()

    change_address(registration)

    assert (registration.email, outgoing.messages()) == (NEW, [])


def change_own(registration: Registration, **told: Any) -> None:
    facts: dict[str, Any] = {
        "name": "Anna Nowa",
        "organisation": "Inny Urząd",
        "position": "",
        "needs": [],
        "needs_note": "",
        **told,
    }
    with transaction():
        details.change_own(registration, **facts)


def test_another_institution_is_refused_where_it_has_its_people_already(app):
    event = make.an_event()
    make.kept(Rules, {}, event_id=event.id, most_of_organisation=1)
    registration = make.a_registration(event, organisation="Urząd Miasta Gdyni")
    make.a_registration(event, organisation="Inny Urząd")

    with pytest.raises(Refused) as refusal:
        change_own(registration)
    change_own(registration, organisation="URZĄD miasta Gdyni")

    assert (refusal.value.field, registration.name) == ("organisation", "Anna Nowa")


@pytest.mark.parametrize("moment", ["closed", "begun", "over", "cancelled"])
@one_database
def test_own_data_can_be_put_right_at_any_time(app, clock, moment):
    event = make.an_event(registration_closes_at=make.at("2021-10-12 10:00"))
    registration = make.a_registration(event)
    if moment == "cancelled":
        with transaction():
            signup.cancel(registration, None)
    clock.stand_at({"closed": make.at("2021-10-12 11:00"), "begun": event.starts_at}.get(moment, event.ends_at))

    change_own(registration)

    assert (registration.name, registration.organisation) == ("Anna Nowa", "Inny Urząd")


def test_an_address_of_another_domain_is_refused_before_any_letter(app):
    event = make.an_event()
    registration = make.a_registration(event, email=OLD)
    make.kept(Rules, {}, event_id=event.id, domains=["gdynia.example.org"])
    outgoing.forget()

    with pytest.raises(Refused) as refusal:
        ask(registration, NEW)

    assert (refusal.value.field, registration.pending_email, outgoing.messages()) == ("email", None, [])
    assert ask(registration, "maria@um.gdynia.example.org")
