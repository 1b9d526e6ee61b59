"""The letters of an event at the desk: what leaves when, each letter as it is read, the event's own words in it."""

import re

import pytest
from flask import Flask
from sqlalchemy import select

from app import composing
from app.audit.models import Record
from app.db import db, transaction
from app.events.letter_texts import of_event
from app.events.members import Post
from app.events.models import Event
from app.mail import outbox
from app.mail.models import Message, MessageStatus
from app.registration import keys
from app.registration.models import Purpose, Registration
from app.web.letters_words import AUTOMATIC
from tests import make
from tests.defaults import one_database
from tests.desk import Desk
from tests.forms import form_with
from tests.registration import outgoing

ENGLISH = {"Accept-Language": "en"}


def an_organiser(app: Flask, event: Event, post: Post = Post.EDITOR) -> Desk:
    user = make.a_user()
    make.a_membership(user, event, post)
    return Desk(app, user)


def path(event: Event, rest: str = "") -> str:
    return f"/organise/events/{event.id}/letters{rest}"


def get(desk: Desk, where: str) -> str:
    answer = desk.get(where, headers=ENGLISH)
    assert answer.status_code == 200, answer.text
    return answer.text


def post(desk: Desk, where: str, **data: str):
    return desk.post(where, data, headers=ENGLISH)


def keys_of(registration: Registration) -> list[str]:
    return [keys.token(registration, purpose) for purpose in keys.ISSUED]


def die(message: Message, words: str = "550 nobody here") -> None:
    with transaction():
        outbox.refused(message.id, words)


def acts() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(Record.act).order_by(Record.id)))


@one_database
def test_the_page_says_what_leaves_when_and_what_has_left(app: Flask):
    event = make.an_event()
    first, second = make.a_registration(event), make.a_registration(event)
    with transaction():
        outbox.sent(outgoing.messages()[0].id)
    die(outgoing.messages()[1])

    page = get(an_organiser(app, event), path(event))

    assert "Leaves on 25 October 2021, 10:00" in page
    assert "Leaves on 26 October 2021, 9:00" in page
    assert "1 letter was not delivered." in page
    assert f"{path(event)}/messages?kind=confirmation&amp;state=sent" in page
    assert {first.email, second.email} & set(re.findall(r"[\w.]+@example.org", page)) == set()


def test_letters_are_found_by_person_kind_and_state(app: Flask):
    event, other = make.an_event(capacity=2), make.an_event()
    people = [
        make.a_registration(event, name=name, email=f"p{len(name)}@example.org")
        for name in ("Żaneta Łącka", "Jan Wójcik", "Ewa Mróz")
    ]
    make.a_registration(other, name="Żaneta Obca")
    die(outgoing.messages()[1], "550 5.1.1 <no such user>")
    desk = an_organiser(app, event)

    found = {
        query: [
            person.name for person in people if person.name in re.sub(r"<option.*?</option>", "", get(desk, path(event, query)))
        ]
        for query in ("/messages", "/messages?q=lacka", "/messages?q=WÓJCIK", "/messages?kind=waiting", "/messages?state=failed")
    }

    assert list(found.values()) == [[p.name for p in people], ["Żaneta Łącka"], ["Jan Wójcik"], ["Ewa Mróz"], ["Jan Wójcik"]]
    assert "550 5.1.1 &lt;no such user&gt;" in get(desk, path(event, "/messages?state=failed"))
    assert "Żaneta Obca" not in get(desk, path(event, "/messages"))


@one_database
def test_the_states_are_counted_among_the_letters_that_are_shown(app: Flask):
    event = make.an_event(capacity=1)
    for name in ("Żaneta Łącka", "Jan Wójcik", "Jan Dudek"):
        make.a_registration(event, name=name)
    die(outgoing.messages()[2])
    desk = an_organiser(app, event)

    all_of_them, waiting, of_jan = (
        re.findall(r"(?:All|Not delivered) \d+", get(desk, path(event, f"/messages?{query}")))
        for query in ("", "kind=waiting", "kind=waiting&q=wojcik&state=queued")
    )

    assert all_of_them == ["All 3", "Not delivered 1"]
    assert waiting == ["All 2", "Not delivered 1"]
    assert of_jan == ["All 1", "Not delivered 0"]


def put_many(event: Event, number: int) -> None:
    made = {"to_name": "Jan", "language": "pl", "topic": f"event:{event.id}"}
    with transaction():
        for n in range(number):
            outbox.put_each("reminder_day", [{**made, "to_address": f"p{n}@example.org", "thread": f"registration:{n}"}])


@one_database
@pytest.mark.parametrize("where", ["", "/messages", "/messages?q=zaneta&state=queued", "/messages?page=2"])
def test_a_list_costs_the_same_with_one_letter_and_with_many(app: Flask, statements, where: str):
    event = make.an_event(capacity=1000)
    make.a_registration(event)
    desk = an_organiser(app, event)
    numbers = []
    for more in (0, 120):
        put_many(event, more)
        with statements() as said:
            get(desk, path(event, where))
        numbers.append(len(said))

    assert numbers[0] == numbers[1]


