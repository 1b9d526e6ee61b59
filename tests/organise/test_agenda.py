import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask

from app.agenda import steps
from app.agenda.models import Person, Session
from app.audit.models import Record
from app.db import db
from app.events.members import Post
from app.events.models import Event, EventStatus
from app.registration.models import Choice
from tests import make
from tests.agenda.sketch import an_agenda, hours, named
from tests.defaults import one_database
from tests.desk import Desk
from tests.forms import form_with

URLENCODED = "application/x-www-form-urlencoded"


def at_the_desk(app: Flask, event: Event, post: Post = Post.EDITOR, **facts: Any) -> Desk:
    user = make.a_user(**facts)
    make.a_membership(user, event, post)
    return Desk(app, user)


def address(event: Event, rest: object = "") -> str:
    return f"/organise/events/{event.id}/agenda{f'/{rest}' if rest else ''}"


def at_once(app: Flask, forms: list[tuple[Desk, str, dict[str, str]]]) -> list[int]:
    """The statuses of forms that several people send at the same time."""

    def send(desk: Desk, path: str, form: dict[str, str]) -> int:
        with app.app_context():
            return desk.post(path, form).status_code

    with ThreadPoolExecutor(len(forms)) as pool:
        codes = list(pool.map(lambda form: send(*form), forms))
    db.session.rollback()
    return codes


def row(session: Session, do: str = "save", **typed: object) -> dict[str, str]:
    """What the form of a row sends: everything that it shows, with what was typed."""
    start, end = f"{session.local_starts_at:%-H:%M}", f"{session.local_ends_at:%-H:%M}"
    shown = {
        "version": session.version,
        "seen": f"{start}|{session.minutes}|{end}",
        "title": session.title,
        "day": session.local_starts_at.date().isoformat(),
        "start": start,
        "minutes": session.minutes,
        "end": end,
        "kind": session.kind.value,
        "room": session.room or "",
        "track": session.track or "",
        "abstract": session.abstract,
        "title_other": "",
        "abstract_other": "",
        "name": "",
        "role": "speaker",
        "printed_as": "",
        **typed,
    }
    return {"do": do, **{f"s{session.id}-{name}": str(value) for name, value in shown.items()}}


def test_a_row_is_saved_and_the_change_can_be_undone_and_done_again(app: Flask):
    event = an_agenda("A", "B")
    desk = at_the_desk(app, event)

    answer = desk.post(address(event, named(event, "A").id), row(named(event, "A"), minutes="75", room="Sala 1"))
    assert (answer.status_code, answer.location) == (
        303,
        f"{address(event)}?day=2021-10-26&done=1#row-{named(event, 'A').id}",
    )
    assert hours(event) == ["10:00-11:15 A", "11:00-12:00 B"]

    desk.post(address(event, "undo"), {"number": "1"})
    assert hours(event) == ["10:00-11:00 A", "11:00-12:00 B"]
    desk.post(address(event, "redo"), {"number": "1"})
    assert (hours(event)[0], named(event, "A").room) == ("10:00-11:15 A", "Sala 1")


def test_the_page_offers_to_shift_the_following_and_does_it(app: Flask):
    event = an_agenda("A", "B")
    desk = at_the_desk(app, event)
    desk.post(address(event, named(event, "A").id), row(named(event, "A"), minutes="75"))

    page = desk.get(f"{address(event)}?done=1", headers={"Accept-Language": "en"}).text
    assert "“A” takes 75 minutes now instead of 60." in page
    assert "“B” would move from 11:00 to 11:15, the end of the day from 12:00 to 12:15." in page
    desk.post(address(event, "shift"), {"number": "1"})

    assert hours(event) == ["10:00-11:15 A", "11:15-12:15 B"]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ({"start": "9.30"}, "09:30-10:30 A"),
        ({"end": "12"}, "10:00-12:00 A"),
        ({"minutes": "1:30", "end": "11:30"}, "10:00-11:30 A"),
        ({"minutes": "90", "end": "11"}, "10:00-11:30 A"),
        ({"minutes": "1 h", "end": "12"}, "10:00-12:00 A"),
        ({"minutes": "", "end": "11:30"}, "10:00-11:30 A"),
        ({"start": "23:30", "end": "0:15"}, "23:30-00:15 A"),
    ],
)
@one_database
def test_hours_are_taken_as_people_type_them(app: Flask, typed: dict[str, str], expected: str):
    event = an_agenda("A")

    at_the_desk(app, event).post(address(event, named(event, "A").id), row(named(event, "A"), **typed))

    assert hours(event) == [expected]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"start": "25"}, "Enter an hour from 0:00 to 23:59"),
        ({"title": " "}, "Enter a title"),
        ({"minutes": "45", "end": "12:00"}, "The minutes and the end say different things."),
        ({"minutes": "many"}, "Enter a number of minutes"),
        ({"day": "2021-12-01"}, "Choose a day of the event"),
    ],
)
@one_database
def test_what_cannot_be_taken_comes_back_with_what_was_typed(app: Flask, typed: dict[str, str], words: str):
    event = an_agenda("A")
    desk = at_the_desk(app, event)
    sent = row(named(event, "A"), **{"room": "Sala 1", **typed})

    answer = desk.post(address(event, named(event, "A").id), sent, headers={"Accept-Language": "en"})

    assert (answer.status_code, answer.text.count(words)) == (422, 2)
    assert "<title>Error:" in answer.text
    assert 'value="Sala 1"' in answer.text
    assert hours(event) == ["10:00-11:00 A"]


