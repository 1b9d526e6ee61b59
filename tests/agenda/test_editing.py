from datetime import UTC, timedelta

import pytest
from flask_babel import force_locale

from app.agenda import casting, editing, shifting, steps
from app.agenda.models import Role, SessionKind, SessionStatus
from app.db import db, transaction
from app.errors import Refused
from app.events.models import EventStatus
from tests import make
from tests.agenda.sketch import BY, add, an_agenda, at, change, hours, named, undo


@pytest.fixture(autouse=True)
def in_english(app):
    """Refusals are said in English."""
    with force_locale("en"):
        yield


def test_a_new_session_gets_an_address_of_its_own_and_a_lasting_identity(app):
    event = an_agenda("Panel")

    session = add(event, "Panel", "12:00", "13:00", kind=SessionKind.PANEL, room="Sala 1")

    assert (session.slug, session.room, session.uid.partition("@")[2]) == ("panel-2", "Sala 1", "cal.plenum.example.org")


def test_the_order_changes_and_the_hours_follow(app):
    event = an_agenda("A", "B", "C")
    change(event, "B", ends_at=at("11:30"))

    with transaction():
        editing.move(event, named(event, "B").id, by=BY, way=editing.UP)

    assert hours(event) == ["10:00-10:30 B", "10:30-11:30 A", "12:00-13:00 C"]


def test_the_last_one_is_dropped_first_and_the_break_stays_where_it_was(app):
    event = an_agenda("A", "B")
    add(event, "C", "12:15", "12:45")

    with transaction():
        editing.place(event, named(event, "C").id, by=BY, before=named(event, "A").id)

    assert hours(event) == ["10:00-10:30 C", "10:30-11:30 A", "11:45-12:45 B"]


def test_a_move_leaves_other_tracks_where_they_are(app):
    event = an_agenda()
    for title, start, end, track in (("A1", "10:00", "11:00", "A"), ("B1", "10:00", "12:00", "B"), ("A2", "11:00", "11:30", "A")):
        add(event, title, start, end, track=track)

    with transaction():
        editing.place(event, named(event, "A2").id, by=BY, before=named(event, "B1").id)
        editing.move(event, named(event, "A2").id, by=BY, way=editing.UP)

    assert hours(event) == ["10:00-10:30 A2", "10:00-12:00 B1", "10:30-11:30 A1"]


def test_what_follows_is_shifted_by_what_the_end_moved(app):
    event = an_agenda("A", "B", "C")
    change(event, "A", ends_at=at("11:15"))
    offer = shifting.offer(steps.latest(event), steps.rows(event))
    assert offer is not None
    assert (offer.minutes_before, offer.first.title, f"{offer.first_starts_at:%H:%M}", f"{offer.new_end:%H:%M}") == (
        60,
        "B",
        "11:15",
        "13:15",
    )

    with transaction():
        editing.shift_following(event, offer.step.number, by=BY)

    assert hours(event) == ["10:00-11:15 A", "11:15-12:15 B", "12:15-13:15 C"]


def test_nothing_is_offered_where_there_is_room(app):
    event = an_agenda("A")
    add(event, "B", "12:00", "13:00")
    change(event, "A", ends_at=at("11:30"))

    assert shifting.offer(steps.latest(event), steps.rows(event)) is None


def test_a_gap_that_appears_is_offered_to_be_closed(app):
    event = an_agenda("A", "B")
    change(event, "A", ends_at=at("10:45"))

    offer = shifting.offer(steps.latest(event), steps.rows(event))

    assert offer is not None
    assert f"{offer.first_starts_at:%H:%M}" == "10:45"


def test_a_shift_is_measured_in_time_that_passes(app):
    start = make.at("2021-10-31 01:00").astimezone(UTC)
    event = make.an_event(starts_at=start, ends_at=start + timedelta(hours=8))
    make.a_session(event, title="A", starts_at=start, ends_at=start + timedelta(hours=1))
    make.a_session(event, title="B", starts_at=start + timedelta(hours=1), ends_at=start + timedelta(hours=2))

    with transaction():
        editing.shift(event, named(event, "A").id, by=BY, minutes=60)

    moved = named(event, "B")
    assert (moved.starts_at - start, moved.minutes) == (timedelta(hours=2), 60)


