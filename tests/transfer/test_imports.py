"""People brought in from a file: nothing half-done, nothing twice, nothing else than what was looked at."""

import contextvars
import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask_babel import force_locale

from app import clock, worker
from app.admission import quotas
from app.audit import records
from app.audit.models import Change, Record
from app.db import db, transaction
from app.errors import Refused
from app.events.models import Event
from app.mail.models import Message
from app.registration import consent, signup
from app.registration.models import Party, Registration, Status
from app.transfer import columns, imports, trials
from app.transfer.imports import Changed, Chosen
from app.transfer.models import Import
from tests import make
from tests.defaults import one_database

HEADER = "Imię;Nazwisko;Adres e-mail;Instytucja;Stanowisko;Uwagi\n"
THREE = (
    "Ewa;Lis;ewa@example.org;Urząd Miasta;Specjalistka;od burmistrza\n"
    "Jan;Nowak;jan@example.org;;;\n"
    "Żaneta;Łącka;zaneta@example.org;;;\n"
)
COLUMNS = {"first_name": 0, "surname": 1, "email": 2, "organisation": 3, "position": 4, "note": 5}


def kept(event: Event, rows: str = THREE, *, header: str = HEADER, tells: bool = False) -> Import:
    make.a_clause()
    with transaction():
        found = imports.keep(event, "lista.csv", (header + rows).encode(), by="Olga")
        found.tells = tells
    return found


def many(number: int) -> str:
    return "".join(f"Jan;Nowak {number};jan.{number}@example.org;Urząd {number};;\n" for number in range(number))


def carry_out(event: Event, found: Import, mark: str | None = None) -> Import:
    mark = trials.trial(event, found).mark if mark is None else mark
    latest = consent.latest()
    assert latest
    with transaction(), records.acting("participants.import", user_id=None, user_name="Olga", event_id=event.id):
        return imports.carry_out(event, found.uid, mark=mark, clause_version=latest.version)


def people(event: Event) -> list[Registration]:
    return list(
        db.session.scalars(sa.select(Registration).where(Registration.event_id == event.id).order_by(Registration.number))
    )


def letters() -> list[tuple[str, str]]:
    return [(message.letter, message.to_address) for message in db.session.scalars(sa.select(Message).order_by(Message.id))]


@pytest.mark.parametrize(
    ("header", "found"),
    [
        (HEADER.strip().split(";"), COLUMNS),
        (["E-MAIL", "Imię i nazwisko:", "ORGANIZACJA", "Imię"], {"name": 1, "email": 0, "organisation": 2}),
        (["Full name", "Email address", "Institution", "Remarks"], {"name": 0, "email": 1, "organisation": 2, "note": 3}),
        (["x", "", "E-mail", "e-mail"], {"email": 2}),
    ],
)
def test_columns_are_matched_by_their_names_in_both_languages(header: list[str], found: dict[str, int]):
    assert columns.matched(header) == found


@pytest.mark.parametrize(
    ("chosen", "where"),
    [
        ({"email": 1}, "name"),
        ({"name": 0, "surname": 1, "email": 2}, "name"),
        ({"name": 0}, "email"),
        ({"name": 0, "email": 0}, "email"),
    ],
)
def test_columns_that_cannot_be_meant_are_refused_at_their_field(app, chosen: dict[str, int], where: str):
    event = make.an_event()
    found = kept(event)

    with pytest.raises(Refused) as refusal, transaction():
        imports.match(event, found.uid, Chosen(chosen, (), "pl", tells=False))

    assert (refusal.value.field, found.columns) == (where, COLUMNS)


def test_every_fault_is_told_by_row_and_column(app):
    event = make.an_event()
    rows = (
        "Ewa;Lis;ewa@example.org;;;\n"
        "\n"
        ";;ewa.example.org;;;\n"
        "Jan;Nowak;EWA@example.org;;;\n"
        f"Adam;www.example.org;;{'u' * 201};;;nadto\n"
    )

    with force_locale("en"):
        found = trials.trial(event, kept(event, rows))

    assert [(fault.row, fault.column, fault.value[:15]) for fault in found.faults] == [
        (4, "A · Imię, B · Nazwisko", ""),
        (4, "C · Adres e-mail", "ewa.example.org"),
        (5, "C · Adres e-mail", "EWA@example.org"),
        (6, "A · Imię, B · Nazwisko", "Adam www.exampl"),
        (6, "C · Adres e-mail", ""),
        (6, "D · Instytucja", "u" * 15),
        (6, "G", "nadto"),
    ]
    assert found.faults[2].message == "The same address as in row 2"
    assert (len(found.people), found.is_good) == (1, False)


