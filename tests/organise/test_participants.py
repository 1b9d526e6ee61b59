"""The table of participants and the pages behind it."""

import csv
import re
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app.admission.models import Quota
from app.audit.models import Record
from app.db import db, transaction
from app.events.members import Post
from app.events.models import Event
from app.mail import outbox
from app.participants.models import BulkStep
from app.registration.models import Choice, Registration, Status
from tests import make
from tests.defaults import one_database
from tests.desk import Desk
from tests.participants import crowd
from tests.registration import outgoing
from tests.web.reading import Reading


@pytest.fixture
def desk(app: Flask) -> Desk:
    """An editor of the event `at(desk)`, who reads English."""
    desk = Desk(app, make.a_user())
    desk.client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return desk


def held(desk: Desk, post: Post = Post.EDITOR, **facts: Any) -> tuple[Event, str]:
    """An event at which the person at the desk has a post, and the address of its participants."""
    event = make.an_event(**facts)
    make.a_membership(desk.user, event, post)
    return event, f"/organise/events/{event.id}/participants"


def names(page: Reading) -> list[str]:
    return re.findall(r"Select: (.+?) \S+ ", page.text)


def answers(**facts: Any) -> dict[str, Any]:
    told = {
        "name": "Maria Zalewska",
        "email": "maria@example.org",
        "language": "pl",
        "given": "place",
        "tells": "y",
        "clause": "y",
    }
    told["clause_version"] = str(make.a_clause().version)
    return {**told, **facts}


def test_the_table_asks_as_much_for_ten_thousand_as_for_one(app, desk, statements):
    event, path = held(desk, asks_sessions=True, capacity=None)
    session = make.a_session(event)
    make.a_registration(event, sessions=[session.id])
    desk.get(path)
    with statements() as one:
        desk.get(path)
    crowd.gather(event, 9_000, 999, sessions=(session.id,))
    farther = f"{path}?sort=name&page=150&q=urzad&session={session.id}&reply=none"

    with statements() as many:
        answer = desk.get(farther)

    assert (answer.status_code, "7451–7500 of 10000" in Reading(answer).text) == (200, True)
    assert len(many) == len(one)


@one_database
def test_the_table_is_searched_sorted_and_turned_page_by_page(app, desk):
    event, path = held(desk, capacity=None)
    crowd.gather(event, 60)

    first, second = Reading(desk.get(f"{path}?sort=name")), Reading(desk.get(f"{path}?sort=name&page=2"))
    found, nobody = Reading(desk.get(f"{path}?q=lacka")), Reading(desk.get(f"{path}?q=nikt"))

    assert "60 people from 60 institutions" in first.text
    assert ("1–50 of 60" in first.text, "51–60 of 60" in second.text, "1–50 of 60" in second.text) == (True, True, False)
    assert "8 people from 8 institutions" in found.text
    assert "Nobody fits. Change the search or show all." in nobody.text
    assert [given.get("aria-sort") for tag, given in first.tags if tag == "th" and "aria-sort" in given] == ["ascending"]


@one_database
@pytest.mark.parametrize(
    "query", ["page=0", "page=999999999", "page=x", "sort=sideways", "session=0&needs=x&state=x", "q=%00%25_"]
)
def test_an_address_that_makes_no_sense_shows_the_table(app, desk, query: str):
    event, path = held(desk)
    make.a_registration(event)

    assert desk.get(f"{path}?{query}").status_code == 200


@one_database
def test_whoever_checks_people_in_reads_and_does_nothing_else(app, desk):
    event, path = held(desk, Post.CHECK_IN)
    person = make.a_registration(event)

    pages = [Reading(desk.get(path)), Reading(desk.get(f"{path}/{person.number}"))]

    assert [person.name in page.text for page in pages] == [True, True]
    assert [link for page in pages for link in page.links if "export" in link or "add" in link or "edit" in link] == []
    assert {desk.get(f"{path}/{file}").status_code for file in ("export.csv", "export.xlsx", "attendance.pdf")} == {403}
    assert {desk.post(f"{path}/{act}").status_code for act in ("bulk", f"{person.number}/note", "steps/x/undo")} == {403}