@one_database
def test_an_hour_that_comes_twice_is_asked_about(app: Flask):
    start = make.at("2021-10-31 01:00")
    event = make.an_event(starts_at=start, ends_at=make.at("2021-10-31 09:00"))
    make.a_session(event, title="A", starts_at=start, ends_at=make.at("2021-10-31 01:30"))
    desk, session = at_the_desk(app, event), named(event, "A")

    asked = desk.post(address(event, session.id), row(session, start="2:30"), headers={"Accept-Language": "en"})
    assert (asked.status_code, "2:30 (UTC+1)" in asked.text) == (422, True)
    shown = desk.post(address(event, session.id), row(named(event, "A"), start="2:30", which="1"))
    desk.post(address(event, session.id), form_with(shown.text, "clock_seen").filled(), content_type=URLENCODED)

    assert str(named(event, "A").local_starts_at) == "2021-10-31 02:30:00+01:00"


@one_database
def test_an_hour_that_does_not_exist_is_pointed_out(app: Flask):
    event = make.an_event(starts_at=make.at("2022-03-27 01:00"), ends_at=make.at("2022-03-27 09:00"))
    session = make.a_session(event, title="A")

    answer = at_the_desk(app, event).post(
        address(event, session.id), row(session, start="2:30"), headers={"Accept-Language": "en"}
    )

    assert (answer.status_code, "There is no 2:30 on 27 March 2022" in answer.text) == (422, True)


def test_two_organisers_see_both_versions_and_nothing_is_lost(app: Flask):
    event = an_agenda("A")
    first, second = at_the_desk(app, event, name="Olga"), at_the_desk(app, event, name="Piotr")
    seen = row(named(event, "A"))
    session_id = named(event, "A").id
    first.post(address(event, session_id), {**seen, f"s{session_id}-title": "Tytuł Olgi"})

    answer = second.post(
        address(event, session_id), {**seen, f"s{session_id}-title": "Tytuł Piotra"}, headers={"Accept-Language": "en"}
    )
    assert (answer.status_code, "Olga has changed this session" in answer.text) == (409, True)
    assert (answer.text.count("Tytuł Olgi") > 0, answer.text.count("Tytuł Piotra") > 0) == (True, True)
    assert hours(event) == ["10:00-11:00 Tytuł Olgi"]

    version = re.search(rf'name="s{session_id}-version" value="(\d+)"', answer.text)
    assert version
    second.post(
        address(event, session_id), {**seen, f"s{session_id}-title": "Tytuł Piotra", f"s{session_id}-version": version[1]}
    )
    assert hours(event) == ["10:00-11:00 Tytuł Piotra"]


def test_what_was_typed_into_a_removed_session_is_shown(app: Flask):
    event = an_agenda("A")
    first, second = at_the_desk(app, event), at_the_desk(app, event)
    sent, session_id = row(named(event, "A"), title="Mój długi tytuł"), named(event, "A").id
    first.post(address(event, session_id), {"do": "remove", f"s{session_id}-version": "1"})
    assert hours(event) == []

    answer = second.post(address(event, session_id), sent)

    assert (answer.status_code, "Mój długi tytuł" in answer.text) == (409, True)