def test_everybody_is_added_with_places_first_and_letters_as_chosen(app):
    event = make.an_event(capacity=3)
    make.a_registration(event, email="jan@example.org")
    gone = len(letters())

    done = carry_out(event, kept(event, THREE + "Adam;Lis;adam@example.org;;;\n", tells=True))

    assert (done.added, done.waiting, done.passed_over, done.content) == (3, 1, 1, b"")
    assert [(person.name, person.status, person.note) for person in people(event)[1:]] == [
        ("Ewa Lis", Status.CONFIRMED, "od burmistrza"),
        ("Żaneta Łącka", Status.CONFIRMED, ""),
        ("Adam Lis", Status.WAITING, ""),
    ]
    assert (event.taken, event.waiting, event.arrivals) == (3, 1, 4)
    assert letters()[gone:] == [
        ("confirmation", "ewa@example.org"),
        ("confirmation", "zaneta@example.org"),
        ("waiting", "adam@example.org"),
    ]
    assert all(person.is_added_by_hand and person.consents and len(person.keys) == 3 for person in people(event)[1:])


def test_it_is_one_act_in_the_audit_and_nobody_is_written_to_unless_asked(app):
    event = make.an_event()

    carry_out(event, kept(event))

    acts = db.session.scalars(sa.select(Record)).all()
    changed = sa.select(sa.func.count()).where(Change.subject == "registrations", Change.record_id == acts[0].id)
    assert ([act.act for act in acts], db.session.scalar(changed), letters()) == (["participants.import"], 3, [])


def test_those_who_wait_go_before_those_in_the_file(app):
    event = make.an_event(capacity=1)
    make.a_registration(event)
    waiting = make.a_registration(event)
    with transaction():
        event.capacity = 3

    found = kept(event)
    expected = trials.trial(event, found)
    done = carry_out(event, found)

    assert (expected.with_place, expected.waiting) == (1, 2)
    assert (done.added, done.waiting, waiting.status) == (3, 2, Status.CONFIRMED)


def test_a_party_that_does_not_fit_is_passed_over_in_the_trial_as_in_the_act(app):
    event = make.an_event(capacity=2)
    first = make.a_registration(event)
    party = make.kept(Party, {}, uid="party", event_id=event.id, contact_name="Ola", contact_email="ola@example.org")
    make.a_registration(event)
    waiting = [make.a_registration(event) for _ in range(2)]
    with transaction():
        for person in waiting:
            person.party = party
        signup.cancel(first, None)

    found = kept(event)
    expected = trials.trial(event, found)
    done = carry_out(event, found)

    assert (expected.with_place, expected.waiting, done.waiting) == (1, 2, 2)
    assert {person.status for person in waiting} == {Status.WAITING}


def test_a_column_names_the_group_whose_places_count_in_the_trial_as_in_the_act(app):
    event = make.an_event(capacity=6)
    with transaction():
        cities = quotas.add(event, name="Miasta", name_en="Cities", capacity=2)
        experts = quotas.add(event, name="Eksperci", name_en="", capacity=1)
    for _ in range(2):
        make.a_registration(event, quota=experts)
    groups = ("miasta", "CITIES", "Miasta", "eksperci", "", "")
    rows = "".join(f"Osoba {letter};{letter}@example.org;{group}\n" for letter, group in zip("abcdef", groups, strict=True))
    header = "Osoba;E-mail;Grupa uczestników\n"

    with force_locale("en"):
        wrong = trials.trial(event, kept(event, f"{rows}Osoba g;g@example.org;Wsie\n", header=header)).faults
    found = kept(event, rows, header=header)
    expected = trials.trial(event, found)
    done = carry_out(event, found)

    message = "There is no group of this name. The groups are: Cities, Eksperci"
    assert [(fault.row, fault.column, fault.message) for fault in wrong] == [(8, "C · Grupa uczestników", message)]
    assert (expected.with_place, expected.waiting, done.waiting) == (4, 2, 2)
    assert [(person.quota, person.status) for person in people(event)[2:]] == [
        (cities, Status.CONFIRMED),
        (cities, Status.CONFIRMED),
        (cities, Status.WAITING),
        (experts, Status.WAITING),
        (None, Status.CONFIRMED),
        (None, Status.CONFIRMED),
    ]


