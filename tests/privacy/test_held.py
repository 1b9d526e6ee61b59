"""Everything that is held about a person, as a page and as a file."""

from flask import Flask

from app import worker
from app.db import db, transaction
from app.mail import inbox
from app.mail.models import Bounce
from app.registration import keys
from app.registration.models import Purpose
from tests import make
from tests.desk import Desk
from tests.mail.mails import a_mail
from tests.privacy.test_erasing import a_question, an_answer


def test_a_person_sees_and_downloads_everything(app: Flask, client):
    event = make.an_event(asks_sessions=True)
    make.a_session(event, title="Panel ekspertów")
    person = make.a_registration(event, needs_note="pętla indukcyjna")
    an_answer(person, a_question(event), "pociągiem")
    worker.tick(app)
    desk = Desk(app, make.a_user(is_administrator=True))
    desk.post(f"/organise/events/{event.id}/participants/{person.number}/note", {"note": "ważny gość"})
    with transaction():
        db.session.add(Bounce(address_key=person.email.lower(), address=person.email, words="550 unknown"))
        inbox.receive(a_mail(From=f"Żaneta <{person.email}>"), source="test")
        inbox.receive(a_mail(), source="test")
    token = keys.token(person, Purpose.MY)
    page = client.get(f"/my/{token}/data?lang=en")
    file = client.get(f"/my/{token}/data.json")
    told = file.get_json()

    for words in ("Żaneta Łącka", "pętla indukcyjna", "pociągiem", "Panel ekspertów", "ważny gość", "Confirmation"):
        assert words in page.text
        assert words in file.get_data(as_text=True) or words == "Confirmation"
    assert set(told) == {
        *("registration", "answers", "consents", "sessions", "letters", "calendar", "responses"),
        *("keys", "history", "forms", "party", "invitation", "links", "returned", "mails"),
    }
    assert told["registration"][0]["email"] == person.email
    assert [one["trouble"] for one in told["returned"]] == ["550 unknown"]
    assert len(told["mails"]) == 1
    assert [one["opens"] for one in told["keys"]] == ["my", "feed", "join"]
    assert keys.token(person, Purpose.FEED) not in file.get_data(as_text=True)
    assert "Olga" not in file.get_data(as_text=True)
    assert "attachment" in file.headers["Content-Disposition"]
    assert file.headers["Cache-Control"] == "no-store"
