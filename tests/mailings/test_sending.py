"""Messages to a selection: kept, held, scheduled, stopped, put once by whichever worker comes first."""

import threading
from datetime import timedelta
from email.message import EmailMessage

import pytest
from flask import Flask
from sqlalchemy import select

from app import composing, worker
from app.db import db, transaction
from app.errors import Refused
from app.events.models import Event
from app.mail import outbox
from app.mail.models import Message, MessageStatus
from app.mailings import drafts, sending
from app.mailings.drafts import ChangedMeanwhile, Wording
from app.mailings.models import Mailing, MailingStatus
from app.participants.filters import Filter, State
from app.registration import signup
from app.registration.models import Registration
from tests import make
from tests.defaults import one_database
from tests.mailbox import Mailbox
from tests.registration import outgoing

POLISH = Wording(subject="Zmiana sali: {event}", body="Dzień dobry, {name},\n\nspotykamy się o {hours}.")
BOTH = Wording(POLISH.subject, POLISH.body, subject_en="Another room: {event}", body_en="Hello {name}, we meet at {hours}.")


def a_mailing(event: Event, wording: Wording = POLISH, selection: Filter | None = None) -> Mailing:
    with transaction():
        return drafts.make(event, wording, selection or Filter(), "Olga Organizacyjna")


def send(mailing: Mailing) -> None:
    number, version = mailing.id, mailing.version
    with transaction():
        sending.send(db.session.get_one(Mailing, number), version)


def put() -> int:
    with transaction():
        return sending.put_due()


def after(clock, **by: float) -> None:
    clock.stand_at(clock.now() + timedelta(**by))


def part_of(letter: EmailMessage, kind: str) -> str:
    part = letter.get_body((kind,))
    assert part
    return str(part.get_content()).replace("\r", "")


def written() -> list[str]:
    db.session.rollback()
    return [message.to_address for message in outgoing.messages("message")]


def statuses() -> list[MessageStatus]:
    db.session.rollback()
    return [message.status for message in outgoing.messages("message")]


def test_a_message_is_held_for_five_minutes_and_put_once(app: Flask, clock):
    event = make.an_event()
    people = [make.a_registration(event) for _ in range(3)]
    mailing = a_mailing(event)
    send(mailing)
    numbers = []

    for minutes in (0, 4.9, 0.2, 1):
        after(clock, minutes=minutes)
        numbers.append(put())

    assert numbers == [0, 0, 3, 0]
    assert written() == [person.email for person in people]
    assert {(m.topic, m.batch, m.thread.partition(":")[0]) for m in outgoing.messages("message")} == {
        (f"event:{event.id}", mailing.uid, "registration")
    }
    assert (mailing.status, mailing.put_at is not None) == (MailingStatus.SENT, True)


def test_who_is_meant_is_decided_when_the_letters_are_put(app: Flask, clock):
    event = make.an_event(capacity=1)
    first, second, third = [make.a_registration(event) for _ in range(3)]
    send(a_mailing(event, selection=Filter(state=State.WAITING)))
    with transaction():
        signup.cancel(first, None)
    after(clock, minutes=5)

    assert put() == 1
    assert written() == [third.email]
    assert second.is_confirmed


def test_two_workers_put_each_letter_once(app: Flask, clock):
    event = make.an_event()
    people = [make.a_registration(event) for _ in range(5)]
    send(a_mailing(event))
    after(clock, minutes=5)
    ready, numbers = threading.Barrier(4), list[int]()

    def work() -> None:
        ready.wait()
        with app.app_context():
            numbers.append(put())

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(numbers) == [0, 0, 0, 5]
    assert sorted(written()) == sorted(person.email for person in people)


