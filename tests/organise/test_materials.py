"""Materials at the desk, and who gets which of them."""

from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from app.agenda.models import Material, MaterialKind, Visibility
from app.audit.models import Change, Record
from app.db import db
from app.events.members import Post
from app.events.models import Event
from app.files.models import File
from app.registration import keys
from app.registration.models import Purpose
from tests import make
from tests.defaults import one_database
from tests.desk import Desk

PDF = b"%PDF-1.7 of the test"
ANSWERS = {
    "title": "Raport z ewaluacji",
    "kind": "document",
    "language": "pl",
    "visibility": "public",
    "session": "",
    "url": "",
}


def at_the_desk(app: Flask, post: Post = Post.EDITOR, **facts: Any) -> tuple[Event, Desk, str]:
    event, user = make.an_event(**facts), make.a_user()
    make.a_membership(user, event, post)
    return event, Desk(app, user), f"/organise/events/{event.id}/materials"


def upload(name: str = "Raport końcowy.pdf", content: bytes = PDF, **answers: str) -> dict[str, Any]:
    return {**ANSWERS, **answers, "file": (BytesIO(content), name)}


def all_materials() -> list[Material]:
    return list(db.session.scalars(sa.select(Material).order_by(Material.rank)))


def test_a_file_is_added_with_what_is_said_of_it(app: Flask):
    event, desk, path = at_the_desk(app)
    session = make.a_session(event)

    answer = desk.post(f"{path}/new", upload(session=str(session.id), kind="slides", language="en", visibility="after"))

    (added,) = all_materials()
    assert (answer.status_code, answer.location) == (303, path)
    assert (added.title, added.kind, added.language) == ("Raport z ewaluacji", MaterialKind.SLIDES, "en")
    assert (added.visibility, added.session_id, added.url) == (Visibility.AFTER, session.id, None)
    assert added.file is not None
    assert (added.file.name, added.file.media_type, added.file.content) == ("Raport końcowy.pdf", "application/pdf", PDF)


def test_a_link_is_added(app: Flask):
    _, desk, path = at_the_desk(app)

    answer = desk.post(f"{path}/new", {**ANSWERS, "url": " https://www.example.org/report "})

    (added,) = all_materials()
    assert (answer.status_code, added.url, added.file_id) == (303, "https://www.example.org/report", None)


@one_database
@pytest.mark.parametrize(
    ("answers", "field"),
    [
        ({"url": "https://www.example.org/report", "title": "kliknij tutaj"}, "title"),
        ({"url": "javascript:alert(1)"}, "url"),
        ({"url": "ftp://www.example.org/x"}, "url"),
        ({"url": "https://name:word@www.example.org/x"}, "url"),
        ({"url": "www.example.org"}, "url"),
        ({"url": "http://[::1"}, "url"),
        ({}, "file"),
        ({"file": (BytesIO(b"<html>"), "strona.html")}, "file"),
        ({"file": (BytesIO(PDF), "raport.pptx")}, "file"),
        ({"file": (BytesIO(PDF), "raport.pdf"), "url": "https://www.example.org/x"}, "url"),
        ({"file": (BytesIO(PDF), "raport.pdf"), "title": "link"}, "file"),
        ({"url": "https://www.example.org/x", "session": "999999"}, "session"),
        ({"url": "https://meeting.example.com/j/81234567890"}, "url"),
    ],
)
def test_what_cannot_be_added_comes_back_with_a_sentence_at_its_field(app: Flask, answers: dict, field: str):
    _, desk, path = at_the_desk(app)

    answer = desk.post(f"{path}/new", {**ANSWERS, "language": "cs", **answers})

    assert (answer.status_code, all_materials()) == (422, [])
    assert f'id="{field}-error"' in answer.text
    assert '<option selected value="cs">' in answer.text
    assert db.session.scalars(sa.select(File.name)).all() == []


