"""The next steps at an event."""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask import Flask

from app.admission.models import Rules
from app.agenda.models import Answer, MaterialKind
from app.db import db, transaction
from app.events.models import Attendance, Event, EventStatus
from app.mail import outbox
from app.mail.models import Message, MessageStatus
from app.overview import post, steps
from app.overview.steps import Step, StepKind
from tests import make


def step(event: Event, kind: StepKind) -> Step | None:
    """The step of this kind, if the event has one."""
    return next((found for found in steps.of(event) if found.kind is kind), None)


def test_an_empty_draft_has_everything_before_it(app: Flask):
    event = make.an_event(status=EventStatus.DRAFT, meeting_url=None, contact_email="", languages=["pl", "en"])

    to_do = {found.kind for found in steps.of(event) if not found.done}

    assert to_do == {
        StepKind.DESCRIBE,
        StepKind.TRANSLATE,
        StepKind.AGENDA,
        StepKind.CONTACT,
        StepKind.PUBLISH,
        StepKind.MEETING_LINK,
    }


def test_what_is_there_is_done(app: Flask):
    event = make.an_event(description="Opis", languages=["pl", "en"], translations=in_english())
    make.a_session(event)

    done = {found.kind for found in steps.of(event) if found.done}

    assert {StepKind.DESCRIBE, StepKind.TRANSLATE, StepKind.AGENDA, StepKind.CONTACT, StepKind.PUBLISH} <= done
    assert StepKind.MEETING_LINK in done


def in_english() -> dict[str, Any]:
    return {"en": {"title": "Smart City", "description": "A description"}}


def test_the_meeting_link_is_needed_until_the_meeting_opens(app: Flask):
    online = make.an_event(meeting_url=None, meeting_opens_minutes=15)
    on_site = make.an_event(meeting_url=None, attendance=Attendance.OFFLINE)

    found = step(online, StepKind.MEETING_LINK), step(on_site, StepKind.MEETING_LINK)

    assert found == (Step(StepKind.MEETING_LINK, due_at=make.at("2021-10-26 09:45")), None)


def test_speakers_are_counted_as_people_by_what_they_said(app: Flask):
    event = make.an_event()
    session, other = make.a_session(event), make.a_session(event)
    twice = make.a_person()
    for on in (session, other):
        make.an_appearance(on, person=twice, answer=Answer.ASKED)
    for answer in (None, Answer.ACCEPTED, Answer.DECLINED):
        make.an_appearance(session, answer=answer)

    kinds = (StepKind.ASK_SPEAKERS, StepKind.ANSWERS, StepKind.DECLINED)
    found = [step(event, kind) for kind in kinds]

    assert found == [Step(kind, count=1) for kind in kinds]


def test_a_recording_is_due_within_fourteen_days_after_the_event(app: Flask, clock):
    event = make.an_event(is_recorded=True)
    clock.stand_at(event.ends_at + timedelta(days=1))

    before = step(event, StepKind.RECORDING)
    make.a_material(event, kind=MaterialKind.RECORDING)

    assert before == Step(StepKind.RECORDING, due_at=make.at("2021-11-09 11:30"))
    assert step(event, StepKind.RECORDING) == Step(StepKind.RECORDING, done=True, due_at=make.at("2021-11-09 11:30"))


def test_an_address_that_two_letters_did_not_reach_is_mended_once(app: Flask):
    event, other = make.an_event(), make.an_event()
    for about, address in ((event, "a@example.org"), (event, "a@example.org"), (other, "b@example.org")):
        fail(about, address)

    found = step(event, StepKind.FAILED_LETTERS)

    assert found == Step(StepKind.FAILED_LETTERS, count=1)


def fail(event: Event, address: str) -> None:
    """A letter about the event that did not arrive."""
    with transaction():
        put(event, address)
        db.session.execute(sa.update(Message).where(Message.to_address == address).values(status=MessageStatus.DEAD))


def put(event: Event, address: str) -> None:
    about: dict[str, Any] = {"language": "pl", "thread": "registration:somebody", "topic": f"event:{event.id}"}
    outbox.put("confirmation", to_name="Anna", to_address=address, **about)


def test_people_who_wait_while_places_are_free_are_pointed_out(app: Flask):
    event = make.an_event(capacity=2)
    full = make.an_event(capacity=2)
    with transaction():
        event.taken, event.waiting = 1, 3
        full.taken, full.waiting = 2, 3

    assert step(event, StepKind.FREE_PLACES) == Step(StepKind.FREE_PLACES, count=1)
    assert step(full, StepKind.FREE_PLACES) is None


def test_people_who_wait_for_the_organisers_word_are_pointed_out(app: Flask):
    event = make.an_event()
    make.kept(Rules, {"needs_approval": True}, event_id=event.id)
    before = step(event, StepKind.APPROVE)
    for _ in range(2):
        make.a_registration(event)

    assert (before, step(event, StepKind.APPROVE)) == (None, Step(StepKind.APPROVE, count=2))


def test_nothing_is_to_be_prepared_for_what_is_cancelled(app: Flask):
    event = make.an_event(status=EventStatus.CANCELLED, meeting_url=None)

    assert steps.of(event) == []


def test_letters_are_counted_by_kind_and_reminders_are_planned(app: Flask):
    event = make.an_event()
    fail(event, "a@example.org")
    with transaction():
        put(event, "b@example.org")

    confirmations, *planned = post.of(event)

    assert (confirmations.letter, confirmations.sent, confirmations.waiting, confirmations.failed) == ("confirmation", 0, 1, 1)
    assert [(found.letter, found.due_at) for found in planned] == [
        ("reminder_day", make.at("2021-10-25 10:00")),
        ("reminder_hour", make.at("2021-10-26 09:00")),
    ]
