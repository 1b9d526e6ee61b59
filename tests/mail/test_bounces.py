"""Bounces: an address that letters came back from is left in peace, and nobody is silenced by a forged one."""

from datetime import timedelta
from types import ModuleType

import pytest
from flask.testing import FlaskCliRunner
from sqlalchemy import select

from app.db import db, transaction
from app.mail import bounces, inbox, outbox
from app.mail.models import Bounce, Incoming, IncomingStatus, Message, MessageStatus
from app.worker import Worker
from tests.defaults import one_database
from tests.mail.conftest import Put
from tests.mail.drafts import composer
from tests.mail.mails import a_mail, a_notification
from tests.mailbox import Mailbox

LEASE = timedelta(minutes=10)
pytestmark = pytest.mark.usefixtures("app")


def claim() -> list[int]:
    with transaction():
        return [message.id for message in outbox.claim(50, LEASE)]


def gone(put: Put, **facts: object) -> Message:
    """A letter that has left."""
    message = put(**facts)
    claim()
    with transaction():
        outbox.sent(message.id)
    return message


def comes(app, raw: bytes) -> tuple[IncomingStatus, str]:
    """What becomes of a mail that came in."""
    with transaction():
        assert inbox.receive(raw, source="test")
    Worker(app).tick()
    db.session.rollback()
    incoming = db.session.scalar(select(Incoming).order_by(Incoming.id.desc()).limit(1))
    assert incoming is not None
    return incoming.status, incoming.why


def marks() -> list[tuple[str, str, str, int]]:
    db.session.rollback()
    return [(one.address, one.status, one.words, one.count) for one in db.session.scalars(select(Bounce).order_by(Bounce.id))]


def by_exim(message_id: str) -> bytes:
    """The older shape of Exim: plain text, and the letter quoted after it."""
    text = (
        f"It could not be delivered:\r\n\r\n  jan@example.org\r\n\r\n--- This is a copy ---\r\n\r\nMessage-Id: {message_id}\r\n"
    )
    return a_mail("X-Failed-Recipients: jan@example.org", "Auto-Submitted: auto-replied", body=text.encode())


def by_exchange(message_id: str) -> bytes:
    """Exchange names the letter in In-Reply-To, and may leave its head out."""
    raw = a_notification("<unknown@example.org>", "JAN@EXAMPLE.ORG", status="5.1.10", words="smtp;550 5.1.10 RESOLVER.ADR")
    return f"In-Reply-To: {message_id}\r\n".encode() + raw.replace(b"Original-Recipient", b"X-Old-Recipient")


@pytest.mark.parametrize("original", ["message/rfc822", "text/rfc822-headers"])
def test_a_notification_of_a_failure_for_good_marks_the_letters_address(app, put: Put, original: str):
    letter = gone(put, to_address="Jan@example.org")

    assert comes(app, a_notification(letter.message_id, original=original)) == (IncomingStatus.DONE, "")
    assert comes(app, a_notification(letter.message_id, original=original, key="<dsn2@mx.example.org>"))[0] is IncomingStatus.DONE

    assert marks() == [("Jan@example.org", "5.1.1", "550 5.1.1 No such mailbox", 2)]
    assert bounces.paused(["jan@EXAMPLE.org"])
    assert list(bounces.paused(["ewa@example.org", "JAN@example.org"])) == ["JAN@example.org"]


@one_database
@pytest.mark.parametrize("shape", [by_exim, by_exchange])
def test_other_servers_shapes_mark_it_too(app, put: Put, shape):
    letter = gone(put)

    assert comes(app, shape(letter.message_id)) == (IncomingStatus.DONE, "")

    assert bounces.paused(["jan@example.org"])


@one_database
def test_an_address_with_letters_of_its_own_is_known_in_either_form(app, put: Put):
    letter = gone(put, to_address="jan@łódź.example.org")

    comes(app, a_notification(letter.message_id, "jan@xn--d-uga0v4h.example.org"))

    assert bounces.paused(["jan@łódź.example.org"])


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"message_id": "<guessed@cal.plenum.example.org>"}, "It reports on a letter that is not ours."),
        ({"address": "ewa@example.org"}, "It reports on an address that the letter did not go to."),
        ({"status": "4.2.2", "action": "delayed"}, "It reports on a delay or a delivery."),
        ({"status": "4.4.7"}, "It reports on a delay or a delivery."),
        ({"status": "2.0.0", "action": "delivered"}, "It reports on a delay or a delivery."),
    ],
)
def test_whatever_is_no_failure_for_good_of_a_letter_of_ours_marks_nobody(app, put: Put, facts: dict[str, str], why: str):
    letter = gone(put)

    assert comes(app, a_notification(**{"message_id": letter.message_id, **facts})) == (IncomingStatus.IGNORED, why)
    assert marks() == []


@one_database
def test_a_letter_that_has_not_left_cannot_come_back(app, put: Put, clock: ModuleType):
    letter = put(due_at=clock.now() + timedelta(days=1))

    assert comes(app, a_notification(letter.message_id))[0] is IncomingStatus.IGNORED
    assert marks() == []


def test_letters_to_a_marked_address_wait_and_those_to_another_pass(app, put: Put, runner: FlaskCliRunner):
    comes(app, a_notification(gone(put).message_id))
    waiting, passing = put(thread="registration:2"), put(to_address="jan@home.example.org", thread="registration:2")
    put(to_address="JAN@example.org")

    assert claim() == [passing.id]
    assert outbox.paused() == 2
    assert outbox.counts()[MessageStatus.DEAD] == 0
    assert "2 of those queued wait" in runner.invoke(args=["outbox"]).output
    assert runner.invoke(args=["outbox", "let"]).output.startswith("jan@example.org  2021-10-11 07:00 UTC  1 times: 550 5.1.1")
    assert [runner.invoke(args=["outbox", "let", "Jan@example.org"]).exit_code for _ in range(2)] == [0, 1]
    assert waiting.id in claim()


def test_an_address_that_was_let_again_is_marked_by_a_letter_that_left_since(app, put: Put, clock: ModuleType):
    before = gone(put)
    comes(app, a_notification(before.message_id))
    clock.stand_at(clock.now() + timedelta(hours=1))
    with transaction():
        bounces.clear("jan@example.org")
    clock.stand_at(clock.now() + timedelta(hours=1))

    replayed = comes(app, a_notification(before.message_id, key="<dsn2@mx.example.org>"))
    assert replayed == (IncomingStatus.IGNORED, "It reports on a letter that left before letters to its address were let again.")
    assert not bounces.paused(["jan@example.org"])

    comes(app, a_notification(gone(put).message_id, key="<dsn3@mx.example.org>"))
    assert bounces.paused(["jan@example.org"])


@one_database
def test_that_letters_came_back_once_is_forgotten_90_days_after_they_were_let_again(app, put: Put, clock: ModuleType):
    comes(app, a_notification(gone(put).message_id))
    clock.stand_at(clock.now() + timedelta(days=400))
    with transaction():
        assert bounces.forget_old() == 0
        bounces.clear("jan@example.org")
    clock.stand_at(clock.now() + timedelta(days=90))

    with transaction():
        assert bounces.forget_old() == 1


def test_a_real_servers_letters_stop_after_one_came_back(app, put: Put, smtp: Mailbox):
    put()
    Worker(app, composer()).tick()
    (letter,) = smtp.messages

    comes(app, a_notification(letter["Message-ID"]))
    put()
    Worker(app, composer()).tick()

    assert len(smtp.messages) == 1
