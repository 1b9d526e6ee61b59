"""Several people registered by one: all or none, also on the waiting list."""

from typing import Any

import pytest

from app.admission.models import Rules
from app.db import db, transaction
from app.errors import Refused
from app.events.models import Event
from app.questions.models import Asks
from app.registration import answered, parties, reckoning, signup, waitlist
from app.registration.fitting import Why
from app.registration.models import Registration, Status
from app.registration.parties import Contact, Member
from tests import make
from tests.registration import outgoing

ASSISTANT = Contact("Olga Nowak", "olga@example.org")


def an_event(capacity: int, **rules: Any) -> Event:
    event = make.an_event(capacity=capacity)
    make.kept(Rules, rules, event_id=event.id, takes_parties=True)
    return event


def together(event: Event, *members: Member, waits: bool = True, contact: Contact = ASSISTANT) -> list[Registration]:
    key, clause = f"party-{next(make.numbers)}", make.a_clause().version
    facts: dict[str, Any] = {"idempotency_key": key, "clause_version": clause, "language": "pl", "network": key}
    with transaction():
        sent = parties.register(event, contact, members, waits=waits, **facts)
        party = sent.registration.party
        return list(parties.members(party)) if party else []


def of_three() -> list[Member]:
    return [Member("Burmistrz Jan", "burmistrz@example.org"), Member("Olga Nowak", ASSISTANT.email), Member("Ewa Lis")]


def states(people: list[Registration]) -> list[Status]:
    db.session.expire_all()
    return [person.status for person in people]


def test_everybody_gets_a_letter_at_their_own_address_or_at_the_contact_s(app):
    event = an_event(3)

    people = together(event, *of_three())

    assert states(people) == [Status.CONFIRMED] * 3
    shared = f"{ASSISTANT.email}#3"
    assert [person.email_key for person in people] == ["burmistrz@example.org", ASSISTANT.email, shared]
    assert outgoing.queued() == [("confirmation", person.email) for person in people]
    assert [message.to_name for message in outgoing.messages()] == ["Burmistrz Jan", "Olga Nowak", "Ewa Lis"]
    assert (event.taken, event.arrivals, reckoning.of(event).wrong) == (3, 3, [])


def test_three_for_two_places_wait_all_or_are_refused_all(app):
    event = an_event(2)

    with pytest.raises(Refused):
        together(event, *of_three(), waits=False)
    assert (event.taken, event.waiting, event.arrivals) == (0, 0, 0)
    people = together(event, *of_three())

    assert (states(people), event.taken, event.waiting) == ([Status.WAITING] * 3, 0, 3)
    assert waitlist.standing(people[0]).why is Why.PARTY


def test_who_waits_together_counts_who_is_before_all_of_them(app):
    event = an_event(2)
    for _ in range(3):
        make.a_registration(event)
    people = together(event, *of_three())
    after = make.a_registration(event)

    found = [waitlist.standing(person) for person in (*people, after)]

    assert [(one.position, one.before, one.is_together) for one in found] == [
        (2, 1, True),
        (3, 1, True),
        (4, 1, True),
        (5, 4, False),
    ]


def test_who_fits_goes_past_a_party_that_does_not_and_the_party_keeps_its_turn(app):
    event = an_event(3)
    first, second = make.a_registration(event), make.a_registration(event)
    people = together(event, *of_three())
    alone = make.a_registration(event)
    assert states([*people, alone]) == [*[Status.WAITING] * 3, Status.CONFIRMED]

    for person in (first, second, alone):
        with transaction():
            signup.cancel(person, None)

    assert states(people) == [Status.CONFIRMED] * 3


def test_who_is_registered_already_is_not_told_on_the_page(app):
    event = an_event(3)
    mayor = make.a_registration(event, email="burmistrz@example.org")
    outgoing.forget()

    with pytest.raises(Refused):
        together(event, *of_three(), waits=False)
    with transaction():
        event.capacity = 5
    people = together(event, *of_three()[1:], of_three()[0])

    assert len(people) == 2
    assert ("already_registered", mayor.email) in outgoing.queued()
    assert event.taken == 3


@pytest.mark.parametrize(
    ("members", "field"),
    [
        ([Member("Jan")] * 4, None),
        ([Member("Jan", "a@example.org"), Member("Ewa", "A@example.org")], None),
        ([Member("Jan"), Member("")], "name-1"),
        ([Member("Jan"), Member("Ewa", "not an address")], "email-1"),
    ],
)
def test_a_form_of_several_is_refused_at_the_member_that_it_is_about(app, members, field):
    event = an_event(5, most_in_party=3)

    with pytest.raises(Refused) as refused:
        together(event, *members)

    assert (refused.value.field, event.arrivals) == (field, 0)


def test_answers_are_told_of_each_member_and_what_was_not_asked_stays(app):
    event = an_event(5)
    stays = make.a_question(event, Asks.YES, "Nocuje?", is_required=True)
    remarks = make.a_question(event, label="Uwagi")
    back = make.a_registration(event, email="burmistrz@example.org", answers_given={stays.name: ["yes"], remarks.name: ["okno"]})
    with transaction():
        signup.cancel(back, None)

    with pytest.raises(Refused) as refused:
        together(event, Member("Jan", answers={stays.name: ["no"]}), Member("Ewa", answers={}))
    together(event, Member("Jan", back.email, answers={stays.name: ["no"]}))

    assert refused.value.field == f"{stays.field}-1"
    assert [(answer.question, answer.value) for answer in answered.of(back)] == [(stays, False), (remarks, "okno")]
