"""Changing an event at the desk."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.db import db
from app.events.members import Post
from app.events.models import Event, EventStatus, FormerSlug, Part, Partner
from app.registration.models import Registration, Status
from tests import make
from tests.defaults import one_database
from tests.desk import Desk
from tests.forms import forms_of

Statements = Callable[[], AbstractContextManager[list[str]]]
FORM = {"content_type": "application/x-www-form-urlencoded"}


def an_editor(app: Flask, event: Event, **facts: object) -> Desk:
    user = make.a_user(**facts)
    make.a_membership(user, event, Post.EDITOR)
    return Desk(app, user)


def opened(desk: Desk, event: Event) -> Callable[..., TestResponse]:
    """The form as it stands now in somebody's browser; called with answers, it is sent with them."""
    path = f"/organise/events/{event.id}/edit?lang=en"
    form = next(form for form in forms_of(desk.get(path).text) if form.method == "post" and form.action.endswith("/edit"))
    return lambda **answers: desk.post(path, form.filled(**answers), **FORM)


def test_every_part_of_an_event_is_changed_on_one_page(app: Flask):
    event = make.an_event()

    answer = saved(
        an_editor(app, event),
        event,
        kind="conference",
        title_pl="Nowy tytuł",
        subtitle_pl="I podtytuł",
        description_pl="Dwa **dni**",
        title_en="New title",
        starts_on="2021-11-02",
        starts_hour="9.30",
        ends_on="3 listopada 2021",
        ends_hour="godz. 16",
        zone="europe/lisbon",
        attendance="mixed",
        place_name="Ratusz",
        place_address="Rynek 1, Gdynia",
        meeting_url="https://zoom.example.com/j/1",
        meeting_opens_minutes="30",
        capacity="40",
        opens_on="1.10.2021",
        opens_hour="8",
        closes_on="1.11.2021",
        closes_hour="",
        organiser="Miasto Gdynia",
        contact_name="Olga",
        contact_email="olga@example.org",
        contact_phone="+48 58 000 00 00",
        is_recorded="y",
        slug="nowy-adres",
    )

    assert answer.status_code == 303
    db.session.refresh(event)
    assert (event.kind, event.title, event.subtitle, event.description) == (
        "conference",
        "Nowy tytuł",
        "I podtytuł",
        "Dwa **dni**",
    )
    assert event.translations == {"en": {"title": "New title"}}
    assert (event.zone, event.starts_at) == ("Europe/Lisbon", make.at("2021-11-02 09:30", "Europe/Lisbon"))
    assert event.ends_at == make.at("2021-11-03 16:00", "Europe/Lisbon")
    assert (event.attendance, event.place_name, event.place_address) == ("mixed", "Ratusz", "Rynek 1, Gdynia")
    assert (event.meeting_url, event.meeting_opens_minutes) == ("https://zoom.example.com/j/1", 30)
    assert (event.capacity, event.is_recorded, event.slug) == (40, True, "nowy-adres")
    assert event.registration_opens_at == make.at("2021-10-01 08:00", "Europe/Lisbon")
    assert event.registration_closes_at == make.at("2021-11-01 00:00", "Europe/Lisbon")
    assert (event.organiser.name, event.contact_name, event.contact_phone) == ("Miasto Gdynia", "Olga", "+48 58 000 00 00")


@one_database
def test_saving_without_a_change_changes_nothing(app: Flask):
    closes_at = make.at("2021-10-25 12:00")
    event = make.an_event(description="Raz\n\nDwa", registration_closes_at=closes_at, subtitle="Podtytuł", languages=["pl"])
    before = event.version, event.sequence, event.modified_at

    answer = opened(an_editor(app, event), event)()

    db.session.refresh(event)
    assert answer.status_code == 303
    assert (event.version, event.sequence, event.modified_at) == before


@one_database
@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"title_pl": ""}, "title_pl"),
        ({"starts_on": "kiedyś"}, "starts_on"),
        ({"ends_hour": "7"}, "ends_hour"),
        ({"zone": "Mars/Base"}, "zone"),
        ({"meeting_url": "javascript:alert(1)"}, "meeting_url"),
        ({"meeting_url": "zoom"}, "meeting_url"),
        ({"capacity": "0"}, "capacity"),
        ({"capacity": "dużo"}, "capacity"),
        ({"closes_on": "1.10.2021", "opens_on": "2.10.2021"}, "closes_on"),
        ({"contact_email": "olga"}, "contact_email"),
        ({"organiser": ""}, "organiser"),
        ({"slug": "Nie Tak"}, "slug"),
        ({"attendance": "offline", "place_name": ""}, "place_name"),
    ],
)
def test_what_cannot_be_taken_is_said_at_its_field_and_nothing_is_saved(app: Flask, typed: dict[str, str], field: str):
    event = make.an_event(title="Stary")

    answer = opened(an_editor(app, event), event)(**{"title_pl": "Nowy", **typed})

    db.session.refresh(event)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert f'href="#{field}"' in answer.text
    assert event.title == "Stary"