def test_a_message_stopped_in_the_hold_reaches_nobody_until_the_stop_is_taken_back(app: Flask, clock):
    event = make.an_event()
    make.a_registration(event)
    mailing = a_mailing(event)
    send(mailing)

    with transaction():
        assert sending.stop(mailing) == 0
    after(clock, minutes=10)
    stopped = put()
    with transaction():
        sending.resume(mailing)
    resumed = put()
    after(clock, minutes=5)

    assert (stopped, resumed, put()) == (0, 0, 1)


def test_a_stop_counts_what_has_left_and_can_be_taken_back(app: Flask, clock):
    event = make.an_event()
    for _ in range(3):
        make.a_registration(event)
    mailing = a_mailing(event)
    send(mailing)
    after(clock, minutes=5)
    put()
    with transaction():
        outbox.sent(outgoing.messages("message")[0].id)

    with transaction():
        dropped = sending.stop(mailing)
    after_stop = statuses()
    with transaction():
        sending.resume(mailing)

    assert dropped == 2
    assert after_stop == [MessageStatus.SENT, MessageStatus.DROPPED, MessageStatus.DROPPED]
    assert statuses() == [MessageStatus.SENT, MessageStatus.QUEUED, MessageStatus.QUEUED]
    assert mailing.status is MailingStatus.SENT


def test_a_letter_in_a_workers_hands_is_silent_once_the_message_is_stopped(app: Flask, clock):
    event = make.an_event()
    for _ in range(2):
        make.a_registration(event)
    outgoing.forget()
    mailing = a_mailing(event)
    send(mailing)
    after(clock, minutes=5)
    put()
    with transaction():
        [taken] = outbox.claim(1, timedelta(minutes=10))
    with transaction():
        dropped = sending.stop(mailing)

    assert dropped == 1
    assert composing.composer([taken])(taken, app.config["SITE"]) is None


@one_database
def test_nothing_is_left_to_stop_once_all_have_left(app: Flask, clock):
    event = make.an_event()
    make.a_registration(event)
    mailing = a_mailing(event)
    send(mailing)
    after(clock, minutes=5)
    put()
    with transaction():
        outbox.sent(outgoing.messages("message")[0].id)

    with pytest.raises(Refused, match="wszystkie wiadomości już wyszły"), transaction():
        sending.stop(mailing)


def test_whoever_changes_a_message_second_is_told(app: Flask):
    event = make.an_event()
    mailing = a_mailing(event)
    with transaction():
        drafts.change(mailing, BOTH, Filter(), 1)

    with pytest.raises(ChangedMeanwhile), transaction():
        drafts.change(mailing, POLISH, Filter(), 1)
    with pytest.raises(ChangedMeanwhile), transaction():
        sending.send(mailing, 1)

    db.session.rollback()
    assert (mailing.subject_en, mailing.status, mailing.version) == (BOTH.subject_en, MailingStatus.DRAFT, 2)


@one_database
def test_a_scheduled_message_can_be_changed_until_it_is_put(app: Flask, clock):
    event = make.an_event()
    make.a_registration(event)
    mailing = a_mailing(event)
    with transaction():
        sending.schedule(mailing, 1, clock.now() + timedelta(hours=1))
    with transaction():
        drafts.change(mailing, BOTH, Filter(), 2)
    after(clock, hours=1)
    put()

    with pytest.raises(Refused), transaction():
        drafts.change(mailing, POLISH, Filter(), mailing.version)
    db.session.rollback()
    assert mailing.status is MailingStatus.SENT
    with pytest.raises(Refused), transaction():
        sending.send(mailing, mailing.version)


@one_database
@pytest.mark.parametrize(
    ("wording", "field"),
    [
        (Wording("", "Text"), "subject"),
        (Wording("Subject", ""), "body"),
        (Wording("Subject {nmae}", "Text"), "subject"),
        (Wording("Subject", "Text {"), "body"),
        (Wording("Subject", "Text", "Only a subject", ""), "body_en"),
        (Wording("Subject", "Text", "", "Only a text"), "subject_en"),
        (Wording("", "", "Subject", "Your {position}"), "body_en"),
    ],
)
def test_what_cannot_be_sent_is_refused_at_its_field(app: Flask, wording: Wording, field: str):
    event = make.an_event()

    with pytest.raises(Refused) as refusal, transaction():
        drafts.make(event, wording, Filter(), "Olga")

    assert refusal.value.field == field


