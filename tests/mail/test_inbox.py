"""The inbox: a mail is kept once, taken by one worker, and forgotten when there is nothing more to do with it."""

import threading
from datetime import timedelta
from types import ModuleType

import pytest
from flask import Flask
from sqlalchemy import select

from app.db import db, transaction
from app.mail import inbox
from app.mail.models import Incoming, IncomingStatus
from tests.defaults import one_database
from tests.mail.mails import ICS, a_mail, an_answer

LEASE = timedelta(minutes=2)
pytestmark = pytest.mark.usefixtures("app")


def receive(raw: bytes, **facts: object) -> bool:
    with transaction():
        return inbox.receive(raw, source="test", **facts)  # type: ignore[arg-type]


def claim(limit: int = 50) -> list[int]:
    with transaction():
        return [incoming.id for incoming in inbox.claim(limit, LEASE)]


def kept() -> list[Incoming]:
    db.session.rollback()
    return list(db.session.scalars(select(Incoming).order_by(Incoming.id)))


def test_a_second_delivery_of_the_same_mail_is_a_copy_whatever_servers_wrote_on_it():
    first = an_answer()
    second = an_answer("Received: from mx2.example.org", "Delivered-To: plenum@example.org", "X-Spam-Score: 0.1")
    by_pipe = b"From jan@example.org Mon Oct 11 09:00:00 2021\n" + first.replace(b"\r\n", b"\n")

    assert [receive(raw) for raw in (first, second, by_pipe)] == [True, False, False]
    assert [(incoming.source, incoming.size) for incoming in kept()] == [("test", len(first))]


@one_database
def test_different_answers_are_never_taken_for_one_another():
    accepted = ICS.replace(b"DECLINED", b"ACCEPTED")
    mails = [
        an_answer(),
        an_answer(ics=accepted),
        an_answer(Message_ID="<2@mua.example.org>"),
        an_answer(Message_ID=""),
        an_answer("X-Hop: 2", Message_ID=""),
        an_answer(From="Ewa <ewa@example.org>"),
        an_answer(Date="Mon, 11 Oct 2021 09:00:01 +0200"),
    ]

    assert [receive(raw) for raw in mails] == [True] * len(mails)
    assert receive(an_answer(Message_ID="")) is False


def test_of_a_mail_that_is_too_large_the_head_is_kept_aside():
    raw = a_mail(body=b"x" * inbox.LARGEST)

    assert [receive(raw), receive(a_mail(body=b"y" * 70 + b"x" * inbox.LARGEST))] == [True, False]

    (incoming,) = kept()
    assert (incoming.status, incoming.why, incoming.size) == (IncomingStatus.ASIDE, inbox.TOO_LARGE, len(raw))
    assert incoming.raw == raw.partition(b"\r\n\r\n")[0].replace(b"\r\n", b"\n")
    with transaction():
        assert inbox.again() == 0


def test_what_was_dealt_with_is_forgotten_but_for_its_key():
    receive(an_answer(), envelope_to="plenum+tag@example.org")
    receive(a_mail(), envelope_to="plenum@example.org")
    first, second = claim()

    with transaction():
        inbox.done(first)
        inbox.ignored(second, "It is an automatic reply.")

    states = [(incoming.status, incoming.why, incoming.raw, incoming.envelope_to) for incoming in kept()]
    assert states == [
        (IncomingStatus.DONE, "", None, ""),
        (IncomingStatus.IGNORED, "It is an automatic reply.", None, ""),
    ]
    assert receive(an_answer()) is False


def test_a_mail_that_fails_is_tried_again_with_waits_and_then_kept_aside(clock: ModuleType):
    receive(an_answer())
    waits = []
    while ids := claim():
        with transaction():
            inbox.failed(ids[0], "KeyError at replies.py:1\0")
        (incoming,) = kept()
        waits.append((incoming.due_at - clock.now()) / timedelta(minutes=1))
        clock.stand_at(incoming.due_at)

    (incoming,) = kept()
    assert (incoming.status, incoming.attempts, incoming.why) == (IncomingStatus.ASIDE, 5, "KeyError at replies.py:1")
    assert [1 <= wait / 4**number <= 1.2 for number, wait in enumerate(waits)] == [True] * inbox.TRIES
    with transaction():
        assert inbox.again(incoming.id) == 1
    assert claim() == [incoming.id]


def test_a_mail_whose_worker_was_killed_is_claimed_again_and_finished_by_one(clock: ModuleType):
    receive(an_answer())
    (mail,) = claim()
    assert claim() == []

    clock.stand_at(clock.now() + LEASE)

    assert claim() == [mail]
    with transaction():
        assert [inbox.done(mail), inbox.done(mail), inbox.aside(mail, "late")] == [True, False, False]


def test_workers_that_claim_at_once_never_take_the_same(app: Flask):
    for number in range(60):
        receive(an_answer(Message_ID=f"<{number}@mua.example.org>"))
    taken: list[int] = []

    def work() -> None:
        with app.app_context():
            while ids := claim(limit=5):
                taken.extend(ids)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(taken) == [incoming.id for incoming in kept()]


@one_database
def test_what_is_kept_aside_is_forgotten_after_90_days_and_what_waits_is_not(clock: ModuleType):
    receive(an_answer())
    (mail,) = claim()
    with transaction():
        inbox.aside(mail, inbox.A_PERSONS)
    receive(a_mail())
    clock.stand_at(clock.now() + timedelta(days=90))

    with transaction():
        assert inbox.forget_old() == 1

    assert [incoming.status for incoming in kept()] == [IncomingStatus.QUEUED]


@one_database
def test_discarding_forgets_what_a_mail_said():
    receive(an_answer())
    (mail,) = claim()
    with transaction():
        inbox.aside(mail, inbox.A_PERSONS)

    with transaction():
        assert [inbox.discard(mail), inbox.discard(mail)] == [True, False]

    assert [(incoming.status, incoming.raw) for incoming in kept()] == [(IncomingStatus.IGNORED, None)]


@one_database
def test_all_mails_are_looked_through_however_few_are_read_at_once(monkeypatch: pytest.MonkeyPatch):
    for number, writer in enumerate(["jan@example.org", "Ewa <ewa@example.org>", *["jan@example.org"] * 3]):
        receive(a_mail(Message_ID=f"<{number}@mua.example.org>", From=writer))
    monkeypatch.setattr(inbox, "AT_ONCE", 2)

    found = [len(inbox.still_here(address)) for address in ("jan@example.org", "Ewa@example.org", "an@example.org")]
    assert found == [4, 1, 0]
    with transaction():
        assert inbox.forget(lambda raw: b"jan@" in raw) == 4

    assert [inbox.writer(incoming.raw or b"") for incoming in kept()] == ["ewa <ewa@example.org>"]