def test_what_two_people_save_at_once_is_shown_side_by_side(app: Flask):
    event = make.an_event(title="Stary", place_name="Zoom")
    anna, olga = an_editor(app, event, name="Anna"), an_editor(app, event, name="Olga")
    form_of_anna, form_of_olga = opened(anna, event), opened(olga, event)

    form_of_anna(title_pl="Tytuł Anny", capacity="50")
    answer = form_of_olga(title_pl="Tytuł Olgi", place_name="Teams")

    db.session.refresh(event)
    assert answer.status_code == 409
    assert (event.title, event.place_name, event.capacity) == ("Tytuł Anny", "Zoom", 50)
    assert "Saved meanwhile: Tytuł Anny. You typed: Tytuł Olgi" in answer.text
    assert "Take what Anna saved:" in answer.text
    assert "Anna saved this meanwhile:" in answer.text


def saved(desk: Desk, event: Event, **answers: str | None) -> TestResponse:
    """The form sent with answers, and sent on from the page that shows what they mean by the clocks."""
    meaning = {"meaning": "hours"} if "zone" in answers else {}
    return sent_again(desk, event, opened(desk, event)(**answers), **meaning)


def sent_again(desk: Desk, event: Event, answer: TestResponse, **answers: str) -> TestResponse:
    """The page that came back, sent as it stands."""
    form = next(form for form in forms_of(answer.text) if form.method == "post" and form.action.endswith("/edit"))
    return desk.post(f"/organise/events/{event.id}/edit", form.filled(**answers), **FORM)


@one_database
@pytest.mark.parametrize(("taken", "title"), [({}, "Tytuł Olgi"), ({"theirs": "title_pl"}, "Tytuł Anny")])
def test_either_of_the_two_can_be_taken_and_the_rest_is_joined(app: Flask, taken: dict[str, str], title: str):
    event = make.an_event(title="Stary", place_name="Zoom")
    anna, olga = an_editor(app, event, name="Anna"), an_editor(app, event, name="Olga")
    form_of_anna, form_of_olga = opened(anna, event), opened(olga, event)
    form_of_anna(title_pl="Tytuł Anny", capacity="50")
    contested = form_of_olga(title_pl="Tytuł Olgi", place_name="Teams")

    answer = sent_again(olga, event, contested, **taken)

    db.session.refresh(event)
    assert answer.status_code == 303
    assert (event.title, event.place_name, event.capacity) == (title, "Teams", 50)


def test_raising_the_number_of_places_gives_them_to_who_waits_and_lowering_takes_none_away(app: Flask):
    event = make.an_event(capacity=1)
    registrations = [make.a_registration(event) for _ in range(3)]
    desk = an_editor(app, event)

    opened(desk, event)(capacity="2")
    raised = [db.session.get_one(Registration, one.id).status for one in registrations]
    opened(desk, event)(capacity="1")

    db.session.refresh(event)
    assert raised == [Status.CONFIRMED, Status.CONFIRMED, Status.WAITING]
    assert [db.session.get_one(Registration, one.id).status for one in registrations] == raised
    assert (event.taken, event.waiting, event.capacity) == (2, 1, 1)


@pytest.mark.parametrize(("shift", "hours"), [("y", ("2021-11-02 11:00", "2021-11-02 12:00")), (None, ("2021-10-26 10:00",) * 2)])
def test_sessions_move_with_their_event_unless_they_are_to_stay(app: Flask, shift: str | None, hours: tuple[str, str]):
    event = make.an_event(starts_at=make.at("2021-10-26 10:00"))
    session = make.a_session(event)

    saved(an_editor(app, event), event, starts_on="2.11.2021", ends_on="2.11.2021", starts_hour="11", ends_hour="14", shift=shift)

    db.session.refresh(session)
    assert session.starts_at == make.at(hours[0])


@one_database
def test_another_zone_keeps_the_hours_on_the_wall(app: Flask):
    event = make.an_event(starts_at=make.at("2021-10-26 10:00"))
    session = make.a_session(event, starts_at=make.at("2021-10-26 11:15"))

    saved(an_editor(app, event), event, zone="Europe/Lisbon")

    db.session.refresh(session)
    assert session.starts_at == make.at("2021-10-26 11:15", "Europe/Lisbon")


def test_former_addresses_lead_to_the_present_one(app: Flask, client: FlaskClient):
    event = make.an_event(slug="stary")
    session = make.a_session(event, slug="panel")
    desk = an_editor(app, event)

    opened(desk, event)(slug="nowy")
    opened(desk, event)(slug="najnowszy")

    paths = ("/", "/register", "/event.ics", "/agenda.ics", f"/sessions/{session.slug}/", f"/sessions/{session.slug}.ics")
    for former in ("stary", "nowy"):
        answers = [client.get(f"/events/{former}{path}") for path in paths]
        assert [(answer.status_code, answer.location) for answer in answers] == [
            (301, f"/events/najnowszy{path}") for path in paths
        ]
    assert client.get("/events/stary/?lang=en").location == "/events/najnowszy/?lang=en"
    assert client.post("/events/stary/register").status_code == 308


