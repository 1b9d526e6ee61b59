"""Every letter, in both languages: three files, every fact there is, nothing else, and the right words."""

import re
from datetime import timedelta
from types import ModuleType
from typing import Any

import pytest
from babel.messages.pofile import read_po
from flask import Flask
from jinja2 import UndefinedError

import config
from app.calendar import slots
from app.events.models import Attendance, Kind
from app.mail import rendering
from app.mail.rendering import Content
from app.registration.models import Status
from tests.defaults import one_database
from tests.mail import drafts
from tests.mail.drafts import MEETING, SITE, a_letter, an_invitation
from tests.make import at

LETTERS = sorted(path.name for path in (config.ROOT / "templates" / "mail").iterdir() if path.is_dir())
OTHERS = ("account_", "colleague_", "my_registrations", "password_", "retention_")
OF_EVENTS = [name for name in LETTERS if not name.startswith(OTHERS)]
REMINDERS = [name for name in LETTERS if name.startswith("reminder")]
LANGUAGES = ("pl", "en")
NO_CALENDAR = {"event_invitation", "waiting", "message", "new_address", *REMINDERS}
ENDED = SITE.reminders("mytoken")
pytestmark = one_database


def letter_of(name: str, language: str = "pl", **changes: Any) -> Any:
    """A letter with what the real one of its name carries besides words."""
    found: dict[str, Any] = {"language": language, "facts": drafts.facts(**changes)}
    if name not in NO_CALENDAR:
        found["calendar"] = an_invitation(
            "CANCEL" if name in {"withdrawal", "cancellation", "event_cancelled", "event_postponed"} else "REQUEST"
        )
    if name in REMINDERS:
        found["unsubscribe"] = ENDED
    if name == "message":
        found["own"] = drafts.own_words(found["facts"]["event"], language)
    return a_letter(name, **found)


def written(app: Flask, name: str, language: str = "pl", **changes: Any) -> Content:
    return rendering.render(app.jinja_env, letter_of(name, language, **changes))


def english() -> set[str]:
    """Our words before translation, without placeholders, where the translation differs."""
    with (config.ROOT / "translations" / "pl" / "LC_MESSAGES" / "messages.po").open("rb") as file:
        catalog = read_po(file, locale="pl")
    pairs = [(message.id, message.string) for message in catalog if isinstance(message.id, str) and message.id]
    pieces = {piece.strip() for text, polish in pairs if text != polish for piece in re.split(r"%\(\w+\)[sd]", text)}
    return {piece for piece in pieces if len(piece) > 12 and " " in piece}


