"""The pages about answers: one's own, where a decline is taken back, and the desk's, where doubt is decided."""

import pytest

from app import clock, worker
from app.agenda.models import Answer as Said
from app.calendar.words import Reply
from app.db import db
from app.panels import queries as panels
from app.registration import keys
from app.registration.models import Purpose
from app.replies.models import ResponseStatus, Why
from tests import make
from tests.defaults import one_database
from tests.desk import Desk
from tests.forms import form_with
from tests.replies import sent
from tests.replies.sent import answer, answered, entry, fate
from tests.replies.test_matching import a_speaker
from tests.web.reading import Reading

FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def desk(app):
    desk = Desk(app, make.a_user(is_administrator=True))
    desk.client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return desk


def page(desk: Desk, event_id: int, path: str = "") -> str:
    shown = desk.get(f"/organise/events/{event_id}/answers{path}")
    assert shown.status_code == 200
    return Reading(shown).text


@one_database
def test_the_letters_link_asks_before_it_keeps_and_says_when_it_is_too_late(app, client):
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    _event, person = answered()
    answer(partstat="DECLINED")
    mine = f"/my/{keys.token(person, Purpose.MY)}/"

    assert "Your place goes to somebody else on 13 October at 12:00" in Reading(client.get(mine)).text
    asked = client.get(f"{mine}keep")
    assert "I am coming, keep it" in Reading(asked).text
    assert entry(person).leaves_at
    kept = client.post(f"{mine}keep")
    assert (kept.status_code, "Kept." in Reading(client.get(kept.location)).text) == (303, True)
    twice = client.post(f"{mine}keep")
    assert (twice.status_code, "There is nothing to take back" in Reading(twice).text) == (200, True)

    answer(partstat="DECLINED", sequence=1, stamp="20211012T093000Z")
    clock.stand_at(make.at("2021-10-14 12:00"))
    worker.tick(app)
    too_late = client.post(f"{mine}keep")

    assert (too_late.status_code, "The time to take it back has passed" in Reading(too_late).text) == (409, True)
    assert client.get(f"{mine}keep").status_code == 200
    assert "as the calendar declined" in Reading(client.get(mine)).text


@one_database
def test_the_desk_gives_an_answer_to_whom_it_is_suggested_for(app, desk):
    event, person = answered()
    response = answer(sender="sekretariat@example.org", lines=("COMMENT:Nie mogę",))
    shown = page(desk, event.id)
    assert all(words in shown for words in ("Declined: zaneta.lacka@example.org", "Nie mogę", "It is Żaneta Łącka"))
    assert "Decide" in Reading(desk.get(f"/organise/events/{event.id}/")).text

    desk.post(f"/organise/events/{event.id}/answers/{response.id}/claim", {"person": f"person-{person.number}"})
    again = desk.post(f"/organise/events/{event.id}/answers/{response.id}/claim", {"person": f"person-{person.number}"})

    assert again.status_code == 409
    assert (response.status, response.settled_by) == (ResponseStatus.SETTLED, desk.user.name)
    assert entry(person).leaves_at
    assert "Nothing waits for you" in page(desk, event.id)
    assert '<td data-l="The answer">Declined</td>' in desk.get(f"/organise/events/{event.id}/participants").text
    of_person = Reading(desk.get(f"/organise/events/{event.id}/participants/{person.number}")).text
    assert all(words in of_person for words in ("Answers of the calendar", "Nie mogę", "is given back on"))
    assert "Said whose answer of a calendar it is" in Reading(desk.get(f"/organise/events/{event.id}/history")).text


@one_database
def test_the_desk_looks_for_the_person_and_refuses_nobody_and_others(app, desk):
    event, _person = answered()
    other = make.a_registration(event, email="jan.dudek@example.org", name="Jan Dudek")
    stranger = make.a_registration(make.an_event())
    response = answer(attendee="jd@example.com", sender="jd@example.com", partstat="TENTATIVE")
    path = f"/organise/events/{event.id}/answers/{response.id}/claim"

    assert "It is Jan Dudek" in page(desk, event.id, f"?answer={response.id}&q=DUDEK")
    assert "Nobody with these words" in page(desk, event.id, f"?answer={response.id}&q=zzz")
    for word in ("", "person-99999", "speaker-1", f"person-{stranger.id + 100}"):
        assert desk.post(path, {"person": word}).status_code == 409
    assert desk.post(path, {"person": f"person-{other.number}"}).status_code == 303

    assert (response.status, response.registration) == (ResponseStatus.SETTLED, other)


@one_database
def test_a_speakers_decline_is_recorded_by_one_click(app, desk):
    engagement = a_speaker()
    who = "anna.ciesla@example.org"
    response = answer(attendee=who, sender=who, lines=("COMMENT:Choroba",))
    assert "Record the decline" in page(desk, engagement.event_id)

    desk.post(f"/organise/events/{engagement.event_id}/answers/{response.id}/decline")

    assert response.status is ResponseStatus.SETTLED
    assert engagement.comment == "Choroba"
    assert [one.is_active for one in engagement.entries] == [False]
    assert [one.answer for one in panels.appearances_of(engagement.event_id, engagement.person_id)] == [Said.DECLINED]


@one_database
def test_a_proposed_time_is_shown_and_never_applied(app, desk):
    event, person = answered()
    sent.come(sent.dialect("gmail-counter"))
    [response] = sent.responses()
    starts_at = event.starts_at
    shown = page(desk, event.id)
    assert all(words in shown for words in ("Proposes another time", "11:00", "13:30", "Może godzinę później?"))

    desk.post(f"/organise/events/{event.id}/answers/{response.id}/dismiss")

    assert (fate(response), event.starts_at) == ((ResponseStatus.DISMISSED, Why.COUNTER), starts_at)
    assert person.reply is Reply.NONE
    refused = desk.post(f"/organise/events/{event.id}/answers/{response.id}/decline")
    assert refused.status_code == 409
    db.session.rollback()
    assert response.status is ResponseStatus.DISMISSED


@one_database
def test_a_decline_of_the_old_time_can_be_let_hold(app, desk):
    event, person = answered()
    entry(person).sequence = 1
    db.session.commit()
    response = answer(sequence=0)
    assert "Give the place back after the undo time" in page(desk, event.id)

    desk.post(f"/organise/events/{event.id}/answers/{response.id}/decline")

    assert entry(person).leaves_at
    assert desk.post(f"/organise/events/{event.id}/answers/{response.id}/decline").status_code == 409


@one_database
def test_the_rules_say_and_take_how_long_a_decline_can_be_taken_back(app, desk):
    event = make.an_event()
    path = f"/organise/events/{event.id}/rules"
    assert "24 hours to take that back" in Reading(desk.get(path)).text

    saved = desk.post(path, form_with(desk.get(path).text, "decline_hours").filled(decline_hours="0"), content_type=FORM)
    wrong = desk.post(path, form_with(desk.get(path).text, "decline_hours").filled(decline_hours="a day"), content_type=FORM)

    assert saved.status_code == 303
    assert "gives the place back at once" in Reading(desk.get(path)).text
    assert (wrong.status_code, "Enter a whole number from 0 to 336" in Reading(wrong).text) == (422, True)
    assert 'value="a day"' in wrong.text
