"""The worker: every letter leaves, once, whatever fails on the way."""

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from aiosmtpd.smtp import Envelope
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import select

import config
from app import clock as the_clock
from app import worker
from app.db import db, transaction
from app.mail import outbox
from app.mail.models import Message, MessageStatus
from app.worker import Worker
from tests import make
from tests.defaults import SETTINGS, one_database
from tests.live import inherited
from tests.mail.conftest import Put
from tests.mail.drafts import composer
from tests.mailbox import Mailbox
from tests.postgres import Databases


class Unplugged(Mailbox):
    """Kills the process `victim` when the first message has come, before it can say so."""

    victim: int | None = None

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd calls it so
        answer = await super().handle_DATA(server, session, envelope)
        if self.victim is not None:
            os.kill(self.victim, signal.SIGKILL)
            self.victim = None
        return answer


@pytest.fixture
def smtp() -> Iterator[Mailbox]:
    mailbox = Unplugged()
    mailbox.start()
    yield mailbox
    mailbox.stop()


Start = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture
def start(app: Flask, environ: dict[str, str]) -> Iterator[Start]:
    """Starts `flask worker` as a process of its own over the test's database, by the test's clock."""
    started: list[subprocess.Popen[bytes]] = []

    def begin(*options: str) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-m", "flask", "--app", "wsgi", "worker", *options]
        environment = {**inherited(), **environ, "PLENUM_CLOCK": the_clock.now().isoformat()}
        process = subprocess.Popen(command, cwd=config.ROOT, env=environment, stdin=subprocess.DEVNULL)
        started.append(process)
        return process

    yield begin
    for process in started:
        if process.poll() is None:
            process.kill()
        process.wait()


def fill(number: int) -> None:
    with transaction():
        for index in range(number):
            address = f"person{index}@example.org"
            outbox.put("waiting", to_name="Jan", to_address=address, language="pl", thread=f"registration:{index}")


def messages() -> list[Message]:
    """All messages as they are now."""
    db.session.rollback()
    return list(db.session.scalars(select(Message).order_by(Message.id)))


def statuses() -> list[MessageStatus]:
    return [message.status for message in messages()]


def message_ids(smtp: Mailbox) -> list[str]:
    return [str(message["Message-ID"]) for message in smtp.messages]


def test_a_tick_carries_all_that_is_due(app: Flask, smtp: Mailbox, clock: ModuleType):
    fill(3)

    assert Worker(app, composer()).tick() == 3
    assert message_ids(smtp) == [message.message_id for message in messages()]
    assert statuses() == [MessageStatus.SENT] * 3
    assert Worker(app, composer()).tick() == 0


def test_letters_of_one_thread_arrive_in_their_order(app: Flask, smtp: Mailbox, put: Put):
    put("confirmation")
    put("withdrawal")
    put("cancellation")

    assert Worker(app, composer()).tick() == 3
    assert message_ids(smtp) == [message.message_id for message in messages()]


def test_a_real_registration_is_answered(app: Flask, smtp: Mailbox):
    registration = make.a_registration(make.an_event())

    assert worker.tick(app) == 1
    (letter,) = smtp.to(registration.email)
    assert str(letter["Subject"]).startswith("Masz miejsce: ")
    assert [part.get_content_type() for part in letter.walk()][-1] == "application/ics"


def test_a_letter_with_nothing_to_say_is_dropped(app: Flask, smtp: Mailbox):
    fill(1)

    assert Worker(app, lambda message, site: None).tick() == 0
    assert statuses() == [MessageStatus.DROPPED]
    assert smtp.messages == []


def test_a_letter_that_cannot_be_written_does_not_stop_the_others(app: Flask, smtp: Mailbox, caplog: pytest.LogCaptureFixture):
    fill(3)
    compose = composer()

    def stumble(message: Message, site: Any) -> Any:
        if message.to_address == "person1@example.org":
            raise KeyError("Maria Zalewska")
        return compose(message, site)

    with caplog.at_level(logging.DEBUG, logger="app"):
        assert Worker(app, stumble).tick() == 2
    first, second, third = messages()
    assert (first.status, second.status, third.status) == (MessageStatus.SENT, MessageStatus.QUEUED, MessageStatus.SENT)
    assert "KeyError: 'Maria Zalewska' (KeyError at test_worker.py:" in (second.last_error or "")
    assert [said for name, _, said in caplog.record_tuples if name.startswith("app")] == [
        f"letter {second.id} (waiting) did not leave at try 1"
    ]


@one_database
def test_a_letter_that_kills_its_workers_is_dead_in_the_end(app: Flask, smtp: Mailbox, clock: ModuleType):
    fill(1)
    for _ in range(outbox.TRIES):
        with transaction():
            assert len(outbox.claim(1, worker.LEASE)) == 1
        clock.stand_at(clock.now() + worker.LEASE)

    assert Worker(app, composer()).tick() == 0
    assert statuses() == [MessageStatus.DEAD]
    assert messages()[0].last_error == "each worker that took it was killed"


