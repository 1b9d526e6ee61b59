"""A place that a calendar declined: kept for a while, taken back by one click, or given to the next."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from app import clock, worker
from app.admission.models import Rules
from app.calendar.words import Reply
from app.db import db, transaction
from app.errors import Refused
from app.ledger import queries as ledger
from app.ledger.models import What
from app.mail import inbox
from app.participants import acts as participants
from app.registration import choices, entries, leaving, reckoning, signup
from app.registration.models import Status
from app.replies import acts
from app.replies.models import ResponseStatus, Why
from tests import make
from tests.defaults import one_database
from tests.registration import outgoing
from tests.replies import sent
from tests.replies.sent import answer, answered, entry, fate


def after(local: str, app) -> None:
    """Let the worker do what is due by then."""
    clock.stand_at(make.at(local))
    worker.tick(app)
    db.session.rollback()


def test_a_decline_is_told_at_once_and_frees_the_place_after_the_undo_time(app):
    event, person = answered()
    waiting = make.a_registration(event)
    outgoing.forget()

    answer(partstat="DECLINED")

    [letter] = outgoing.messages()
    assert (letter.letter, letter.to_address) == ("declined_by_calendar", sent.ADDRESS)
    assert outgoing.composed(letter).calendar is None
    left_at = entry(person).leaves_at
    assert left_at is not None
    assert make.at("2021-10-13 12:00") <= left_at < make.at("2021-10-13 12:01")
    after("2021-10-13 11:59", app)
    assert person.is_confirmed
    outgoing.forget()
    after("2021-10-13 12:02", app)
    assert (person.status, person.reply) == (Status.CANCELLED, Reply.DECLINED)
    assert (waiting.status, waiting.reply) == (Status.CONFIRMED, Reply.NONE)
    assert [message.letter for message in outgoing.messages()] == ["cancellation", "promoted"]
    [*_, line] = ledger.of_registration(event.id, person.number)
    assert (line.what, line.because) == (What.GIVEN_BACK, {"by": "calendar"})
    assert reckoning.of(event).wrong == []


def test_a_decline_taken_back_brings_the_entry_again_newer_than_before(app):
    _event, person = answered()
    answer(partstat="DECLINED")
    outgoing.forget()

    with transaction():
        assert leaving.keep(person)
    with transaction():
        assert not leaving.keep(person)

    assert outgoing.entries() == [("invitation", "REQUEST", sent.UID, 1, sent.ADDRESS)]
    assert (entry(person).leaves_at, entry(person).reply, person.reply) == (None, Reply.NONE, Reply.NONE)
    assert fate(answer(partstat="DECLINED", stamp="20211012T090000Z")) == (ResponseStatus.PARKED, Why.OLD_TIME)
    after("2021-10-14 12:00", app)
    assert person.is_confirmed


@one_database
def test_a_yes_takes_a_no_back_and_a_second_no_does_not_prolong_it(app):
    _event, person = answered()
    answer(partstat="DECLINED")
    first = entry(person).leaves_at
    clock.stand_at(make.at("2021-10-12 15:00"))
    answer(partstat="DECLINED", stamp="20211012T120000Z")
    assert (entry(person).leaves_at, len(outgoing.messages("declined_by_calendar"))) == (first, 1)

    answer(partstat="ACCEPTED", stamp="20211012T125900Z")

    assert (entry(person).leaves_at, person.reply) == (None, Reply.ACCEPTED)
    assert outgoing.is_silent(outgoing.messages("declined_by_calendar")[0])


@one_database
def test_yes_and_no_in_turns_bring_no_flood_of_letters(app):
    event, person = answered()
    for minute in range(acts.MOST_TOLD):
        answer(partstat="DECLINED", stamp=f"20211012T07{minute:02}00Z")
        answer(partstat="ACCEPTED", stamp=f"20211012T07{minute:02}30Z")
    response = answer(partstat="DECLINED", stamp="20211012T080000Z")

    assert fate(response) == (ResponseStatus.PARKED, Why.WAVERING)
    assert (len(outgoing.messages("declined_by_calendar")), entry(person).leaves_at) == (acts.MOST_TOLD, None)
    with transaction():
        acts.decline(response, by="Olga")
    assert entry(person).leaves_at
    assert event.taken == 1


@one_database
def test_the_organiser_sets_the_undo_time_and_may_leave_none(app):
    event, person = answered()
    with transaction():
        db.session.add(Rules(event_id=event.id, decline_hours=0))

    answer(partstat="DECLINED")

    assert person.status is Status.CANCELLED
    assert outgoing.messages("declined_by_calendar") == []


@pytest.mark.parametrize(("now", "until"), [("2021-10-25 20:00", "2021-10-26 10:00"), ("2021-10-26 10:30", None)])
@one_database
def test_the_beginning_ends_the_undo_time(app, now, until):
    _event, person = answered()
    clock.stand_at(make.at(now))

    answer(partstat="DECLINED")

    assert (entry(person).leaves_at, person.reply) == (make.at(until) if until else None, Reply.DECLINED)


def test_one_session_of_several_leaves_the_plan_and_goes_to_its_queue(app):
    event = make.an_event(asks_sessions=True)
    small, other, third = (make.a_session(event, capacity=1 if number == 0 else None) for number in range(3))
    person = make.a_registration(event, email=sent.ADDRESS, sessions=[small.id, other.id], language="en")
    waiting = make.a_registration(event, sessions=[small.id, other.id])
    make.a_registration(event, sessions=[third.id])
    clock.stand_at(make.at("2021-10-12 12:00"))

    answer(partstat="DECLINED", uid=small.uid)
    after("2021-10-13 12:01", app)

    assert (person.status, choices.ids(person), person.reply) == (Status.CONFIRMED, {other.id}, Reply.NONE)
    assert waiting.waits_in == frozenset()
    answer(partstat="DECLINED", uid=other.uid, stamp="20211013T100000Z")
    assert outgoing.messages("declined_by_calendar")[-1].facts["goes"] == "place"
    after("2021-10-14 12:02", app)
    assert person.status is Status.CANCELLED
    assert reckoning.of(event).wrong == []


def test_two_workers_with_the_same_answers_do_each_once(app):
    event, person = answered()
    waiting = make.a_registration(event)
    with transaction():
        for minute in range(6):
            inbox.receive(sent.Written(stamp=f"20211012T07{minute:02d}00Z").mail, source="test")
    db.session.rollback()

    def work(_number: int) -> None:
        worker.tick(app)

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(work, range(2)))
    clock.stand_at(make.at("2021-10-14 12:00"))
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(work, range(2)))
    db.session.rollback()

    assert len(sent.responses()) == 6
    assert {response.status for response in sent.responses()} <= {ResponseStatus.RECORDED, ResponseStatus.LOGGED}
    assert len(outgoing.messages("declined_by_calendar")) == 1
    assert (person.status, waiting.status) == (Status.CANCELLED, Status.CONFIRMED)
    assert len(outgoing.messages("promoted")) == 1
    assert reckoning.of(event).wrong == []


@one_database
def test_a_day_of_several_is_only_recorded(app):
    event = make.an_event(uid=sent.UID, ends_at=make.at("2021-10-27 12:00"))
    person = make.a_registration(event, email=sent.ADDRESS)
    clock.stand_at(make.at("2021-10-12 12:00"))

    answer(partstat="DECLINED", uid=f"2.{sent.UID}")
    answer(partstat="ACCEPTED", uid=f"1.{sent.UID}")

    assert [(one.reply, one.leaves_at) for one in person.entries] == [(Reply.ACCEPTED, None), (Reply.DECLINED, None)]
    assert (person.reply, outgoing.messages("declined_by_calendar")) == (Reply.ACCEPTED, [])


@one_database
def test_of_two_declined_sessions_each_goes_at_its_own_time(app):
    event = make.an_event(asks_sessions=True)
    first, second, _third = (make.a_session(event) for _ in range(3))
    person = make.a_registration(event, email=sent.ADDRESS, sessions=[first.id, second.id])
    clock.stand_at(make.at("2021-10-12 12:00"))
    answer(partstat="DECLINED", uid=first.uid)
    clock.stand_at(make.at("2021-10-12 15:00"))
    answer(partstat="DECLINED", uid=second.uid)
    assert [leaving.goes_with(person, one) for one in leaving.waiting(person)] == [first, None]
    assert person.reply is Reply.DECLINED

    after("2021-10-13 12:01", app)
    assert (person.status, choices.ids(person)) == (Status.CONFIRMED, {second.id})
    after("2021-10-13 15:01", app)

    assert person.status is Status.CANCELLED


@one_database
def test_a_no_to_a_session_ends_nothing_where_people_choose_none_any_more(app):
    event = make.an_event(asks_sessions=True)
    first, second, _third = (make.a_session(event) for _ in range(3))
    person = make.a_registration(event, email=sent.ADDRESS, sessions=[first.id, second.id])
    clock.stand_at(make.at("2021-10-12 12:00"))
    answer(partstat="DECLINED", uid=first.uid)
    with transaction():
        event.asks_sessions = False

    after("2021-10-13 12:01", app)

    assert (person.is_confirmed, entry(person, first.uid).leaves_at) == (True, None)


@one_database
def test_a_newer_entry_asks_anew_and_ends_what_waits(app):
    _event, person = answered()
    answer(partstat="DECLINED")

    with transaction():
        entries.invite(person, entries.wanted(person))

    assert (entry(person).leaves_at, entry(person).reply) == (None, Reply.NONE)
    after("2021-10-14 12:00", app)
    assert person.is_confirmed
    answer(partstat="DECLINED", sequence=1, stamp="20211014T090000Z")
    assert entry(person).leaves_at


@one_database
def test_coming_back_or_a_yes_on_the_phone_ends_what_waits(app):
    event, person = answered()
    answer(partstat="DECLINED")
    with transaction():
        signup.cancel(person, None)
    with transaction():
        signup.reinstate(person)
    assert (person.is_confirmed, entry(person).leaves_at) == (True, None)
    answer(partstat="DECLINED", sequence=entry(person).sequence, stamp="20211012T095959Z")
    assert entry(person).leaves_at

    with transaction():
        participants.answered(person, Reply.ACCEPTED)

    assert (entry(person).leaves_at, person.reply) == (None, Reply.ACCEPTED)
    assert leaving.events_with_late() == []
    assert event.taken == 1


def test_a_parked_decline_that_is_claimed_begins_the_undo_time(app):
    event, person = answered()
    response = answer(partstat="DECLINED", sender="sekretariat@example.org")
    other = make.a_registration(make.an_event())

    with transaction():
        why = acts.claim(response, person, by="Olga")

    assert (why, response.status, response.settled_by) == (Why.NONE, ResponseStatus.SETTLED, "Olga")
    assert (entry(person).reply, bool(entry(person).leaves_at)) == (Reply.DECLINED, True)
    with transaction(), pytest.raises(Refused):
        acts.claim(response, other, by="Olga")
    assert event.taken == 1