@pytest.mark.usefixtures("own_app")
@one_database
def test_a_file_over_the_limit_is_refused_by_the_form_and_a_huge_one_by_the_server(app: Flask):
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], upload_max_megabytes=0)
    _, desk, path = at_the_desk(app)

    over = desk.post(f"{path}/new", upload())
    huge = desk.post(f"{path}/new", upload(content=PDF + b"x" * 200_000))

    assert (over.status_code, 'id="file-error"' in over.text, huge.status_code) == (422, True, 413)
    assert all_materials() == []


def test_a_file_is_replaced_and_the_former_one_forgotten(app: Flask):
    _, desk, path = at_the_desk(app)
    desk.post(f"{path}/new", upload())
    (material,) = all_materials()
    former = material.file_id

    answer = desk.post(f"{path}/{material.id}/edit", upload("nowy.pdf", b"%PDF-2.0", title="Raport końcowy"))

    (changed,) = all_materials()
    assert (answer.status_code, changed.title) == (303, "Raport końcowy")
    assert changed.file is not None
    assert (changed.file.name, changed.file_id != former) == ("nowy.pdf", True)
    assert db.session.scalars(sa.select(File.id)).all() == [changed.file_id]


def test_a_file_stays_when_only_its_text_is_changed(app: Flask):
    event, desk, path = at_the_desk(app)
    file = make.a_file()
    material = make.a_material(event, url=None, file_id=file.id)

    desk.post(f"{path}/{material.id}/edit", {**ANSWERS, "title": "Raport końcowy", "visibility": "registered"})

    (changed,) = all_materials()
    assert (changed.title, changed.visibility, changed.file_id) == ("Raport końcowy", Visibility.REGISTERED, file.id)


def test_a_file_takes_the_place_of_a_link(app: Flask):
    event, desk, path = at_the_desk(app)
    material = make.a_material(event)

    desk.post(f"{path}/{material.id}/edit", upload(url=str(material.url)))

    (changed,) = all_materials()
    assert (changed.url, changed.file is not None) == (None, True)


def test_materials_are_put_in_order_by_buttons(app: Flask):
    event, desk, path = at_the_desk(app)
    first, second, third = (make.a_material(event, title=f"Materiał numer {name}") for name in ("pierwszy", "drugi", "trzeci"))

    for material, direction in ((third, "up"), (first, "up"), (second, "down")):
        desk.post(f"{path}/{material.id}/move", {"direction": direction})

    assert [material.id for material in all_materials()] == [first.id, third.id, second.id]
    assert desk.post(f"{path}/{first.id}/move", {}).status_code == 400


def test_a_material_is_removed_with_its_file_and_the_audit_says_so(app: Flask):
    event, desk, path = at_the_desk(app)
    material = make.a_material(event, url=None, file_id=make.a_file().id)

    answer = desk.post(f"{path}/{material.id}/remove")

    record = db.session.scalars(sa.select(Record)).one()
    assert (answer.status_code, all_materials(), db.session.scalars(sa.select(File.id)).all()) == (303, [], [])
    assert (record.act, record.event_id) == ("material.remove", event.id)
    assert {change.subject for change in db.session.scalars(sa.select(Change))} == {"materials", "files"}


@one_database
def test_another_events_material_is_not_there(app: Flask):
    _, desk, path = at_the_desk(app)
    foreign = make.a_material(make.an_event())
    places = [("get", "edit"), ("post", "edit"), ("post", "move"), ("post", "remove"), ("get", "file")]

    answers = [getattr(desk, method)(f"{path}/{foreign.id}/{place}").status_code for method, place in places]

    assert answers[:2] + answers[3:] == [404] * 4
    assert desk.post(f"{path}/{foreign.id}/move", {"direction": "up"}).status_code == 404


@one_database
def test_the_list_shows_all_materials_and_a_viewer_changes_none(app: Flask):
    event, desk, path = at_the_desk(app, Post.VIEWER)
    hidden = make.a_material(event, title="Slajdy Cieśli", visibility=Visibility.AFTER, url=None, file_id=make.a_file().id)

    page = desk.get(path).text

    assert ("Slajdy Cieśli" in page, "(PDF, 20 B)" in page, f"{path}/new" in page) == (True, True, False)
    assert desk.get(f"{path}/{hidden.id}/file").data == PDF
    assert desk.get(f"{path}/new").status_code == 403