def test_an_error_that_no_database_takes_is_kept_all_the_same(app: Flask, smtp: Mailbox):
    fill(1)

    def stumble(message: Message, site: Any) -> Any:
        raise ValueError("a\0b\ud800")

    assert Worker(app, stumble).tick() == 0
    assert (messages()[0].last_error or "").startswith("ValueError: ab? (ValueError at test_worker.py:")


def test_a_server_that_is_down_is_tried_again_until_the_letter_is_dead(
    app: Flask, smtp: Mailbox, clock: ModuleType, runner: FlaskCliRunner
):
    fill(2)
    app.extensions["mail"].port = 1
    one = Worker(app, composer())
    for tries in range(1, outbox.TRIES + 1):
        assert one.tick() == 0
        assert [message.attempts for message in messages()] == [tries] * 2
        assert one.tick() == 0
        clock.stand_at(max(message.due_at for message in messages()))

    assert statuses() == [MessageStatus.DEAD] * 2
    told = runner.invoke(args=["outbox"]).output
    assert "dead 2" in told
    assert "8 tries: ConnectionRefusedError" in told


def test_what_failed_leaves_when_the_server_is_back(app: Flask, smtp: Mailbox, clock: ModuleType):
    fill(1)
    good = app.extensions["mail"].port
    app.extensions["mail"].port = 1
    one = Worker(app, composer())
    one.tick()
    app.extensions["mail"].port = good
    clock.stand_at(messages()[0].due_at)

    assert one.tick() == 1
    assert statuses() == [MessageStatus.SENT]


