"""Mail that was kept aside, for administrators: shown as plain text, read again, discarded."""

import pytest
from flask import Flask

from app.calendar import replies
from app.db import db, transaction
from app.mail import inbox, reading
from app.mail.models import Incoming, IncomingStatus
from app.replies import receiving
from app.web.organise.inbox_words import WHY
from app.worker import Worker
from tests import make
from tests.defaults import one_database
from tests.desk import Desk
from tests.mail.mails import a_mail, an_answer

pytestmark = one_database


@pytest.fixture
def desk(app: Flask) -> Desk:
    return Desk(app, make.a_user(is_administrator=True, language="en"))


def kept_aside(app: Flask, raw: bytes) -> Incoming:
    with transaction():
        inbox.receive(raw, source="imap", envelope_to="plenum@example.org")
    Worker(app).tick()
    return db.session.query(Incoming).one()


def test_a_letter_to_a_person_is_read_as_plain_text(app: Flask, desk: Desk):
    raw = a_mail(
        "Content-Type: text/html; charset=utf-8",
        Subject="=?utf-8?q?Pytanie_o_=C5=82=C3=B3d=C5=BA?=",
        body="<script>alert(1)</script><img src=https://example.org/seen.png>łódź".encode(),
    )
    mail = kept_aside(app, raw)

    listed, page = desk.get("/organise/inbox/?lang=en").text, desk.get(f"/organise/inbox/{mail.id}/?lang=en").text

    for text in (listed, page):
        assert "Pytanie o łódź" in text
        assert "Jan &lt;jan@example.org&gt;" in text
        assert "A letter to a person" in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;&lt;img src" in page
    assert "<img src" not in page


def test_it_is_read_again_or_discarded(app: Flask, desk: Desk):
    mail = kept_aside(app, a_mail())

    assert desk.post(f"/organise/inbox/{mail.id}/again").status_code == 303
    assert mail.status is IncomingStatus.QUEUED
    assert desk.get(f"/organise/inbox/{mail.id}/").status_code == 404
    Worker(app).tick()
    assert desk.post(f"/organise/inbox/{mail.id}/discard").status_code == 303
    db.session.refresh(mail)
    assert (mail.status, mail.raw) == (IncomingStatus.IGNORED, None)
    assert "Nothing waits here." in desk.get("/organise/inbox/?lang=en").text


def test_one_that_cannot_be_read_is_listed_with_the_reason(app: Flask, desk: Desk):
    mail = kept_aside(app, b"From: " + b"j" * 100_000)

    assert "Cannot be read: one of its headers is too long" in desk.get("/organise/inbox/?lang=en").text
    assert desk.get(f"/organise/inbox/{mail.id}/").status_code == 200


def test_the_reason_is_in_the_readers_words(app: Flask, desk: Desk):
    named = [fact for room in (reading, replies, receiving) for fact in vars(room).items()]
    sentences = {said for name, said in named if name.isupper() and str(said).endswith(".")}

    mail = kept_aside(app, an_answer().replace(b"METHOD:REPLY", b"METHOD:REQUEST"))

    assert sentences <= WHY.keys()
    assert mail.why == replies.NO_ANSWER
    assert "To nie odpowiedź kalendarza" in desk.get(f"/organise/inbox/{mail.id}/?lang=pl").text
