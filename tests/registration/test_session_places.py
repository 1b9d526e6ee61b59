"""Places of sessions: taken with the place at the event, waited for one by one, and in the calendar only once they are there."""

from app.agenda.models import Session
from app.db import db, transaction
from app.events.models import Event
from app.ledger.chain import Counts, verify
from app.registration import places, plan, queries, reckoning, session_places, signup
from app.registration.models import Registration
from tests import make
from tests.registration import outgoing


def an_event_of(*capacities: int | None, capacity: int | None = None) -> tuple[Event, list[Session]]:
    event = make.an_event(capacity=capacity, asks_sessions=True)
    return event, [make.a_session(event, capacity=number) for number in capacities]


def waits_for(person: Registration) -> set[int]:
    db.session.expire_all()
    return {choice.session_id for choice in person.chosen if choice.is_waiting}


def limit(event: Event, session: Session, capacity: int | None) -> None:
    with transaction():
        places.lock(event)
        session.capacity = capacity
        session_places.follow(event)


def test_a_full_session_is_waited_for_and_is_in_the_calendar_once_it_is_got(app):
    event, (small, large, _) = an_event_of(1, None, None)
    first = make.a_registration(event, sessions=[small.id])
    second, third = (make.a_registration(event, sessions=[small.id, large.id]) for _ in range(2))
    assert (waits_for(first), waits_for(second), queries.session_positions(third)) == (set(), {small.id}, {small.id: 2})
    assert [entry[2] for entry in outgoing.entries()] == [small.uid, large.uid, large.uid]
    assert outgoing.composed(outgoing.messages("confirmation")[2]).facts["queues"] == [(small, 2)]
    outgoing.forget()

    with transaction():
        plan.choose(first, [large.id])

    assert (waits_for(second), queries.session_positions(third)) == (set(), {small.id: 1})
    assert outgoing.entries()[-1] == ("session_place", "REQUEST", small.uid, 0, second.email)
    letter = outgoing.composed(outgoing.messages("session_place")[0])
    assert letter.facts["session"] == small
    assert reckoning.of(event).wrong == []


def test_whoever_waits_for_the_event_takes_sessions_only_with_a_place(app):
    event, (small, _) = an_event_of(1, None, capacity=1)
    first, second = (make.a_registration(event, sessions=[small.id]) for _ in range(2))
    assert (waits_for(second), session_places.of_event(event)[small.id].taken) == (set(), 1)

    with transaction():
        signup.cancel(first, None)

    assert (second.is_confirmed, waits_for(second), session_places.of_event(event)[small.id].taken) == (True, set(), 1)
    assert outgoing.entry(outgoing.messages("promoted")[0])[:2] == ("REQUEST", small.uid)


def test_a_session_that_begins_to_count_keeps_everybody_and_a_larger_one_lets_in(app):
    event, (talk, other) = an_event_of(None, None)
    people = [make.a_registration(event, sessions=[talk.id]) for _ in range(3)]

    limit(event, talk, 2)
    late, later = (make.a_registration(event, sessions=[talk.id, other.id]) for _ in range(2))
    assert [waits_for(person) for person in (*people, late, later)] == [set(), set(), set(), {talk.id}, {talk.id}]
    assert verify(event.id).total(talk.id) == Counts(3, 2)
    limit(event, talk, 4)
    assert [waits_for(late), waits_for(later)] == [set(), {talk.id}]
    limit(event, talk, None)

    assert (waits_for(later), verify(event.id).total(talk.id), reckoning.of(event).wrong) == (set(), Counts(), [])
    assert [message.to_address for message in outgoing.messages("session_place")] == [late.email, later.email]


def test_following_an_agenda_without_counted_sessions_writes_nothing(app, statements):
    event, _ = an_event_of(None, None)
    make.a_registration(event)

    with transaction(), statements() as said:
        session_places.follow(event)

    assert (len(said) <= 3, verify(event.id).lines) == (True, 1)
