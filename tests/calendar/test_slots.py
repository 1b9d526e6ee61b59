"""What an entry is made from."""

from datetime import timedelta

from app.agenda.models import Appearance, Role, SessionStatus
from app.calendar import slots
from app.events.models import Attendance, EventStatus, Organisation
from tests.calendar.samples import MEETING, SITE, WRITTEN_AT, a_session, an_appearance, an_event, at


def test_an_event_carries_its_whole_title_its_summary_and_its_agenda_by_local_hours() -> None:
    event = an_event()
    panel = a_session(event, title="Panel ekspertów", starts_at=at("2026-10-26 11:00"), ends_at=at("2026-10-26 12:30"))
    study = a_session(event)

    slot = slots.of_event(event, [panel, study], SITE)

    assert slot.summary == "Smart City - doświadczenia i wyzwania. Wyniki ewaluacji"
    assert slot.description == (
        "Spotkanie dla przedstawicieli miast.\n\n"
        "Agenda, czas polski (UTC+1):\n10:00–11:00 Prezentacja wyników badania\n11:00–12:30 Panel ekspertów\n\n"
        "https://plenum.example.org/events/smart-city/"
    )
    assert (slot.location, slot.url, slot.zone) == ("Zoom", "https://plenum.example.org/events/smart-city/", "Europe/Warsaw")


def test_the_agenda_names_a_zone_that_is_not_polish_with_its_offset() -> None:
    event = an_event(zone="Europe/Athens", language="en")

    assert "Agenda, time in: Athens (UTC+2):\n10:00–11:00" in slots.of_event(event, [a_session(event)], SITE).description


def test_an_event_of_several_days_has_its_agenda_by_days() -> None:
    event = an_event(ends_at=at("2026-10-27 15:00"))
    first, second = a_session(event), a_session(event, starts_at=at("2026-10-27 09:00"), title="Dyskusja")

    description = slots.of_event(event, [first, second], SITE).description

    assert "poniedziałek, 26 października 2026\n10:00–11:00 Prezentacja wyników badania\n\n" in description
    assert "wtorek, 27 października 2026\n9:00–10:00 Dyskusja\n\n" in description


def test_a_session_carries_its_abstract_and_whoever_appears_as_printed() -> None:
    event = an_event(organiser=Organisation(name="Ministerstwo"))
    session = a_session(event, room="Sala Błękitna")
    an_appearance(session, "Anna Cieśla", "Naczelnik Wydziału, MFiPR")
    an_appearance(session, "Włodzimierz Łoziński", "")
    Appearance(session=session, organisation=Organisation(name="EGO s.c."), role=Role.AUTHOR, printed_as="")

    slot = slots.of_session(session, SITE)

    assert slot.description == (
        "Badanie zrealizowane przez konsorcjum.\n\n"
        "Anna Cieśla, Naczelnik Wydziału, MFiPR\nWłodzimierz Łoziński\nEGO s.c.\n\n"
        "Smart City - doświadczenia i wyzwania. Wyniki ewaluacji\n"
        "https://plenum.example.org/events/smart-city/sessions/prezentacja/"
    )
    assert (slot.location, slot.organizer_name) == ("Sala Błękitna, Zoom", "Ministerstwo")


def test_the_meeting_address_is_nowhere_even_if_somebody_wrote_it_into_the_texts() -> None:
    event = an_event(summary=f"Link: {MEETING}", title=f"Spotkanie {MEETING}", place_name=MEETING, subtitle=None)
    session = a_session(event, abstract=f"Wejdź na {MEETING}.", title=MEETING)
    an_appearance(session, "Anna Cieśla", MEETING)

    entries = [slots.of_event(event, [session], SITE), slots.of_session(session, SITE), *slots.of_days(event, [session], SITE)]

    assert [entry for entry in entries if "meeting.example.com" in repr(entry)] == []
    assert entries[0].location == "https://plenum.example.org/events/smart-city/"


def test_a_session_is_called_off_with_its_event_and_its_number_rises_with_the_events() -> None:
    event = an_event()
    session = a_session(event, sequence=2)
    before = slots.of_session(session, SITE)

    event.status, event.sequence, event.modified_at = EventStatus.CANCELLED, 1, WRITTEN_AT + timedelta(days=1)
    after = slots.of_session(session, SITE)

    assert (before.is_cancelled, before.sequence, before.modified_at) == (False, 2, WRITTEN_AT)
    assert (after.is_cancelled, after.sequence, after.modified_at) == (True, 3, WRITTEN_AT + timedelta(days=1))


def test_an_events_entry_is_as_new_as_the_newest_thing_it_tells() -> None:
    event = an_event()
    session = a_session(event, modified_at=WRITTEN_AT + timedelta(hours=1))

    assert slots.of_event(event, [session], SITE).modified_at == WRITTEN_AT + timedelta(hours=1)
    assert slots.of_event(event, [], SITE).modified_at == WRITTEN_AT


def test_a_session_that_was_called_off_leaves_the_agenda() -> None:
    event = an_event()
    gone = a_session(event, status=SessionStatus.CANCELLED, title="Odpadło")

    assert "Odpadło" not in slots.of_event(event, [gone, a_session(event)], SITE).description


def test_several_days_are_an_entry_each_with_the_hours_of_that_days_sessions() -> None:
    event = an_event(starts_at=at("2026-10-24 09:00"), ends_at=at("2026-10-26 16:00"), sequence=1, attendance=Attendance.OFFLINE)
    sessions = [
        a_session(event, starts_at=at("2026-10-24 09:30")),
        a_session(event, starts_at=at("2026-10-24 11:00"), sequence=2),
        a_session(event, starts_at=at("2026-10-26 12:00")),
    ]

    days = slots.of_days(event, sessions, SITE)

    title = "Smart City - doświadczenia i wyzwania. Wyniki ewaluacji"
    assert [(day.uid, day.sequence, day.starts_at, day.ends_at, day.summary) for day in days] == [
        (f"1.{event.uid}", 3, at("2026-10-24 09:30"), at("2026-10-24 12:00"), f"{title} (1/3)"),
        (f"2.{event.uid}", 3, at("2026-10-25 09:00"), at("2026-10-25 16:00"), f"{title} (2/3)"),
        (f"3.{event.uid}", 3, at("2026-10-26 12:00"), at("2026-10-26 13:00"), f"{title} (3/3)"),
    ]


def test_a_cancelled_event_keeps_the_hours_of_its_days() -> None:
    event = an_event(starts_at=at("2026-10-24 09:00"), ends_at=at("2026-10-25 16:00"))
    sessions = [a_session(event, starts_at=at("2026-10-24 09:30")), a_session(event, starts_at=at("2026-10-25 10:00"))]
    before = [(day.starts_at, day.ends_at) for day in slots.of_days(event, sessions, SITE)]

    event.status = EventStatus.CANCELLED

    assert [(day.starts_at, day.ends_at) for day in slots.of_days(event, sessions, SITE)] == before


def test_an_event_of_one_day_is_its_only_entry_also_when_it_ends_at_midnight() -> None:
    event = an_event(starts_at=at("2026-10-26 20:00"), ends_at=at("2026-10-27 00:00"))

    assert [day.uid for day in slots.of_days(event, [], SITE)] == [event.uid]
