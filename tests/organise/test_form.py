"""The form builder at the desk, and what organisers see of the answers."""

import csv
from io import StringIO

import pytest
from flask import Flask

from app.db import db, transaction
from app.errors import Refused
from app.events.models import Event
from app.mailings import drafts
from app.mailings.drafts import Wording as Words
from app.participants.filters import Filter
from app.questions import editing, form
from app.questions.models import Asks, Question
from app.registration import letters
from tests import make
from tests.defaults import one_database
from tests.desk import Desk
from tests.registration import outgoing
from tests.web.reading import Reading


@pytest.fixture
def event(app: Flask) -> Event:
    return make.an_event()


@pytest.fixture
def desk(app: Flask, event: Event) -> Desk:
    user = make.a_user()
    make.a_membership(user, event)
    return Desk(app, user)


def address(event: Event, page: str = "") -> str:
    return f"/organise/events/{event.id}/form{page}?lang=en"


def questions(event: Event) -> list[Question]:
    db.session.rollback()
    return list(form.of(event).questions)


def test_a_form_is_built(desk: Desk, event: Event):
    desk.post(address(event, "/sections/new"), {"title_pl": "Nocleg"})
    new = address(event, "/questions/new") + "&asks=one"
    words = {"label_pl": "Dieta", "option_value": ["", ""], "option_pl": ["Wegańska", "Mięsna"], "option_en": ["Vegan", ""]}

    more = desk.post(new, {**words, "do": "rows"})
    assert (more.status_code, more.text.count('name="option_pl"'), questions(event)) == (200, 5, [])
    empty = desk.post(new, {"label_pl": "", "option_pl": ["Wegańska"], "option_en": [""], "option_value": [""]})
    assert (empty.status_code, "Write at least two answers" in empty.text) == (422, True)
    assert desk.post(new, {**words, "name": "diet"}).status_code == 303
    [diet] = questions(event)
    number = {"label_pl": "Ile nocy?", "least": "1", "most": "3", "is_required": "y", "shown": f"{diet.id}:weganska"}
    desk.post(address(event, "/questions/new") + "&asks=number", number)

    page = Reading(desk.get(address(event)))
    assert "Shown when “Dieta” is: Vegan" in page.text
    assert [(one.name, one.is_required, one.wording.limits) for one in questions(event)] == [
        ("diet", False, {}),
        ("ile_nocy", True, {"least": 1, "most": 3}),
    ]
    shown = Reading(desk.get(address(event, "/preview")))
    assert "Nothing is kept" in shown.text
    assert "Dieta" in shown.text


@one_database
def test_rows_are_moved_removed_and_asked_again(desk: Desk, event: Event):
    first, second = make.a_question(event), make.a_question(event, label="Czym?")
    section = make.a_section(event)

    def do(question: Question, what: str) -> int:
        return desk.post(address(event, f"/questions/{question.id}/act"), {"do": what}).status_code

    assert do(second, f"before:{first.id}") == 303
    assert questions(event) == [second, first]
    assert do(first, f"before:section-{section.id}") == 303
    assert do(second, "last") == 303
    assert [one.section for one in questions(event)] == [None, section]
    assert do(first, "remove") == 303
    assert "Questions no longer asked" in desk.get(address(event)).text
    assert (do(first, "restore"), len(questions(event))) == (303, 2)
    make.a_question(event, shown=(first, "yes"))
    assert do(first, "remove") == 409
    assert do(first, "sideways") == 400
    desk.post(address(event, f"/sections/{section.id}"), {"title_pl": "Podróż", "do": "save"})
    assert editing.sections(event)[0].title == {"pl": "Podróż"}


@one_database
def test_the_questions_of_another_event_are_copied(desk: Desk, event: Event):
    source, foreign = make.an_event(), make.an_event()
    make.a_membership(desk.user, source)
    make.a_question(source, label="Czym jedziesz?")
    make.a_question(foreign)

    page = desk.get(address(event, "/copy"))
    assert f'value="{source.id}"' in page.text
    assert f'value="{foreign.id}"' not in page.text
    assert desk.post(address(event, "/copy"), {"source": str(foreign.id)}).status_code == 422
    assert desk.post(address(event, "/copy"), {"source": str(source.id)}).status_code == 303

    assert [one.wording.label for one in questions(event)] == [{"pl": "Czym jedziesz?"}]


