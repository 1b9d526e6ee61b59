"""What stands in somebody's calendar: by the plan, each entry with a SEQUENCE of its own."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from app.agenda.models import Session, SessionKind, SessionStatus
from app.db import transaction
from app.errors import Refused
from app.events.models import Event, EventStatus
from app.registration import entries, plan, signup
from app.registration.models import Registration
from tests import make
from tests.defaults import one_database
from tests.registration import outgoing


def asking(number: int, **facts) -> tuple[Event, list[Session]]:
    """An event that asks which of so many sessions one comes to."""
    event = make.an_event(asks_sessions=True, **facts)
    starts = [event.starts_at + timedelta(minutes=20 * which) for which in range(number)]
    return event, [make.a_session(event, starts_at=at, ends_at=at + timedelta(minutes=20)) for at in starts]


def registered(event: Event, sessions: Sequence[Session] = (), **facts) -> Registration:
    return make.a_registration(event, sessions=[session.id for session in sessions], **facts)


def choose(registration: Registration, *sessions: Session) -> None:
    with transaction():
        plan.choose(registration, [session.id for session in sessions])


def uids(registration: Registration, app) -> list[str]:
    return [slot.uid for slot in entries.slots(registration, app.config["SITE"])]


def several_days(days: int, **facts) -> Event:
    starts_at: datetime = make.at("2021-10-26 10:00")
    return make.an_event(starts_at=starts_at, ends_at=starts_at + timedelta(days=days - 1, hours=6), **facts)


def test_an_event_of_one_day_is_one_entry(app):
    event = make.an_event()
    make.a_session(event)

    assert uids(registered(event), app) == [event.uid]


def test_all_sessions_of_one_day_are_the_event_s_own_entry(app):
    event, sessions = asking(2)
    make.a_session(event, kind=SessionKind.BREAK)
    make.a_session(event, status=SessionStatus.CANCELLED)

    assert uids(registered(event, sessions), app) == [event.uid]


@pytest.mark.parametrize("number", [1, 2, 3])
def test_up_to_three_chosen_sessions_are_an_entry_each_and_a_letter_each(app, number):
    event, sessions = asking(5)
    chosen = sessions[:number]

    registration = registered(event, chosen)

    assert uids(registration, app) == [session.uid for session in chosen]
    kinds = ["confirmation", "invitation", "invitation"]
    expected = [(kind, "REQUEST", session.uid, 0, registration.email) for kind, session in zip(kinds, chosen, strict=False)]
    assert outgoing.entries() == expected


def test_more_than_three_chosen_sessions_are_the_event_s_entry_beside_the_feed(app):
    event, sessions = asking(5)
    make.a_session(event, kind=SessionKind.BREAK)

    registration = registered(event, sessions[:4])

    assert uids(registration, app) == [event.uid]
    assert [slot.uid for slot in entries.feed(registration, app.config["SITE"])] == [session.uid for session in sessions[:4]]


@pytest.mark.parametrize("asks", [True, False])
def test_an_event_of_up_to_three_days_is_an_entry_a_day(app, asks):
    two, four = several_days(2, asks_sessions=asks), several_days(4, asks_sessions=asks)
    of_two, of_four = [[make.a_session(event)] if asks else [] for event in (two, four)]

    assert uids(registered(two, of_two), app) == [f"1.{two.uid}", f"2.{two.uid}"]
    assert uids(registered(four, of_four), app) == [four.uid]


def test_a_changed_plan_withdraws_what_left_and_invites_to_what_came(app):
    event, sessions = asking(5)
    registration = registered(event, sessions[:2])
    outgoing.forget()

    choose(registration, sessions[1], sessions[2])

    assert outgoing.entries() == [
        ("withdrawal", "CANCEL", sessions[0].uid, 1, registration.email),
        ("invitation", "REQUEST", sessions[2].uid, 0, registration.email),
    ]


def test_a_plan_that_stays_as_it_is_says_nothing(app):
    event, sessions = asking(5)
    registration = registered(event, sessions[:2])
    revision = registration.revision
    outgoing.forget()

    choose(registration, sessions[1], sessions[0])

    assert (outgoing.messages(), registration.revision) == ([], revision)


def test_an_entry_that_comes_back_into_the_plan_is_newer_than_its_withdrawal(app):
    event, sessions = asking(3)
    registration = registered(event, sessions[:2])
    choose(registration, sessions[0])
    outgoing.forget()

    choose(registration, *sessions[:2])

    assert outgoing.entries() == [("invitation", "REQUEST", sessions[1].uid, 2, registration.email)]


def test_choosing_everything_changes_sessions_for_the_event_s_entry(app):
    event, sessions = asking(2)
    registration = registered(event, sessions[:1])
    outgoing.forget()

    choose(registration, *sessions)

    assert outgoing.entries() == [
        ("withdrawal", "CANCEL", sessions[0].uid, 1, registration.email),
        ("invitation", "REQUEST", event.uid, 0, registration.email),
    ]


def test_a_session_that_moved_is_newer_than_what_was_sent_and_so_is_its_withdrawal(app):
    event, sessions = asking(3)
    registration = registered(event, sessions[:2])
    with transaction():
        for _ in range(4):
            sessions[0].sequence += 1
    outgoing.forget()

    choose(registration, sessions[1])

    [(_, method, uid, sequence, _)] = outgoing.entries()
    assert (method, uid, sequence) == ("CANCEL", sessions[0].uid, sessions[0].sequence)


def test_one_person_s_sequence_is_no_other_s(app):
    event = make.an_event()
    first, second = registered(event), registered(event)
    with transaction():
        signup.cancel(first, None)
        signup.reinstate(first)
    outgoing.forget()

    with transaction():
        signup.cancel(first, None)
        signup.cancel(second, None)

    assert [(sequence, address) for *_, sequence, address in outgoing.entries()] == [(3, first.email), (1, second.email)]


def test_cancelling_takes_every_entry_out_of_the_calendar(app):
    event, sessions = asking(5)
    registration = registered(event, sessions[:3])
    outgoing.forget()

    with transaction():
        signup.cancel(registration, None)

    kinds = ["cancellation", "withdrawal", "withdrawal"]
    assert outgoing.entries() == [
        (kind, "CANCEL", session.uid, 1, registration.email) for kind, session in zip(kinds, sessions[:3], strict=True)
    ]


def test_who_waits_changes_the_plan_in_silence(app):
    event, sessions = asking(3, capacity=1)
    registered(event, sessions)
    waiting = registered(event, sessions[:1])
    outgoing.forget()

    choose(waiting, sessions[2])

    assert ([choice.session_id for choice in waiting.chosen], outgoing.messages()) == ([sessions[2].id], [])


def test_a_plan_is_of_this_event_s_sessions_and_never_empty(app):
    event, sessions = asking(2)
    foreign = make.a_session(make.an_event())
    registration = registered(event, sessions)

    for choice in ([], [foreign]):
        with pytest.raises(Refused) as refusal:
            choose(registration, *choice)
        assert refusal.value.field == "sessions"

    assert len(registration.chosen) == 2


def test_a_plan_can_be_changed_until_the_event_is_over(app, clock):
    event, sessions = asking(3)
    registration = registered(event, sessions)
    not_asked = registered(make.an_event())

    clock.stand_at(event.ends_at - timedelta(minutes=1))
    choose(registration, sessions[0])
    clock.stand_at(event.ends_at)
    for somebody in (registration, not_asked):
        with pytest.raises(Refused):
            choose(somebody, sessions[1])


@one_database
def test_a_closed_window_keeps_nobody_from_changing_the_plan_and_a_called_off_event_does(app, clock):
    event, sessions = asking(3, registration_closes_at=make.at("2021-10-12 10:00"))
    registration = registered(event, sessions)
    clock.stand_at(make.at("2021-10-12 11:00"))

    choose(registration, sessions[0])
    with transaction():
        event.status = EventStatus.CANCELLED
    with pytest.raises(Refused):
        choose(registration, sessions[1])

    assert [choice.session_id for choice in registration.chosen] == [sessions[0].id]


def test_the_own_feed_keeps_a_cancelled_registration_s_entries_as_cancelled(app):
    event, sessions = asking(2)
    registration = registered(event, sessions)
    site = app.config["SITE"]
    before = entries.feed(registration, site)
    with transaction():
        signup.cancel(registration, None)
    cancelled = entries.feed(registration, site)
    with transaction():
        signup.reinstate(registration)
    after = entries.feed(registration, site)

    assert [slot.uid for slot in before] == [slot.uid for slot in cancelled] == [session.uid for session in sessions]
    assert [{slot.is_cancelled for slot in feed} for feed in (before, cancelled, after)] == [{False}, {True}, {False}]
    assert [{slot.sequence for slot in feed} for feed in (before, cancelled, after)] == [{0}, {1}, {2}]
    assert max(slot.modified_at for slot in before) < cancelled[0].modified_at <= after[0].modified_at


def test_the_own_feed_of_who_waits_is_empty(app):
    event = make.an_event(capacity=1)
    registered(event)

    assert entries.feed(registered(event), app.config["SITE"]) == []
