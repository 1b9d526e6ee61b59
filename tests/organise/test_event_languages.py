"""An event's content in the reader's language, with fall-back to the one it was written in."""

from flask import Flask, current_app
from flask.testing import FlaskClient

from app.agenda.models import Session
from app.events.models import Event
from app.mail import rendering
from app.mail.letters import Letter
from app.registration import keys
from app.registration.models import Purpose
from tests import make
from tests.defaults import one_database
from tests.registration import outgoing

pytestmark = one_database


def an_event_in_two_languages() -> tuple[Event, Session]:
    """Its summary has no translation."""
    event = make.an_event(
        slug="dachy",
        title="Zielone dachy",
        subtitle="Warsztat dla miast",
        summary="Po polsku.",
        description="Opis **po polsku**",
        translations={"en": {"title": "Green roofs", "subtitle": "A workshop for cities", "description": "In **English**"}},
    )
    return event, make.a_session(event, slug="panel", title="Panel ekspertów", translations={"en": {"title": "A panel"}})


def test_the_page_speaks_the_reader_s_language_and_marks_what_does_not(app: Flask, client: FlaskClient):
    an_event_in_two_languages()

    english, polish = client.get("/events/dachy/?lang=en").text, client.get("/events/dachy/?lang=pl").text

    assert '<h1>Green roofs <span class="sub">A workshop for cities</span></h1>' in english
    assert "<p>In <strong>English</strong></p>" in english
    assert '<p class="lead" lang="pl">Po polsku.</p>' in english
    assert ">A panel</a></h3>" in english
    assert '"name": "Green roofs. A workshop for cities"' in english
    assert '<h1>Zielone dachy <span class="sub">Warsztat dla miast</span></h1>' in polish
    assert '<p class="lead">Po polsku.</p>' in polish


def test_lists_and_the_search_know_both_titles(app: Flask, client: FlaskClient):
    an_event_in_two_languages()

    english, found = client.get("/events/?lang=en").text, client.get("/events/?lang=pl&q=green+roofs").text

    assert ">Green roofs</a></h3>" in english
    assert ">Zielone dachy</a></h3>" in found


def test_the_form_and_the_own_page_speak_the_reader_s_language(app: Flask, client: FlaskClient):
    event, _ = an_event_in_two_languages()
    registration = make.a_registration(event, language="pl")

    form = client.get("/events/dachy/register?lang=en").text
    own = client.get(f"/my/{keys.token(registration, Purpose.MY)}/?lang=en").text

    assert "Green roofs" in form
    assert "<h1>Green roofs" in own


def entry_of(letter: Letter) -> str:
    """The calendar part of a letter, its lines unfolded."""
    assert letter.calendar is not None
    return letter.calendar.ics.replace(b"\r\n ", b"").decode()


def test_letters_and_entries_speak_the_language_of_the_registration(app: Flask):
    event, _ = an_event_in_two_languages()
    make.a_registration(event, language="en")
    make.a_registration(event, language="pl")

    english, polish = (outgoing.composed(message) for message in outgoing.messages("confirmation"))

    assert rendering.render(current_app.jinja_env, english).subject == "Your place is confirmed: Green roofs, 26 October, 10:00"
    assert "10:00  A panel" in rendering.render(current_app.jinja_env, english).text
    assert "Panel ekspertów" in rendering.render(current_app.jinja_env, polish).text
    assert "SUMMARY:Green roofs. A workshop for cities" in entry_of(english)
    assert "10:00–11:00 A panel" in entry_of(english)
    assert "SUMMARY:Zielone dachy. Warsztat dla miast" in entry_of(polish)


def test_public_calendars_keep_the_language_the_event_was_written_in(app: Flask, client: FlaskClient):
    event, _ = an_event_in_two_languages()
    registration = make.a_registration(event, language="en")

    public = client.get("/events/dachy/event.ics?lang=en").text
    own = client.get(f"/feeds/{keys.token(registration, Purpose.FEED)}.ics").text

    assert "SUMMARY:Zielone dachy. Warsztat dla miast" in public
    assert "SUMMARY:A panel" in own


def test_a_title_without_its_subtitle_in_that_language_stands_alone(app: Flask):
    event = make.an_event(title="Dachy", subtitle="Dla miast", translations={"en": {"title": "Roofs"}})

    assert (event.said("full_title", "en").text, event.said("full_title", "pl").text) == ("Roofs", "Dachy. Dla miast")
