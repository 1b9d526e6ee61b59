"""Asking speakers, their answers, and what comes into their calendars."""

from datetime import timedelta
from types import ModuleType
from typing import Any

import icalendar
import pytest
import sqlalchemy as sa
from flask import Flask, current_app
from sqlalchemy.exc import NoResultFound

from app import composing
from app.agenda import editing, people, steps
from app.agenda.models import Answer, Appearance, SessionStatus
from app.db import db, transaction
from app.errors import Refused
from app.events.models import EventStatus
from app.mail.letters import Letter
from app.mail.models import Message
from app.panels import engaging, keys, merging, queries
from app.panels.models import Engagement
from app.panels.queries import State
from tests import make

ADDRESS = "anna@example.org"


def messages() -> list[Message]:
    return list(db.session.scalars(sa.select(Message).order_by(Message.id)))


def composed(message: Message) -> Letter | None:
    return composing.composer([message])(message, current_app.config["SITE"])


def told(message: Message) -> tuple[str, ...]:
    """A letter's kind and address; of a calendar letter METHOD, UID, SEQUENCE and the one ATTENDEE too."""
    letter = composed(message)
    if letter is None:
        return message.letter, "silent"
    if letter.calendar is None:
        return letter.name, letter.to_address
    calendar: Any = icalendar.Calendar.from_ical(letter.calendar.ics)
    [entry] = calendar.walk("VEVENT")
    attendee = str(entry["ATTENDEE"]).removeprefix("mailto:")
    return letter.name, letter.to_address, str(calendar["METHOD"]), str(entry["UID"]), str(entry["SEQUENCE"]), attendee


def asked(*sessions, email: str = ADDRESS, **facts) -> Engagement:
    """Somebody on these sessions who has been asked."""
    person = make.a_person(email=email, **facts)
    for session in sessions:
        make.an_appearance(session, person_id=person.id)
    with transaction():
        return engaging.ask(sessions[0].event, person)


def say(engagement: Engagement, **answers: Answer) -> None:
    with transaction():
        engaging.answer(engagement, {int(number[1:]): answer for number, answer in answers.items()}, "")


def accept(engagement: Engagement, *sessions) -> None:
    say(engagement, **{f"s{session.id}": Answer.ACCEPTED for session in sessions})


def decline(engagement: Engagement, *sessions) -> None:
    say(engagement, **{f"s{session.id}": Answer.DECLINED for session in sessions})


def request(session, sequence: int = 0, address: str = ADDRESS) -> tuple[str, ...]:
    return "speaker_invitation", address, "REQUEST", session.uid, str(sequence), address


def withdrawal(session, sequence: int, address: str = ADDRESS) -> tuple[str, ...]:
    return "speaker_withdrawal", address, "CANCEL", session.uid, str(sequence), address


def test_asking_writes_one_letter_with_the_link(app: Flask):
    event = make.an_event()
    session = make.a_session(event)

    engagement = asked(session)

    [message] = messages()
    letter = composed(message)
    assert letter
    assert (letter.name, letter.to_address, message.topic) == ("speaker_request", ADDRESS, f"event:{event.id}")
    assert letter.facts["speak_url"] == f"https://plenum.example.org/speak/{keys.token(engagement)}/"
    assert letter.facts["sessions"] == [session]
    assert db.session.scalars(sa.select(Appearance.answer)).all() == [Answer.ASKED]
    assert event.taken == 0


def test_nobody_is_asked_without_an_address_or_a_session(app: Flask):
    event = make.an_event()
    silent, stranger = make.a_person(), make.a_person(email=ADDRESS)
    make.an_appearance(make.a_session(event), person_id=silent.id)

    for person in (silent, stranger):
        with pytest.raises(Refused), transaction():
            engaging.ask(event, person)

    assert messages() == []


def test_a_double_click_is_one_letter_and_a_later_one_is_another(app: Flask, clock):
    event = make.an_event()
    engagement = asked(make.a_session(event))
    for moment in ("2021-10-11 09:00:30", "2021-10-11 10:00"):
        clock.stand_at(make.at(moment))
        with transaction():
            engaging.ask(event, engagement.person)

    assert [told(message) for message in messages()] == [("speaker_request", ADDRESS)] * 2


def test_all_who_were_not_asked_are_asked_once(app: Flask):
    event = make.an_event()
    session = make.a_session(event)
    for email in ("one@example.org", "two@example.org", None):
        make.an_appearance(session, person_id=make.a_person(name=f"Osoba {email}", email=email).id)

    with transaction():
        first = engaging.ask_all(event)
    with transaction():
        second = engaging.ask_all(event)

    assert (first, second) == ((2, ["Osoba None"]), (0, ["Osoba None"]))
    assert sorted(message.to_address for message in messages()) == ["one@example.org", "two@example.org"]


