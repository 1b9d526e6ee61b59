"""Making an event at the desk."""

import re

import pytest
import sqlalchemy as sa
from flask import Flask

from app.agenda.models import Answer, Material, MaterialKind, Session
from app.db import db
from app.events.members import Membership, Post
from app.events.models import Attendance, Event, EventStatus, Kind, Organisation, Part, Partner
from app.events.texts import LetterText
from tests import make
from tests.defaults import one_database
from tests.desk import Desk

SHORT = {
    "title": "Zielone dachy",
    "kind": "webinar",
    "starts_on": "26 października 2021",
    "starts_hour": "9.30",
    "ends_hour": "11",
    "attendance": "online",
    "place_name": "Zoom",
    "organiser": "Urząd Miasta Gdyni",
}

WRONG = {"title": "", "title_pl": "", "starts_hour": "x", "ends_hour": "y", "organiser": "", "slug": "!", "capacity": "z"} | {
    "starts_on": "26.10.2021",
    "zone": "Mars",
}


def created() -> Event:
    return db.session.scalars(sa.select(Event).order_by(Event.id.desc())).first() or pytest.fail("no event was made")


def test_an_event_is_made_from_the_few_things_it_needs(app: Flask):
    user = make.a_user(creates_events=True, email="olga@example.org")

    answer = Desk(app, user).post("/organise/events/new", SHORT)

    event = created()
    assert (answer.status_code, answer.location) == (303, f"/organise/events/{event.id}/edit")
    assert (event.title, event.slug, event.kind, event.status) == (
        "Zielone dachy",
        "zielone-dachy",
        Kind.WEBINAR,
        EventStatus.DRAFT,
    )
    assert (event.starts_at, event.ends_at) == (make.at("2021-10-26 09:30"), make.at("2021-10-26 11:00"))
    assert (event.attendance, event.organiser.name) == (Attendance.ONLINE, "Urząd Miasta Gdyni")
    assert event.contact_email == "olga@example.org"
    memberships = db.session.execute(sa.select(Membership.user_id, Membership.event_id, Membership.post)).all()
    assert memberships == [(user.id, event.id, Post.OWNER)]


@one_database
def test_the_beginning_is_said_back_with_its_weekday(app: Flask):
    desk = Desk(app, make.a_user(creates_events=True))

    page = desk.get(desk.post("/organise/events/new?lang=pl", SHORT).location).text

    assert "wtorek, 26 października 2021, 9:30, czas polski (UTC+2)" in page


@one_database
def test_a_known_organisation_is_taken_whatever_its_case(app: Flask):
    gdynia = make.an_organisation(name="Urząd Miasta Gdyni")

    Desk(app, make.a_user(creates_events=True)).post("/organise/events/new", {**SHORT, "organiser": "urzad miasta gdyni"})

    assert created().organiser_id == gdynia.id


@one_database
@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"title": " "}, "title"),
        ({"starts_on": "26.10"}, "starts_on"),
        ({"starts_hour": "rano"}, "starts_hour"),
        ({"ends_hour": "9"}, "ends_hour"),
        ({"kind": "party"}, "kind"),
        ({"organiser": ""}, "organiser"),
        ({"attendance": "offline", "place_name": ""}, "place_name"),
        ({"starts_on": "28.03.2021", "starts_hour": "2:30"}, "starts_hour"),
    ],
)
def test_what_cannot_be_taken_comes_back_with_what_was_typed(app: Flask, typed: dict[str, str], field: str):
    answer = Desk(app, make.a_user(creates_events=True)).post("/organise/events/new?lang=en", {**SHORT, **typed})

    assert answer.status_code == 422
    assert "<title>Error: fix 1 answer" in answer.text
    assert f'href="#{field}' in answer.text
    assert db.session.scalar(sa.select(sa.func.count(Event.id))) == 0
    assert db.session.scalar(sa.select(sa.func.count(Organisation.id))) == 0


@one_database
@pytest.mark.parametrize("page", ["new", "edit"])
def test_what_is_wrong_is_told_in_the_order_of_the_page(app: Flask, page: str):
    user, event = make.a_user(creates_events=True), make.an_event()
    make.a_membership(user, event)
    path = "/organise/events/new" if page == "new" else f"/organise/events/{event.id}/edit"

    answer = Desk(app, user).post(path, WRONG).text

    told = re.findall(r'<li><a href="#([a-z_]+)(?:-0)?">', answer)
    places = [answer.index(f'id="{name}"') for name in told]
    assert len(told) == {"new": 4, "edit": 7}[page]
    assert places == sorted(places)


@one_database
def test_an_hour_that_comes_twice_is_asked_about_and_then_taken(app: Flask):
    desk = Desk(app, make.a_user(creates_events=True))
    night = {**SHORT, "starts_on": "31.10.2021", "starts_hour": "2:30", "ends_hour": "4"}

    asked = desk.post("/organise/events/new?lang=en", night)
    desk.post("/organise/events/new", {**night, "starts_turn": "1"})

    assert asked.status_code == 422
    assert "This hour comes twice that night. Which one?" in asked.text
    assert created().starts_at == make.at("2021-10-31 01:30", "UTC")


