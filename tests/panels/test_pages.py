"""A speaker's own page, by the key in its address."""

from collections.abc import Callable
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.agenda.models import Answer
from app.db import transaction
from app.events.models import EventStatus
from app.panels import engaging, keys, proposals, queries
from app.panels.models import Engagement
from tests import make
from tests.defaults import one_database
from tests.forms import form_with
from tests.panels.pictures import a_picture
from tests.panels.test_engaging import ADDRESS, messages

pytestmark = one_database
Ask = Callable[..., Engagement]


@pytest.fixture
def client(client: FlaskClient) -> FlaskClient:
    """A reader of English."""
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def asked(number: int = 1, **facts) -> Engagement:
    event = make.an_event(**facts)
    person = make.a_person(email=ADDRESS)
    for _ in range(number):
        make.an_appearance(make.a_session(event), person_id=person.id, printed_as="Naczelnik")
    with transaction():
        return engaging.ask(event, person)


def path(engagement: Engagement, page: str = "") -> str:
    return f"/speak/{keys.token(engagement)}/{page}"


def sessions(engagement: Engagement) -> list[int]:
    return [part.session.id for part in queries.one(engagement.event, engagement.person_id).parts]


def answers(engagement: Engagement) -> list[Answer | None]:
    return queries.one(engagement.event, engagement.person_id).answers


def test_the_page_shows_the_session_and_leaves_no_trace(app: Flask, client: FlaskClient):
    engagement = asked()

    answer = client.get(path(engagement))

    assert answer.status_code == 200
    assert all(words in answer.text for words in ("Prezentacja wyników badania", "10:00–11:00", "Polish time", "Naczelnik"))
    assert {name: answer.headers[name] for name in ("Cache-Control", "Referrer-Policy", "X-Robots-Tag")} == {
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "X-Robots-Tag": "noindex",
    }
    assert "meeting.example.com" not in answer.text
    assert "Set-Cookie" not in answer.headers
    assert engagement.opened_at is not None


def test_a_look_by_head_opens_nothing(app: Flask, client: FlaskClient):
    engagement = asked()

    client.head(path(engagement))

    assert engagement.opened_at is None


@pytest.mark.parametrize("page", ["", "join", "files/key"])
def test_unknown_links_are_not_found_and_replaced_ones_are_gone(app: Flask, client: FlaskClient, page: str):
    engagement = asked()
    former = path(engagement, page)
    with transaction():
        engaging.new_link(engagement)

    assert [client.get(address).status_code for address in (f"/speak/unknown/{page}", former)] == [404, 410]


def test_one_session_is_accepted_and_another_declined_with_a_word(app: Flask, client: FlaskClient):
    engagement = asked(2)
    one, two = sessions(engagement)
    form = form_with(client.get(path(engagement)).text, "comment")
    body = form.filled(**{f"answer-{one}": "accepted", f"answer-{two}": "declined", "comment": "Wracam o 12."})

    answer = client.post(form.action, data=body, content_type="application/x-www-form-urlencoded")

    assert (answer.status_code, answer.location) == (303, path(engagement, "?done=answered"))
    assert (answers(engagement), engagement.comment) == ([Answer.ACCEPTED, Answer.DECLINED], "Wracam o 12.")
    assert "Your answers are saved" in client.get(answer.location).text


def test_all_sessions_are_accepted_by_one_button_and_a_double_click_is_one(app: Flask, client: FlaskClient):
    engagement = asked(2)

    for _ in range(2):
        answer = client.post(path(engagement, "answer"), data={"all": "accepted"})

    assert answer.location == path(engagement, "?done=accepted")
    assert answers(engagement) == [Answer.ACCEPTED] * 2
    assert [message.letter for message in messages()] == ["speaker_request", "speaker_invitation", "speaker_invitation"]


def test_no_answer_comes_back_with_the_comment(app: Flask, client: FlaskClient):
    engagement = asked()

    answer = client.post(path(engagement, "answer"), data={"comment": "Jeszcze nie wiem"})

    assert answer.status_code == 422
    assert "Choose an answer" in answer.text
    assert "Jeszcze nie wiem" in answer.text


def test_an_answer_too_late_is_refused(app: Flask, client: FlaskClient, clock):
    engagement = asked()
    [session] = sessions(engagement)
    clock.stand_at(engagement.event.starts_at)

    answer = client.post(path(engagement, "answer"), data={f"answer-{session}": "accepted"})

    assert (answer.status_code, answers(engagement)) == (409, [Answer.ASKED])
    assert 'name="comment"' not in client.get(path(engagement)).text


