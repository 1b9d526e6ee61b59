"""Erasing a person: nothing says any more who they were."""

from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from app import worker
from app.accounts.models import KeptForm
from app.admission import invitees
from app.admission.models import Invitee
from app.db import db, transaction
from app.events.models import Event
from app.mail import inbox, outbox
from app.mail.models import Bounce, Incoming
from app.mailings.models import Mailing
from app.participants import acts
from app.privacy import erasing, records
from app.privacy.models import By, Deleted
from app.questions.models import Asks, Question, Wording
from app.registration import details, keys, mailbox, signup
from app.registration.models import Answer, MailboxLink, Party, Purpose, Registration, Status, Submission
from app.replies.models import Response, ResponseStatus, Why
from app.transfer.models import Import
from tests import make
from tests.desk import Desk
from tests.mail import mails
from tests.privacy import searching
from tests.registration.outgoing import messages

WORDS = ["Świętosława Przybyłowicz", "przybylowicz", "Gmina Bezimienna", "Podskarbia", "pętla indukcyjna", "drezyną", "Bornholm"]


def a_question(event: Event, name: str = "travel", **facts: object) -> Question:
    """A question with its first wording."""
    question = make.kept(Question, {"event_id": event.id, "name": name, **facts})
    wording = {"question_id": question.id, "asks": Asks.LINE, "label": {"pl": "Czym przyjedziesz?", "en": "How will you come?"}}
    make.kept(Wording, wording)
    return question


def an_answer(person: Registration, question: Question, text: str, **facts: object) -> Answer:
    told = {"registration_id": person.id, "question_id": question.id, "wording_id": question.wordings[0].id}
    return make.kept(Answer, {**told, "value": text, "text": text, **facts})


def an_answer_of_a_calendar(event: Event, person: Registration, **facts: Any) -> Response:
    who = {"attendee": person.email, "attendee_name": WORDS[0], "sender": person.email, "comment": WORDS[5]}
    status = {"status": ResponseStatus.RECORDED, "why": Why.NONE}
    return Response(event_id=event.id, uid=event.uid, method="REPLY", partstat="DECLINED", **{**who, **status, **facts})


def somebody_known_everywhere(event: Event, client: FlaskClient, desk: Desk) -> Registration:
    """A person of whom every table and file that can hold one knows something."""
    person = make.a_registration(
        event,
        name=WORDS[0],
        email="s.przybylowicz@example.org",
        organisation=WORDS[2],
        position=WORDS[3],
        needs_note=WORDS[4],
    )
    an_answer(person, a_question(event), WORDS[5], file_id=make.a_file(name="przybylowicz.pdf", content=b"once on Bornholm").id)
    worker.tick(client.application)
    desk.post(f"/organise/events/{event.id}/participants/{person.number}/note", {"note": f"{WORDS[0]} called"})
    first, told = db.session.get_one(Registration, 1), {"status": Status.CONFIRMED, "address": "a", "network": "n"}
    with transaction():
        acts.resend(person, however_lately=True)
        outbox.failed(messages()[-1].id, "550 no such mailbox przybylowicz")
        person.pending_email = "przybylowicz.new@example.org"
        inbox.receive(
            mails.a_mail(From=f"{WORDS[0]} <{person.email}>"), source="test", envelope_to="plenum+przybylowicz@example.org"
        )
        folded = b"ATTENDEE:mailto:s.przyby\r\n lowicz@example.org"
        inbox.receive(mails.an_answer(ics=folded, From="secretary@example.org", Message_ID="<2@x.example.org>"), source="test")
        inbox.receive(mails.a_mail(Message_ID="<3@x.example.org>"), source="test")
        db.session.add_all(
            [
                Bounce(address_key=person.email_key, address=person.email, words="550 unknown: przybylowicz"),
                KeptForm(key="k", user_id=desk.user.id, path="/organise/", fields=[["name", WORDS[0]]]),
                MailboxLink(uid="m", digest="m", email=person.email, email_key=person.email_key, network="n"),
                Mailing(uid="b", event_id=event.id, made_by="Olga", subject="", body="", selection={"q": WORDS[0]}),
                Party(uid="p", event_id=event.id, contact_name=WORDS[0], contact_email=person.email),
                Import(uid="i", event_id=event.id, made_by="Olga", file_name="t.csv", language="pl", content=WORDS[0].encode()),
                Submission(event_id=event.id, registration_id=first.id, idempotency_key="f", email=person.email, **told),
                an_answer_of_a_calendar(event, person, registration_id=person.id),
                an_answer_of_a_calendar(event, person, status=ResponseStatus.PARKED, comment=WORDS[6]),
                Invitee(uid="v", digest="v", event_id=event.id, name=WORDS[0], email=person.email, email_key=person.email_key),
            ]
        )
    return person


def test_of_an_erased_person_nothing_is_found_anywhere(app: Flask, client: FlaskClient, home, database: str):
    event = make.an_event()
    desk = Desk(app, make.a_user(is_administrator=True))
    others = [make.a_registration(event, name=f"Osoba {number}") for number in range(40)]
    person = somebody_known_everywhere(event, client, desk)
    my, feed, join = (keys.token(person, purpose) for purpose in (Purpose.MY, Purpose.FEED, Purpose.JOIN))
    number, held = person.number, searching.everywhere(database, home, WORDS)
    answer = client.post(f"/my/{my}/erase")
    worker.tick(app)

    assert {word.partition(": ")[2] for word in held} == set(WORDS)
    assert answer.location == "/my/erased"
    assert db.session.scalars(sa.select(Incoming.id)).all() == [3]
    assert db.session.scalar(sa.select(Mailing.selection)) == {"numbers": str(number)}
    assert client.get(answer.location).status_code == 200
    assert searching.everywhere(database, home, WORDS) == []
    assert searching.on_pages(desk, event.id, number, WORDS) == []
    assert [client.get(path).status_code for path in (f"/my/{my}/", f"/feeds/{feed}.ics", f"/join/{join}")] == [410, 410, 410]
    assert [record.what for record in records.of(event) if record.wiped_at] == [Deleted.PERSON]
    assert "Osoba 7" in desk.get(f"/organise/events/{event.id}/participants/{others[7].number}").text