def test_workers_at_once_carry_each_letter_once(app: Flask, smtp: Mailbox):
    fill(200)
    carried: list[int] = []
    threads = [threading.Thread(target=lambda: carried.append(Worker(app, composer()).tick())) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(carried) == 200
    assert Counter(message_ids(smtp)) == Counter(message.message_id for message in messages())
    assert set(statuses()) == {MessageStatus.SENT}


@pytest.mark.processes
def test_worker_processes_at_once_carry_each_letter_once(app: Flask, smtp: Mailbox, start: Start):
    event = make.an_event()
    for _ in range(10):
        make.a_registration(event)

    for process in [start("--once"), start("--once")]:
        assert process.wait(60) == 0
    assert Counter(message_ids(smtp)) == Counter(message.message_id for message in messages())


@pytest.mark.processes
def test_a_worker_killed_before_it_could_say_so_is_made_good_with_the_same_letter(
    app: Flask, smtp: Unplugged, start: Start, clock: ModuleType
):
    registration = make.a_registration(make.an_event())
    process = start()
    smtp.victim = process.pid
    assert process.wait(60) == -signal.SIGKILL

    assert statuses() == [MessageStatus.SENDING]
    assert worker.tick(app) == 0
    clock.stand_at(clock.now() + worker.LEASE)
    assert worker.tick(app) == 1
    first, second = smtp.to(registration.email)
    assert first["Message-ID"] == second["Message-ID"]
    assert statuses() == [MessageStatus.SENT]


@pytest.mark.processes
@one_database
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_that_is_told_to_end_ends_soon(smtp: Mailbox, app: Flask, start: Start, number: signal.Signals):
    registration = make.a_registration(make.an_event())
    process = start()
    smtp.wait_for(1, registration.email)

    told_at = time.monotonic()
    process.send_signal(number)
    assert process.wait(10) == 0
    assert time.monotonic() - told_at < 2


@pytest.mark.processes
@one_database
def test_a_worker_whose_server_hangs_ends_soon_too(smtp: Mailbox, app: Flask, start: Start):
    make.a_registration(make.an_event())
    smtp.delay = 60
    process = start()
    deadline = time.monotonic() + 30
    while not smtp.arrived and time.monotonic() < deadline:
        time.sleep(0.05)

    told_at = time.monotonic()
    process.terminate()
    assert process.wait(10) == 0
    assert time.monotonic() - told_at < 2
    assert statuses() == [MessageStatus.SENDING]


def test_what_a_worker_that_ends_has_not_tried_is_given_back(app: Flask, smtp: Mailbox):
    fill(3)
    compose = composer()

    def stop_after_this(message: Message, site: Any) -> Any:
        one.stopping.set()
        return compose(message, site)

    one = Worker(app, stop_after_this)

    assert one.tick() == 0
    assert [(message.status, message.attempts) for message in messages()] == [(MessageStatus.QUEUED, 0)] * 3


class ToldToEndAtTheFirst(Worker):
    """A worker that is told to end while its first letter leaves."""

    def carry(self, *letter: Any) -> bool:
        self.stopping.set()
        return super().carry(*letter)


def test_a_worker_that_ends_finishes_the_letter_at_hand_and_gives_back_the_rest(app: Flask, smtp: Mailbox):
    fill(3)

    assert ToldToEndAtTheFirst(app, composer()).tick() == 1
    assert [(message.status, message.attempts) for message in messages()] == [
        (MessageStatus.SENT, 1),
        (MessageStatus.QUEUED, 0),
        (MessageStatus.QUEUED, 0),
    ]


def test_a_batch_that_takes_too_long_is_given_back_in_time(app: Flask, smtp: Mailbox, monkeypatch: pytest.MonkeyPatch):
    fill(3)
    monkeypatch.setattr(worker, "SECONDS_FOR_A_BATCH", -1)
    one = Worker(app, composer())
    given_back = []

    def stop(message_ids: list[int]) -> None:
        given_back.extend(message_ids)
        one.stopping.set()

    monkeypatch.setattr(outbox, "release", stop)

    assert one.tick() == 0
    assert given_back == [message.id for message in messages()]


@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
def test_a_database_that_goes_away_and_comes_back(
    app: Flask, smtp: Mailbox, postgres: Databases, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    monkeypatch.setattr(worker, "SECONDS_OF_AN_OUTAGE", 0.05)
    name = db.engine.url.database
    fill(3)
    compose = composer()
    written: list[int] = []

    def pull_the_plug(message: Message, site: Any) -> Any:
        written.append(message.id)
        if len(written) == 2:
            close(postgres, name)
        return compose(message, site)

    one = Worker(app, pull_the_plug)
    running = threading.Thread(target=one.run, args=(0.05,))
    running.start()
    smtp.wait_for(1)
    time.sleep(0.5)
    assert len(smtp.messages) == 1
    postgres.connection.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true'.encode())
    smtp.wait_for(3)
    one.stopping.set()
    running.join(20)

    assert not running.is_alive()
    assert statuses() == [MessageStatus.SENT] * 3
    assert len(set(message_ids(smtp))) == len(smtp.messages) == 3
    assert "the database does not answer" in caplog.text


def close(postgres: Databases, name: str | None) -> None:
    """Throw everybody out of the database and let nobody in."""
    postgres.connection.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false'.encode())
    postgres.connection.execute(b"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])


@one_database
def test_without_a_server_letters_become_files(app: Flask, put: Put):
    put("confirmation")
    put("cancellation")

    assert Worker(app, composer()).tick() == 2
    files = sorted(path.name for path in (Path(app.instance_path) / "mail").iterdir())
    assert [name.partition("-")[2] for name in files] == ["1-confirmation.eml", "2-cancellation.eml"]
    assert SETTINGS["MAIL_SERVER"] == ""


def test_chores_are_done_now_and_then(app: Flask, clock: ModuleType, monkeypatch: pytest.MonkeyPatch):
    done: list[str] = []

    def fail() -> int:
        done.append("fails")
        raise ValueError("Maria Zalewska")

    def succeed() -> int:
        done.append("works")
        return 0

    often, seldom = sorted({every for _, every in worker.CHORES})[:2]
    monkeypatch.setattr(worker, "CHORES", ((fail, often), (succeed, seldom)))
    one = Worker(app, composer())
    one.tick()
    one.tick()
    clock.stand_at(clock.now() + often)
    one.tick()

    assert done == ["fails", "works", "fails"]


@one_database
def test_what_fails_at_one_event_is_done_at_the_others(app: Flask, monkeypatch: pytest.MonkeyPatch):
    done: list[int] = []

    def act(event_id: int) -> int:
        if event_id == 2:
            raise ValueError("Maria Zalewska")
        done.append(event_id)
        return 1

    monkeypatch.setattr(worker, "AT_EVENTS", ((lambda: [1, 2, 3], act, timedelta(seconds=20)),))
    one = Worker(app, composer())
    one.tick()
    one.tick()

    assert done == [1, 3]


@one_database
def test_a_reminder_is_put_and_carried_in_one_tick(app: Flask, smtp: Mailbox, clock: ModuleType):
    event = make.an_event()
    registration = make.a_registration(event)
    worker.tick(app)
    clock.stand_at(make.at("2021-10-25 10:01"))

    assert worker.tick(app) == 1
    assert str(smtp.to(registration.email)[1]["Subject"]).startswith("Przypomnienie: ")
    assert smtp.to(registration.email)[1]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


@one_database
def test_the_one_attendee_is_the_mailbox_that_the_letter_goes_to(app: Flask, smtp: Mailbox):
    make.a_registration(make.an_event(), email="zaneta@łódź.example.org")
    worker.tick(app)

    (letter,) = smtp.to("zaneta@xn--d-uga0v4h.example.org")
    calendar = next(part for part in letter.walk() if part.get_content_type() == "text/calendar")
    unfolded = calendar.get_content().replace("\r\n ", "")
    assert letter["To"].addresses[0].addr_spec == "zaneta@xn--d-uga0v4h.example.org"
    assert unfolded.count("ATTENDEE") == 1
    assert "mailto:zaneta@xn--d-uga0v4h.example.org\r\n" in unfolded
    assert f"mailto:{letter['From'].addresses[0].addr_spec}\r\n" in unfolded