@one_database
def test_a_list_of_many_materials_asks_no_more_than_a_list_of_one(app: Flask, statements):
    event, desk, path = at_the_desk(app)
    make.a_material(event, session_id=make.a_session(event).id)
    desk.get(path)
    with statements() as one:
        desk.get(path)
    for _ in range(5):
        make.a_material(event, url=None, file_id=make.a_file().id, session_id=make.a_session(event).id)

    with statements() as many:
        desk.get(path)

    assert len(many) == len(one)


def served(event: Event, material: Material) -> str:
    assert material.file is not None
    return f"/events/{event.slug}/materials/{material.id}/{material.file.name}"


def test_a_public_file_is_a_download_that_no_browser_runs(app: Flask, client: FlaskClient):
    event = make.an_event()
    material = make.a_material(event, url=None, file_id=make.a_file(name="Raport końcowy.pdf").id)

    answer = client.get(served(event, material))
    again = client.get(served(event, material), headers={"If-None-Match": answer.headers["ETag"]})

    assert (answer.status_code, answer.data, answer.mimetype, again.status_code) == (200, PDF, "application/pdf", 304)
    assert answer.headers["Content-Disposition"] == (
        "attachment; filename=\"Raport-ko-cowy.pdf\"; filename*=UTF-8''Raport%20ko%C5%84cowy.pdf"
    )
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "public, no-cache"


def test_a_file_for_afterwards_is_there_once_the_event_is_over(app: Flask, client: FlaskClient, clock):
    event = make.an_event()
    material = make.a_material(event, url=None, file_id=make.a_file().id, visibility=Visibility.AFTER)

    before = client.get(served(event, material)).status_code
    clock.stand_at(event.ends_at)

    assert (before, client.get(served(event, material)).status_code) == (404, 200)


def test_a_file_for_the_registered_is_served_by_their_own_key_while_they_have_a_place(app: Flask, client: FlaskClient):
    event = make.an_event(capacity=1)
    material = make.a_material(event, url=None, file_id=make.a_file().id, visibility=Visibility.REGISTERED)
    has_place, waits = make.a_registration(event), make.a_registration(event)
    own, other = (keys.token(registration, Purpose.MY) for registration in (has_place, waits))

    answer = client.get(f"/my/{own}/materials/{material.id}/raport.pdf")

    assert (answer.status_code, answer.data, answer.headers["Cache-Control"]) == (200, PDF, "private, no-store")
    assert client.get(f"/my/{other}/materials/{material.id}/raport.pdf").status_code == 404
    assert client.get(served(event, material)).status_code == 404
    assert f"/my/{own}/materials/{material.id}/raport.pdf" in client.get(f"/my/{own}/").text


@one_database
def test_a_drafts_file_is_nobodys_but_the_organisers(app: Flask, client: FlaskClient):
    event = make.an_event(status="draft")
    material = make.a_material(event, url=None, file_id=make.a_file().id)

    assert client.get(served(event, material)).status_code == 404


@one_database
def test_pages_name_materials_with_type_size_and_language_and_no_hidden_ones(app: Flask, client: FlaskClient):
    event = make.an_event()
    session = make.a_session(event)
    make.a_material(event, title="Report", language="en", session_id=session.id, url=None, file_id=make.a_file().id)
    make.a_material(event, title="Ukryte slajdy", visibility=Visibility.AFTER, url="https://www.example.org/hidden.pptx")
    make.a_material(event, title="Ukryty raport", visibility=Visibility.REGISTERED, url="https://www.example.org/hidden.pdf")
    places = [f"/events/{event.slug}/", f"/events/{event.slug}/sessions/{session.slug}/", f"/events/{event.slug}/event.ics"]

    pages = [client.get(place).text for place in places]

    assert ['hreflang="en"' in page and '<span lang="en">Report</span> (PDF, 20 B)' in page for page in pages[:2]] == [True, True]
    assert [("example.org/hidden" in page, "Ukryt" in page) for page in pages] == [(False, False)] * 3
