"""Giving a place back, taking that back, and the waiting list between the two."""

from datetime import timedelta

import pytest

from app.db import transaction
from app.errors import Refused
from app.events.models import Event, EventStatus
from app.mail import outbox
from app.mail.models import MessageStatus
from app.registration import signup, waitlist
from app.registration.doors import Shut
from app.registration.models import Reason, Registration, Status
from tests import make
from tests.registration import outgoing


def cancel(registration: Registration, reason: Reason | None = None) -> None:
    with transaction():
        signup.cancel(registration, reason)


def reinstate(registration: Registration) -> None:
    with transaction():
        signup.reinstate(registration)


def people(event: Event, number: int) -> list[Registration]:
    """So many registrations, one after another."""
    return [make.a_registration(event, email=f"person.{which}@example.org") for which in range(number)]


def counts(event: Event) -> tuple[int, int, int]:
    return event.taken, event.waiting, event.arrivals


def test_a_cancelled_place_goes_to_whoever_waited_longest(app):
    event = make.an_event(capacity=1)
    first, second, third = people(event, 3)
    outgoing.forget()

    cancel(first, Reason.COLLEAGUE)

    assert [somebody.status for somebody in (first, second, third)] == [Status.CANCELLED, Status.CONFIRMED, Status.WAITING]
    assert (first.cancel_reason, first.cancelled_at is not None) == (Reason.COLLEAGUE, True)
    assert (waitlist.position(third), counts(event)) == (1, (1, 1, 3))
    assert outgoing.entries() == [
        ("cancellation", "CANCEL", event.uid, 1, first.email),
        ("promoted", "REQUEST", event.uid, 0, second.email),
    ]


def test_cancelling_twice_is_cancelling_once(app):
    event = make.an_event(capacity=1)
    first, second, third = people(event, 3)

    cancel(first, Reason.DATE)
    cancel(first, Reason.TOPIC)

    assert (second.status, third.status, counts(event)) == (Status.CONFIRMED, Status.WAITING, (1, 1, 3))
    assert len(outgoing.messages("cancellation")) == 1
    assert first.cancel_reason is Reason.DATE


def test_whoever_leaves_the_waiting_list_lets_the_others_move_up(app):
    event = make.an_event(capacity=1)
    _, second, third = people(event, 3)
    outgoing.forget()

    cancel(second)

    assert (waitlist.position(third), counts(event)) == (1, (1, 1, 3))
    [message] = outgoing.messages()
    assert (message.letter, message.to_address, outgoing.composed(message).calendar) == ("cancellation", second.email, None)


def test_reminders_that_wait_to_leave_are_dropped(app):
    [registration] = people(make.an_event(), 1)
    with transaction():
        for letter in ("reminder_day", "reminder_hour"):
            outbox.put(letter, to_name="", to_address=registration.email, language="pl", thread=registration.thread)

    cancel(registration)

    reminders = outgoing.messages("reminder_day", "reminder_hour")
    assert [message.status for message in reminders] == [MessageStatus.DROPPED] * 2


@pytest.mark.parametrize("facts", [{"status": EventStatus.CANCELLED}, {"starts_at": make.at("2021-10-11 06:00")}])
def test_nobody_cancels_a_place_at_an_event_that_will_not_be(app, facts):
    event = make.an_event()
    [registration] = people(event, 1)
    with transaction():
        for name, value in facts.items():
            setattr(event, name, value)
        event.ends_at = event.starts_at + timedelta(hours=2)

    with pytest.raises(Refused):
        cancel(registration)

    assert (registration.status, event.taken) == (Status.CONFIRMED, 1)


def test_an_undone_cancellation_brings_the_place_and_the_entry_back(app):
    event = make.an_event(capacity=2)
    [registration] = people(event, 1)
    cancel(registration)
    outgoing.forget()

    reinstate(registration)
    reinstate(registration)

    assert (registration.status, registration.cancelled_at, registration.cancel_reason) == (Status.CONFIRMED, None, None)
    assert counts(event) == (1, 0, 2)
    assert outgoing.entries() == [("confirmation", "REQUEST", event.uid, 2, registration.email)]


