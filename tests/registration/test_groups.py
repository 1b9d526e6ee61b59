"""Registering others: a group that is together or not at all, and an assistant who registers the mayor."""

from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from app import clock, worker
from app.admission import editing
from app.db import db, transaction
from app.events.models import Event
from app.questions.models import Asks
from app.registration import answered
from app.registration.models import Registration, Status
from app.web.registration import form_keys
from tests import make
from tests.defaults import one_database
from tests.forms import Form, form_with
from tests.outbox import letters

URLENCODED = "application/x-www-form-urlencoded"
CONTACT = {"contact_name": "Ola Sekretarz", "contact_email": "ola@example.org", "clause": "y"}
THREE = {
    "m0-name": "Anna Nowak",
    "m0-email": "anna@example.org",
    "m1-name": "Jan Kowalski",
    "m1-email": "",
    "m2-name": "Ewa Lis",
    "m2-email": "ewa@example.org",
}


def an_event(**facts: Any) -> Event:
    event = make.an_event(**facts)
    with transaction():
        editing.change(event, 1, {"takes_parties": True, "most_in_party": 4})
    return event


def form_of(page: str) -> Form:
    return form_with(page, "contact_name")


def press(client: FlaskClient, event: Event, page: str, button: str, /, **answers: str | None):
    body = form_of(page).filled(f"step={button}", **answers)
    clock.stand_at(clock.now() + form_keys.QUICKEST)
    return client.post(f"/events/{event.slug}/register/group", data=body, content_type=URLENCODED)


def people() -> dict[str, tuple[str, Status]]:
    db.session.rollback()
    return {one.name: (one.email, one.status) for one in db.session.scalars(sa.select(Registration).order_by(Registration.id))}


def test_three_for_two_places_wait_together_or_are_not_registered_as_they_choose(client: FlaskClient):
    event = an_event(capacity=2)
    page = client.get(f"/events/{event.slug}/register/group").text
    page = press(client, event, page, "add", **CONTACT).text

    refused = press(client, event, page, "register", **CONTACT, **THREE, waits="none")
    nobody = people()
    waiting = press(client, event, refused.text, "register", waits="wait")

    assert refused.status_code == 422
    assert 'href="#waits-0"' in refused.text
    assert 'value="Anna Nowak"' in refused.text
    assert "There are fewer free places than people in the group." in refused.text
    assert nobody == {}
    assert "Your group is on the waiting list" in client.get(waiting.location).text
    assert people() == {
        "Anna Nowak": ("anna@example.org", Status.WAITING),
        "Jan Kowalski": ("ola@example.org", Status.WAITING),
        "Ewa Lis": ("ewa@example.org", Status.WAITING),
    }


@one_database
def test_people_are_added_and_taken_out_one_by_one_and_what_was_typed_stays(client: FlaskClient):
    event = an_event()
    page = client.get(f"/events/{event.slug}/register/group").text

    three = press(client, event, page, "add", **CONTACT, **{"m0-name": "Anna Nowak", "m1-name": "Jan Kowalski"}).text
    two = press(client, event, three, "drop-0", **{"m2-name": "Ewa Lis"}).text

    assert dict(form_of(two).values)["contact_name"] == "Ola Sekretarz"
    assert [dict(form_of(two).values)[f"m{place}-name"] for place in (0, 1)] == ["Jan Kowalski", "Ewa Lis"]
    assert "m2-name" not in two


@one_database
def test_all_that_is_wrong_is_said_at_once_with_links_to_the_fields(client: FlaskClient):
    event = an_event()
    page = client.get(f"/events/{event.slug}/register/group").text

    answer = press(client, event, page, "register", contact_email="nic", **{"m1-name": "Jan", "m1-email": "jan@@example"})

    assert answer.status_code == 422
    for field in ("contact_name", "contact_email", "m0-name", "m1-email", "clause"):
        assert f'href="#{field}"' in answer.text


def test_an_assistant_registers_the_mayor_who_has_no_address_of_their_own(app: Flask, client: FlaskClient):
    event = make.an_event()
    form = client.get(f"/events/{event.slug}/register?lang=en").text
    path = f"/events/{event.slug}/register/group?people=1"
    page = client.get(path).text

    done = press(client, event, page, "register", **CONTACT, **{"m0-name": "Burmistrz Anna Nowak"})
    again = press(client, event, page, "register", **CONTACT, **{"m0-name": "Burmistrz Anna Nowak"})
    worker.tick(app)

    assert path in form
    assert done.status_code == 303
    assert again.location == done.location
    assert people() == {"Burmistrz Anna Nowak": ("ola@example.org", Status.CONFIRMED)}
    assert "For:    Burmistrz Anna Nowak" in letters(app)[-1]
    assert "The person you registered has a place" in client.get(f"{done.location}&lang=en").text


def answers() -> list[tuple[str, str, Any]]:
    """Who answered what, in which words."""
    db.session.rollback()
    people = db.session.scalars(sa.select(Registration).order_by(Registration.id))
    return [(person.name, one.wording.label["pl"], one.value) for person in people for one in answered.of(person)]


def test_the_required_questions_are_asked_about_each_person_and_the_others_are_left_to_them(client: FlaskClient):
    event = an_event()
    stays = make.a_question(event, Asks.YES, "Nocuje?", name="stays")
    make.a_question(event, Asks.NUMBER, "Ile nocy?", name="nights", shown=(stays, "yes"), is_required=True)
    make.a_question(event, label="Skąd jedzie?", name="from", is_required=True)
    make.a_question(event, Asks.FILE, "Pełnomocnictwo", name="paper", is_required=True)
    make.a_question(event, label="Uwagi", name="remarks")
    page = client.get(f"/events/{event.slug}/register/group?lang=en").text
    names = {"m0-name": "Anna Nowak", "m1-name": "Jan Kowalski", "m1-email": "jan@example.org"}
    typed = {"m0-answer-stays": "no", "m1-answer-from": "Gdynia"}

    wrong = press(client, event, page, "register", **CONTACT, **names, **typed)
    further = press(client, event, wrong.text, "register", **{"m0-answer-from": "Lublin", "m1-answer-stays": "yes"})
    wider = press(client, event, further.text, "add", **{"m1-answer-nights": "2"}).text
    two = press(client, event, wider, "drop-2").text
    shorter = press(client, event, two, "drop-0").text
    done = press(client, event, two, "register")

    assert "answer-paper" not in page
    assert "answer-remarks" not in page
    assert "Everybody answers the organiser's other questions on their own page." in page
    wanted = [f'href="#{field}"' in wrong.text for field in ("m0-answer-from", "m1-answer-from")]
    assert (wrong.status_code, wanted) == (422, [True, False])
    assert (further.status_code, "Person 2: Ile nocy?" in further.text) == (200, True)
    assert dict(form_of(shorter).values)["m0-answer-nights"] == "2"
    assert done.status_code == 303
    assert answers() == [
        ("Anna Nowak", "Nocuje?", False),
        ("Anna Nowak", "Skąd jedzie?", "Lublin"),
        ("Jan Kowalski", "Nocuje?", True),
        ("Jan Kowalski", "Ile nocy?", 2),
        ("Jan Kowalski", "Skąd jedzie?", "Gdynia"),
    ]
    jan = db.session.scalars(sa.select(Registration).where(Registration.name == "Jan Kowalski")).one()
    assert [question.name for question in answered.unanswered(jan)] == ["paper"]
