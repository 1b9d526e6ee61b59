"""Sorting: each mail that came in is dealt with once, with all that follows from it or nothing, and stops no other."""

import logging
import threading
from datetime import timedelta
from types import ModuleType

import pytest
from flask import Flask
from sqlalchemy import select

from app.db import db, transaction
from app.mail import inbox, outbox, sorting
from app.mail.models import Incoming, IncomingStatus, Message
from app.mail.reading import Mail
from app.worker import Worker
from tests.defaults import one_database
from tests.mail.mails import ICS, a_mail, an_answer

pytestmark = pytest.mark.usefixtures("app")


def receive(*mails: bytes) -> None:
    with transaction():
        for raw in mails:
            assert inbox.receive(raw, source="test", envelope_to="plenum+tag@example.org")


def states() -> list[tuple[IncomingStatus, str]]:
    db.session.rollback()
    return [(one.status, one.why) for one in db.session.scalars(select(Incoming).order_by(Incoming.id))]


def answer(incoming: Incoming, mail: Mail) -> None:
    """What an answer brings about, for these tests: one letter."""
    outbox.put("confirmation", to_name="", to_address=mail.from_address, language="pl", thread=f"mail:{incoming.id}")


def letters() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(Message.thread).order_by(Message.thread)))


@one_database
def test_each_kind_of_mail_goes_its_way(app: Flask):
    read: list[tuple[int, Mail]] = []

    def meaning(incoming: Incoming, mail: Mail) -> str | None:
        read.append((incoming.id, mail))
        return "It is about nothing that is known here." if mail.from_address.startswith("ewa") else None

    receive(
        an_answer("Auto-Submitted: auto-generated"),
        an_answer(From="ewa@example.org"),
        an_answer("Auto-Submitted: auto-replied", Message_ID="<2@mua.example.org>"),
        a_mail("Auto-Submitted: auto-generated"),
        a_mail(Subject="A question", Message_ID="<3@mua.example.org>"),
        b"\r\n\r\nno head",
    )

    Worker(app, meaning=meaning).tick()

    assert states() == [
        (IncomingStatus.DONE, ""),
        (IncomingStatus.ASIDE, "It is about nothing that is known here."),
        (IncomingStatus.IGNORED, "It is an automatic reply."),
        (IncomingStatus.IGNORED, "It is an automatic reply."),
        (IncomingStatus.ASIDE, inbox.A_PERSONS),
        (IncomingStatus.ASIDE, "It has no headers."),
    ]
    assert [(number, mail.calendar, mail.recipients[0]) for number, mail in read] == [
        (1, ICS, "plenum+tag@example.org"),
        (2, ICS, "plenum+tag@example.org"),
    ]


def test_a_mail_that_fails_leaves_nothing_behind_and_stops_no_other(app: Flask, caplog: pytest.LogCaptureFixture):
    def meaning(incoming: Incoming, mail: Mail) -> str | None:
        answer(incoming, mail)
        if incoming.id == 1:
            raise KeyError(mail.from_address)
        return None

    receive(an_answer(), an_answer(Message_ID="<2@mua.example.org>"))

    with caplog.at_level(logging.INFO):
        Worker(app, lambda message, site: None, meaning).tick()

    ((failed, why), done) = states()
    assert (failed, done) == (IncomingStatus.QUEUED, (IncomingStatus.DONE, ""))
    assert why.startswith("KeyError at test_sorting.py:")
    assert letters() == ["mail:2"]
    assert "mail 1 was not read at try 1: KeyError" in caplog.text
    assert "jan@example.org" not in caplog.text


def test_a_mail_that_two_workers_hold_is_dealt_with_once(app: Flask, clock: ModuleType):
    """The lease of the first ran out while it was at work."""
    receive(an_answer())
    with transaction():
        (held,) = inbox.claim(1, timedelta(minutes=2))
    clock.stand_at(clock.now() + timedelta(minutes=2))
    Worker(app, lambda message, site: None, answer).tick()

    with pytest.raises(sorting.Overtaken), transaction():
        sorting.sort(held, sorting.opened(held), answer)

    assert letters() == ["mail:1"]
    assert states() == [(IncomingStatus.DONE, "")]


def test_workers_that_read_at_once_deal_with_each_mail_once(app: Flask):
    receive(*(an_answer(Message_ID=f"<{number}@mua.example.org>") for number in range(40)))

    def work() -> None:
        Worker(app, lambda message, site: None, answer).tick()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert letters() == sorted(f"mail:{number}" for number in range(1, 41))
    assert set(states()) == {(IncomingStatus.DONE, "")}


@one_database
def test_a_mail_that_kills_its_workers_is_kept_aside(app: Flask, clock: ModuleType):
    receive(an_answer())
    for _ in range(inbox.TRIES):
        with transaction():
            inbox.claim(1, timedelta(minutes=2))
        clock.stand_at(clock.now() + timedelta(minutes=2))

    Worker(app, meaning=answer).tick()

    assert states() == [(IncomingStatus.ASIDE, "Each worker that read it was killed.")]