@one_database
def test_each_reads_the_language_that_was_written_for_them(app: Flask, clock, smtp: Mailbox):
    event = make.an_event()
    people: dict[str, Registration] = {
        lang: make.a_registration(event, name="Ewa *Mróz*", language=lang) for lang in ("pl", "en")
    }
    worker.tick(app)
    send(a_mailing(event, BOTH))
    after(clock, minutes=5)
    worker.tick(app)

    letters = {language: smtp.to(person.email)[-1] for language, person in people.items()}
    texts = {language: part_of(letter, "plain") for language, letter in letters.items()}
    pages = {language: part_of(letter, "html") for language, letter in letters.items()}
    assert {language: letter["Subject"] for language, letter in letters.items()} == {
        "pl": "Zmiana sali: Smart City - doświadczenia i wyzwania",
        "en": "Another room: Smart City - doświadczenia i wyzwania",
    }
    assert "Dzień dobry, Ewa *Mróz*,\n\nspotykamy się o 10:00–12:30." in texts["pl"]
    assert "Hello Ewa *Mróz*, we meet at 10:00–12:30." in texts["en"]
    assert "<p>Dzień dobry, Ewa *Mróz*,</p>" in pages["pl"]
    for language, letter in letters.items():
        assert "organiser@example.org" in texts[language]
        assert "List-Unsubscribe" not in letter
        assert letter["In-Reply-To"]
    assert set(statuses()) == {MessageStatus.SENT}


@one_database
def test_a_reader_of_another_language_gets_what_was_written(app: Flask, clock):
    event = make.an_event()
    make.a_registration(event, language="en")
    send(a_mailing(event))
    after(clock, minutes=5)
    put()
    [message] = outgoing.messages("message")

    letter = composing.composer([message])(message, app.config["SITE"])

    assert letter
    assert letter.own
    assert (letter.language, letter.own.language) == ("en", "pl")
    assert letter.own.subject.startswith("Zmiana sali")


@one_database
def test_failed_letters_of_a_message_are_sent_again(app: Flask, clock):
    event = make.an_event()
    for _ in range(2):
        make.a_registration(event)
    mailing = a_mailing(event)
    send(mailing)
    after(clock, minutes=5)
    put()
    numbers = [message.id for message in outgoing.messages()]
    with transaction():
        for number in numbers:
            outbox.refused(number, "550 no")

    with transaction():
        assert sending.retry(mailing) == 2

    queued = db.session.scalars(select(Message.letter).where(Message.status == MessageStatus.QUEUED)).all()
    assert queued == ["message", "message"]


def test_composing_costs_the_same_for_few_and_for_many(app: Flask, clock, statements):
    event = make.an_event()
    for _ in range(6):
        make.a_registration(event)
    send(a_mailing(event))
    after(clock, minutes=5)
    put()
    costs = []
    for many in (2, 6):
        messages = outgoing.messages("message")[:many]
        for message in messages:
            db.session.expunge(message)
        db.session.expire_all()
        with statements() as said:
            compose = composing.composer(messages)
            assert all(compose(message, app.config["SITE"]) for message in messages)
        costs.append(len(said))

    assert costs[0] == costs[1]


@one_database
def test_putting_takes_a_few_statements_however_many_come(app: Flask, clock, statements):
    costs = []
    for number in (1, 12):
        event = make.an_event()
        for _ in range(number):
            make.a_registration(event)
        send(a_mailing(event))
        after(clock, minutes=5)
        with statements() as said:
            assert put() == number
        costs.append(len(said))

    assert costs[0] == costs[1]
