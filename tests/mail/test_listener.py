"""The listener: a mail server on this machine hands mail over, and is told 250 when it is kept and not before."""

import signal
import smtplib
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import select

import config
from app.db import db
from app.mail import listener
from app.mail.models import Incoming
from tests.defaults import one_database
from tests.live import inherited
from tests.mail.mails import a_mail, an_answer

Listen = Callable[..., tuple["subprocess.Popen[str]", int]]
pytestmark = pytest.mark.processes


@pytest.fixture
def listen(app: Flask, environ: dict[str, str]) -> Iterator[Listen]:
    """Starts `flask inbox listen` as a process of its own; returns it and its port."""
    started: list[subprocess.Popen[str]] = []

    def begin(*options: str, **settings: str) -> tuple["subprocess.Popen[str]", int]:
        command = [sys.executable, "-m", "flask", "--app", "wsgi", "inbox", "listen", "--port", "0", *options]
        environment = {**inherited(), **environ, **settings}
        process = subprocess.Popen(command, cwd=config.ROOT, env=environment, stdout=subprocess.PIPE, text=True)
        started.append(process)
        assert process.stdout is not None
        return process, int(process.stdout.readline().rpartition(":")[2])

    yield begin
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()


def kept() -> list[tuple[str, str, bytes | None]]:
    db.session.rollback()
    return [(one.source, one.envelope_to, one.raw) for one in db.session.scalars(select(Incoming).order_by(Incoming.id))]


def test_mail_is_handed_over_by_lmtp_and_kept_once(listen: Listen):
    process, port = listen("--lmtp")
    raw, wide = an_answer(), a_mail(body=b"x" * 5000 + b"\r\n")

    with smtplib.LMTP("127.0.0.1", port) as line:
        for sent in (raw, raw, wide):
            line.sendmail("jan@example.org", ["plenum+tag@example.org", "plenum@example.org"], sent)
            assert line.getreply()[0] == 250  # one answer for each recipient (RFC 2033 4.2), of which the library reads the first
            assert kept()

    to = "plenum+tag@example.org, plenum@example.org"
    assert kept() == [("lmtp", to, raw), ("lmtp", to, wide)]
    process.send_signal(signal.SIGTERM)
    assert process.wait(10) == 0


@one_database
def test_mail_is_handed_over_by_smtp_within_bounds(listen: Listen):
    _, port = listen()

    with smtplib.SMTP("127.0.0.1", port) as line:
        line.sendmail("", ["plenum@example.org"], an_answer())
        with pytest.raises(smtplib.SMTPSenderRefused, match="552"):
            line.sendmail("", ["plenum@example.org"], a_mail(body=b"x\r\n" * listener.LARGEST_TAKEN))

    assert kept() == [("smtp", "plenum@example.org", an_answer())]


@one_database
def test_while_the_database_is_away_the_mail_server_is_told_to_try_again(listen: Listen, tmp_path: Path):
    _, port = listen(DATABASE_URL=f"sqlite:///{tmp_path / 'nowhere' / 'plenum.db'}")

    with smtplib.SMTP("127.0.0.1", port) as line, pytest.raises(smtplib.SMTPDataError, match="451"):
        line.sendmail("", ["plenum@example.org"], an_answer())


@one_database
@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "::", "mail.example.org"])
def test_only_this_machine_is_listened_to(runner: FlaskCliRunner, host: str):
    result = runner.invoke(args=["inbox", "listen", "--host", host])

    assert result.exit_code == 2
    assert f"{host} can be reached from elsewhere." in result.output


@one_database
def test_a_port_that_is_taken_is_said(runner: FlaskCliRunner):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = runner.invoke(args=["inbox", "listen", "--port", str(port)])

    assert (result.exit_code, result.output) == (1, f"Error: 127.0.0.1:{port} cannot be listened at: Address already in use.\n")
