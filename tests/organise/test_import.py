"""The pages by which people are added from a file."""

from io import BytesIO
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app.admission import quotas
from app.admission.models import Quota
from app.audit.models import Record
from app.db import db, transaction
from app.events.members import Post
from app.events.models import Event
from app.mail.models import Message
from app.registration.models import Registration
from tests import make
from tests.defaults import one_database
from tests.desk import Desk
from tests.forms import form_with
from tests.web.reading import Reading

GOOD = "Imię i nazwisko;Kontakt;Uwagi\nEwa Lis;ewa@example.org;\nJan Nowak;jan@example.org;Dojedzie\nAdam Bąk;adam@example.org;\n"
BAD = GOOD.replace("jan@example.org", "jan")


@pytest.fixture
def desk(app: Flask) -> Desk:
    """An editor of the event `at(desk)`, who reads English."""
    desk = Desk(app, make.a_user())
    desk.client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return desk


def at(desk: Desk, **facts: Any) -> tuple[Event, str]:
    """An event of the person at the desk, and the address of its imports."""
    event = make.an_event(**facts)
    make.a_membership(desk.user, event, Post.EDITOR)
    make.a_clause()
    return event, f"/organise/events/{event.id}/participants/import"


def send(desk: Desk, path: str, content: str | bytes, name: str = "lista.csv", **facts: str):
    body = content.encode() if isinstance(content, str) else content
    return desk.post(path, {"file": (BytesIO(body), name), **facts})


def names(event: Event) -> list[str]:
    query = sa.select(Registration.name).where(Registration.event_id == event.id).order_by(Registration.number)
    return list(db.session.scalars(query))


def post(desk: Desk, page, name: str, **answers: str | None):
    form = form_with(page.text, name)
    return desk.post(form.action, form.filled(**answers), content_type="application/x-www-form-urlencoded")


def test_people_come_from_a_file_that_is_matched_tried_mended_and_carried_out(app, desk):
    event, path = at(desk, capacity=2)
    make.a_registration(event, name="Adam Bąk", email="adam@example.org")

    sent = send(desk, path, BAD)
    unmatched = desk.get(sent.location)
    refused = post(desk, unmatched, "tells", email="")
    matched = post(desk, unmatched, "tells", email="1", tells="y")
    tried = Reading(desk.get(sent.location))
    mended = send(desk, path, GOOD, former=sent.location.rpartition("/")[2])
    good = desk.get(mended.location)
    unticked = post(desk, good, "mark")
    done = post(desk, good, "mark", clause="y")
    twice = post(desk, good, "mark", clause="y")
    result = Reading(desk.get(done.location))

    assert [answer.status_code for answer in (sent, refused, matched, mended, unticked, done, twice)] == [
        303, 422, 303, 303, 422, 303, 303,
    ]  # fmt: skip
    assert "Choose the column with e-mail addresses" in refused.text
    assert "Row 3 B · Kontakt jan Enter an e-mail address with its domain" in tried.text
    assert "Nobody can be added yet" in tried.text
    assert "1 person will get a place 1 person will be on the waiting list 1 person is at the event already" in Reading(good).text
    assert "Tick that these people know how their personal data is processed" in unticked.text
    assert "Added: 2 people 1 person has a place 1 person is on the waiting list 1 person was at the event already" in result.text
    assert (names(event), done.location, twice.location) == (
        ["Adam Bąk", "Ewa Lis", "Jan Nowak"],
        mended.location,
        mended.location,
    )
    assert db.session.scalar(sa.select(sa.func.count()).where(Record.act == "participants.import")) == 1
    assert db.session.scalar(sa.select(sa.func.count()).where(Message.to_address == "jan@example.org")) == 1


def test_a_place_taken_meanwhile_shows_the_trial_again(app, desk):
    event, path = at(desk, capacity=3)
    good = desk.get(send(desk, path, GOOD.replace("Kontakt", "E-mail")).location)
    make.a_registration(event, name="Zofia Kot")

    changed = post(desk, good, "mark", clause="y")

    assert (changed.status_code, names(event)) == (422, ["Zofia Kot"])
    assert "Something has changed since you looked. Nobody was added." in changed.text
    assert "2 people will get a place 1 person will be on the waiting list" in Reading(changed).text


@one_database
def test_a_file_that_cannot_be_read_is_refused_at_its_field(app, desk):
    _, path = at(desk)

    nothing = desk.post(path, {})
    picture = send(desk, path, b"\x89PNG\r\n\x1a\n\0", "lista.csv")
    guessed = desk.get(send(desk, path, GOOD.encode("cp1250")).location)

    assert [(answer.status_code, words in answer.text) for answer, words in (
        (nothing, "Choose a file"), (picture, "This is no table that can be read"), (guessed, "it was read as windows-1250"),
    )] == [(422, True), (422, True), (200, True)]  # fmt: skip


@one_database
def test_an_import_is_found_at_its_own_event_only_and_the_template_fits(app, desk):
    _, path = at(desk)
    _, elsewhere = at(desk)
    uid = send(desk, path, GOOD).location.rpartition("/")[2]

    template = desk.get(f"{path}/template.csv")
    matched = send(desk, path, template.data + b"Ewa Lis;ewa@example.org;;;\r\n")

    assert [desk.get(f"{where}/{uid}").status_code for where in (path, elsewhere)] == [200, 404]
    assert "1 person will get a place" in desk.get(matched.location).text


@one_database
def test_a_column_for_groups_is_offered_only_where_the_event_has_groups(desk):
    event, path = at(desk)
    file = "Osoba;E-mail;Grupa\nEwa Lis;ewa@example.org;Miasta\n"

    before = desk.get(send(desk, path, file).location)
    with transaction():
        quotas.add(event, name="Miasta", name_en="Cities", capacity=5)
    after = desk.get(send(desk, path, file).location)
    post(desk, after, "mark", clause="y")

    offered = ["group" in dict(form_with(page.text, "tells").values) for page in (before, after)]
    assert (offered, "Group of participants" in desk.get(f"{path}/template.csv").text) == ([False, True], True)
    group = sa.select(Quota.name).join(Registration, Registration.quota_id == Quota.id)
    assert ("1 person will get a place" in before.text, db.session.scalars(group).all()) == (True, ["Miasta"])