def test_each_accepted_session_is_an_entry_in_a_letter_of_its_own(app: Flask):
    event = make.an_event()
    one, two, three = (make.a_session(event) for _ in range(3))
    engagement = asked(one, two, three)

    accept(engagement, one, two)

    assert [told(message) for message in messages()[1:]] == [request(one), request(two)]
    assert event.taken == 0
    assert queries.one(event, engagement.person_id).answers == [Answer.ACCEPTED, Answer.ACCEPTED, Answer.ASKED]


def test_the_same_answer_twice_is_one(app: Flask):
    session = make.a_session(make.an_event())
    engagement = asked(session)

    accept(engagement, session)
    accept(engagement, session)

    assert [told(message) for message in messages()[1:]] == [request(session)]


def test_an_answer_that_changes_moves_the_entry_with_a_rising_sequence(app: Flask):
    session = make.a_session(make.an_event(), sequence=3)
    engagement = asked(session)

    accept(engagement, session)
    first = told(messages()[-1])
    decline(engagement, session)
    second = told(messages()[-1])
    accept(engagement, session)

    assert (first, second, told(messages()[-1])) == (request(session, 3), withdrawal(session, 4), request(session, 5))
    assert told(messages()[1]) == ("speaker_invitation", "silent")


def test_no_letter_to_a_speaker_holds_the_meeting_s_own_address(app: Flask):
    event = make.an_event()
    session = make.a_session(event, abstract=f"Wejście: {event.meeting_url}")
    engagement = asked(session)

    accept(engagement, session)

    letter = composed(messages()[-1])
    assert letter
    assert letter.calendar
    assert b"meeting.example.com" not in letter.calendar.ics


def test_an_answer_can_be_changed_until_the_event_begins(app: Flask, clock):
    event = make.an_event()
    session = make.a_session(event)
    engagement = asked(session)
    accept(engagement, session)
    clock.stand_at(event.starts_at)

    with pytest.raises(Refused), transaction():
        engaging.answer(engagement, {session.id: Answer.DECLINED}, "")

    assert queries.one(event, engagement.person_id).answers == [Answer.ACCEPTED]


def test_an_answer_by_phone_is_recorded_for_who_was_never_asked(app: Flask):
    event = make.an_event()
    session = make.a_session(event)
    person, silent = make.a_person(email=ADDRESS), make.a_person()
    for somebody in (person, silent):
        make.an_appearance(session, person_id=somebody.id)

    with transaction():
        for somebody in (person, silent):
            engaging.record(event, somebody, {session.id: Answer.ACCEPTED}, "przez telefon")

    assert [told(message) for message in messages()] == [request(session)]
    assert {speaker.state for speaker in queries.speakers(event)} == {State.ACCEPTED}


def test_entries_of_what_left_the_agenda_are_taken_back(app: Flask):
    event = make.an_event()
    cancelled, left, deleted, kept = (make.a_session(event) for _ in range(4))
    engagement = asked(cancelled, left, deleted, kept)
    accept(engagement, cancelled, left, deleted, kept)
    before = len(messages())
    with transaction():
        cancelled.status = SessionStatus.CANCELLED
        db.session.delete(left.appearances[0])
        db.session.delete(deleted)

    for _ in range(2):
        with transaction():
            engaging.reconcile()

    found = [told(message) for message in messages()[before:]]
    assert sorted((method, uid) for _, _, method, uid, _, _ in found) == sorted(
        ("CANCEL", session.uid) for session in (cancelled, left, deleted)
    )
    assert [entry.uid for entry in engagement.entries if entry.is_active] == [kept.uid]


def test_a_session_that_takes_place_after_all_comes_back(app: Flask):
    event = make.an_event()
    session = make.a_session(event)
    engagement = asked(session)
    accept(engagement, session)
    for status in (SessionStatus.CANCELLED, SessionStatus.CONFIRMED):
        with transaction():
            session.status = status
            db.session.flush()
            engaging.reconcile()

    assert [letter[2] for letter in map(told, messages()[2:]) if len(letter) > 2] == ["REQUEST"]
    assert engagement.entries[0].is_active


def test_a_cancelled_event_takes_every_entry_back(app: Flask):
    event = make.an_event()
    session = make.a_session(event)
    engagement = asked(session)
    accept(engagement, session)
    with transaction():
        event.status = EventStatus.CANCELLED
        db.session.flush()
        engaging.reconcile()

    assert told(messages()[-1])[2] == "CANCEL"
    assert told(messages()[0]) == ("speaker_request", "silent")


