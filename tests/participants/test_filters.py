"""Whom a filter means."""

import pytest

from app.calendar.words import Reply
from app.db import db, transaction
from app.events.models import Event
from app.mail import outbox
from app.mail.models import Message, MessageStatus
from app.participants import filters, queries
from app.participants.filters import Filter, State, Wanted
from app.participants.queries import Order, Sort
from app.registration import signup
from app.registration.models import Need, Registration
from tests import make
from tests.defaults import one_database

BY_NAME = Sort(Order.NAME, is_descending=False)


def names(event: Event, **facts: object) -> list[str]:
    return [person.name for person in queries.everybody(event, Filter(**facts), BY_NAME)]  # type: ignore[arg-type]


def undelivered(person: Registration) -> None:
    with transaction():
        outbox.put("message", to_name="", to_address=person.email, language="pl", thread=person.thread)
        db.session.query(Message).filter_by(thread=person.thread, letter="message").update({"status": MessageStatus.DEAD})


@one_database
@pytest.mark.parametrize(
    "query",
    [
        {},
        {"q": "Łącka gdynia"},
        {"state": "all", "session": "7", "group": "2", "needs": "any", "reply": "declined", "letters": "failed"},
        {"numbers": "3.17", "state": "waiting"},
    ],
)
def test_a_filter_says_itself_as_a_query_and_reads_it_back(app, query: dict[str, str]):
    assert Filter.from_args(query).as_query() == query


@one_database
def test_a_query_that_makes_no_sense_is_a_filter_that_leaves_nobody_out(app):
    nonsense = {"state": "x", "session": "-1", "needs": "99", "reply": "\0", "numbers": "a.0.9999999999", "letters": "y"}

    assert Filter.from_args(nonsense) == Filter()


def test_the_search_reads_every_word_without_case_and_diacritics(app):
    event = make.an_event()
    make.a_registration(event, name="Żaneta Łącka", organisation="Urząd Miasta Gdyni", email="z@example.org")
    make.a_registration(event, name="Adam Nowak", organisation="Urząd Miasta Łodzi", email="adam_nowak@example.org")

    found = [names(event, text=text) for text in ("lacka GDYNI", "urzad miasta", "adam_n", "100%", "lacka lodzi")]

    assert found == [["Żaneta Łącka"], ["Żaneta Łącka", "Adam Nowak"], ["Adam Nowak"], [], []]


def test_states_are_those_registered_unless_said_otherwise(app):
    event = make.an_event(capacity=1)
    make.a_registration(event, name="Ma Miejsce")
    make.a_registration(event, name="Na Liście")
    gone = make.a_registration(event, name="Jest Wypisana")
    with transaction():
        signup.cancel(gone, None)

    found = {state: names(event, state=state) for state in State}

    assert found == {
        State.REGISTERED: ["Na Liście", "Ma Miejsce"],
        State.CONFIRMED: ["Ma Miejsce"],
        State.WAITING: ["Na Liście"],
        State.UNCONFIRMED: [],
        State.PENDING: [],
        State.DECLINED: [],
        State.CANCELLED: ["Jest Wypisana"],
        State.ALL: ["Na Liście", "Ma Miejsce", "Jest Wypisana"],
    }


def test_needs_replies_and_sessions_narrow_the_list(app):
    event = make.an_event(asks_sessions=True)
    first, second = make.a_session(event), make.a_session(event)
    make.a_registration(event, name="Anna A", needs=[Need.CAPTIONS], sessions=[first.id])
    make.a_registration(event, name="Beata B", needs_note="rampa", sessions=[second.id])
    third = make.a_registration(event, name="Celina C", sessions=[first.id, second.id])
    with transaction():
        third.reply = Reply.DECLINED

    assert names(event, needs=Wanted.ANY) == ["Anna A", "Beata B"]
    assert [names(event, needs=need) for need in (Wanted.CAPTIONS, Wanted.OTHER, Wanted.SIGN_LANGUAGE)] == [
        ["Anna A"],
        ["Beata B"],
        [],
    ]
    assert (names(event, reply=Reply.DECLINED), names(event, reply=Reply.NONE)) == (["Celina C"], ["Anna A", "Beata B"])
    assert (names(event, session=first.id), names(event, session=second.id)) == (["Anna A", "Celina C"], ["Beata B", "Celina C"])


def test_a_letter_that_did_not_arrive_is_of_the_address_that_the_person_has_now(app):
    event = make.an_event()
    lost, corrected, _ = (make.a_registration(event, name=name) for name in ("Anna A", "Beata B", "Celina C"))
    undelivered(lost)
    undelivered(corrected)
    with transaction():
        corrected.email = "other@example.org"

    assert names(event, is_unreached=True) == ["Anna A"]
    assert queries.counts(event, Filter()).unreached == 1
    assert queries.unreached_among([lost, corrected]) == {lost.id}


def test_picked_people_are_meant_whatever_their_state_and_only_at_this_event(app):
    event, other = make.an_event(capacity=1), make.an_event()
    people = [make.a_registration(event, name=name) for name in ("Anna A", "Beata B", "Celina C")]
    make.a_registration(other)

    found = queries.everybody(event, filters.of({people[0].number, people[1].number}), BY_NAME)

    assert [person.name for person in found] == ["Anna A", "Beata B"]


def test_lists_are_sorted_by_the_polish_alphabet_on_both_databases(app):
    event = make.an_event()
    for name, organisation in (("Adam Żuk", "Łódź"), ("Ewa Lis", "Lublin"), ("Jan Łoś", "zarząd"), ("Iza Ćma", "Ćmielów")):
        make.a_registration(event, name=name, organisation=organisation)

    def order(by: Order, *, is_descending: bool = False) -> list[str]:
        return [person.name for person in queries.page(event, Filter(), Sort(by, is_descending), 1)]

    assert order(Order.NAME) == ["Iza Ćma", "Ewa Lis", "Jan Łoś", "Adam Żuk"]
    assert order(Order.ORGANISATION) == ["Iza Ćma", "Ewa Lis", "Adam Żuk", "Jan Łoś"]
    assert order(Order.REGISTERED, is_descending=True) == ["Iza Ćma", "Jan Łoś", "Ewa Lis", "Adam Żuk"]


def test_chips_count_what_the_rest_of_the_filter_lets_through(app):
    event = make.an_event(capacity=2)
    for name in ("Anna Lis", "Ewa Lis", "Jan Lis", "Jan Nowak"):
        make.a_registration(event, name=name, organisation=f"Urząd {name[:3]}")

    counts = queries.counts(event, Filter(text="lis", state=State.CANCELLED))

    assert [counts.of(state) for state in State] == [3, 2, 1, 0, 0, 0, 0, 3]
    assert queries.organisations(event, Filter()) == 3