def test_of_two_saves_at_once_one_is_kept_and_the_other_is_told(app: Flask):
    event = an_agenda("A")
    desks = [at_the_desk(app, event) for _ in range(2)]
    session_id = named(event, "A").id
    sent = [row(named(event, "A"), title=f"Tytuł {number}") for number in range(2)]
    db.session.rollback()

    codes = at_once(app, [(desk, address(event, session_id), form) for desk, form in zip(desks, sent, strict=True)])

    assert sorted(codes) == [303, 409]
    assert hours(event) == [f"10:00-11:00 Tytuł {codes.index(303)}"]


def test_moves_at_once_are_made_one_after_the_other(app: Flask):
    event = an_agenda("A", "B", "C")
    desks = [at_the_desk(app, event) for _ in range(3)]
    ids = [session.id for session in steps.rows(event)]
    db.session.rollback()

    orders = zip(desks, ("up", "down", "up"), strict=True)
    assert at_once(app, [(desk, address(event, ids[1]), {"do": do}) for desk, do in orders]) == [303, 303, 303]

    assert [line[:11] for line in hours(event)] == ["10:00-11:00", "11:00-12:00", "12:00-13:00"]
    assert len(steps.made(event)) in {2, 3}


@pytest.mark.parametrize(("do", "expected"), [("up", "B A"), ("before:first", "B A"), ("down", "A B"), ("last", "A B")])
@one_database
def test_a_row_is_moved_with_what_was_typed_in_it(app: Flask, do: str, expected: str):
    event = an_agenda("A", "B")
    do = do.replace("first", str(named(event, "A").id))

    at_the_desk(app, event).post(address(event, named(event, "B").id), row(named(event, "B"), do, room="Sala 1"))

    assert (" ".join(line.split()[1] for line in hours(event)), named(event, "B").room) == (expected, "Sala 1")


@one_database
def test_a_move_that_changes_nothing_says_so_and_offers_no_undo_of_the_step_before(app: Flask):
    event = an_agenda("A", "B")
    desk, session_id = at_the_desk(app, event), named(event, "A").id
    desk.post(address(event, session_id), row(named(event, "A"), room="Sala 1"))

    answer = desk.post(address(event, session_id), row(named(event, "A"), "up"), headers={"Accept-Language": "en"})

    assert answer.location == f"{address(event)}?day=2021-10-26#row-{session_id}"
    page = desk.get(answer.location, headers={"Accept-Language": "en"}).text
    assert ("Nothing has moved" in page, 'class="toast"' in page) == (True, False)


@one_database
def test_of_two_persons_with_one_name_the_chosen_one_is_put_on_the_session(app: Flask):
    event = an_agenda("A")
    desk, session_id = at_the_desk(app, event), named(event, "A").id
    older, chosen = make.a_person(name="Anna Cieśla"), make.a_person(name="Anna Cieśla")

    desk.post(address(event, session_id), row(named(event, "A"), "add_person", name="Anna Cieśla", person_id=chosen.id))
    desk.post(address(event, session_id), row(named(event, "A"), "add_person", name="Anna Cieśla", person_id="", role="host"))
    desk.post(address(event, session_id), row(named(event, "A"), "add_person", name="Jan Nowak", person_id=chosen.id))

    on_it = [(a.name, a.person_id) for a in named(event, "A").appearances]
    assert on_it[:2] == [("Anna Cieśla", chosen.id), ("Anna Cieśla", older.id)]
    assert (on_it[2][0], on_it[2][1] in {older.id, chosen.id}) == ("Jan Nowak", False)


@one_database
def test_an_organisation_is_put_on_a_session_once_in_a_role(app: Flask):
    event = an_agenda("A")
    desk, session_id = at_the_desk(app, event), named(event, "A").id
    firm = make.an_organisation(name="Wolański Sp. z o.o.")
    typed = {"name": "wolanski sp. z o.o.", "is_organisation": "y", "role": "author"}

    assert desk.get("/organise/people/find?q=wolan&organisations=").json == [
        {"id": 0, "is_organisation": True, "name": "Wolański Sp. z o.o.", "position": "Organizacja"}
    ]
    codes = [desk.post(address(event, session_id), row(named(event, "A"), "add_person", **typed)).status_code for _ in range(2)]
    desk.post(address(event, session_id), row(named(event, "A"), "add_person", **{**typed, "role": "host"}))
    host = named(event, "A").appearances[1]
    twice = desk.post(address(event, session_id), {**row(named(event, "A")), f"role-{host.id}": "author"})

    assert [(a.organisation_id, a.role) for a in named(event, "A").appearances] == [(firm.id, "author"), (firm.id, "host")]
    assert (codes, twice.status_code, db.session.query(Person).count()) == ([303, 422], 422, 0)


