"""The inbox for the operator: mail is piped in, and what is kept aside is shown, read again or forgotten."""

import io
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import select

from app.cli import inbox as command
from app.db import db
from app.mail import inbox
from app.mail.models import Incoming
from app.worker import Worker
from tests.defaults import one_database
from tests.mail.mails import a_mail, an_answer

pytestmark = [one_database, pytest.mark.usefixtures("app")]


def kept() -> list[tuple[str, int]]:
    db.session.rollback()
    return [(one.envelope_to, one.size) for one in db.session.scalars(select(Incoming).order_by(Incoming.id))]


def test_a_mail_server_pipes_a_mail_in(runner: FlaskCliRunner):
    raw = an_answer()

    first = runner.invoke(args=["inbox", "receive", "--to", "plenum+tag@example.org"], input=raw)
    second = runner.invoke(args=["inbox", "receive"], input=raw)

    assert [(one.exit_code, one.output) for one in (first, second)] == [
        (0, "kept\n"),
        (0, "a copy of one that is here already\n"),
    ]
    assert kept() == [("plenum+tag@example.org", len(raw))]


def test_mails_are_taken_from_files(runner: FlaskCliRunner, tmp_path: Path):
    files = [tmp_path / "1.eml", tmp_path / "2.eml"]
    for path, raw in zip(files, (an_answer(), a_mail(body=b"x" * 2_000_000)), strict=True):
        path.write_bytes(raw)

    result = runner.invoke(args=["inbox", "receive", *map(str, files)])

    assert (result.exit_code, result.output) == (0, "kept\nkept\n")
    assert kept() == [("", path.stat().st_size) for path in files]


def test_of_a_mail_without_end_a_beginning_is_held():
    raw, size = command.taken(io.BytesIO(b"x" * 5_000_000))

    assert (len(raw), size) == (inbox.LARGEST + 1, 5_000_000)


def test_nothing_at_all_is_no_mail_and_a_database_that_is_away_is_tried_again(app: Flask, runner: FlaskCliRunner):
    assert runner.invoke(args=["inbox", "receive"], input=b"\n").exit_code == 65

    db.session.rollback()
    with db.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE incoming RENAME TO elsewhere")
    result = runner.invoke(args=["inbox", "receive"], input=an_answer())

    assert (result.exit_code, result.output) == (75, "The mail could not be kept now (OperationalError).\n")


def test_what_is_kept_aside_is_listed_shown_read_again_and_forgotten(app: Flask, runner: FlaskCliRunner):
    runner.invoke(args=["inbox", "receive"], input=a_mail(body="Pytanie: czy będzie kawa?".encode()))
    Worker(app).tick()

    listed = runner.invoke(args=["inbox"]).output
    shown = runner.invoke(args=["inbox", "show", "1"]).output

    assert listed.startswith("queued 0  taken 0  done 0  ignored 0  aside 1\n1  2021-10-11 07:00 UTC")
    assert inbox.A_PERSONS in listed
    assert "From: Jan <jan@example.org>\n" in shown
    assert shown.endswith("Pytanie: czy będzie kawa?\n")
    assert runner.invoke(args=["inbox", "again"]).exit_code == 2
    assert runner.invoke(args=["inbox", "again", "--all"]).output == "1 to be read again\n"
    assert runner.invoke(args=["inbox", "discard", "1"]).exit_code == 1
    Worker(app).tick()
    assert runner.invoke(args=["inbox", "discard", "1"]).output == "forgotten\n"
    assert runner.invoke(args=["inbox", "show", "2"]).output == "Error: There is no mail 2.\n"