@one_database
def test_nothing_is_found_at_a_number_that_nobody_has(app, desk):
    _, path = held(desk)

    found = {desk.get(f"{path}/{page}").status_code for page in ("7", "7/edit", "7/cancel", "999999")}
    done = {desk.post(f"{path}/{page}").status_code for page in ("7/confirm", "7/reinstate", "7/resend", "steps/x/undo")}

    assert (found, done) == ({404}, {404})


def test_a_person_is_added_by_hand(app, desk):
    _, path = held(desk)

    answer = desk.post(f"{path}/add", answers(note="z telefonu"))

    [person] = db.session.scalars(sa.select(Registration)).all()
    assert (answer.status_code, answer.location) == (303, f"{path}/{person.number}")
    shown = Reading(desk.get(answer.location)).text
    assert ("Added: Maria Zalewska" in shown, "by hand" in shown, "z telefonu" in shown) == (True, True, True)
    assert outgoing.queued() == [("confirmation", "maria@example.org")]
    assert db.session.scalars(sa.select(Record.act)).all() == ["participants.add"]


@one_database
def test_answers_that_cannot_be_taken_come_back_with_what_was_typed(app, desk):
    _, path = held(desk)

    answer = desk.post(f"{path}/add", answers(name="", email="maria", clause="", organisation="Urząd Gminy"))

    page = Reading(answer)
    assert (answer.status_code, page.title.startswith("Error: fix 3 answers")) == (422, True)
    assert 'value="Urząd Gminy"' in answer.text


@one_database
def test_an_address_that_is_known_leads_to_its_owner(app, desk):
    event, path = held(desk)
    known = make.a_registration(event, email="maria@example.org")

    answer = desk.post(f"{path}/add", answers())

    assert (answer.status_code, f"{path}/{known.number}" in Reading(answer).links) == (422, True)


@one_database
def test_where_all_is_full_the_form_asks_what_to_give(app, desk):
    event, path = held(desk, capacity=1)
    make.a_registration(event)

    refused = desk.post(f"{path}/add", answers())
    given = desk.post(f"{path}/add", answers(given="over"))

    assert ("All places are taken. Choose the waiting list" in Reading(refused).text, refused.status_code) == (True, 422)
    assert (given.status_code, event.taken) == (303, 2)


@one_database
def test_details_are_changed_and_the_history_says_by_whom(app, desk):
    event, path = held(desk, asks_sessions=True)
    first, second = make.a_session(event), make.a_session(event, title="Panel ekspertów")
    person = make.a_registration(event, name="Ewa Lis", email="slip@example.org", sessions=[first.id])

    form = desk.get(f"{path}/{person.number}/edit").text
    changed = answers(name="Ewa Lisowska", email="right@example.org", sessions=[second.id], language="en")
    answer = desk.post(f"{path}/{person.number}/edit", changed)

    assert 'value="slip@example.org"' in form
    shown = Reading(desk.get(answer.location)).text
    assert "Letters go to the new address from now on." in shown
    assert "Ewa Lis → Ewa Lisowska" in shown
    assert desk.user.name in shown
    assert "Panel ekspertów" in shown


@one_database
def test_one_person_s_letters_have_the_names_of_the_letters_page_and_lead_there(app, desk):
    event, path = held(desk)
    person = make.a_registration(event)
    message = outgoing.messages()[0]
    with transaction():
        outbox.refused(message.id, "550 5.1.1 <nobody@example.org>: Recipient address rejected")

    page = Reading(desk.get(f"{path}/{person.number}"))

    assert "Confirmation of a place Not delivered 550 5.1.1 <nobody@example.org>: Recipient address rejected" in page.text
    assert f"/organise/events/{event.id}/letters/messages/{message.id}" in page.links


@one_database
def test_an_act_stands_in_the_history_above_what_followed_from_it(app, desk):
    _, path = held(desk)

    added = desk.post(f"{path}/add", answers())
    history = Reading(desk.get(added.location)).text.rpartition("History")[2]

    words = ("Added a participant by hand", "Got a place", "Registered")
    assert [history.index(word) for word in words] == sorted(history.index(word) for word in words)


