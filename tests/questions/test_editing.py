"""What an organiser does with a form."""

from typing import Any

import pytest
from flask_babel import force_locale

from app.db import db, transaction
from app.errors import Refused
from app.questions import copying, editing, form
from app.questions.editing import DOWN, UP, Told
from app.questions.models import Asks, Question
from tests import make
from tests.defaults import one_database

DIET = [{"pl": "Wegańska", "en": "Vegan"}, {"pl": "Mięsna"}, {"pl": ""}]


def names(event) -> list[str]:
    return [question.name for question in form.of(event).questions]


def added(event, label: str, asks: Asks = Asks.LINE, **facts: Any) -> Question:
    with transaction():
        return editing.add(event, asks, Told(label={"pl": label}, **facts))


def refusal(act, *arguments: Any, **facts: Any) -> tuple[str, str | None]:
    with pytest.raises(Refused) as refused, force_locale("en"), transaction():
        act(*arguments, **facts)
    return refused.value.message, refused.value.field


def test_words_that_somebody_answered_are_never_changed(app):
    event = make.an_event()
    diet = added(event, "Jaka dieta?", Asks.ONE, options=DIET)
    first = diet.wording
    told = Told(label={"pl": "Dieta"}, options=[{"value": "wegańska", "pl": "Roślinna"}, {"pl": "Rybna"}])

    with transaction():
        editing.change(event, diet.id, told, answered=())
    assert [wording.number for wording in diet.wordings] == [1]
    with transaction():
        editing.change(event, diet.id, Told(label={"pl": "Posiłek"}, options=diet.wording.options), answered={first.id})

    db.session.expire_all()
    assert [(one.number, one.label["pl"]) for one in diet.wordings] == [(1, "Dieta"), (2, "Posiłek")]
    assert [option["value"] for option in diet.wording.options] == ["weganska", "rybna"]


@one_database
def test_a_question_depends_only_on_an_earlier_one_and_stays_below_it(app):
    event = make.an_event()
    diet = added(event, "Jaka dieta?", Asks.ONE, options=DIET, name="diet")
    allergy = added(event, "Na co uczulenie?", shown=[f"{diet.id}:weganska"], name="allergy")
    last = added(event, "Przyjedziesz pociągiem?", Asks.YES, name="train")

    below = "A question can depend only on one that stands before it and has answers to choose from."
    shown = Told(label={"pl": "Jaka dieta?"}, options=diet.wording.options, shown=[f"{last.id}:yes"])
    assert refusal(editing.change, event, diet.id, shown, answered=()) == (below, "shown")
    itself = Told(label={"pl": "Jaka dieta?"}, options=diet.wording.options, shown=[f"{diet.id}:weganska"])
    assert refusal(editing.change, event, diet.id, itself, answered=()) == (below, "shown")
    assert "stays below" in refusal(editing.move, event, diet.id, DOWN)[0]
    assert "Change it first" in refusal(editing.remove, event, diet.id)[0]
    less = Told(label={"pl": "Jaka dieta?"}, options=[{"pl": "Rybna"}, {"pl": "Mięsna"}])
    assert refusal(editing.change, event, diet.id, less, answered=())[1] == "options"

    with transaction():
        editing.move(event, last.id, UP)
        editing.remove(event, allergy.id)
        editing.remove(event, diet.id)
        editing.restore(event, allergy.id)
    assert names(event) == ["train", "allergy"]
    assert allergy.shown_when_id is None


def test_questions_go_from_section_to_section(app):
    event = make.an_event()
    first, second = make.a_section(event), make.a_section(event, "Nocleg")
    one, two = (added(event, name, name=name) for name in ("one", "two"))
    three = added(event, "three", name="three", section_id=second.id)

    with transaction():
        editing.move(event, two.id, DOWN)
    assert (two.section, names(event)) == (first, ["one", "two", "three"])
    with transaction():
        editing.place(event, one.id, three.id)
        editing.place_before_section(event, three.id, second.id)
    assert (one.section, three.section, names(event)) == (second, first, ["two", "three", "one"])
    with transaction():
        editing.move_section(event, second.id, UP)
        editing.remove_section(event, first.id)
    assert [(question.name, question.section) for question in form.of(event).questions] == [
        ("one", second),
        ("two", second),
        ("three", second),
    ]


@one_database
@pytest.mark.parametrize(
    ("asks", "facts", "field"),
    [
        (Asks.LINE, {"label": {}}, "label_pl"),
        (Asks.ONE, {"options": DIET[:1]}, "options"),
        (Asks.NUMBER, {"limits": {"least": "5", "most": "1"}}, "most"),
        (Asks.FILE, {"limits": {"megabytes": "900", "types": ["pdf"]}}, "megabytes"),
        (Asks.FILE, {"limits": {}}, "types"),
        (Asks.LINE, {"name": "Shoe size"}, "name"),
        (Asks.LINE, {"retention": "soon"}, "retention"),
    ],
)
def test_what_cannot_be_asked_is_refused_at_its_field(app, asks: Asks, facts: dict[str, Any], field: str):
    event = make.an_event()

    assert refusal(editing.add, event, asks, Told(**{"label": {"pl": "Pytanie"}, **facts}))[1] == field


def test_a_copy_has_the_newest_words_and_its_own_conditions(app):
    source, event = make.an_event(), make.an_event()
    section = make.a_section(source)
    diet = added(source, "Jaka dieta?", Asks.ONE, options=DIET, name="diet")
    added(source, "Na co uczulenie?", shown=[f"{diet.id}:weganska"], section_id=section.id, name="allergy")
    added(event, "Dieta?", name="diet")

    with transaction():
        count = copying.copy(source, event)

    copied = form.of(event).questions
    assert (count, [one.name for one in copied]) == (2, ["diet", "diet_2", "allergy"])
    assert (copied[2].shown_when_id, copied[2].shown_values) == (copied[1].id, ["weganska"])
    assert copied[2].section
    assert copied[2].section.title == {"pl": "Dojazd"}
    assert copied[1].wording is not diet.wording