@one_database
def test_a_clash_names_another_event_only_to_whom_it_is_shown(app: Flask):
    event, person = an_agenda("A"), make.a_person(name="Anna Cieśla")
    other = an_agenda("Tajna", title="Szkic", status=EventStatus.DRAFT)
    for session in (named(event, "A"), named(other, "Tajna")):
        make.an_appearance(session, person_id=person.id)
    elsewhere = f"{address(other)}?day=2021-10-26#row-{named(other, 'Tajna').id}"
    stranger, member = at_the_desk(app, event), at_the_desk(app, event)
    make.a_membership(member.user, other, Post.VIEWER)

    hidden, named_to_member = (desk.get(address(event), headers={"Accept-Language": "en"}).text for desk in (stranger, member))

    assert ("Anna Cieśla: taken by another event at 10:00." in hidden, "Tajna" in hidden) == (True, False)
    assert ("Anna Cieśla is at “Tajna” (Szkic) at 10:00." in named_to_member, elsewhere in named_to_member) == (True, True)


@one_database
def test_people_are_added_changed_and_taken_off_in_the_row(app: Flask):
    event = an_agenda("A")
    desk, session_id = at_the_desk(app, event), named(event, "A").id
    person = make.a_person(name="Anna Cieśla")

    desk.post(address(event, session_id), row(named(event, "A"), "add_person", name="anna ciesla", role="panelist"))
    shown = named(event, "A").appearances[0]
    assert (shown.person_id, shown.role, db.session.query(Person).count()) == (person.id, "panelist", 1)
    parts = {f"role-{shown.id}": "moderator", f"printed-{shown.id}": "Naczelnik"}
    desk.post(address(event, session_id), {**row(named(event, "A")), **parts})
    assert [(a.role, a.printed_as) for a in named(event, "A").appearances] == [("moderator", "Naczelnik")]
    desk.post(address(event, session_id), row(named(event, "A"), f"drop:{shown.id}"))
    assert named(event, "A").appearances == []


@one_database
def test_texts_in_the_other_language_are_kept_beside_the_original(app: Flask):
    event = an_agenda("A")

    at_the_desk(app, event).post(address(event, named(event, "A").id), row(named(event, "A"), title_other="Expert panel"))

    assert named(event, "A").translations == {"en": {"title": "Expert panel"}}


def test_a_session_and_a_break_are_added(app: Flask):
    event = an_agenda("A")
    desk = at_the_desk(app, event)
    new = {"new-title": "Panel", "new-day": "2021-10-26", "new-start": "11", "new-minutes": "90", "new-kind": "panel"}
    pause = {"break-title": "Przerwa", "break-day": "2021-10-26", "break-start": "12.30", "break-minutes": "15"}

    desk.post(address(event, "add"), {"add": "new", **new})
    desk.post(address(event, "add"), {"add": "break", "break-kind": "break", **pause})
    refused = desk.post(address(event, "add"), {"add": "new", **new, "new-title": "", "new-start": "half past"})

    assert hours(event) == ["10:00-11:00 A", "11:00-12:30 Panel", "12:30-12:45 Przerwa"]
    assert (refused.status_code, 'value="half past"' in refused.text) == (422, True)
    assert ('href="#new-title"' in refused.text, 'href="#new-start"' in refused.text) == (True, True)


def test_a_session_that_somebody_chose_is_not_removed(app: Flask):
    event = an_agenda("A", asks_sessions=True)
    make.a_registration(event)
    assert db.session.query(Choice).count() == 1
    session = named(event, "A")

    answer = at_the_desk(app, event).post(
        address(event, session.id),
        {"do": "remove", f"s{session.id}-version": str(session.version)},
        headers={"Accept-Language": "en"},
    )

    assert (answer.status_code, "Cancel it instead" in answer.text) == (409, True)
    assert hours(event) == ["10:00-11:00 A"]