def test_details_are_kept_for_the_organiser_and_shown_again(app: Flask, client: FlaskClient):
    engagement = asked()
    form = form_with(client.get(path(engagement)).text, "printed_as")
    sent = dict(form.values) | {
        "name": "Anna Nowak",
        "bio_pl": "Bada **miasta**.",
        "link_title_0": "Profil",
        "link_url_0": "www.example.org/anna",
        "photo": (BytesIO(a_picture()), "ja.jpg"),
        "photo_alt": "Kobieta w szarej marynarce",
    }

    answer = client.post(form.action, data=sent)

    assert answer.location == path(engagement, "?done=proposed#announced")
    assert engagement.person.name == "Anna Cieśla"
    page = client.get(path(engagement)).text
    again = dict(form_with(page, "printed_as").values)
    assert {name: again[name].strip() for name in ("name", "bio_pl", "link_url_0", "photo_alt")} == {
        "name": "Anna Nowak",
        "bio_pl": "Bada **miasta**.",
        "link_url_0": "https://www.example.org/anna",
        "photo_alt": "Kobieta w szarej marynarce",
    }
    photo = proposals.photo(engagement)
    assert photo
    assert photo.file
    waiting = client.get(path(engagement, f"files/{photo.file.key}"))
    assert (waiting.status_code, waiting.mimetype, waiting.headers["Cache-Control"]) == (200, "image/webp", "no-store")
    assert client.get(f"/files/{photo.file.key}/photo.webp").status_code == 404


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"name": ""}, "Enter the first name and surname"),
        ({"link_title_0": "Profil", "link_url_0": "javascript:alert(1)"}, "Enter a web address"),
        ({"photo": (BytesIO(b"<svg/>"), "ja.svg"), "photo_alt": "x"}, "SVG drawings"),
        ({"photo": (BytesIO(a_picture()), "ja.jpg")}, "Describe the photo"),
    ],
    ids=["no name", "a bad link", "a drawing", "no words"],
)
def test_bad_details_come_back_with_what_was_typed(app: Flask, client: FlaskClient, sent: dict, words: str):
    engagement = asked()
    form = form_with(client.get(path(engagement)).text, "printed_as")

    answer = client.post(form.action, data=dict(form.values) | {"bio_pl": "Bada miasta."} | sent)

    assert answer.status_code == 422
    assert answer.text.count(words) >= 2
    assert "<title>Error:" in answer.text
    assert "Bada miasta." in answer.text
    assert engagement.proposal is None


def test_a_material_is_offered_and_taken_back(app: Flask, client: FlaskClient):
    engagement = asked()
    sent = {"title": "Slajdy o autobusach", "file": (BytesIO(b"%PDF-1.7"), "slajdy.pdf"), "language": "pl", "session": ""}

    answer = client.post(path(engagement, "material"), data=sent)

    assert answer.location == path(engagement, "?done=offered#materials")
    page = client.get(path(engagement)).text
    assert "Slajdy o autobusach" in page
    client.post(path(engagement, "material/withdraw"), data=dict(form_with(page, "key").values))
    assert "Slajdy o autobusach" not in client.get(path(engagement)).text


def test_a_text_that_says_nothing_is_refused_with_a_suggestion(app: Flask, client: FlaskClient):
    engagement = asked()

    answer = client.post(path(engagement, "material"), data={"title": "tutaj", "url": "https://www.example.org/raport.pdf"})

    assert answer.status_code == 422
    assert "Raport" in answer.text


def test_the_way_into_the_meeting_is_open_in_its_hours_to_who_accepted(app: Flask, client: FlaskClient, clock):
    engagement, silent = asked(), asked()
    client.post(path(engagement, "answer"), data={"all": "accepted"})
    early = client.get(path(engagement, "join"))
    clock.stand_at(make.at("2021-10-26 09:50"))

    on_time, uninvited = client.get(path(engagement, "join")), client.get(path(silent, "join"))

    assert (early.location, uninvited.location) == (path(engagement), path(silent))
    assert on_time.location == engagement.event.meeting_url
    assert path(engagement, "join") in client.get(path(engagement)).text


def test_a_cancelled_event_says_so(app: Flask, client: FlaskClient):
    engagement = asked()
    with transaction():
        engagement.event.status = EventStatus.CANCELLED

    page = client.get(path(engagement))

    assert page.status_code == 200
    assert "This event has been cancelled." in page.text