@one_database
def test_only_who_may_create_events_sees_the_form(app: Flask):
    answer = Desk(app, make.a_user()).get("/organise/events/new")

    assert answer.status_code == 403


def test_an_event_is_made_after_another_one_with_dates_shifted_over_a_change_of_the_clocks(app: Flask):
    event = make.an_event(
        starts_at=make.at("2021-10-26 10:00"),
        ends_at=make.at("2021-10-27 12:00"),
        registration_closes_at=make.at("2021-10-25 18:00"),
        description="Opis",
        translations={"en": {"title": "Smart City"}},
    )
    make.kept(Partner, {"event_id": event.id, "organisation_id": make.an_organisation().id}, part=Part.PATRON)
    make.kept(LetterText, {"event_id": event.id}, letter="confirmation", language="pl", subject="Do zobaczenia", body="Czekamy")
    first = make.a_session(event, slug="panel", starts_at=make.at("2021-10-26 10:30"))
    make.a_session(event, slug="finisz", starts_at=make.at("2021-10-27 09:00"))
    make.an_appearance(first, answer=Answer.ACCEPTED, printed_as="Prezeska")
    make.a_material(event, session_id=first.id, title="Raport")
    make.a_material(event, title="Nagranie", kind=MaterialKind.RECORDING)
    make.a_registration(event)
    user = make.a_user(creates_events=True)
    make.a_membership(user, event)
    typed = {
        **SHORT,
        "from": str(event.id),
        "starts_on": "02.11.2021",
        "starts_hour": "10",
        "ends_on": "03.11.2021",
        "ends_hour": "12",
    }

    answer = Desk(app, user).post("/organise/events/new", typed)

    copied = created()
    assert answer.status_code == 303
    assert (copied.status, copied.taken, copied.meeting_url) == (EventStatus.DRAFT, 0, None)
    assert (copied.description, copied.translations) == ("Opis", {"en": {"title": "Smart City"}})
    assert copied.uid != event.uid
    assert copied.registration_closes_at == make.at("2021-11-01 18:00")
    assert [partner.part for partner in copied.partners] == [Part.PATRON]
    texts = db.session.scalars(sa.select(LetterText.subject).where(LetterText.event_id == copied.id)).all()
    assert texts == ["Do zobaczenia"]
    sessions = db.session.scalars(sa.select(Session).where(Session.event_id == copied.id).order_by(Session.starts_at)).all()
    assert [(session.slug, session.starts_at) for session in sessions] == [
        ("panel", make.at("2021-11-02 10:30")),
        ("finisz", make.at("2021-11-03 09:00")),
    ]
    assert [(one.printed_as, one.answer) for one in sessions[0].appearances] == [("Prezeska", None)]
    materials = db.session.scalars(sa.select(Material).where(Material.event_id == copied.id)).all()
    assert [(material.title, material.session_id) for material in materials] == [("Raport", sessions[0].id)]


@one_database
def test_an_event_of_several_days_is_copied_with_as_many(app: Flask):
    event = make.an_event(starts_at=make.at("2021-10-26 10:00"), ends_at=make.at("2021-10-28 12:00"))
    user = make.a_user(creates_events=True)
    make.a_membership(user, event)
    desk = Desk(app, user)

    page = desk.get(f"/organise/events/new?from={event.id}&lang=en").text
    desk.post("/organise/events/new", {**SHORT, "from": str(event.id), "starts_on": "29.11.2021", "ends_hour": "12"})

    assert "Leave the date empty if it ends 2 days later, as that event did" in page
    assert created().ends_at == make.at("2021-12-01 12:00")


@one_database
def test_an_event_that_one_may_not_see_is_not_copied(app: Flask):
    event = make.an_event()

    answer = Desk(app, make.a_user(creates_events=True)).get(f"/organise/events/new?from={event.id}")

    assert answer.status_code == 404


@one_database
def test_a_template_is_saved_and_begun_from(app: Flask):
    event = make.an_event(title="Warsztat miesiąca")
    make.a_session(event)
    user = make.a_user(creates_events=True)
    make.a_membership(user, event)
    desk = Desk(app, user)

    desk.post(f"/organise/events/{event.id}/template")
    template = created()
    desk.post("/organise/events/new", {**SHORT, "from": str(template.id)})

    made = created()
    assert (template.is_template, template.title) == (True, "Warsztat miesiąca")
    assert (made.is_template, made.title) == (False, "Zielone dachy")
    assert db.session.scalar(sa.select(sa.func.count(Session.id)).where(Session.event_id == made.id)) == 1


@one_database
def test_who_owns_the_programme_needs_no_post_on_its_new_event(app: Flask):
    programme = make.a_programme()
    user = make.a_user()
    make.a_membership(user, programme)

    Desk(app, user).post("/organise/events/new", {**SHORT, "programme": str(programme.id)})

    assert created().programme_id == programme.id
    assert db.session.scalar(sa.select(sa.func.count(Membership.id)).where(Membership.event_id.is_not(None))) == 0