def test_an_address_that_comes_back_is_no_former_one_any_more(app: Flask, client: FlaskClient):
    event = make.an_event(slug="pierwszy")
    desk = an_editor(app, event)

    opened(desk, event)(slug="drugi")
    opened(desk, event)(slug="pierwszy")

    assert db.session.scalars(sa.select(FormerSlug.slug)).all() == ["drugi"]
    assert (client.get("/events/pierwszy/").status_code, client.get("/events/drugi/").location) == (200, "/events/pierwszy/")


@one_database
@pytest.mark.parametrize("wanted", ["zajety", "dawny"])
def test_an_address_that_leads_to_another_event_is_not_given_away(app: Flask, wanted: str):
    other = make.an_event(slug="zajety", title="Inne")
    make.kept(FormerSlug, {"kind": "events", "slug": "dawny", "row_id": other.id})
    event = make.an_event()

    answer = opened(an_editor(app, event), event)(slug=wanted)

    assert answer.status_code == 422
    assert 'id="slug-error"' in answer.text


@one_database
def test_a_draft_leaves_no_former_address(app: Flask):
    event = make.an_event(slug="szkic", status=EventStatus.DRAFT)

    opened(an_editor(app, event), event)(slug="gotowe")

    assert db.session.scalar(sa.select(sa.func.count(FormerSlug.id))) == 0


@one_database
def test_a_date_that_has_passed_is_pointed_out(app: Flask):
    event = make.an_event()
    desk = an_editor(app, event)

    answer = opened(desk, event)(starts_on="12.10.2020", ends_on="12.10.2020")

    assert answer.status_code == 303
    assert "This date has passed. Is it the right one?" in desk.get(f"{answer.location}?lang=en").text


@one_database
def test_partners_are_added_ordered_and_removed(app: Flask):
    event = make.an_event()
    desk = an_editor(app, event)
    path = f"/organise/events/{event.id}/partners"

    for name in ("Gdynia", "Sopot", "Gdańsk"):
        assert desk.post(path, {"name": name, "part": "partner"}).status_code == 303
    first, second, third = db.session.scalars(sa.select(Partner.id).order_by(Partner.rank)).all()
    desk.post(f"{path}/{third}", {"do": "up"})
    desk.post(f"{path}/{first}", {"do": "remove"})

    partners = db.session.scalars(sa.select(Partner).order_by(Partner.rank)).all()
    assert [(partner.organisation.name, partner.part) for partner in partners] == [
        ("Gdańsk", Part.PARTNER),
        ("Sopot", Part.PARTNER),
    ]
    assert desk.post(path, {"name": "sopot", "part": "patron"}).status_code == 422
    assert desk.post(f"{path}/{second}").status_code == 409


@one_database
def test_the_page_asks_the_database_as_often_with_many_sessions_and_partners(app: Flask, statements: Statements):
    few, many = make.an_event(), make.an_event()
    make.a_session(few)
    for _ in range(5):
        make.a_session(many)
        logo = make.a_file(media_type="image/png")
        make.kept(Partner, {"event_id": many.id, "organisation_id": make.an_organisation(logo=logo).id}, part=Part.PARTNER)
    make.kept(Partner, {"event_id": few.id, "organisation_id": make.an_organisation(logo=make.a_file()).id}, part=Part.PARTNER)
    desk = Desk(app, make.a_user(is_administrator=True))

    counts = []
    for event in (few, many):
        for page in ("edit", "preview", "partners", "state"):
            path = f"/organise/events/{event.id}/{page}"
            desk.get(path)
            with statements() as said:
                assert desk.get(path).status_code == 200
            counts.append(len(said))

    assert counts[:4] == counts[4:]


@one_database
def test_the_preview_shows_a_draft_as_the_public_will_see_it(app: Flask, client: FlaskClient):
    facts = {"title": "Szkic", "slug": "szkic", "description": "## Po co\n\nDla **miast**"}
    event = make.an_event(status=EventStatus.DRAFT, capacity=7, translations={"en": {"title": "A draft"}}, **facts)
    desk = an_editor(app, event)

    polish = desk.get(f"/organise/events/{event.id}/preview?lang=pl").text
    english = desk.get(f"/organise/events/{event.id}/preview?lang=en").text

    assert "<h1>Szkic</h1>" in polish
    assert "<h1>A draft</h1>" in english
    assert "7 places left" in english
    assert '<div lang="pl"><h4>Po co</h4>' in english
    assert client.get("/events/szkic/").status_code == 404
