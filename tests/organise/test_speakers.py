"""The speakers of an event at the desk."""

import pytest
from flask import Flask

from app.agenda.models import Answer
from app.db import transaction
from app.events.members import Post
from app.events.models import Event
from app.files import images
from app.panels import engaging, proposals, queries
from app.panels.proposals import Details
from tests import make
from tests.defaults import one_database
from tests.desk import Desk
from tests.forms import form_with
from tests.panels.pictures import a_picture
from tests.panels.test_engaging import ADDRESS, messages

pytestmark = one_database


@pytest.fixture
def event(app: Flask) -> Event:
    return make.an_event()


def a_desk(app: Flask, event: Event, post: Post = Post.EDITOR) -> Desk:
    user = make.a_user()
    make.a_membership(user, event, post)
    desk = Desk(app, user)
    desk.client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return desk


@pytest.fixture
def desk(app: Flask, event: Event) -> Desk:
    return a_desk(app, event)


def a_speaker(event: Event, **facts):
    person = make.a_person(**{"email": ADDRESS, **facts})
    make.an_appearance(make.a_session(event), person_id=person.id, printed_as="Naczelnik")
    return person


def at(event: Event, rest: str = "") -> str:
    return f"/organise/events/{event.id}/speakers{rest}"


def test_all_are_asked_and_the_missing_addresses_are_named(desk: Desk, event: Event):
    a_speaker(event)
    a_speaker(event, name="Bez Adresu", email=None)
    assert "Not asked" in desk.get(at(event)).text

    answer = desk.post(at(event, "/ask"))

    assert answer.location == at(event)
    page = desk.get(at(event)).text
    assert "A letter is on its way to 1 person." in page
    assert "There is no e-mail address of: Bez Adresu." in page
    assert "Asked on 11 Oct" in page
    assert [message.to_address for message in messages()] == [ADDRESS]


def test_an_address_is_entered_and_the_person_asked(desk: Desk, event: Event):
    person = a_speaker(event, email=None)

    refused = desk.post(at(event, f"/{person.id}/ask"))
    bad = desk.post(at(event, f"/{person.id}/address"), {"email": "nobody"})
    desk.post(at(event, f"/{person.id}/address"), {"email": ADDRESS})
    desk.post(at(event, f"/{person.id}/ask"))

    assert (refused.status_code, bad.status_code, person.email) == (409, 422, ADDRESS)
    assert "nobody" in bad.text
    assert [message.letter for message in messages()] == ["speaker_request"]


def test_an_answer_by_phone_is_recorded(desk: Desk, event: Event):
    person = a_speaker(event)
    path = at(event, f"/{person.id}/")
    form = form_with(desk.get(path).text, "comment")
    [name] = {name for name, _ in form.boxes}

    answer = desk.post(form.action, {name: "accepted", "comment": "przez telefon"})

    assert answer.location == path
    assert queries.one(event, person.id).answers == [Answer.ACCEPTED]
    assert "przez telefon" in desk.get(path).text
    assert [message.letter for message in messages()] == ["speaker_invitation"]


def proposing(event: Event):
    person = a_speaker(event)
    with transaction():
        engagement = engaging.ask(event, person)
        details = Details("Anna Nowak", "Dyrektor", {"pl": "Bada miasta.", "en": ""}, [], "Kobieta", images.clean(a_picture()))
        proposals.propose(engagement, details)
    return person


def test_a_proposal_is_seen_side_by_side_and_approved_field_by_field(desk: Desk, event: Event):
    person = proposing(event)
    path = at(event, f"/{person.id}/")
    page = desk.get(path).text
    assert all(words in page for words in ("Anna Cieśla", "Anna Nowak", "Naczelnik", "Dyrektor", "Bada miasta."))
    form = form_with(page, "approve")
    seen = dict(form.values)["seen"]

    desk.post(form.action, {"seen": seen, "approve": "name"})
    desk.post(form.action, {"seen": seen, "refuse": "printed_as"})
    stale = desk.post(form.action, {"seen": "2021-01-01T00:00:00+00:00", "approve": "bio_pl"})

    assert (person.name, person.bio, stale.status_code) == ("Anna Nowak", "", 409)
    assert queries.one(event, person.id).printed_as == "Naczelnik"
    desk.post(form.action, {"seen": seen, "approve": "all"})
    assert (person.bio, person.photo_alt) == ("Bada miasta.", "Kobieta")
    assert "Proposed changes" not in desk.get(path).text
    public = desk.client.get("/people/" + person.slug + "/").text
    assert person.photo
    assert f"/files/{person.photo.key}/photo.webp" in public


def test_a_photo_that_waits_is_shown_to_the_team_alone(app: Flask, desk: Desk, event: Event):
    person = proposing(event)
    engagement = queries.one(event, person.id).engagement
    assert engagement
    photo = proposals.photo(engagement)
    assert photo
    assert photo.file
    path = at(event, f"/{person.id}/files/{photo.file.key}")

    assert desk.get(path).mimetype == "image/webp"
    assert a_desk(app, make.an_event()).get(path).status_code == 404


def test_a_new_link_is_sent(desk: Desk, event: Event):
    person = a_speaker(event)
    desk.post(at(event, f"/{person.id}/ask"))

    assert desk.post(at(event, f"/{person.id}/link")).status_code == 303
    engagement = queries.one(event, person.id).engagement
    assert engagement
    assert (engagement.generation, len(messages())) == (2, 2)


def test_a_viewer_sees_states_and_no_addresses(app: Flask, event: Event):
    person = a_speaker(event)
    viewer = a_desk(app, event, Post.VIEWER)

    pages = [viewer.get(at(event)).text, viewer.get(at(event, f"/{person.id}/")).text]

    assert ["Anna Cieśla" in page for page in pages] == [True, True]
    assert [ADDRESS in page for page in pages] == [False, False]
    assert viewer.post(at(event, "/ask")).status_code == 403


@pytest.mark.parametrize("rest", ["/0/", "/0/ask", "/0/link", "/0/answer", "/0/proposal", "/0/address"])
def test_who_does_not_appear_is_not_found(desk: Desk, event: Event, rest: str):
    stranger = make.a_person()
    paths = [at(event, rest), at(event, rest.replace("/0/", f"/{stranger.id}/"))]

    answers = [desk.get(path) if rest.endswith("/") else desk.post(path) for path in paths]

    assert [answer.status_code for answer in answers] == [404, 404]


def test_the_list_costs_the_same_with_many_speakers(desk: Desk, event: Event, statements):
    costs = []
    for number in (1, 20):
        for _ in range(number):
            a_speaker(event)
        with statements() as said:
            desk.get(at(event))
        costs.append(len(said))

    assert costs[0] == costs[1]
