import re
import stat
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner

from app.accounts import accounts
from app.accounts.models import User
from app.cli import demo_organiser, serve
from app.db import db
from app.events.members import Membership
from tests import make
from tests.defaults import one_database
from tests.desk import Desk
from tests.signing_in import BASE, Visitor

ADD = ["user", "add", "Anna@Example.org", "--name", "Anna Nowak"]


def said(runner: FlaskCliRunner, *words: str, **options: str) -> tuple[int, str]:
    result = runner.invoke(args=list(words), **options)
    db.session.rollback()
    return result.exit_code, result.output


def test_a_new_account_chooses_its_password_by_the_printed_link(app: Flask, runner: FlaskCliRunner):
    status, output = said(runner, *ADD)
    link = re.search(rf"{BASE}(/organise/password/\S+)", output)
    assert link

    visitor = Visitor(app)
    visitor.open(link[1])
    visitor.send("password", link[1], password="dwa zielone parasole")

    user = accounts.by_email("anna@example.org")
    assert (status, user is not None and user.creates_events, user is not None and user.is_administrator) == (0, True, False)
    assert user
    assert visitor.sign_in(user, "dwa zielone parasole").location == "/organise/"
    assert visitor.open(link[1]).status_code == 410


def test_a_password_may_be_given_on_standard_input(app: Flask, runner: FlaskCliRunner):
    status, output = said(runner, *ADD, "--administrator", "--password-stdin", input="dwa zielone parasole\n")

    user = accounts.by_email("anna@example.org")
    assert (status, "password/" in output, user is not None and user.is_administrator) == (0, False, True)
    assert user
    assert Visitor(app).sign_in(user, "dwa zielone parasole").status_code == 302


@one_database
@pytest.mark.parametrize(
    "words",
    [
        ADD,
        ["user", "add", "no address", "--name", "X"],
        ["user", "add", "b@example.org", "--name", " "],
        [*ADD[:2], "b@example.org", "--name", "B", "--password-stdin"],
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(runner: FlaskCliRunner, words: list[str]):
    make.a_user(email="anna@example.org")

    status, output = said(runner, *words, input="short\n")

    assert (status, output.startswith("Error: "), "Traceback" in output) == (1, True, False)


@one_database
def test_accounts_are_listed_with_their_rights(runner: FlaskCliRunner):
    make.a_user(email="a@example.org", name="A", is_administrator=True, creates_events=True)
    make.a_user(email="b@example.org", name="B", password=None, active=False)

    _, output = said(runner, "user", "list")

    assert output.splitlines() == [
        "a@example.org  A  administrator, creates events",
        "b@example.org  B  no password yet, shut",
    ]


@pytest.mark.parametrize("act", ["end-sessions", "deactivate"])
def test_the_operator_ends_every_session(app: Flask, runner: FlaskCliRunner, act: str):
    user = make.a_user()
    desk = Desk(app, user)
    before = desk.get("/organise/").status_code

    status, _ = said(runner, "user", act, user.email)

    assert (before, status, desk.get("/organise/").status_code) == (200, 0, 302)
    assert db.session.get_one(User, user.id).active is (act == "end-sessions")


@one_database
def test_the_last_administrator_stays(runner: FlaskCliRunner):
    user = make.a_user(is_administrator=True)

    status, _ = said(runner, "user", "deactivate", user.email)

    assert (status, db.session.get_one(User, user.id).active) == (1, True)


@one_database
def test_the_demonstration_has_an_organiser_who_can_sign_in(
    app: Flask, runner: FlaskCliRunner, capsys: pytest.CaptureFixture[str]
):
    for _ in range(2):
        assert said(runner, "demo")[0] == 0
    settings = app.config["SETTINGS"]
    kept: Path = demo_organiser.file(settings)

    serve.announce(settings)

    user = accounts.by_email(demo_organiser.ADDRESS)
    assert user
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert kept.read_text() in capsys.readouterr().out
    assert Visitor(app).sign_in(user, kept.read_text()).location == "/organise/"
    assert db.session.query(Membership).count() == 1