def test_a_draft_session_takes_its_address_from_its_new_title_and_a_public_one_keeps_its_own(app):
    draft, public = an_agenda("A", status=EventStatus.DRAFT), an_agenda("A")

    change(draft, "A", title="Panel ekspertów")
    change(public, "A", title="Panel ekspertów")

    assert [named(event, "Panel ekspertów").slug for event in (draft, public)] == ["panel-ekspertow", "a"]


@pytest.mark.parametrize(("end", "words"), [("10:00", "The end comes before"), ("9:00", "The end comes before")])
def test_an_end_before_the_start_is_refused(app, end: str, words: str):
    event = an_agenda("A")

    with pytest.raises(Refused, match=words) as refusal:
        change(event, "A", ends_at=at(end.zfill(5)))

    assert refusal.value.field == "end"


def test_an_older_version_is_not_written_over_a_newer_one(app):
    event = an_agenda("A")
    session = named(event, "A")
    seen = session.version
    change(event, "A", title="B")

    with pytest.raises(editing.Changed), transaction():
        editing.change(event, session.id, by=BY, version=seen, facts={"title": "C"}, parts={})
    with transaction():
        editing.change(event, session.id, by=BY, version=seen, facts={"title": "B"}, parts={})

    assert hours(event) == ["10:00-11:00 B"]


def test_a_session_in_somebodys_plan_is_cancelled_and_not_removed(app):
    event = an_agenda("A")
    session = named(event, "A")

    with pytest.raises(Refused, match="Cancel it instead"), transaction():
        editing.remove(event, session.id, by=BY, version=session.version, chosen={session.id})
    with transaction():
        editing.cancel(event, session.id, by=BY)

    assert named(event, "A").status is SessionStatus.CANCELLED
    undo(event)
    assert named(event, "A").status is SessionStatus.CONFIRMED


def test_somebody_is_found_in_the_register_whatever_the_case_and_diacritics(app):
    event, person = an_agenda("A"), make.a_person(name="Włodzimierz Łoziński", position="coFounder VOOOM")
    make.a_person(name="Włodzimierz Łoziński-Nowak")

    with transaction():
        for name in ("wlodzimierz  lozinski", "Nowa Osoba"):
            editing.add_person(event, named(event, "A").id, by=BY, newcomer=casting.Newcomer(name, Role.PANELIST))

    known, new = named(event, "A").appearances
    assert (known.person_id, known.printed_as, new.name) == (person.id, "coFounder VOOOM", "Nowa Osoba")


def test_the_same_person_is_not_put_on_a_session_twice_in_one_role(app):
    event = an_agenda("A")
    session = named(event, "A")
    newcomer = casting.Newcomer("Anna Cieśla", Role.PANELIST)
    with transaction():
        editing.add_person(event, session.id, by=BY, newcomer=newcomer)

    with pytest.raises(Refused, match="already"), transaction():
        editing.add_person(event, session.id, by=BY, newcomer=newcomer)


def test_people_are_put_in_another_order_and_taken_off(app):
    event = an_agenda("A")
    session = named(event, "A")
    for name in ("Anna", "Beata", "Celina"):
        make.an_appearance(session, person=make.a_person(name=name))
    anna = session.appearances[0]

    with transaction():
        editing.move_person(event, session.id, anna.id, by=BY, way=editing.DOWN)
        editing.drop_person(event, session.id, named(event, "A").appearances[0].id, by=BY)

    db.session.expire_all()
    assert [appearance.name for appearance in named(event, "A").appearances] == ["Anna", "Celina"]


def test_roles_and_printed_lines_are_changed_with_the_row(app):
    event = an_agenda("A")
    session = named(event, "A")
    shown = make.an_appearance(session)
    parts = {shown.id: casting.Part(Role.MODERATOR, "Prowadząca")}

    with transaction():
        editing.change(event, session.id, by=BY, version=session.version, facts={}, parts=parts)

    assert casting.part_of(named(event, "A").appearances[0]) == parts[shown.id]


def test_the_event_is_made_to_end_when_its_agenda_does(app):
    event = an_agenda("A")

    with transaction():
        editing.stretch(event, ends_at=at("12:45"))

    assert f"{event.local_ends_at:%H:%M}" == "12:45"