def test_answers_are_columns_filters_and_exports(desk: Desk, event: Event):
    diet = make.a_question(event, Asks.SEVERAL, "Dieta", options="vegan meat")
    stays = make.a_question(event, Asks.YES, "Nocleg")
    gone = make.a_question(event, label="Skąd?")
    one = {diet.name: ["vegan", "meat"], stays.name: ["no"], gone.name: ["Gdynia"]}
    make.a_registration(event, name="Anna Cieśla", answers_given=one)
    make.a_registration(event, name="Jan Łoś", answers_given={diet.name: ["meat"], stays.name: ["yes"]})
    with transaction():
        editing.remove(event, gone.id)
    people = f"/organise/events/{event.id}/participants"

    table = desk.get(f"{people}?lang=en&column={diet.name}&{stays.field}=no").text
    assert "Anna Cieśla" in table
    assert "vegan (en), meat (en)" in table
    assert "Jan Łoś" not in table
    assert "Jan Łoś" in desk.get(f"{people}?{diet.field}=meat").text
    assert "Jan Łoś" not in desk.get(f"{people}?{diet.field}=vegan").text
    header, *rows = csv.reader(StringIO(desk.get(f"{people}/export.csv?lang=en&sort=name").text.lstrip("\ufeff")), delimiter=";")
    assert header[-3:] == ["Dieta", "Nocleg", "Skąd?"]
    assert [row[-3:] for row in rows] == [["vegan (en), meat (en)", "no", "Gdynia"], ["meat (en)", "yes", ""]]
    writing = desk.get(f"/organise/events/{event.id}/letters/write?lang=en&{diet.field}=vegan").text
    assert "whose answer to “Dieta” is: vegan (en)" in writing
    person = desk.get(f"{people}/1?lang=en").text
    assert "Gdynia" in person
    assert "no longer asked" in person
    assert Filter.from_args(Filter(answers=(("diet", "meat"),)).as_query()).answers == (("diet", "meat"),)


@one_database
def test_a_file_that_somebody_answered_with_is_only_for_the_desk(desk: Desk, event: Event, client):
    letter = make.a_question(event, Asks.FILE, "Zgoda", limits={"bytes": 1_000_000, "types": ["pdf"]})
    make.a_registration(event, answers_given={letter.name: [(file := make.a_file()).key]})
    path = f"/organise/events/{event.id}/participants/1/answers/{letter.id}/file"

    answer = desk.get(path)

    assert (answer.status_code, answer.headers["Content-Disposition"].startswith("attachment")) == (200, True)
    assert client.get(path).status_code == 302
    assert client.get(f"/files/{file.key}/{file.name}").status_code == 404


@one_database
def test_the_table_and_the_export_cost_the_same_with_many(desk: Desk, event: Event, statements):
    people = f"/organise/events/{event.id}/participants"
    costs: dict[str, list[int]] = {"": [], "/export.csv": []}
    columns = ""
    for number in (1, 6):
        made = [make.a_question(event, Asks.ONE, options="a b") for _ in range(number)]
        for _ in range(number):
            make.a_registration(event, answers_given={question.name: ["a"] for question in made})
        columns += "".join(f"&column={question.name}" for question in made)
        for path, found in costs.items():
            with statements() as said:
                assert desk.get(f"{people}{path}?lang=en{columns}").status_code == 200
            found.append(len(said))

    assert {path: found[0] == found[1] for path, found in costs.items()} == {"": True, "/export.csv": True}


@one_database
def test_letters_name_answers_and_refuse_names_that_there_are_not(desk: Desk, event: Event):
    diet = make.a_question(event, Asks.ONE, options="vegan meat")
    with transaction():
        diet.name = "diet"
    person = make.a_registration(event, answers_given={"diet": ["vegan"]})
    outgoing.forget()
    text = f"/organise/events/{event.id}/letters/kinds/confirmation/pl?lang=en"

    wrong = desk.post(text, {"subject": "", "body": "Twoja dieta: {answer.diete}", "seen": ""})
    assert "Did you mean {answer.diet}?" in wrong.text
    assert desk.post(text, {"subject": "", "body": "Twoja dieta: **{answer.diet}**", "seen": ""}).status_code == 303
    with transaction():
        letters.again(person)
    with pytest.raises(Refused), transaction():
        drafts.make(event, Words("Posiłki", "{answer.other}"), Filter(), "Olga")

    assert "Twoja dieta: Vegan" in desk.get(f"/organise/events/{event.id}/letters/kinds/confirmation?lang=en").text