@one_database
def test_a_cancellation_is_told_or_not(app, desk):
    event, path = held(desk)
    told, untold = make.a_registration(event), make.a_registration(event)
    outgoing.forget()

    answers = [desk.post(f"{path}/{told.number}/cancel", {"tells": "y"}), desk.post(f"{path}/{untold.number}/cancel", {})]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert (told.status, untold.status) == (Status.CANCELLED, Status.CANCELLED)
    assert outgoing.queued() == [("cancellation", told.email)]


@one_database
def test_a_move_from_the_waiting_list_is_refused_on_the_page_where_all_is_full(app, desk):
    event, path = held(desk, capacity=1)
    make.a_registration(event)
    waiting = make.a_registration(event)

    refused = desk.post(f"{path}/{waiting.number}/confirm")
    done = desk.post(f"{path}/{waiting.number}/confirm", {"over": "yes"})

    assert (refused.status_code, "All places are taken" in Reading(refused).text) == (409, True)
    assert (done.status_code, waiting.status) == (303, Status.CONFIRMED)


@one_database
def test_a_person_comes_back_and_is_written_to_again(app, desk):
    event, path = held(desk)
    person = make.a_registration(event)
    desk.post(f"{path}/{person.number}/cancel", {})

    refused = desk.post(f"{path}/{person.number}/resend")
    desk.post(f"{path}/{person.number}/reinstate")
    again = [Reading(desk.get(desk.post(f"{path}/{person.number}/resend").location)).text for _ in range(2)]

    assert (refused.status_code, person.status) == (409, Status.CONFIRMED)
    assert "The letter leaves in a moment." in again[0]
    assert "The same letter was sent less than ten minutes ago." in again[1]


@one_database
def test_notes_and_answers_are_kept(app, desk):
    event, path = held(desk)
    person = make.a_registration(event)

    kept = [
        desk.post(f"{path}/{person.number}/note", {"note": "dojedzie\r\npóźniej"}).status_code,
        desk.post(f"{path}/{person.number}/reply", {"reply": "accepted"}).status_code,
        desk.post(f"{path}/{person.number}/reply", {"reply": "perhaps"}).status_code,
    ]

    assert (kept, person.note, person.reply.value) == ([303, 303, 422], "dojedzie\npóźniej", "accepted")


@one_database
def test_a_letter_that_did_not_arrive_is_shown_with_the_servers_words(app, desk):
    event, path = held(desk)
    person = make.a_registration(event)
    with transaction():
        for message in outbox.claim(10, timedelta(minutes=1)):
            outbox.refused(message.id, "550 no such user here")

    table, page = Reading(desk.get(f"{path}?letters=failed")), Reading(desk.get(f"{path}/{person.number}"))

    assert ("Letter did not arrive 1" in table.text, person.name in table.text) == (True, True)
    assert "550 no such user here" in page.text


def test_a_selection_is_cancelled_and_brought_back(app, desk):
    event, path = held(desk, capacity=2)
    people = [make.a_registration(event) for _ in range(4)]
    outgoing.forget()
    sent = {
        "act": "cancel",
        "tells": "yes",
        "picked": [person.number for person in people[:2]],
        "state": "confirmed",
        "sort": "name",
    }

    answer = desk.post(f"{path}/bulk", sent)
    shown = Reading(desk.get(answer.location)).text
    step = db.session.scalars(sa.select(BulkStep)).one()
    undone = desk.post(f"{path}/steps/{step.uid}/undo", {"state": "confirmed"})

    assert answer.location == f"{path}?state=confirmed&sort=name"
    assert "Cancelled: 2 people. Letters leave at 9:05. Until then this can be undone." in shown
    assert "Undone for 2 people." in Reading(desk.get(undone.location)).text
    assert [person.status for person in people] == [Status.CONFIRMED] * 2 + [Status.WAITING] * 2
    assert outgoing.queued() == []
    assert set(db.session.scalars(sa.select(Record.act))) == {"participants.bulk_cancel", "participants.undo"}


