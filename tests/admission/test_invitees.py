"""Lists of people to invite: what can be read, and what is sent."""

import pytest
import sqlalchemy as sa
from flask import Flask

from app import worker
from app.admission import invitees
from app.admission.invitees import Addressee, Unreadable
from app.admission.models import Invitee
from app.db import db, transaction
from app.errors import Refused
from app.events.models import Event
from tests import make
from tests.defaults import one_database
from tests.outbox import letters

LIST = """\
Imię i nazwisko;E-mail
Anna Nowak <anna@example.org>
jan@example.org; Jan Kowalski

"Wójcik, Ewa" <ewa@example.org>
Piotr Zieliński,piotr@example.org,Gdynia
Ola Lis ola@example.org
ANNA@example.org
sam@example.org
"""


@one_database
def test_people_are_read_as_they_are_written_down(app: Flask):
    reading = invitees.read("\N{ZERO WIDTH NO-BREAK SPACE}" + LIST)

    assert reading.people == [
        Addressee("Anna Nowak", "anna@example.org"),
        Addressee("Jan Kowalski", "jan@example.org"),
        Addressee("Wójcik, Ewa", "ewa@example.org"),
        Addressee("Piotr Zieliński", "piotr@example.org"),
        Addressee("Ola Lis", "ola@example.org"),
        Addressee("", "sam@example.org"),
    ]
    assert reading.twice == ["ANNA@example.org"]
    assert reading.wrong == []


@one_database
def test_a_long_line_or_a_long_list_is_refused_before_time_is_spent_on_it(app: Flask):
    event = make.an_event()

    [wrong] = invitees.read("x" * 200_000).wrong
    with pytest.raises(Refused) as refusal, transaction():
        invitees.invite(event, "no address\n" * 2002, language="pl")

    assert (wrong.line, "2000" in wrong.why) == (1, True)
    assert not isinstance(refusal.value, Unreadable)


def test_nobody_is_invited_while_a_line_cannot_be_read(app: Flask):
    event = make.an_event()
    text = "anna@example.org\nJan Kowalski\nola@example.org, ewa@example.org\nzła@@example"

    wrong = []
    try:
        with transaction():
            invitees.invite(event, text, language="pl")
    except Unreadable as refusal:
        wrong = [(one.line, one.text) for one in refusal.wrong]

    assert wrong == [(2, "Jan Kowalski"), (3, "ola@example.org, ewa@example.org"), (4, "zła@@example")]
    assert db.session.scalars(sa.select(Invitee)).all() == []


def test_each_is_written_to_once_and_a_new_link_ends_the_former(app: Flask, clock):
    event = make.an_event()
    with transaction():
        done = invitees.invite(event, "anna@example.org\njan@example.org", language="pl")
        assert (len(done.new), done.known) == (2, [])
    with transaction():
        done = invitees.invite(event, "jan@example.org\newa@example.org", language="pl")
        assert ([one.email for one in done.new], done.known) == (["ewa@example.org"], ["jan@example.org"])
    worker.tick(app)
    first = token_in(letters(app)[0])

    with transaction():
        invitees.replace(known(event, first), event)
    worker.tick(app)
    second = token_in(letters(app)[-1])

    assert len(letters(app)) == 4
    assert invitees.find(event, first) is None
    assert known(event, second).email == "anna@example.org"
    assert invitees.find(make.an_event(), second) is None


def test_the_letter_of_an_invitation_that_was_taken_back_never_leaves(app: Flask):
    event = make.an_event()
    with transaction():
        invitees.invite(event, "anna@example.org", language="pl")
    with transaction():
        invitees.revoke(db.session.scalars(sa.select(Invitee)).one())

    worker.tick(app)

    assert letters(app) == []


def known(event: Event, token: str) -> Invitee:
    found = invitees.find(event, token)
    assert found
    return found


def token_in(letter: str) -> str:
    return next(word for word in letter.split() if "?invitation=" in word).partition("=")[2]
