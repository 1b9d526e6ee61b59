"""The registers at the desk."""

from io import BytesIO

import pytest
import sqlalchemy as sa
from flask import Flask

from app.agenda.models import Person
from app.audit.models import Record
from app.db import db
from app.events.members import Post
from app.events.models import EventStatus, Organisation
from tests import make
from tests.defaults import one_database
from tests.desk import Desk
from tests.forms import form_with
from tests.panels.pictures import a_picture

pytestmark = one_database
HOME = "/organise/people/"


@pytest.fixture
def desk(app: Flask) -> Desk:
    """An editor of an event, who reads English."""
    user = make.a_user()
    make.a_membership(user, make.an_event(), Post.EDITOR)
    desk = Desk(app, user)
    desk.client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return desk


def filled(desk: Desk, path: str, **answers) -> dict:
    return dict(form_with(desk.get(path).text, "name").values) | answers


def test_a_person_is_added_with_a_photo_and_found_as_one_types(desk: Desk):
    sent = filled(
        desk,
        f"{HOME}new",
        name="Żaneta Żółć",
        position_pl="Naczelnik",
        organisation="Miasto Gdynia",
        photo=(BytesIO(a_picture()), "ja.jpg"),
        photo_alt="Kobieta w szarej marynarce",
    )

    answer = desk.post(f"{HOME}new", sent)

    person = db.session.scalars(sa.select(Person)).one()
    assert (answer.status_code, answer.location) == (303, f"{HOME}{person.id}/")
    assert person.photo
    assert person.photo.media_type == "image/webp"
    assert desk.get(f"{HOME}find?q=zolc").json == [
        {"id": person.id, "name": "Żaneta Żółć", "position": "Naczelnik", "organisation": "Miasto Gdynia"}
    ]
    assert "Żaneta Żółć" in desk.get(f"{HOME}?q=zaneta").text
    assert db.session.scalars(sa.select(Record.act)).all() == ["person.add"]


def test_bad_answers_come_back_with_what_was_typed(desk: Desk):
    sent = filled(desk, f"{HOME}new", name="", bio_pl="Bada miasta.", email="nobody", link_url_1="ftp://example.org")

    answer = desk.post(f"{HOME}new", sent)

    assert answer.status_code == 422
    assert all(
        words in answer.text
        for words in ("Fix 3 answers", "Enter the first name", "Bada miasta.", "ftp://example.org", "name@council")
    )


def test_who_saves_an_old_page_is_told_and_loses_nothing(desk: Desk):
    person = make.a_person(name="Anna Cieśla")
    path = f"{HOME}{person.id}/"
    mine, theirs = filled(desk, path, name="Anna Moja"), filled(desk, path, name="Anna Ich")

    desk.post(path, theirs)
    answer = desk.post(path, mine)

    assert (answer.status_code, person.name) == (422, "Anna Ich")
    assert "Anna Moja" in answer.text
    again = form_with(answer.text, "name").values
    assert desk.post(path, dict(again)).status_code == 303
    assert person.name == "Anna Moja"


def test_an_address_is_seen_by_those_who_edit_an_event_with_the_person(app: Flask, desk: Desk):
    mine, others = make.an_event(), make.an_event(status=EventStatus.DRAFT, title="Tajne przygotowania")
    make.a_membership(desk.user, mine, Post.EDITOR)
    seen, hidden = make.a_person(email="seen@example.org"), make.a_person(email="hidden@example.org")
    make.an_appearance(make.a_session(mine), person_id=seen.id)
    make.an_appearance(make.a_session(others), person_id=hidden.id)

    pages = [desk.get(f"{HOME}{person.id}/").text for person in (seen, hidden)]

    assert ["seen@example.org" in pages[0], "hidden@example.org" in pages[1]] == [True, False]
    assert "Tajne przygotowania" not in pages[1]
    desk.post(f"{HOME}{hidden.id}/", filled(desk, f"{HOME}{hidden.id}/", name="Anna Nowa", email="mine@example.org"))
    assert (hidden.name, hidden.email) == ("Anna Nowa", "hidden@example.org")


