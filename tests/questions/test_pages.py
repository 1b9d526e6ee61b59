"""An event's own questions on the public form, and on the page of one's registration."""

from io import BytesIO

import sqlalchemy as sa
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from app import clock
from app.db import db, transaction
from app.files import store
from app.files.models import File
from app.questions import editing
from app.questions.editing import Told
from app.questions.models import Asks
from app.registration import answered, keys
from app.registration.models import Answer, Purpose, Registration
from app.web.registration import form_keys
from tests import make
from tests.defaults import one_database
from tests.forms import form_with
from tests.web.reading import Reading

PERSON = {"name": "Maria Zalewska", "email": "maria@example.org", "clause": "y", "step": "check"}
PDF = b"%PDF-1.7 of a test"


def path(event) -> str:
    return f"/events/{event.slug}/register?lang=en"


def checked(client, event, *pairs: tuple[str, object]) -> TestResponse:
    """What the page says to these answers over those of a person."""
    version = make.a_clause().version
    return client.post(path(event), data=MultiDict([*PERSON.items(), ("clause_version", str(version)), *pairs]))


def asked(*questions) -> list[tuple[str, str]]:
    return [("asked", question.name) for question in questions]


def told() -> dict[str, object]:
    """What was kept, by the words of the questions."""
    db.session.rollback()
    return {answer.wording.label["pl"]: answer.value for answer in db.session.scalars(sa.select(Answer).order_by(Answer.id))}


def finish(client, event, answer: TestResponse) -> TestResponse:
    """Press the last button of the check of the answers."""
    clock.stand_at(clock.now() + form_keys.QUICKEST)
    body = form_with(answer.text, "key").filled("step=register")
    return client.post(path(event), data=body, content_type="application/x-www-form-urlencoded")


def test_a_condition_is_a_further_step_without_scripts(client):
    event = make.an_event()
    section = make.a_section(event, "Nocleg")
    stays = make.a_question(event, Asks.YES, "Nocujesz?", section_id=section.id, is_required=True)
    nights = make.a_question(event, Asks.NUMBER, "Ile nocy?", section_id=section.id, is_required=True, shown=(stays, "yes"))

    opened = Reading(client.get(path(event)))
    assert "Nocleg" in opened.text
    assert "Nocujesz?" in opened.text
    further = checked(client, event, *asked(stays), (stays.field, "yes"))
    assert (further.status_code, "Your answers call for 1 question more" in further.text) == (200, True)
    assert Reading(further).all("input", name="name")[0]["value"] == "Maria Zalewska"
    missing = checked(client, event, *asked(stays, nights), (stays.field, "yes"))
    assert (missing.status_code, "Answer this question" in missing.text) == (422, True)
    last = checked(client, event, *asked(stays, nights), (stays.field, "yes"), (nights.field, "2"))
    assert "Check your answers" in last.text
    assert "Ile nocy?" in last.text
    assert finish(client, event, last).status_code == 303

    assert told() == {"Nocujesz?": True, "Ile nocy?": 2}


@one_database
def test_an_answer_to_a_question_that_does_not_apply_is_not_kept(client):
    event = make.an_event()
    stays = make.a_question(event, Asks.YES, "Nocujesz?")
    nights = make.a_question(event, Asks.NUMBER, "Ile nocy?", shown=(stays, "yes"))

    finish(client, event, checked(client, event, *asked(stays, nights), (stays.field, "no"), (nights.field, "2")))

    assert told() == {"Nocujesz?": False}


def test_a_file_is_kept_through_the_steps_and_forgotten_without_its_form(client):
    event = make.an_event()
    letter = make.a_question(event, Asks.FILE, "Pełnomocnictwo", limits={"bytes": 300_000, "types": ["pdf"]}, is_required=True)

    wrong = checked(client, event, *asked(letter), (letter.field, (BytesIO(b"<html>"), "page.html")))
    assert (wrong.status_code, "Choose a file of one of these kinds: PDF" in wrong.text) == (422, True)
    large = checked(client, event, *asked(letter), (letter.field, (BytesIO(PDF + b" " * 300_001), "large.pdf")))
    assert (large.status_code, "This file is larger than" in large.text) == (422, True)
    good = checked(client, event, *asked(letter), (letter.field, (BytesIO(PDF), "moje pełnomocnictwo.pdf")))
    assert "moje pełnomocnictwo.pdf" in good.text
    checked(client, event, *asked(letter), (letter.field, (BytesIO(PDF), "porzucone.pdf")))
    assert finish(client, event, good).status_code == 303

    clock.stand_at(make.at("2021-10-13 10:00"))
    with transaction():
        assert store.remove_orphans() == 1
    assert [file.name for file in db.session.scalars(sa.select(File))] == ["moje pełnomocnictwo.pdf"]
    assert told() == {"Pełnomocnictwo": "moje pełnomocnictwo.pdf"}


@one_database
def test_a_key_of_somebody_elses_file_opens_nothing(client):
    event = make.an_event()
    letter = make.a_question(event, Asks.FILE, "Pełnomocnictwo", limits={"bytes": 1_000_000, "types": ["pdf"]})
    make.a_material(event, url=None, file_id=(file := make.a_file()).id)

    answer = finish(client, event, checked(client, event, *asked(letter), (letter.field, file.key)))

    assert (answer.status_code, "This file is not here any more" in answer.text, told()) == (422, True, {})


def test_answers_are_changed_on_ones_own_page_and_keep_the_words_that_were_asked(client):
    event = make.an_event()
    diet = make.a_question(event, Asks.ONE, "Dieta?", options="vegan meat")
    person = make.a_registration(event, answers_given={diet.name: ["vegan"]})
    with transaction():
        other = Told(label={"pl": "Posiłek?"}, options=[*diet.wording.options[1:], {"pl": "Rybna"}])
        editing.change(event, diet.id, other, answered=answered.wordings_in_use(event))
    mine = f"/my/{keys.token(person, Purpose.MY)}/"

    assert "Dieta?" in (page := Reading(client.get(f"{mine}?lang=en")).text)
    assert "vegan (en)" in page
    form = form_with(client.get(f"{mine}details").text, "email")
    refused = client.post(f"{mine}details", data=form.filled(), content_type="application/x-www-form-urlencoded")
    assert (refused.status_code, told()) == (303, {})
    body = form.filled(**{diet.field: "meat"})
    client.post(f"{mine}details", data=body, content_type="application/x-www-form-urlencoded")

    assert told() == {"Posiłek?": "meat"}


@one_database
def test_the_form_takes_as_many_statements_with_many_questions_as_with_one(client, statements):
    costs = []
    for number in (1, 1, 12):
        event = make.an_event()
        for _ in range(number):
            make.a_question(event)
        with statements() as said:
            assert checked(client, event).status_code == 200
        costs.append(len(said))

    assert costs[1] == costs[2]


@one_database
def test_a_second_registration_answers_anew(client):
    event = make.an_event()
    question = make.a_question(event)

    for town in ("Gdynia", "Łódź"):
        make.a_registration(event, answers_given={question.name: [town]})

    assert db.session.scalar(sa.select(sa.func.count()).select_from(Registration)) == 2
    assert sorted(answer.text for answer in db.session.scalars(sa.select(Answer))) == ["Gdynia", "Łódź"]