def test_an_undone_cancellation_waits_at_the_end_if_the_place_is_gone(app):
    event = make.an_event(capacity=1)
    first, _, third = people(event, 3)
    cancel(first)
    outgoing.forget()

    reinstate(first)

    assert (first.status, waitlist.position(third), waitlist.position(first)) == (Status.WAITING, 1, 2)
    assert outgoing.queued() == [("waiting", first.email)]


def calendars() -> list[tuple[str, str, int]]:
    """Each letter that leaves with a calendar: as what, with what METHOD and SEQUENCE."""
    leaving = [message for message in outgoing.messages() if "uid" in message.facts and not outgoing.is_silent(message)]
    return [(outgoing.composed(message).name, outgoing.entry(message)[0], outgoing.entry(message)[2]) for message in leaving]


def test_an_entry_leaves_the_calendar_though_its_owner_is_back_on_the_waiting_list_before_the_letter_left(app):
    event = make.an_event(capacity=1)
    first, _ = people(event, 2)
    outgoing.forget()
    cancel(first)

    reinstate(first)

    assert calendars() == [("withdrawal", "CANCEL", 1), ("promoted", "REQUEST", 0)]


def test_an_entry_leaves_the_calendar_though_its_owner_registers_again_into_the_waiting_list(app):
    event = make.an_event(capacity=1)
    first, _ = people(event, 2)
    outgoing.forget()
    cancel(first)

    make.a_registration(event, email=first.email)

    assert first.is_waiting
    assert calendars()[0] == ("withdrawal", "CANCEL", 1)


def test_an_entry_that_came_back_before_the_cancellation_left_is_not_taken_out(app):
    event = make.an_event(capacity=2)
    [first] = people(event, 1)
    outgoing.forget()
    cancel(first)

    reinstate(first)

    assert calendars() == [("confirmation", "REQUEST", 2)]


def test_a_cancellation_is_undone_after_registration_closed_but_not_after_the_beginning(app, clock):
    event = make.an_event(registration_closes_at=make.at("2021-10-25 18:00"))
    early, late = people(event, 2)
    cancel(early)
    cancel(late)

    clock.stand_at(event.starts_at - timedelta(minutes=1))
    reinstate(early)
    clock.stand_at(event.starts_at)
    with pytest.raises(Refused):
        reinstate(late)

    assert (early.status, late.status) == (Status.CONFIRMED, Status.CANCELLED)


def test_nothing_can_be_undone_where_all_is_full_and_nobody_may_wait(app):
    event = make.an_event(capacity=1, has_waiting_list=False)
    [first] = people(event, 1)
    cancel(first)
    make.a_registration(event)

    with pytest.raises(Shut):
        reinstate(first)


def test_added_places_are_filled_in_the_order_of_arrival(app):
    event = make.an_event(capacity=1)
    registrations = people(event, 5)
    with transaction():
        event.capacity = 3

    with transaction():
        waitlist.fill(event)

    assert [somebody.status for somebody in registrations] == [Status.CONFIRMED] * 3 + [Status.WAITING] * 2
    assert [waitlist.position(somebody) for somebody in registrations[3:]] == [1, 2]
    assert counts(event) == (3, 2, 5)


def test_a_limit_that_is_lifted_lets_everybody_in(app):
    event = make.an_event(capacity=1)
    registrations = people(event, 4)
    with transaction():
        event.capacity = None
        waitlist.fill(event)

    assert {somebody.status for somebody in registrations} == {Status.CONFIRMED}


def test_nobody_moves_up_once_the_event_has_begun(app, clock):
    event = make.an_event(capacity=1)
    first, second = people(event, 2)
    clock.stand_at(event.starts_at + timedelta(minutes=5))

    cancel(first)

    assert (second.status, counts(event)) == (Status.WAITING, (0, 1, 2))


def test_filling_many_places_takes_a_bounded_number_of_questions(app, statements):
    event = make.an_event(capacity=1)
    people(event, 9)
    with transaction():
        event.capacity = 4
    with transaction(), statements() as few:
        waitlist.fill(event)
    with transaction():
        event.capacity = 9

    with transaction(), statements() as more:
        waitlist.fill(event)

    questions = [[said for said in all_said if said.startswith("SELECT")] for all_said in (few, more)]
    assert len(questions[0]) == len(questions[1]) <= 8