def test_the_place_of_an_erased_person_goes_to_whoever_waits_and_counts_stay(app: Flask):
    event = make.an_event(capacity=1)
    person, waiting = make.a_registration(event), make.a_registration(event)
    with transaction():
        erasing.erase(person, By.PERSON)
        erasing.erase(person, By.PERSON)

    assert (person.status, waiting.status) == (Status.CANCELLED, Status.CONFIRMED)
    assert (event.taken, event.waiting, event.arrivals) == (1, 0, 2)
    assert [record.people for record in records.of(event)] == [1]


def test_after_the_event_only_the_identity_goes(app: Flask, clock):
    event = make.an_event()
    person = make.a_registration(event)
    clock.stand_at(make.at("2021-11-02 09:00"))
    with transaction():
        erasing.erase(person, By.PERSON)

    assert (person.status, person.name, person.number, event.taken) == (Status.CONFIRMED, "", 1, 1)


def test_an_erased_person_may_register_again(app: Flask):
    event = make.an_event()
    person = make.a_registration(event, email="again@example.org")
    with transaction():
        erasing.erase(person, By.PERSON)
    again = make.a_registration(event, email="again@example.org")

    assert (again.id != person.id, again.number) == (True, 2)


def test_an_address_that_others_share_stays_with_them(app: Flask):
    event = make.an_event()
    contact, member = make.a_registration(event, name="Olga Nowak", email="office@example.org"), make.a_registration(event)
    with transaction():
        member.email, member.email_key = "office@example.org", "office@example.org#2"
        party = Party(uid="p", event_id=event.id, contact_name="Olga Nowak", contact_email="office@example.org")
        db.session.add(party)
        member.party = party
    with transaction():
        erasing.erase(contact, By.PERSON)
    stayed = (member.email, party.contact_name, party.contact_email)
    with transaction():
        erasing.erase(member, By.PERSON)

    assert stayed == ("office@example.org", "", "office@example.org")
    assert (party.contact_name, party.contact_email) == ("", "")


def test_an_address_of_any_script_and_with_any_sign_goes_however_it_was_written(app: Flask, database: str, home):
    event = make.an_event()
    person, other = make.a_registration(event, email="Świętosława#1@example.org"), make.a_registration(event)
    with transaction():
        details.ask_for_address(person, "Przybyłowicz@example.org")
        mailbox.ask(person.email, language="pl", network="n")
        invitees.invite(event, f"Świętosława <{person.email}>", language="pl")
        by = {"idempotency_key": "k", "status": Status.CONFIRMED, "address": "a", "network": "n"}
        db.session.add(Submission(event_id=event.id, registration_id=other.id, email=person.email, **by))
    with transaction():
        erasing.erase(person, By.PERSON)

    assert searching.in_rows(["więtosława", "Przybyłowicz"]) == []


def test_a_letter_that_is_on_its_way_leaves_no_file_behind(app: Flask, home, clock):
    person = make.a_registration(make.an_event(), name="Świętosława Przybyłowicz")
    one = worker.Worker(app)
    with transaction():
        [message] = [one for one in outbox.claim(9, worker.LEASE) if one.letter == "confirmation"]
    with transaction():
        erasing.erase(person, By.PERSON)
    path = home / "instance" / "mail" / f"20211011T090000-{message.id}-confirmation.eml"
    path.parent.mkdir(parents=True)
    path.write_text("Przybyłowicz")
    one.settle(lambda: outbox.failed(message.id, "450 Przybyłowicz"), lambda: outbox.refused(message.id, "550 Przybyłowicz"))
    clock.stand_at(make.at("2021-10-11 09:11"))
    worker.tick(app)

    assert not path.exists()
    assert messages("confirmation")[0].last_error is None


def test_an_organiser_erases_a_participant_who_asks_for_it(app: Flask):
    event = make.an_event()
    person = make.a_registration(event, name="Żaneta Łącka")
    user = make.a_user()
    make.a_membership(user, event)
    desk = Desk(app, user)
    path = f"/organise/events/{event.id}/participants/{person.number}"
    asked = desk.get(f"{path}/erase")
    answer = desk.post(f"{path}/erase")

    assert "Żaneta Łącka" in asked.text
    assert [desk.post(f"{path}/{act}").status_code for act in ("reinstate", "resend", "confirm")] == [404, 404, 404]
    assert (answer.status_code, desk.get(f"{path}/erase").status_code) == (303, 303)
    assert "Żaneta" not in desk.get(path).text
    assert records.of(event)[0].by is By.ORGANISER


def test_erasing_and_cancelling_have_nothing_to_do_with_each_other_twice(app: Flask):
    person = make.a_registration(make.an_event(has_waiting_list=True))
    with transaction():
        signup.cancel(person, None)
    with transaction():
        erasing.erase(person, By.PERSON)

    assert (person.status, person.name) == (Status.CANCELLED, "")
