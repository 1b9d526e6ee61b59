from collections.abc import Callable

from app.agenda import clashes, queries
from app.agenda.models import SessionStatus
from app.events.models import Attendance, Event, EventStatus
from tests import make
from tests.agenda.sketch import an_agenda, at, named


def found(event: Event) -> dict[str, list[tuple[str, str, int]]]:
    """By title: what does not fit, with whom or where, and by how many minutes."""
    sessions = queries.sessions_of(event)
    titles = {session.id: session.title for session in sessions}
    all_of_it = clashes.of_event(event, sessions)
    return {titles[number]: [(c.kind.value, c.name, c.minutes) for c in of_one] for number, of_one in all_of_it.items()}


def test_an_agenda_that_fits_says_nothing(app):
    assert found(an_agenda("A", "B")) == {}


def test_an_overlap_and_free_time_say_how_many_minutes_and_what_would_mend_them(app):
    event = an_agenda("A")
    make.a_session(event, title="B", starts_at=at("10:45"), ends_at=at("11:45"))
    make.a_session(event, title="C", starts_at=at("12:00"), ends_at=at("12:30"))

    assert found(event) == {"B": [("overlap", "", 15)], "C": [("gap", "", 15)]}
    fixes = {number: of_one[0].fix for number, of_one in clashes.of_event(event, queries.sessions_of(event)).items()}
    assert list(fixes.values()) == [at("11:00"), at("11:45")]


def test_tracks_and_rooms_of_their_own_run_beside_each_other(app):
    event = make.an_event()
    for room, track in (("1", "A"), ("2", "B"), ("3", None), ("4", None)):
        make.a_session(event, room=f"Sala {room}", track=track)

    assert found(event) == {}


def test_a_room_twice_and_a_person_in_two_places_are_said_at_both(app):
    event, person = make.an_event(), make.a_person(name="Bartosz Dominiak")
    for title, track in (("A", "x"), ("B", "y")):
        session = make.a_session(event, title=title, track=track, room="Sala 1")
        make.an_appearance(session, person=person)

    both = [("person", "Bartosz Dominiak", 0), ("room", "Sala 1", 0)]
    assert found(event) == {"A": both, "B": both}


def test_another_event_counts_if_it_takes_place_at_the_same_time(app):
    person = make.a_person(name="Bartosz Dominiak")
    event = an_agenda("A")
    make.an_appearance(named(event, "A"), person=person)
    for facts in ({"status": EventStatus.CANCELLED}, {"is_template": True}, {"starts_at": make.at("2021-10-27 10:00")}):
        make.an_appearance(make.a_session(make.an_event(**facts)), person=person)
    assert found(event) == {}

    make.an_appearance(make.a_session(make.an_event(title="Miasto zielone"), title="Spotkanie"), person=person)

    (clash,) = clashes.of_event(event, queries.sessions_of(event))[named(event, "A").id]
    assert clash.other is not None
    assert (clash.kind, clash.other.title, clash.other.event.title) == ("person", "Spotkanie", "Miasto zielone")


def test_a_room_of_the_same_name_counts_only_at_the_same_place(app):
    event = make.an_event(attendance=Attendance.OFFLINE, place_name="Chmielna 69")
    make.a_session(event, title="A", room="Sala 1")
    for place in ("Chmielna 69", "Gdzie indziej"):
        other = make.an_event(attendance=Attendance.OFFLINE, place_name=place)
        make.a_session(other, title=place, room="Sala 1")

    sessions = queries.sessions_of(event)
    said = [clash.other.title for of_one in clashes.of_event(event, sessions).values() for clash in of_one if clash.other]
    assert said == ["Chmielna 69"]


def test_what_is_outside_of_the_events_hours_is_said(app):
    event = make.an_event()
    make.a_session(event, title="A", starts_at=at("09:45"), ends_at=at("10:00"))
    make.a_session(event, title="B", starts_at=at("10:00"), ends_at=at("12:45"))

    assert found(event) == {"A": [("early", "", 15)], "B": [("late", "", 15)]}


def test_a_cancelled_session_clashes_with_nothing(app):
    event = an_agenda("A")
    make.a_session(event, title="B", status=SessionStatus.CANCELLED)

    assert found(event) == {}


def test_all_clashes_are_found_in_the_same_number_of_statements(app, statements: Callable):
    event = make.an_event(attendance=Attendance.OFFLINE)

    def counted(number: int) -> int:
        for _ in range(number):
            make.an_appearance(make.a_session(event, room="Sala 1"), person=make.a_person())
            make.an_appearance(make.a_session(make.an_event(attendance=Attendance.OFFLINE), room="Sala 1"))
        sessions = queries.sessions_of(event)
        with statements() as said:
            clashes.of_event(event, sessions)
        return len(said)

    assert counted(1) == counted(3) == 2