@one_database
def test_all_of_a_filter_are_written_to_again_across_pages(app, desk):
    event, path = held(desk, capacity=None)
    crowd.gather(event, 60)

    desk.post(f"{path}/bulk", {"act": "resend", "everybody": "yes", "q": "lacka"})

    assert len(outgoing.queued()) == 8


@one_database
def test_an_undo_says_whom_it_could_not_bring_back(app, desk):
    event, path = held(desk, capacity=2)
    people = [make.a_registration(event, name=name) for name in ("Ewa Lis", "Jan Nowak")]
    desk.post(f"{path}/bulk", {"act": "cancel", "picked": [person.number for person in people]})
    make.a_registration(event)
    step = db.session.scalars(sa.select(BulkStep)).one()

    shown = Reading(desk.get(desk.post(f"{path}/steps/{step.uid}/undo").location)).text

    assert "Undone for 1 person." in shown
    assert "1 registration stays cancelled, because the place was given away or something changed since: Jan Nowak" in shown


@one_database
@pytest.mark.parametrize(
    ("sent", "said"),
    [({"act": "cancel"}, "Nobody is selected"), ({"act": "confirm", "picked": "1"}, "Nobody in this selection")],
)
def test_a_selection_of_nobody_is_refused_with_a_sentence(app, desk, sent, said):
    event, path = held(desk)
    make.a_registration(event)

    answer = desk.post(f"{path}/bulk", sent)

    assert (answer.status_code, said in Reading(desk.get(answer.location)).text) == (303, True)


@one_database
def test_files_hold_the_filtered_people_and_their_taking_is_recorded(app, desk):
    event, path = held(desk, slug="smart-city-v4")
    make.a_registration(event, name="Ewa Lis")
    make.a_registration(event, name="Jan Nowak")

    taken = {name: desk.get(f"{path}/{name}?q=lis") for name in ("export.csv", "export.xlsx", "attendance.pdf")}

    assert {name: answer.status_code for name, answer in taken.items()} == dict.fromkeys(taken, 200)
    assert ("Ewa Lis" in taken["export.csv"].text, "Jan Nowak" in taken["export.csv"].text) == (True, False)
    assert [answer.headers["Content-Disposition"] for answer in taken.values()] == [
        "attachment; filename=smart-city-v4-participants-2021-10-11.csv",
        "attachment; filename=smart-city-v4-participants-2021-10-11.xlsx",
        "attachment; filename=smart-city-v4-attendance-2021-10-11.pdf",
    ]
    assert (taken["export.xlsx"].data[:2], taken["attendance.pdf"].data[:5]) == (b"PK", b"%PDF-")
    acts = db.session.execute(sa.select(Record.act, Record.user_name).order_by(Record.id)).all()
    assert [tuple(act) for act in acts] == [
        ("participants.export", desk.user.name),
        ("participants.export", desk.user.name),
        ("participants.attendance", desk.user.name),
    ]


@one_database
def test_groups_and_waits_in_sessions_are_told_in_the_table_and_in_files_and_narrow_the_list(app, desk):
    event, there = held(desk, asks_sessions=True)
    session = make.a_session(event, title="Warsztat", capacity=1)
    cities, experts = (make.kept(Quota, {}, event_id=event.id, name=name, capacity=5) for name in ("Miasta", "Eksperci"))
    make.a_registration(event, name="Anna Cieśla", quota=cities)
    make.a_registration(event, name="Jan Łoś", quota=experts)
    assert db.session.get_one(Choice, (2, session.id)).is_waiting

    table = desk.get(f"{there}?lang=en&group={experts.id}").text
    rows = list(csv.reader(StringIO(desk.get(f"{there}/export.csv?lang=en&sort=name").text.lstrip("\ufeff")), delimiter=";"))
    writing = desk.get(f"/organise/events/{event.id}/letters/write?lang=en&group={experts.id}").text

    assert ("Anna Cieśla" in table, "Jan Łoś" in table, "(waits)" in table) == (False, True, True)
    assert [(row[5], row[8]) for row in rows] == [
        ("Group of participants", "Parts"),
        ("Miasta", "Warsztat"),
        ("Eksperci", "Warsztat (waits)"),
    ]
    assert "of the group: Eksperci" in writing
