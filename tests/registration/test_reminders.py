"""Reminders: who gets which, when, and how often."""

from datetime import timedelta

import pytest

from app.db import transaction
from app.events.models import Event, EventStatus
from app.mail.models import MessageStatus
from app.registration import reminders, signup
from tests import make
from tests.registration import outgoing


def put() -> int:
    with transaction():
        return reminders.put_due()


def reminded() -> list[tuple[str, str]]:
    return [(message.letter, message.to_address) for message in outgoing.messages("reminder_day", "reminder_hour")]


def move(event: Event, **by: int) -> None:
    with transaction():
        event.starts_at += timedelta(**by)
        event.ends_at += timedelta(**by)


def test_each_reminder_goes_at_its_hour_and_once(app, clock):
    event = make.an_event()
    registration = make.a_registration(event)
    found = []

    for moment in ("25 09:59", "25 10:00", "25 10:01", "26 07:59", "26 08:59", "26 09:00", "26 09:30", "26 10:00"):
        clock.stand_at(make.at(f"2021-10-{moment}"))
        found.append(put())

    assert found == [0, 1, 0, 0, 0, 1, 0, 0]
    assert reminded() == [("reminder_day", registration.email), ("reminder_hour", registration.email)]


@pytest.mark.parametrize(
    ("starts", "due"),
    [
        ("2021-11-01 10:00", "2021-10-31 10:00"),
        ("2021-10-31 10:00", "2021-10-30 10:00"),
        ("2022-03-27 10:00", "2022-03-26 10:00"),
    ],
)
def test_the_day_before_is_the_same_hour_on_the_wall_when_clocks_change(app, starts, due):
    event = make.an_event(starts_at=make.at(starts))

    assert reminders.day_before(event) == make.at(due)


def test_a_worker_that_was_down_still_reminds_until_two_hours_before(app, clock):
    event = make.an_event()
    make.a_registration(event)

    clock.stand_at(event.starts_at - timedelta(hours=2, seconds=1))
    late = put()
    make.a_registration(make.an_event())
    clock.stand_at(event.starts_at - timedelta(hours=2))

    assert (late, put()) == (1, 0)


def test_whoever_got_the_place_after_the_hour_is_not_reminded_of_it(app, clock):
    event = make.an_event(capacity=1)
    first, waiting = make.a_registration(event), make.a_registration(event)
    clock.stand_at(make.at("2021-10-25 12:00"))
    with transaction():
        signup.cancel(first, None)

    assert (waiting.is_confirmed, put()) == (True, 0)


def test_only_who_has_a_place_and_wants_it_is_reminded(app, clock):
    event = make.an_event(capacity=3)
    wanting, unwanting, cancelled, waiting = [make.a_registration(event) for _ in range(4)]
    with transaction():
        event.capacity = 2
        reminders.want(unwanting, False)
        signup.cancel(cancelled, None)
    called_off, draft = make.an_event(), make.an_event()
    for other in (called_off, draft):
        make.a_registration(other)
    with transaction():
        called_off.status, draft.status = EventStatus.CANCELLED, EventStatus.DRAFT
    clock.stand_at(make.at("2021-10-25 10:00"))

    put()

    assert (reminded(), waiting.is_waiting) == ([("reminder_day", wanting.email)], True)


def test_an_event_that_moved_reminds_anew_and_the_old_reminder_is_silent(app, clock):
    event = make.an_event()
    make.a_registration(event)
    clock.stand_at(make.at("2021-10-25 10:00"))
    put()
    [old] = outgoing.messages("reminder_day")
    assert not outgoing.is_silent(old)

    move(event, days=1)

    clock.stand_at(make.at("2021-10-26 10:00"))
    assert (outgoing.is_silent(old), put(), len(reminded())) == (True, 1, 2)


def test_a_reminder_turns_itself_off_by_one_step_and_joins_at_its_hour(app, clock):
    make.a_registration(make.an_event())
    clock.stand_at(make.at("2021-10-26 09:00"))
    put()

    letter = outgoing.composed(outgoing.messages("reminder_hour")[0])

    assert letter.unsubscribe == f"{letter.facts['my_url']}reminders"
    assert letter.calendar is None
    assert "/join/" in str(letter.facts["join_url"])


def test_a_reminder_has_nothing_to_say_to_who_cancelled_or_turned_it_off_or_when_it_is_late(app, clock):
    event = make.an_event()
    first, second, third = [make.a_registration(event) for _ in range(3)]
    clock.stand_at(make.at("2021-10-25 10:00"))
    put()
    with transaction():
        signup.cancel(first, None)
        second.wants_reminders = False
    silent = [outgoing.is_silent(message) for message in outgoing.messages("reminder_day")]
    clock.stand_at(event.starts_at - timedelta(hours=2))

    assert silent == [True, True, False]
    assert [outgoing.is_silent(message) for message in outgoing.messages("reminder_day")] == [True, True, True]
    assert third.is_confirmed


def test_turning_reminders_off_drops_those_that_wait_and_on_brings_none_back(app, clock):
    registration = make.a_registration(make.an_event())
    clock.stand_at(make.at("2021-10-25 10:00"))
    put()

    with transaction():
        reminders.want(registration, False)
    with transaction():
        reminders.want(registration, True)

    assert [message.status for message in outgoing.messages("reminder_day")] == [MessageStatus.DROPPED]
    assert put() == 0


def test_a_crowd_is_reminded_by_a_few_statements(app, clock, statements):
    event = make.an_event(capacity=None)
    for _ in range(30):
        make.a_registration(event)
    clock.stand_at(make.at("2021-10-25 10:00"))

    with transaction(), statements() as said:
        found = reminders.put_due()

    assert (found, len(said)) == (30, 3)


def test_only_a_reminder_that_will_come_is_promised(app, clock):
    event = make.an_event()
    day, hour = make.at("2021-10-25 10:00"), make.at("2021-10-26 09:00")
    since = [make.at(moment) for moment in ("2021-10-11 09:00", "2021-10-25 12:00", "2021-10-26 09:30")]

    def promised() -> list[object]:
        found = [reminders.for_place_since(event, moment) for moment in since]
        return [reminder.due_at if reminder else None for reminder in found]

    early = promised()
    clock.stand_at(make.at("2021-10-25 11:00"))

    assert early == [day, hour, None]
    assert promised() == [hour, hour, None]
