"""The demonstration: the announcement as it was, whole, and once."""

from types import ModuleType

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient, FlaskCliRunner

from app.agenda.models import Appearance, Material, Role, Session
from app.db import db
from app.events.models import Event
from tests import make

PANEL = [
    (
        "Anna Cieśla",
        "Naczelnik Wydziału Pomocy Technicznej EOG i Komunikacji, Departament Programów Pomocowych, MFiPR",
    ),
    ("Joanna Krukowska", "Kierowniczka Działu UrbanLab Gdynia - Laboratorium Innowacji Społecznych"),
    ("Bartosz Dominiak", "Zastępca Burmistrza Dzielnicy Ursynów m.st. Warszawy"),
    ("Robert Bednarski", "Dyrektor Biura Zarządzania Projektami Urzędu Miasta Wrocławia"),
    ("Włodzimierz Łoziński", "coFounder VOOOM"),
]


def load(runner: FlaskCliRunner, *options: str) -> Event:
    result = runner.invoke(args=["demo", *options])
    assert result.exit_code == 0, result.output
    db.session.rollback()
    return db.session.scalars(sa.select(Event)).one()


def test_it_is_the_announcement(runner: FlaskCliRunner):
    event = load(runner)

    sessions = db.session.scalars(sa.select(Session).order_by(Session.starts_at)).all()
    hours = [(f"{item.local_starts_at:%H:%M}", f"{item.local_ends_at:%H:%M}", item.title) for item in sessions]
    panel = [(item.name, item.printed_as) for item in sessions[1].people]
    authors = [item.name for item in sessions[0].organisations]
    roles = set(db.session.scalars(sa.select(Appearance.role)))

    assert event.full_title == (
        "Smart City - doświadczenia i wyzwania. Wyniki ewaluacji realizacji koncepcji Smart City w krajach V4"
    )
    assert hours == [("10:00", "11:00", "Prezentacja wyników badania"), ("11:00", "12:30", "Panel ekspertów")]
    assert panel == PANEL
    assert authors == ["Wolański Sp. z o.o.", "EGO s.c.", "LB&E Sp. z o.o."]
    assert roles == {Role.PANELIST, Role.AUTHOR}
    assert (event.place_name, event.programme is not None) == ("Zoom", True)
    assert db.session.scalars(sa.select(Material.title)).all() == [
        "Raport „Ewaluacja realizacji koncepcji Smart City w państwach Grupy Wyszehradzkiej”"
    ]


@pytest.mark.parametrize(
    ("today", "day"),
    [
        ("2021-10-11 09:00", "2021-10-26"),
        ("2021-10-12 09:59", "2021-10-26"),
        ("2021-10-12 10:00", "2022-10-26"),
        ("2026-11-22 12:00", "2027-10-26"),
    ],
)
def test_it_stands_on_the_next_day_two_weeks_ahead(runner: FlaskCliRunner, clock: ModuleType, today: str, day: str):
    clock.stand_at(make.at(today))

    assert load(runner).local_starts_at.isoformat()[:16] == f"{day}T10:00"


def test_a_second_time_changes_nothing(runner: FlaskCliRunner):
    first = load(runner)
    registration = make.a_registration(first)
    state = (first.id, first.uid, first.modified_at, first.sequence)

    again = load(runner)

    assert (again.id, again.uid, again.modified_at, again.sequence) == state
    assert registration.is_confirmed


def test_as_published_it_is_over_and_shows_what_a_past_event_shows(
    runner: FlaskCliRunner, client: FlaskClient, clock: ModuleType
):
    clock.stand_at(make.at("2026-11-22 12:00"))
    event = load(runner, "--as-published")

    page = client.get(f"/events/{event.slug}/").text
    form = client.get(f"/events/{event.slug}/register")

    assert f"{event.local_starts_at:%Y-%m-%d %H:%M}" == "2021-10-26 10:00"
    assert ("To wydarzenie już się odbyło" in page, f"/events/{event.slug}/register" in page) == (True, False)
    assert (form.status_code, "<form" in form.text) == (200, False)
    assert load(runner).local_starts_at.year == 2027