def test_two_persons_are_merged_side_by_side(desk: Desk):
    first, second = make.a_person(name="Anna Ciesla"), make.a_person(name="Anna Cieśla", position="Naczelnik")
    make.an_appearance(make.a_session(make.an_event()), person_id=second.id)
    assert f"first={first.id}" in desk.get(f"{HOME}duplicates").text

    page = desk.get(f"{HOME}merge?first={first.id}&second_id={second.id}").text
    sent = dict(form_with(page, "second").values) | {"name": "second"}
    answer = desk.post(f"{HOME}merge", sent)

    assert answer.location == f"{HOME}{first.id}/"
    [left] = db.session.scalars(sa.select(Person))
    assert (left.id, left.name, left.position) == (first.id, "Anna Cieśla", "Naczelnik")


def test_the_second_person_is_found_by_name_without_scripts(desk: Desk):
    first, second = make.a_person(name="Anna Ciesla"), make.a_person(name="Anna Nowak")

    page = desk.get(f"{HOME}merge?first={first.id}&second=nowak&second_id=").text

    assert f"second_id={second.id}" in page


def test_who_only_views_sees_no_register(app: Flask):
    user = make.a_user()
    make.a_membership(user, make.an_event(), Post.VIEWER)

    assert [Desk(app, user).get(path).status_code for path in (HOME, "/organise/organisations/")] == [403, 403]


def test_an_organisation_is_added_changed_and_merged(desk: Desk):
    home = "/organise/organisations/"
    for name in ("Miasto Gdynia", "miasto gdynia"):
        sent = filled(desk, f"{home}new", name=name, url="gdynia.example.org", photo=(BytesIO(a_picture("PNG")), "logo.png"))
        assert desk.post(f"{home}new", sent).status_code == 303
    one, other = db.session.scalars(sa.select(Organisation).where(Organisation.name.ilike("miasto%")).order_by(Organisation.id))
    assert [found["name"] for found in desk.get(f"{home}find?q=gdynia miasto").json or ()][:1] == ["Miasto Gdynia"]
    desk.post(f"{home}{one.id}/", filled(desk, f"{home}{one.id}/", short_name="Gdynia", remove_logo="y"))
    assert (one.short_name, one.logo, one.url) == ("Gdynia", None, "https://gdynia.example.org")

    page = desk.get(f"{home}merge?first={one.id}&second_id={other.id}").text
    answer = desk.post(f"{home}merge", dict(form_with(page, "logo").values))

    assert answer.location == f"{home}{one.id}/"
    assert one.logo
    assert db.session.scalars(sa.select(Organisation.id).where(Organisation.name.ilike("miasto%"))).all() == [one.id]


def test_what_nobody_needs_is_removed_and_the_rest_stays(desk: Desk):
    person, organisation = make.a_person(), make.an_organisation()
    appears = make.a_person(organisation_id=organisation.id)
    make.an_appearance(make.a_session(make.an_event(organiser_id=organisation.id)), person_id=appears.id)

    statuses = [
        desk.post(path).status_code
        for path in (
            f"{HOME}{person.id}/remove",
            f"{HOME}{appears.id}/remove",
            f"/organise/organisations/{organisation.id}/remove",
        )
    ]

    assert statuses == [303, 409, 409]


@pytest.mark.parametrize("path", [HOME, "/organise/organisations/"])
def test_a_register_costs_the_same_with_many_rows(desk: Desk, statements, path: str):
    costs = []
    for number in (1, 60):
        for _ in range(number):
            make.an_appearance(make.a_session(make.an_event()), person_id=make.a_person().id)
        with statements() as said:
            desk.get(path)
        costs.append(len(said))

    assert costs[0] == costs[1]


def test_the_register_tells_what_was_done_with_a_person_and_hides_the_address_of_others(desk: Desk):
    person = make.a_person(name="Anna Nowak")
    path = f"{HOME}{person.id}/"
    desk.post(path, filled(desk, path, position_pl="Prezydentka", email="anna@example.org"))
    own = desk.get(f"{path}?lang=en").text

    make.an_appearance(make.a_session(make.an_event()), person_id=person.id)
    others = desk.get(f"{path}?lang=en").text

    assert all(word in own for word in ("<h3>Changed a person</h3>", "Prezydentka</dd>", "anna@example.org</dd>"))
    assert ("Prezydentka</dd>" in others, "anna@example.org" in others) == (True, False)