def plain(html: str) -> str:
    """What one reads in the HTML."""
    body = re.sub(r"<style.*?</style>", "", html, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", LETTERS)
def test_a_letter_is_whole(app: Flask, name: str, language: str):
    content = written(app, name, language)

    for text in (content.subject, content.text, content.html):
        assert text.strip()
        assert not re.search(r"\bNone\b|Undefined|\{\{|\{%|%\(|&lt;|&amp;lt;", text)
        assert MEETING not in text
    assert "\n" not in content.subject
    assert f'<html lang="{language}">' in content.html
    assert "\n\n\n" not in content.text
    assert max(len(line) for line in content.text.splitlines() if "http" not in line) <= 72


@pytest.mark.parametrize("name", LETTERS)
def test_a_polish_letter_has_no_english_in_it(app: Flask, name: str):
    content = written(app, name)
    said = f"{content.subject}\n{' '.join(content.text.split())}\n{plain(content.html)}".lower()

    assert english()
    assert [piece for piece in english() if piece.lower() in said] == []


@pytest.mark.parametrize("name", LETTERS)
def test_text_and_html_lead_to_the_same_places(app: Flask, name: str):
    content = written(app, name)

    links = set(re.findall(r"https://[^\s\"<]+", content.text))
    assert links
    assert set(re.findall(r'href="([^"]+)"', content.html)) == links


def test_a_colleagues_words_are_only_words(app: Flask):
    event = drafts.an_event(title="<b>Q&A</b> <script>alert(1)</script>", subtitle=None)
    content = written(app, "colleague_invitation", event=event)

    assert event.title in " ".join(content.text.split())
    assert "<script" not in content.html
    assert "&lt;b&gt;Q&amp;A&lt;/b&gt;" in content.html


@pytest.mark.parametrize("name", OF_EVENTS)
def test_an_organisers_words_are_only_words(app: Flask, name: str):
    title, place = "<b>Q&A</b> <script>alert(1)</script>", 'Sala <i>"7"</i>'
    event = drafts.an_event(title=title, subtitle=None, place_name=place)
    event.organiser.name = "<u>My & Wy</u>"
    content = written(app, name, event=event)

    assert title in f"{content.subject} {content.text}" or "Panel" in content.subject
    assert "<u>My & Wy</u>" in content.text
    for markup in ("<script", "<b>Q", "<i>", "<u>"):
        assert markup not in content.html
    assert "&lt;u&gt;My &amp; Wy&lt;/u&gt;" in content.html


def test_an_organisers_words_keep_their_language(app: Flask):
    content = written(app, "confirmation", "en")

    assert '><span lang="pl">Smart City' in content.html
    assert '<b><span lang="pl">Panel ekspertów</span></b>' in content.html
    assert 'lang="pl"' not in written(app, "confirmation", "pl").html.replace('<html lang="pl">', "")


def test_a_missing_fact_is_an_error(app: Flask):
    facts = {name: fact for name, fact in drafts.facts().items() if name != "position"}

    with pytest.raises(UndefinedError):
        rendering.render(app.jinja_env, a_letter("waiting", facts=facts))


def test_a_confirmation_says_all_that_one_needs(app: Flask):
    content = written(app, "confirmation")

    assert content.subject == "Masz miejsce: Smart City - doświadczenia i wyzwania, 26 października, 10:00"
    assert content.text == CONFIRMATION


def test_the_confirmation_on_screen_says_the_same(app: Flask):
    said = plain(written(app, "confirmation").html)

    for words in (
        "Masz miejsce na warsztacie",
        "Smart City - doświadczenia i wyzwania. Wyniki ewaluacji realizacji koncepcji Smart City w krajach V4",
        "26 października 2021, wtorek 10:00–12:30 czas polski (UTC+2) Zoom",
        "Otwórz moje zgłoszenie",
        "Link do spotkania działa od 26 października, 9:45. Termin do kalendarza jest w załączniku (invite.ics).",
        "11:00 90 min Panel ekspertów Anna Cieśla, Włodzimierz Łoziński",
        "Nie możesz przyjść? Wypisz się , miejsce dostanie ktoś inny. Masz pytanie? Odpowiedz na tę wiadomość.",
        "Ten adres służy tylko do obsługi zgłoszenia nr 21-0187.",
    ):
        assert words in said


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (Kind.WORKSHOP, "Masz miejsce na warsztacie"),
        (Kind.WEBINAR, "Masz miejsce na webinarium"),
        (Kind.CONFERENCE, "Masz miejsce na konferencji"),
        (Kind.STUDY_VISIT, "Masz miejsce na wizycie studyjnej"),
        (Kind.MEETING, "Masz miejsce na spotkaniu"),
    ],
)
def test_a_confirmation_names_what_one_comes_to(app: Flask, kind: Kind, words: str):
    content = written(app, "confirmation", event=drafts.an_event(kind=kind))

    assert content.text.startswith(words.upper())
    assert f">{words}</h1>" in content.html


@pytest.mark.parametrize(
    ("attendance", "where"),
    [
        (Attendance.ONLINE, "Zoom"),
        (Attendance.OFFLINE, "Sala Błękitna, Piotrkowska 104, Łódź"),
        (Attendance.MIXED, "Sala Błękitna, Piotrkowska 104, Łódź (także online)"),
    ],
)
def test_the_place_is_said_where_one_goes_there(app: Flask, attendance: Attendance, where: str):
    place = "Zoom" if attendance is Attendance.ONLINE else "Sala Błękitna"
    event = drafts.an_event(attendance=attendance, place_name=place, place_address="Piotrkowska 104, Łódź")
    content = written(app, "confirmation", event=event)

    assert f"Gdzie:  {where}\n" in content.text
    assert where in plain(content.html)


def test_the_entry_of_a_session_is_told_with_its_room(app: Flask):
    event = drafts.an_event(attendance=Attendance.OFFLINE, place_name="Urząd Miasta", place_address="Piotrkowska 104, Łódź")
    session = drafts.an_agenda(event)[-1]
    session.room = "Sala Żółta"
    content = written(app, "invitation", event=event, slot=slots.of_session(session, SITE))

    assert "Gdzie:  Sala Żółta, Urząd Miasta, Piotrkowska 104, Łódź\n" in content.text
    assert "Sala Żółta, Urząd Miasta, Piotrkowska 104, Łódź" in plain(content.html)


def test_whoever_comes_in_person_gets_no_link_to_a_meeting(app: Flask):
    for name in ("confirmation", "reminder_day", "reminder_hour"):
        content = written(app, name, event=drafts.an_event(attendance=Attendance.OFFLINE), join_url=None)

        assert "Link do spotkania" not in content.text + content.html


def test_an_event_of_several_days_says_both_ends_and_the_day_of_each_session(app: Flask):
    event = drafts.an_event()
    event.ends_at = event.starts_at + timedelta(hours=29)
    sessions = drafts.an_agenda(event)
    sessions[1].starts_at = event.starts_at + timedelta(days=1)
    content = written(app, "confirmation", event=event, sessions=sessions)

    assert "wtorek, 26 października 2021, 10:00 –\n        środa, 27 października 2021, 15:00\n" in content.text
    assert "\nśroda, 27 października 2021\n10:00  Panel ekspertów" in content.text
    assert "<b>środa, 27 października 2021</b>" in content.html