@one_database
def test_a_letter_that_was_not_delivered_is_sent_again(app: Flask):
    event = make.an_event()
    for _ in range(3):
        make.a_registration(event)
    messages = outgoing.messages()
    for message in messages:
        die(message)
    desk = an_organiser(app, event)

    one = post(desk, path(event, f"/messages/{messages[0].id}/retry"))
    db.session.rollback()
    after_one = [message.status for message in outgoing.messages()]
    rest = post(desk, path(event, "/messages/retry"))
    none = post(desk, path(event, "/messages/retry"))

    db.session.rollback()
    assert [one.status_code, rest.status_code, none.status_code] == [303, 303, 409]
    assert after_one == [MessageStatus.QUEUED, MessageStatus.DEAD, MessageStatus.DEAD]
    assert {message.status for message in outgoing.messages()} == {MessageStatus.QUEUED}
    assert acts() == ["letter.retry", "letter.retry_all"]


@one_database
def test_a_letter_of_another_event_is_not_found(app: Flask):
    event, other = make.an_event(), make.an_event()
    make.a_registration(other)
    message = outgoing.messages()[0]
    desk = an_organiser(app, event)

    codes = [desk.get(path(event, f"/messages/{message.id}{rest}")).status_code for rest in ("", "/body")]

    assert codes == [404, 404]
    assert post(desk, path(event, f"/messages/{message.id}/retry")).status_code == 404


@one_database
def test_each_letter_is_shown_in_both_languages_without_a_key(app: Flask):
    event = make.an_event(asks_sessions=True)
    sessions = [make.a_session(event) for _ in range(3)]
    registration = make.a_registration(event, sessions=[session.id for session in sessions[:2]])
    desk = an_organiser(app, event, Post.VIEWER)

    for letter in AUTOMATIC:
        page = get(desk, path(event, f"/kinds/{letter}"))
        frames = [get(desk, path(event, f"/kinds/{letter}/{language}/body")) for language in ("pl", "en")]

        assert ['<html lang="pl"' in frames[0], '<html lang="en"' in frames[1]] == [True, True], letter
        assert [key for key in keys_of(registration) if key in "".join((page, *frames))] == [], letter
        assert registration.name in page, letter


@one_database
def test_each_letter_is_shown_before_anybody_registers(app: Flask):
    event = make.an_event()
    desk = an_organiser(app, event)

    for letter in AUTOMATIC:
        assert "There is nobody yet who would get this letter" in get(desk, path(event, f"/kinds/{letter}")), letter


@one_database
def test_a_letter_is_shown_with_the_data_of_whoever_is_chosen(app: Flask):
    event = make.an_event()
    for name in ("Żaneta Łącka", "Jan Wójcik"):
        make.a_registration(event, name=name, email=f"p{len(name)}@example.org")
    desk = an_organiser(app, event)

    pages = [get(desk, path(event, f"/kinds/confirmation?who={who}")) for who in ("", "lacka", "nobody")]

    assert [re.findall(r"with the data of: ([^.]+)\.", page) for page in pages] == [
        ["Jan Wójcik"],
        ["Żaneta Łącka"],
        ["Jan Wójcik"],
    ]
    assert ["Nobody has these words in their name or address." in page for page in pages] == [False, False, True]


@one_database
def test_a_letter_in_the_outbox_is_shown_as_it_would_leave_without_its_keys(app: Flask):
    event = make.an_event()
    registration = make.a_registration(event)
    message = outgoing.messages()[0]
    desk = an_organiser(app, event, Post.VIEWER)

    page, frame = get(desk, path(event, f"/messages/{message.id}")), desk.get(path(event, f"/messages/{message.id}/body"))

    assert "Masz miejsce: Smart City" in page
    assert "https://plenum.example.org/my/example/" in page
    assert [key for key in keys_of(registration) if key in page + frame.text] == []
    assert keys.token(registration, Purpose.MY) in str(outgoing.composed(message).facts["my_url"])


@one_database
def test_a_letter_stands_in_a_frame_that_can_do_nothing(app: Flask):
    event = make.an_event()
    desk = an_organiser(app, event)

    page, frame = desk.get(path(event, "/kinds/confirmation")), desk.get(path(event, "/kinds/confirmation/pl/body"))

    assert "frame-src 'self'" in page.headers["Content-Security-Policy"]
    policy = frame.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:;")
    assert policy.endswith("sandbox")
    assert re.findall(r"<iframe[^>]* sandbox title=", page.text)


def save(desk: Desk, event: Event, kind: str = "confirmation/en", **typed: str):
    form = form_with(get(desk, path(event, f"/kinds/{kind}")), "body").filled(None, **typed)
    where = path(event, f"/kinds/{kind}")
    return desk.post(where, form, headers=ENGLISH, content_type="application/x-www-form-urlencoded")