@pytest.mark.parametrize("undone", [True, False])
def test_an_agenda_at_work_tells_nobody_until_it_has_settled(app: Flask, clock: ModuleType, undone: bool):
    event = make.an_event()
    session = make.a_session(event)
    engagement = asked(session)
    accept(engagement, session)
    before = len(messages())

    with transaction():
        editing.cancel(event, session.id, by="Olga")
    with transaction():
        assert engaging.reconcile() == 0
    if undone:
        with transaction():
            steps.undo(event, 1)
    clock.stand_at(clock.now() + timedelta(minutes=6))
    with transaction():
        engaging.reconcile()

    assert [told(message)[2] for message in messages()[before:]] == ([] if undone else ["CANCEL"])


def test_a_new_address_moves_the_entries_and_shuts_the_old_link(app: Flask):
    event = make.an_event()
    session = make.a_session(event)
    engagement = asked(session)
    accept(engagement, session)
    former, before = keys.token(engagement), len(messages())
    with transaction():
        people.write_to(engagement.person, "new@example.org")

    with transaction():
        engaging.ask(event, engagement.person)

    assert [told(message) for message in messages()[before:]] == [
        withdrawal(session, 1),
        ("speaker_request", "new@example.org"),
        request(session, 2, "new@example.org"),
    ]
    with pytest.raises(keys.Revoked):
        keys.find(former)
    assert keys.find(keys.token(engagement)) is engagement


def test_a_link_that_was_replaced_is_remembered_and_an_unknown_one_is_not(app: Flask):
    engagement = asked(make.a_session(make.an_event()))
    former = keys.token(engagement)

    with transaction():
        engaging.new_link(engagement)

    with pytest.raises(keys.Revoked):
        keys.find(former)
    with pytest.raises(NoResultFound):
        keys.find("no such key")
    assert keys.find(keys.token(engagement)) is engagement


def test_the_desk_counts_who_has_not_answered_who_declined_and_what_waits(app: Flask, statements):
    event, other = make.an_event(), make.an_event()
    session, cancelled = make.a_session(event), make.a_session(event, status=SessionStatus.CANCELLED)
    accepted, declined, silent = (asked(session, email=f"{number}@example.org") for number in range(3))
    accept(accepted, session)
    decline(declined, session)
    make.an_appearance(session)
    make.an_appearance(cancelled)
    make.an_appearance(make.a_session(other))
    with transaction():
        silent.proposal = {"name": "Inna"}
    db.session.refresh(event)

    with statements() as said:
        counts = queries.unanswered(event), queries.declined(event), queries.proposals(event)

    assert (counts, len(said)) == ((2, 1, 1), 3)


def test_the_list_of_speakers_costs_the_same_however_many_they_are(app: Flask, statements):
    costs = []
    for number in (1, 20):
        event = make.an_event()
        for _ in range(number):
            asked(make.a_session(event), make.a_session(event))
        with statements() as said:
            found = [(speaker.state, speaker.person.name, len(speaker.parts)) for speaker in queries.speakers(event)]
        costs.append(len(said))

    assert costs[0] == costs[1] <= 4
    assert found == [(State.ASKED, "Anna Cieśla", 2)] * 20


def test_merging_keeps_the_engagement_that_is_further(app: Flask):
    event = make.an_event()
    session = make.a_session(event)
    fresh, done = asked(session, name="Anna Ciesla"), asked(session, name="Anna Cieśla", email="other@example.org")
    accept(done, session)
    links, before = (keys.token(fresh), keys.token(done)), len(messages())

    with transaction():
        merging.merge(fresh.person, done.person, people.facts_of(fresh.person), email=ADDRESS)

    [left] = db.session.scalars(sa.select(Engagement))
    assert (left.uid, left.email, left.person.name) == (done.uid, "other@example.org", "Anna Ciesla")
    assert keys.find(links[1]) is left
    with pytest.raises(keys.Revoked):
        keys.find(links[0])
    assert messages()[before:] == []
    assert queries.one(event, left.person_id).answers == [Answer.ACCEPTED]


def test_merging_two_who_both_accepted_leaves_one_entry(app: Flask):
    event = make.an_event()
    session, other = make.a_session(event), make.a_session(event)
    one, two = asked(session), asked(other, email="other@example.org")
    accept(one, session)
    accept(two, other)
    before = len(messages())

    with transaction():
        merging.merge(one.person, two.person, people.facts_of(one.person), email=ADDRESS)

    assert [told(message) for message in messages()[before:]] == [
        withdrawal(other, 1, "other@example.org"),
        request(other),
    ]
