"""Fetching by IMAP: each mail is kept here before the mailbox learns that it was read."""

import logging
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time

import pytest
import trustme
from flask import Flask
from sqlalchemy import select

import config
from app.db import db
from app.mail import imap, inbox
from app.mail.models import Incoming, IncomingStatus
from app.worker import Fetching
from tests.defaults import one_database
from tests.live import inherited
from tests.mail.imap_server import ImapServer
from tests.mail.mails import a_mail, an_answer

SEEN = ["\\Seen"]


def answers(number: int) -> list[bytes]:
    return [an_answer(Message_ID=f"<{one}@mua.example.org>") for one in range(number)]


def mailbox(server: ImapServer, **facts: object) -> config.Imap:
    read = {"uses_ssl": False, "username": "plenum@example.org", "password": 'se "cret', "folder": "INBOX", "done_folder": None}
    return config.Imap(server="127.0.0.1", port=server.port, **{**read, **facts})  # type: ignore[arg-type]


def fetch(app: Flask, server: ImapServer, **facts: object) -> Fetching:
    fetching = Fetching(app, mailbox(server, **facts), threading.Event())
    fetching.poll()
    return fetching


def kept() -> list[bytes | None]:
    db.session.rollback()
    return list(db.session.scalars(select(Incoming.raw).order_by(Incoming.id)))


def test_new_mails_are_kept_and_marked_as_read_and_no_other_is_touched(app: Flask):
    mails = answers(3)
    with ImapServer(*mails) as server:
        server.put("INBOX", a_mail(), "\\Seen")
        server.put("INBOX", a_mail(), "\\Seen", "\\Deleted")
        fetch(app, server)
        fetch(app, server)

        assert kept() == mails
        assert server.flags() == [SEEN, SEEN, SEEN, SEEN, ["\\Deleted", "\\Seen"]]
        assert server.bodies_fetched() == 3


@one_database
@pytest.mark.parametrize("can_move", [True, False])
def test_what_was_read_is_moved_where_a_folder_is_set(app: Flask, can_move: bool):
    mails = answers(2)
    with ImapServer(*mails, can_move=can_move) as server:
        server.put("INBOX", a_mail(), "\\Seen")
        fetch(app, server, done_folder="Read")
        fetch(app, server, done_folder="Read")

        assert kept() == [*mails, a_mail()]
        assert [letter.raw for letter in server.folders["Read"]] == [*mails, a_mail()]
        assert server.flags() == ([] if can_move else [["\\Deleted", "\\Seen"]] * 3)


@one_database
def test_of_a_large_mail_the_head_alone_is_fetched(app: Flask):
    large = a_mail(body=b"x" * 3 * inbox.LARGEST)
    with ImapServer(large) as server:
        fetch(app, server)

        assert not any("BODY.PEEK[]" in command for command in server.said)
        assert server.flags() == [SEEN]
    incoming = db.session.scalars(select(Incoming)).one()
    assert (incoming.status, incoming.size, incoming.why) == (IncomingStatus.ASIDE, len(large), inbox.TOO_LARGE)
    assert b"xxx" not in (incoming.raw or b"")


@one_database
def test_a_poll_takes_fifty_and_the_next_one_the_rest(app: Flask):
    with ImapServer(*answers(60)) as server:
        fetch(app, server)
        assert len(kept()) == imap.AT_ONCE
        fetch(app, server)
        assert len(kept()) == 60


def test_two_workers_that_poll_at_once_keep_each_mail_once(app: Flask):
    mails = answers(40)
    with ImapServer(*mails) as server:
        threads = [threading.Thread(target=fetch, args=(app, server), kwargs={"done_folder": "Read"}) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert sorted(raw or b"" for raw in kept()) == sorted(mails)
        assert server.folders["INBOX"] == []


@pytest.mark.processes
def test_two_workers_as_processes_fetch_and_read_each_mail_once(app: Flask, environ: dict[str, str]):
    mails = [a_mail(Message_ID=f"<{number}@mua.example.org>") for number in range(30)]
    with ImapServer(*mails) as server:
        account = {"IMAP_SERVER": "127.0.0.1", "IMAP_PORT": str(server.port), "IMAP_USE_SSL": "off"}
        account |= {"IMAP_USERNAME": "plenum@example.org", "IMAP_PASSWORD": 'se "cret'}
        command = [sys.executable, "-m", "flask", "--app", "wsgi", "worker"]
        environment = {**inherited(), **environ, **account}
        workers = [subprocess.Popen(command, cwd=config.ROOT, env=environment) for _ in range(2)]
        deadline = time.monotonic() + 40
        while states() != [IncomingStatus.ASIDE] * len(mails) and time.monotonic() < deadline:
            time.sleep(0.2)
        for worker in workers:
            worker.terminate()
        ends = {worker.wait(15) for worker in workers}

        assert states() == [IncomingStatus.ASIDE] * len(mails)
        assert server.flags() == [SEEN] * len(mails)
        assert ends <= {0, -signal.SIGTERM}  # by the signal alone if it was still starting when the other had read all


def states() -> list[IncomingStatus]:
    db.session.rollback()
    return list(db.session.scalars(select(Incoming.status)))


@one_database
def test_a_mail_that_cannot_be_kept_stays_new_in_the_mailbox(app: Flask):
    def fail(raw: bytes, size: int) -> None:
        raise OSError("the disk is full")

    with ImapServer(*answers(2)) as server:
        with pytest.raises(OSError, match="full"):
            imap.poll(mailbox(server), fail)
        assert server.flags() == [[], []]

        server.refuses.add("STORE")
        fetch(app, server)
        server.refuses.clear()
        fetch(app, server)

        assert len(kept()) == 2
        assert server.flags() == [SEEN, SEEN]


@one_database
def test_a_mailbox_that_does_not_answer_is_spoken_of_once_and_nobody_is_named(app: Flask, caplog: pytest.LogCaptureFixture):
    with ImapServer() as server:
        fetching = fetch(app, server, password="wrong")
        fetching.poll()
        assert [record.message for record in caplog.records] == [
            "the mailbox cannot be read (MailboxLoginError); trying again every minute"
        ]
    caplog.clear()

    fetch(app, server)  # nobody listens there any more

    assert [(record.levelno, record.message) for record in caplog.records] == [
        (logging.ERROR, "the mailbox cannot be read (ConnectionRefusedError); trying again every minute")
    ]


@one_database
def test_a_server_that_says_nothing_is_not_waited_for_for_ever(app: Flask, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(imap, "TIMEOUT", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent, ImapServer() as server:
        server.port = silent.getsockname()[1]

        with pytest.raises(imap.Unreachable):
            imap.poll(mailbox(server), lambda raw, size: None)


@one_database
def test_certificates_are_checked(app: Flask, monkeypatch: pytest.MonkeyPatch, tmp_path):
    authority = trustme.CA()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    with ImapServer(*answers(1), context=context) as server:
        with pytest.raises(imap.Unreachable, match="SSLCertVerificationError"):
            imap.poll(mailbox(server, uses_ssl=True), lambda raw, size: None)

        authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
        fetch(app, server, uses_ssl=True)

    assert kept() == answers(1)