def test_own_words_are_in_the_letters_that_leave(app: Flask):
    event = make.an_event()
    make.a_registration(event, name="Ewa <b>Mróz</b> *x*", language="en")
    desk = an_organiser(app, event)

    answer = save(desk, event, subject="See you on {date}", body="Dear {name},\nbring **a pen**.\n\nYours: {my_link}")

    assert answer.status_code == 303, answer.text
    own = outgoing.composed(outgoing.messages()[0]).own
    assert own
    assert own.subject == "See you on 26 October 2021"
    assert own.text.startswith("Dear Ewa <b>Mróz</b> *x*,\nbring a pen.\n\nYours: https://plenum.example.org/my/")
    assert "Dear Ewa &lt;b&gt;Mróz&lt;/b&gt; *x*,<br>\nbring <strong>a pen</strong>" in own.html
    assert 'Yours: <a href="https://plenum.example.org/my/' in own.html
    assert acts() == ["letter_text.change"]


@one_database
@pytest.mark.parametrize(
    ("kind", "typed", "sentence"),
    [
        ("confirmation/en", {"body": "Dear {nmae}"}, "This letter has no placeholder {nmae}. Did you mean {name}?"),
        ("confirmation/en", {"body": "Dear {name"}, "A brace stands alone here: “Dear {name”"),
        ("confirmation/en", {"subject": "Here: {my_link}"}, "This letter has no placeholder {my_link}."),
        ("waiting/en", {"body": "Join: {join_link}"}, "This letter has no placeholder {join_link}."),
        ("new_address/en", {"body": "{my_link}"}, "This letter has no placeholder {my_link}."),
        ("confirmation/en", {"body": "[here](https://x.org/{name})"}, "As the address of a link only"),
        ("confirmation/en", {"subject": "x" * 201}, "Shorten this answer to 200 characters"),
    ],
)
def test_a_placeholder_that_there_is_not_is_refused_at_its_field(app: Flask, kind: str, typed: dict, sentence: str):
    event = make.an_event()
    [(field, text)] = typed.items()

    answer = save(an_organiser(app, event), event, kind, **typed)

    page = answer.text.replace("&#34;", '"')
    assert answer.status_code == 422
    assert re.search(rf'id="{field}-error"><span class="vh">Error: </span>{re.escape(sentence)}', page), page
    assert text in page
    assert of_event(event.id) == {}


@one_database
def test_whoever_saves_second_sees_what_the_first_saved(app: Flask):
    event = make.an_event()
    desk = an_organiser(app, event)
    stale = form_with(get(desk, path(event, "/kinds/confirmation/en")), "body")
    save(desk, event, subject="First", body="First text")

    typed = stale.filled(None, subject="Second", body="Second text")
    where, options = path(event, "/kinds/confirmation/en"), {"content_type": "application/x-www-form-urlencoded"}
    answer = desk.post(where, typed, headers=ENGLISH, **options)
    again = desk.post(where, form_with(answer.text, "body").filled(None), headers=ENGLISH, **options)

    assert (answer.status_code, again.status_code) == (409, 303)
    assert "First text" in answer.text
    assert "Second text" in answer.text
    db.session.rollback()
    assert of_event(event.id)["confirmation", "en"].body == "Second text"


@one_database
def test_one_button_leads_back_to_the_standard_text(app: Flask):
    event = make.an_event()
    desk = an_organiser(app, event)
    save(desk, event, subject="Mine", body="")

    page = get(desk, path(event, "/kinds/confirmation"))
    answer = post(desk, path(event, "/kinds/confirmation/en/reset"))

    assert (">Mine<" in page, "YOUR PLACE AT THE WORKSHOP" in page) == (True, True)
    assert answer.status_code == 303
    db.session.rollback()
    assert of_event(event.id) == {}
    assert acts() == ["letter_text.change", "letter_text.reset"]


@one_database
def test_words_can_be_tried_before_they_are_saved(app: Flask):
    event = make.an_event()
    desk = an_organiser(app, event)

    answer = post(desk, path(event, "/kinds/confirmation/en"), subject="Try {event}", body="Hello {name}", step="try")

    assert answer.status_code == 200
    assert "Try Smart City - doświadczenia i wyzwania" in answer.text
    assert "Hello Jan Example" in answer.text
    assert of_event(event.id) == {}


@one_database
def test_own_words_cost_one_statement_a_batch(app: Flask, statements):
    event = make.an_event()
    for number in range(6):
        make.a_registration(event, language="en" if number % 2 else "pl")
    save(an_organiser(app, event), event, body="Hello {name}")
    numbers = []
    for many in (2, 6):
        messages = outgoing.messages()[:many]
        for message in messages:
            db.session.expunge(message)
        db.session.expire_all()
        with statements() as said:
            compose = composing.composer(messages)
            letters = [compose(message, app.config["SITE"]) for message in messages]
        numbers.append(len(said))

    assert numbers[0] == numbers[1]
    assert [bool(letter and letter.own) for letter in letters] == [False, True] * 3