def test_clashes_are_said_in_the_row_with_what_mends_them_and_saving_goes_on(app: Flask):
    event = an_agenda("A")
    session = make.a_session(event, title="B", starts_at=make.at("2021-10-26 10:45"), ends_at=make.at("2021-10-26 11:45"))
    desk = at_the_desk(app, event)

    page = desk.get(address(event), headers={"Accept-Language": "en"}).text
    assert "Begins 15 minutes before the end of “A”." in page
    fix = re.search(r'value="(at:[^"]+)">Move to 11:00', page)
    assert fix
    desk.post(address(event, session.id), {"do": fix[1]})

    assert hours(event) == ["10:00-11:00 A", "11:00-12:00 B"]


def test_the_event_is_made_to_end_with_its_agenda_and_that_is_recorded(app: Flask):
    event = make.an_event()
    make.a_session(event, ends_at=make.at("2021-10-26 12:45"))
    desk = at_the_desk(app, event)
    assert "Let the event end at 12:45" in desk.get(address(event), headers={"Accept-Language": "en"}).text

    desk.post(address(event, "hours"), {"edge": "end"})

    assert f"{event.local_ends_at:%H:%M}" == "12:45"
    assert [record.act for record in db.session.query(Record)] == ["agenda.hours"]


@one_database
def test_the_history_of_edits_leads_back_to_any_of_them(app: Flask):
    event = an_agenda("A", "B", "C")
    desk = at_the_desk(app, event)
    for title in "BC":
        desk.post(address(event, named(event, title).id), {"do": "up"})

    page = desk.get(address(event, "steps"), headers={"Accept-Language": "en"}).text
    assert page.index("Moved: “C”") < page.index("Moved: “B”")
    desk.post(address(event, "steps"), {"number": "1"})

    assert [line.split()[1] for line in hours(event)] == ["A", "B", "C"]


@one_database
def test_a_viewer_reads_the_agenda_and_edits_nothing(app: Flask):
    event = an_agenda("A")
    desk = at_the_desk(app, event, Post.VIEWER)

    page = desk.get(address(event)).text

    assert (">A<" in page, 'name="do"' in page) == (True, False)
    assert desk.post(address(event, named(event, "A").id), {"do": "up"}).status_code == 403


@one_database
def test_a_form_that_comes_back_after_signing_in_shows_what_was_typed_and_changes_nothing(app: Flask):
    event = an_agenda("A")

    answer = at_the_desk(app, event).post(
        address(event, named(event, "A").id), {**row(named(event, "A"), title="Po zalogowaniu"), "restore": "1"}
    )

    assert (answer.status_code, "Po zalogowaniu" in answer.text, hours(event)) == (200, True, ["10:00-11:00 A"])


@pytest.mark.parametrize("path", ["999999", "undo", "redo", "shift", "hours", "add", "steps"])
@one_database
def test_an_empty_form_is_no_fault_of_the_program(app: Flask, path: str):
    event = an_agenda("A")

    assert at_the_desk(app, event).post(address(event, path), {}).status_code in {303, 404, 409, 422}


@one_database
def test_a_long_day_is_shown_in_lines_and_one_row_opens(app: Flask):
    event = an_agenda(*(f"T{number}" for number in range(13)), length=15)
    desk, session = at_the_desk(app, event), named(event, "T3")

    closed, opened = desk.get(address(event)).text, desk.get(f"{address(event)}?edit={session.id}").text

    assert (f"s{session.id}-title" in closed, f"s{session.id}-title" in opened) == (False, True)
    assert opened.count('inputmode="numeric"') == closed.count('inputmode="numeric"') + 1


def test_the_page_takes_the_same_number_of_statements_however_long_the_agenda(app: Flask, statements: Callable):
    event = make.an_event()
    desk = at_the_desk(app, event)

    def counted(number: int) -> int:
        for _ in range(number):
            make.an_appearance(make.a_session(event))
        with statements() as said:
            desk.get(address(event))
        return len(said)

    in_forms, in_more_forms, in_lines, in_more_lines = counted(1), counted(8), counted(20), counted(20)
    assert (in_forms, in_lines) == (in_more_forms, in_more_lines)
    assert max(in_forms, in_lines) <= 12
