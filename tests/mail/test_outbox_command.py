"""What the operator sees of the outbox."""

import pytest
from flask.testing import FlaskCliRunner

from app.db import db, transaction
from app.mail import outbox
from app.mail.models import MessageStatus
from app.worker import LEASE
from tests.defaults import one_database
from tests.mail.conftest import Put

pytestmark = one_database


def refuse(number: int) -> None:
    with transaction():
        outbox.refused(number, "550 5.1.1 User unknown")


def test_an_outbox_without_trouble_is_one_line(runner: FlaskCliRunner, put: Put):
    put()

    assert runner.invoke(args=["outbox"]).output == "queued 1  sending 0  sent 0  dead 0  dropped 0\n"


def test_trouble_is_listed_with_the_servers_words(runner: FlaskCliRunner, put: Put):
    dead, failing = put(), put("waiting", thread="other")
    refuse(dead.id)
    with transaction():
        outbox.claim(5, LEASE)
        outbox.failed(failing.id, "451 later")

    lines = runner.invoke(args=["outbox"]).output.splitlines()
    assert lines[0] == "queued 1  sending 0  sent 0  dead 1  dropped 0"
    assert lines[1].startswith(f"{failing.id}  waiting  queued, 1 tries, again at 2021-10-11 07:01 UTC: 451 later")
    assert lines[2] == f"{dead.id}  confirmation  dead, 0 tries: 550 5.1.1 User unknown"


def test_one_letter_is_shown_without_its_facts(runner: FlaskCliRunner, put: Put):
    message = put(facts={"key": "hidden"})
    refuse(message.id)

    shown = runner.invoke(args=["outbox", "show", str(message.id)]).output
    for words in ("confirmation (pl)", "Jan <jan@example.org>", message.message_id, "dead", "550 5.1.1 User unknown"):
        assert words in shown
    assert "hidden" not in shown


def test_a_letter_that_is_not_there(runner: FlaskCliRunner):
    answer = runner.invoke(args=["outbox", "show", "17"])

    assert answer.exit_code == 1
    assert "There is no letter 17." in answer.output


@pytest.mark.parametrize("arguments", [["1"], ["--dead"]])
def test_dead_letters_are_tried_again(runner: FlaskCliRunner, put: Put, arguments: list[str]):
    message = put()
    refuse(message.id)

    assert runner.invoke(args=["outbox", "retry", *arguments]).output == "1 queued again\n"
    db.session.refresh(message)
    assert (message.status, message.attempts) == (MessageStatus.QUEUED, 0)


@pytest.mark.parametrize("arguments", [[], ["1", "--dead"]])
def test_which_letters_must_be_said(runner: FlaskCliRunner, arguments: list[str]):
    answer = runner.invoke(args=["outbox", "retry", *arguments])

    assert answer.exit_code == 2
    assert "Name the letters, or say --dead." in answer.output