def test_a_long_plan_comes_with_a_subscription(app: Flask):
    event = drafts.an_event(asks_sessions=True)
    sessions = drafts.an_agenda(event)

    assert SITE.feed("feedtoken") not in written(app, "confirmation", event=event, sessions=sessions).text
    assert SITE.feed("feedtoken") in written(app, "confirmation", event=event, sessions=sessions * 2).text


def test_who_waits_is_told_the_position(app: Flask):
    content = written(app, "waiting")

    assert content.text.startswith("JESTEŚ NA 3. MIEJSCU LISTY REZERWOWEJ")
    assert "dostanie je pierwsza osoba z listy" in " ".join(content.text.split())


def test_who_registers_again_is_told_the_state(app: Flask):
    event = drafts.an_event()
    waiting, placed = drafts.a_registration(event, status=Status.WAITING), drafts.a_registration(event, accept_by=None)

    assert "Masz miejsce." in written(app, "already_registered", event=event, registration=placed).text
    assert "Przyjmij je do 21 października, 14:00" in written(app, "already_registered", event=event).text
    assert "3. miejscu listy rezerwowej." in written(app, "already_registered", event=event, registration=waiting).text


def test_a_letter_of_a_place_says_which_full_sessions_one_waits_for(app: Flask):
    event = drafts.an_event()
    queues = [(drafts.an_agenda(event)[-1], 2)]
    found = [written(app, name, event=event, queues=queues) for name in ("confirmation", "promoted", "handed_over")]

    assert all("Jesteś na 2. miejscu w kolejce do tej\nczęści." in content.text for content in found)
    assert all("Jesteś na 2. miejscu w kolejce do tej części." in content.html for content in found)


def test_a_cancellation_leads_back_while_that_can_help(app: Flask, clock: ModuleType):
    event = drafts.an_event()
    before = written(app, "cancellation", event=event)
    clock.stand_at(event.starts_at)
    after = written(app, "cancellation", event=event)

    assert "cofniesz wypisanie" in before.text
    assert SITE.my("mytoken") in before.html
    assert "cofniesz" not in after.text + after.html


def test_an_entry_that_moved_to_another_mailbox_gives_no_key_away(app: Flask):
    content = written(app, "withdrawal", is_moved=True)

    assert "inny adres e-mail" in content.text
    assert "mytoken" not in content.text + content.html


def test_an_unproved_address_gets_no_key_but_its_own(app: Flask):
    content = written(app, "new_address")

    assert "addresstoken" in content.text
    assert not re.search("mytoken|jointoken|feedtoken", content.text + content.html)


@pytest.mark.parametrize("name", REMINDERS)
def test_a_reminder_leads_to_the_meeting_and_says_how_to_stop(app: Flask, name: str):
    content = written(app, name)

    for address in (SITE.join("jointoken"), ENDED):
        assert address in content.text
        assert address in content.html
    assert "działa od 26 października, 9:45" in content.text


def test_hours_are_those_of_the_events_own_zone(app: Flask):
    content = written(app, "confirmation", "en", event=drafts.an_event(zone="Europe/Athens"))

    assert "When:   Tuesday, 26 October 2021, 11:00–13:30\n        time in: Athens (UTC+3)\n" in content.text


CONFIRMATION = """\
MASZ MIEJSCE NA WARSZTACIE

Smart City - doświadczenia i wyzwania
Wyniki ewaluacji realizacji koncepcji Smart City w krajach V4

Kiedy:  wtorek, 26 października 2021, 10:00–12:30
        czas polski (UTC+2)
Gdzie:  Zoom

Moje zgłoszenie (nr 21-0187):
https://plenum.example.org/my/mytoken/

Link do spotkania (działa od 26 października, 9:45):
https://plenum.example.org/join/jointoken

AGENDA
10:00  Prezentacja wyników badania (60 min)
11:00  Panel ekspertów (90 min)
       Anna Cieśla, Włodzimierz Łoziński
12:30  Zakończenie

Termin do kalendarza jest w załączniku (invite.ics).

Nie możesz przyjść? Wypisz się, miejsce dostanie ktoś inny:
https://plenum.example.org/my/mytoken/cancel

Masz pytanie? Odpowiedz na tę wiadomość.

--
Departament Strategii, Ministerstwo Funduszy i Polityki Regionalnej
Ten adres służy tylko do obsługi zgłoszenia nr 21-0187.
"""


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("confirmation", "26 października, 10:00 (Lizbona)"),
        ("reminder_hour", "10:00 (Lizbona)"),
        ("invitation", "11:00 (Lizbona)"),
    ],
)
def test_a_subject_names_the_city_of_a_zone_that_is_not_polish(app: Flask, name: str, said: str):
    event = drafts.an_event(zone="Europe/Lisbon", starts_at=at("2021-10-26 10:00", "Europe/Lisbon"))

    assert said in written(app, name, event=event).subject
