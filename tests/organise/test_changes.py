"""Changes at the desk: what people do not know yet, and telling them now, at a moment, or by itself."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from app.agenda.models import Session
from app.changes import versions
from app.changes.models import Telling, Version
from app.db import db, transaction
from app.events.models import Event, EventStatus
from app.mail.models import Message
from tests import make
from tests.defaults import one_database
from tests.desk import Desk


@pytest.fixture
def event() -> Event:
    """A published workshop of two sessions, known to three people; one of them comes to the panel only."""
    event = make.an_event(title="Smart City", asks_sessions=True)
    make.a_session(event, title="Prezentacja")
    panel = make.a_session(event, title="Panel ekspertów", starts_at=event.starts_at + timedelta(hours=1))
    with transaction():
        versions.begin(event, "Olga")
    for sessions in ([panel.id], None, [make.sessions_of(event)[0]]):
        make.a_registration(event, **({"sessions": sessions} if sessions else {}))
    return event


@pytest.fixture
def desk(app: Flask, event: Event) -> Desk:
    user = make.a_user(name="Olga Nowak", language="pl")
    make.a_membership(user, event)
    return Desk(app, user)


def move(event: Event, minutes: int = 15, **facts: object) -> None:
    """The panel begins and ends so much later, with these facts."""
    with transaction():
        panel = db.session.scalars(
            sa.select(Session).where(Session.event_id == event.id, Session.title == "Panel ekspertów")
        ).one()
        panel.starts_at += timedelta(minutes=minutes)
        panel.ends_at += timedelta(minutes=minutes)
        for name, value in facts.items():
            setattr(panel, name, value)


def path(event: Event, rest: str = "") -> str:
    return f"/organise/events/{event.id}/changes{rest}"


def seen_on(page: str) -> str:
    found = re.search(r'name="seen" value="([^"]*)"', page)
    assert found
    return found[1]


def sent(desk: Desk, address: str, facts: dict[str, str]) -> str:
    """The page that a form leads to when it was taken."""
    answer = desk.post(address, facts)
    assert answer.status_code == 303
    return desk.get(answer.location).text


def letters(event: Event) -> int:
    query = sa.select(sa.func.count()).where(Message.topic == f"event:{event.id}", Message.letter == "changes")
    return db.session.scalar(query) or 0


def test_the_page_says_what_whom_and_when(desk: Desk, event: Event):
    move(event, room="Sala 2", abstract="Nowy opis")

    page = desk.get(path(event)).text

    rows = re.findall(r'<tr><th scope="row">(.*?)</th><td data-l="Kogo dotyczy">(.*?)</td></tr>', page)
    assert rows == [
        ("Panel ekspertów: 11:15–12:15, wcześniej 11:00–12:00", "2 osoby"),
        ("Panel ekspertów – miejsce: Sala 2", "2 osoby"),
    ]
    assert "Powiadom teraz 2 osoby" in page
    assert "Wiadomości wyjdą automatycznie o 9:20, jeśli do tego czasu nikt nie zmieni agendy." in page
    assert "Opisy, poprawione literówki" in page
    letter = desk.get(path(event, "/after/1/body"))
    assert "Panel ekspertów: 11:15–12:15, wcześniej 11:00–12:00" in letter.text
    assert "/my/example/" in letter.text
    assert "Wpis dodawany do kalendarza:" in page


def test_people_are_told_once_by_one_press_and_a_page_left_open_tells_nothing(desk: Desk, event: Event):
    move(event)
    left_open = seen_on(desk.get(path(event)).text)
    move(event)
    shown = seen_on(desk.get(path(event)).text)

    stale = desk.post(path(event, "/tell"), {"seen": left_open})
    after_stale = letters(event)
    first = sent(desk, path(event, "/tell"), {"seen": shown})
    second = desk.post(path(event, "/tell"), {"seen": shown})

    assert (stale.status_code, after_stale) == (409, 0)
    assert "Agenda zmieniła się od otwarcia tej strony." in stale.text
    assert "Panel ekspertów: 11:30–12:30, wcześniej 11:00–12:00" in stale.text
    assert "Wychodzą wiadomości do 2 osób." in first
    assert "Wszyscy znają agendę w obecnej postaci." in first
    assert (second.status_code, letters(event)) == (409, 2)
    assert "Wszystko jest już ogłoszone" in second.text
    version = db.session.scalars(sa.select(Version).where(Version.number == 2)).one()
    assert (version.made_by, version.people_told) == ("Olga Nowak", 2)
    assert f"/letters/messages?batch={version.batch}" in first.replace("%3A", ":")
    assert "powiadomiono 2 osoby" in first
    assert ">Powiadomienie o zmianach</h" in desk.get(f"/organise/events/{event.id}/history").text


def test_a_moment_is_chosen_and_taken_back(desk: Desk, event: Event):
    move(event)
    bad = {
        rest["date"]: desk.post(path(event, "/at"), rest)
        for rest in ({"date": "jutro?", "hour": "9"}, {"date": "10.10.2021", "hour": "9"}, {"date": "27.10.2021", "hour": "9"})
    }

    chosen = sent(desk, path(event, "/at"), {"date": "12.10.2021", "hour": "9:30"})
    kept = db.session.get_one(Telling, event.id)
    due_at, by = kept.due_at, kept.chosen_by
    band = desk.get(f"/organise/events/{event.id}/").text
    back = sent(desk, path(event, "/not-at"), {})

    assert {date: answer.status_code for date, answer in bad.items()} == dict.fromkeys(bad, 422)
    assert all(f'value="{date}"' in answer.text and 'aria-describedby="date-' in answer.text for date, answer in bad.items())
    assert (due_at, by) == (make.at("2021-10-12 09:30"), "Olga Nowak")
    assert "Wiadomości wyjdą 12 października 2021, 9:30. Termin ustala: Olga Nowak." in chosen
    assert "Wiadomości wyjdą 12 października 2021 o 9:30, razem ze zmianami wprowadzonymi do tego czasu." in band
    assert "Termin jest cofnięty." in back
    assert "Wiadomości wyjdą automatycznie o 9:20" in back


@one_database
def test_changes_wait_for_the_organiser_where_they_are_told_by_hand(desk: Desk, event: Event):
    move(event)
    wrong = [desk.post(path(event, "/way"), {"way": "settled", "minutes": minutes}) for minutes in ("", "0", "dwie", "9" * 9)]

    by_hand = sent(desk, path(event, "/way"), {"way": "by_hand", "minutes": "20"})
    desk.post(path(event, "/way"), {"way": "settled", "minutes": "45"})

    assert [answer.status_code for answer in wrong] == [422] * 4
    assert 'value="dwie"' in wrong[2].text
    assert "Nic nie wyjdzie, dopóki ktoś z zespołu nie naciśnie przycisku." in by_hand
    assert db.session.get_one(Telling, event.id).settling_minutes == 45


@one_database
def test_the_editor_and_the_overview_lead_to_what_is_not_told(desk: Desk, event: Event):
    before = desk.get(f"/organise/events/{event.id}/").text
    move(event)

    for rest in ("/", "/agenda"):
        page = desk.get(f"/organise/events/{event.id}{rest}").text
        assert "1 zmiana, o której 2 osoby jeszcze nie wiedzą" in page
        assert f'href="{path(event)}">Zobacz zmiany' in page
    assert "<b>Powiadom 2 osoby o zmianach</b>" in desk.get(f"/organise/events/{event.id}/").text
    assert 'id="untold"' not in before


@one_database
def test_what_is_no_public_event_to_come_says_why_nothing_is_told(desk: Desk, event: Event):
    move(event)
    said = {
        EventStatus.DRAFT: "Wydarzenie nie jest opublikowane, więc nie ma o czym powiadamiać.",
        EventStatus.POSTPONED: "Wydarzenie jest przełożone.",
        EventStatus.CANCELLED: "Wydarzenie jest odwołane albo już się odbyło",
    }

    for status, sentence in said.items():
        with transaction():
            event.status = status
        page = desk.get(path(event)).text
        assert sentence in page
        assert 'name="seen"' not in page


def test_the_page_asks_as_much_for_one_person_and_one_change_as_for_many(desk: Desk, event: Event, statements):
    def counted() -> int:
        with statements() as said:
            assert desk.get(path(event)).status_code == 200
        return len(said)

    move(event)
    counted()
    few = counted()
    for _ in range(5):
        make.a_registration(event)
        make.an_appearance(make.a_session(event))
    move(event, room="Sala 2")

    assert counted() == few <= 28