def test_nothing_is_done_where_something_changed_since_it_was_looked_at(app):
    event = make.an_event(capacity=3)
    found = kept(event)
    seen = trials.trial(event, found).mark
    other = make.a_registration(event)

    with pytest.raises(Changed):
        carry_out(event, found, seen)

    assert (people(event), found.done_at, event.taken) == ([other], None, 1)


@one_database
def test_columns_that_are_not_matched_are_the_only_thing_told(app):
    event = make.an_event()

    with force_locale("en"):
        found = trials.trial(event, kept(event, "Ewa Lis;ewa@example.org\n", header="Kto;E-mail\n"))

    assert (found.hindrances, found.faults, found.people) == (["Choose the column with names"], [], [])


@one_database
def test_what_stands_in_the_way_of_all_is_told_before_anything_is_done(app):
    event = make.an_event(capacity=2, has_waiting_list=False)
    draft = make.an_event(status="draft")
    over = make.an_event(starts_at=clock.now() - timedelta(days=2))

    with force_locale("en"):
        told = [trials.trial(one, kept(one, tells=one is draft)).hindrances for one in (event, draft, over)]

    assert told == [
        ["1 person finds no place, and this event has no waiting list. Change one of the two in the settings."],
        ["The event is not published, so no letters leave. Add these people without letters."],
        ["This event is over."],
    ]


def test_two_clicks_at_once_do_it_once(app):
    event = make.an_event(capacity=None)
    found = kept(event, many(20))
    event_id, uid, mark, version = event.id, found.uid, trials.trial(event, found).mark, make.a_clause().version
    done: list[int] = []

    def click() -> None:
        with app.app_context(), transaction():
            mine = db.session.get_one(Event, event_id)
            done.append(imports.carry_out(mine, uid, mark=mark, clause_version=version).added)

    db.session.rollback()
    clicks = [threading.Thread(target=contextvars.Context().run, args=(click,)) for _ in range(3)]
    for one in clicks:
        one.start()
    for one in clicks:
        one.join()

    db.session.rollback()
    assert (done, len(people(event)), event.taken) == ([20, 20, 20], 20, 20)


def test_statements_grow_no_more_than_the_rows(app, statements):
    event = make.an_event(capacity=200, asks_sessions=True)
    make.a_session(event)
    with statements() as few:
        trials.trial(event, kept(event, many(1)))
    found = kept(event, many(400), tells=True)
    with statements() as looked:
        mark = trials.trial(event, found).mark

    with statements() as said:
        done = carry_out(event, found, mark)

    assert (done.added, done.waiting) == (400, 200)
    assert len(looked) <= len(few)
    assert len(said) < 9 * 400


def test_a_mended_file_keeps_what_was_chosen_for_the_former_one(app):
    event = make.an_event()
    found = kept(event)
    chosen = Chosen({"name": 1, "email": 2}, (), "en", tells=True)
    with transaction():
        imports.match(event, found.uid, chosen)

    with transaction():
        mended = imports.keep(event, "lista 2.csv", (HEADER + THREE).encode(), by="Olga", former=found)

    assert (mended.columns, mended.language, mended.tells) == ({"name": 1, "email": 2}, "en", True)
    assert db.session.scalars(sa.select(Import)).all() == [mended]


def test_files_are_forgotten_after_a_day(app, clock):
    event = make.an_event()
    kept(event)
    clock.stand_at(clock.now() + timedelta(hours=20))
    late = kept(event)
    clock.stand_at(clock.now() + timedelta(hours=5))

    worker.tick(app)

    assert db.session.scalars(sa.select(Import)).all() == [late]
