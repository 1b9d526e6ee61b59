"""What calendars answered holds as long as the hours are the same; at other hours everybody is asked anew."""

import re
from types import ModuleType

from flask import Flask

from app import clock as our_clock
from app.agenda import editing
from app.agenda.models import Session
from app.calendar.words import Reply
from app.db import db, transaction
from app.registration import entries
from app.registration.models import Registration
from tests import make
from tests.changes import crowd
from tests.changes.crowd import BY, begin, coming_to, composed, letters, pass_by, put_at, tell_settled


def a_session_that_was_answered(*replies: Reply) -> tuple[Session, list[Registration]]:
    """Somebody for each of these answers, whose calendar gave it."""
    event = crowd.a_public_event()
    session = make.a_session(event, title="Warsztat")
    make.a_session(event, title="Prezentacja")
    people = [coming_to(event, session) for _ in replies]
    begin(event)
    with transaction():
        for person, reply in zip(people, replies, strict=True):
            answered(person, reply)
    return session, people


def answered(person: Registration, reply: Reply) -> None:
    [entry] = entries.active(person)
    entry.reply, entry.replied_at = reply, our_clock.now()
    entry.leaves_at = our_clock.now() if reply is Reply.DECLINED else None
    entries.summarise(person)


def asked() -> list[tuple[str, str]]:
    """PARTSTAT and RSVP of each letter's one ATTENDEE, in the order of the letters."""
    parts = [letter.calendar for message in letters() if (letter := composed(message)) and letter.calendar]
    calendars = [part.ics.decode().replace("\r\n ", "") for part in parts]
    found = [re.search(r"PARTSTAT=([A-Z-]+);RSVP=(TRUE|FALSE)", text) for text in calendars]
    return [(match[1], match[2]) for match in found if match]


def kept(people: list[Registration]) -> list[tuple[Reply, bool]]:
    """What stands: the answer as a whole, and whether a place is still to be given back."""
    db.session.rollback()
    return [(person.reply, bool(entries.active(person)[0].leaves_at)) for person in people]


def test_another_room_leaves_the_answers_as_they_are(app: Flask, clock: ModuleType):
    session, people = a_session_that_was_answered(Reply.ACCEPTED, Reply.DECLINED, Reply.NONE)

    with transaction():
        editing.change(session.event, session.id, by=BY, version=session.version, facts={"room": "Sala 2"}, parts={})
    pass_by(clock)
    tell_settled()

    assert asked() == [("ACCEPTED", "FALSE"), ("DECLINED", "FALSE"), ("NEEDS-ACTION", "TRUE")]
    assert kept(people) == [(Reply.ACCEPTED, False), (Reply.DECLINED, True), (Reply.NONE, False)]


def test_at_another_hour_everybody_is_asked_anew_and_no_place_is_given_back(app: Flask, clock: ModuleType):
    session, people = a_session_that_was_answered(Reply.ACCEPTED, Reply.DECLINED, Reply.NONE)

    put_at(session, "11:15")
    pass_by(clock)
    tell_settled()

    assert asked() == [("NEEDS-ACTION", "TRUE")] * 3
    assert kept(people) == [(Reply.NONE, False)] * 3
