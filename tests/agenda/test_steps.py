from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask_babel import force_locale
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.agenda import casting, editing, steps
from app.agenda.models import Answer, Role, SessionKind
from app.db import db, transaction
from app.errors import Refused
from app.events.models import Event
from tests import make
from tests.agenda.sketch import BY, DOMAIN, add, an_agenda, at, change, hours, named, redo, undo, whole
from tests.defaults import one_database


@pytest.fixture(autouse=True)
def in_english(app):
    """Refusals are said in English."""
    with force_locale("en"):
        yield


def test_a_removed_session_comes_back_with_its_identity_its_people_and_a_higher_sequence(app):
    event = an_agenda("A")
    session = named(event, "A")
    make.an_appearance(session, printed_as="Kierowniczka", answer=Answer.ACCEPTED)
    material = make.a_material(event, session_id=session.id)
    change(event, "A", title="B")
    before, sequence, version = whole(event), named(event, "B").sequence, named(event, "B").version
    with transaction():
        editing.remove(event, session.id, by=BY, version=version)
    assert hours(event) == []

    undo(event)

    back = named(event, "B")
    assert whole(event) == before
    assert (back.appearances[0].answer, [own.id for own in back.materials]) == (Answer.ACCEPTED, [material.id])
    assert back.sequence > sequence
    assert back.version > version


def test_a_session_added_undone_and_added_again_has_one_identity_and_a_higher_sequence(app):
    event = an_agenda()
    uid = add(event, "A", "10:00", "11:00").uid
    change(event, "A", title="B")
    undo(event)
    undo(event)

    redo(event)

    assert (named(event, "A").uid, named(event, "A").sequence) == (uid, 3)


def test_a_new_edit_drops_what_could_be_done_again(app):
    event = an_agenda("A")
    change(event, "A", title="B")
    undo(event)

    change(event, "A", title="C")

    assert steps.next_undone(event) is None
    undo(event)
    assert hours(event) == ["10:00-11:00 A"]


def test_an_undo_does_not_overwrite_what_was_changed_in_another_way(app):
    event = an_agenda("A")
    change(event, "A", title="B")
    with transaction():
        named(event, "B").title = "From elsewhere"

    with pytest.raises(Refused, match="another way"):
        undo(event)

    assert hours(event) == ["10:00-11:00 From elsewhere"]


def test_an_undo_of_what_somebody_else_has_not_seen_is_refused(app):
    event = an_agenda("A")
    change(event, "A", title="B")
    change(event, "B", title="C")

    with pytest.raises(Refused, match="in the meantime"), transaction():
        steps.undo(event, 1)


def test_adding_is_not_undone_for_a_session_in_somebodys_plan(app):
    event = an_agenda()
    session = add(event, "A", "10:00", "11:00")

    with pytest.raises(Refused, match="Cancel it instead"):
        undo(event, chosen={session.id})


def test_somebody_who_has_answered_since_is_not_taken_off_by_an_undo(app):
    event = an_agenda("A")
    with transaction():
        newcomer = casting.Newcomer("Anna Cieśla", Role.PANELIST)
        editing.add_person(event, named(event, "A").id, by=BY, newcomer=newcomer)
    with transaction():
        named(event, "A").appearances[0].answer = Answer.ACCEPTED

    with pytest.raises(Refused, match="has answered"):
        undo(event)

    assert [shown.name for shown in named(event, "A").appearances] == ["Anna Cieśla"]


def test_an_answer_stays_when_the_order_of_people_is_undone(app):
    event = an_agenda("A")
    for name in ("Anna", "Beata"):
        make.an_appearance(named(event, "A"), person=make.a_person(name=name))
    with transaction():
        first = named(event, "A").appearances[0]
        editing.move_person(event, first.session_id, first.id, by=BY, way=editing.DOWN)
    with transaction():
        named(event, "A").appearances[0].answer = Answer.ACCEPTED

    undo(event)

    assert [(shown.name, shown.answer) for shown in named(event, "A").appearances] == [
        ("Anna", None),
        ("Beata", Answer.ACCEPTED),
    ]


@one_database
def test_a_hundred_steps_are_kept_and_can_be_undone_back_to_any(app):
    event = an_agenda("A")
    for number in range(105):
        change(event, "A" if number == 0 else f"A{number - 1}", title=f"A{number}")
    assert len(steps.made(event)) == steps.KEPT

    with transaction():
        count = steps.undo_back_to(event, 86)

    assert (count, hours(event)) == (20, ["10:00-11:00 A84"])


def test_steps_of_one_event_are_not_undone_at_another(app):
    event, other = an_agenda("A"), an_agenda("A")
    change(event, "A", title="B")

    with pytest.raises(Refused):
        undo(other)


EDITS = st.lists(
    st.tuples(
        st.sampled_from(["add", "remove", "up", "down", "place", "shift", "title", "hours", "cancel", "person", "drop"]),
        st.integers(0, 7),
        st.integers(0, 7),
    ),
    min_size=1,
    max_size=12,
)


def add_one(event: Event, which: int, other: int) -> None:
    start = at("10:00") + timedelta(minutes=15 * which)
    hours = start, start + timedelta(minutes=15 + 15 * other)
    editing.add(event, by=BY, domain=DOMAIN, title=f"Nowa {which}", kind=SessionKind.PANEL, hours=hours, track="AB"[other % 2])


def edit(event: Event, word: str, which: int, other: int) -> None:
    """One edit of a kind, at one of the sessions that there are; some are refused, which is an answer, too."""
    rows = steps.rows(event)
    if word == "add" or not rows:
        add_one(event, which, other)
        return
    session = rows[which % len(rows)]
    about: dict[str, Any] = {"event": event, "session_id": session.id, "by": BY}
    known: dict[str, Any] = {**about, "version": session.version, "parts": {}}
    ends_at = session.starts_at + timedelta(minutes=10 + 10 * other)
    newcomer = casting.Newcomer(f"Osoba {other}", Role.PANELIST)
    edits: dict[str, Callable[[], object]] = {
        "remove": lambda: editing.remove(**about, version=session.version),
        "up": lambda: editing.move(**about, way=editing.UP),
        "down": lambda: editing.move(**about, way=editing.DOWN),
        "place": lambda: editing.place(**about, before=rows[other % len(rows)].id),
        "shift": lambda: editing.shift(**about, minutes=15 * other - 30),
        "title": lambda: editing.change(**known, facts={"title": f"Tytuł {other}"}),
        "hours": lambda: editing.change(**known, facts={"ends_at": ends_at, "room": f"Sala {other}"}),
        "cancel": lambda: editing.cancel(**about),
        "person": lambda: editing.add_person(**about, newcomer=newcomer),
        "drop": lambda: [editing.drop_person(**about, appearance_id=shown.id) for shown in session.appearances[:1]],
    }
    edits[word]()


@one_database
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edits=EDITS)
def test_undoing_everything_gives_the_first_agenda_and_doing_it_again_the_last(app, edits: list[tuple[str, int, int]]):
    event = an_agenda("A", "B", "C")
    for session in steps.rows(event)[:2]:
        make.an_appearance(session)
    first = whole(event)
    for word, which, other in edits:
        try:
            with transaction():
                edit(event, word, which, other)
        except Refused:
            db.session.expire_all()
    last, count = whole(event), len(steps.made(event))

    with transaction():
        assert steps.undo_back_to(event, 0) == count
    assert whole(event) == first
    for _step in range(count):
        redo(event)
    assert whole(event) == last
