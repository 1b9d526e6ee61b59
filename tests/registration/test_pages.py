"""The way from the form to the place, as somebody without scripts goes it."""

import re
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa

from app.agenda.models import SessionKind
from app.db import db, transaction
from app.registration import consent, keys, signup
from app.registration.models import Purpose, Registration, Status, Submission
from tests import make
from tests.defaults import one_database
from tests.forms import form_with
from tests.registration import outgoing
from tests.web.reading import Reading

AUTOCOMPLETE = {"name": "name", "email": "email", "organisation": "organization", "position": "organization-title"}


def registrations() -> list[Registration]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(Registration).order_by(Registration.id)))


def test_form_check_done(visit):
    event = make.an_event()
    visitor = visit(event)

    checked = visitor.fill_in(position="Naczelniczka", needs="captions")
    assert (checked.status_code, registrations()) == (200, [])
    done = visitor.confirm(checked)

    assert (done.status_code, len(registrations())) == (303, 1)
    page = Reading(visitor.client.get(done.location))
    assert "Your place at the workshop is confirmed" in page.text
    assert "We are sending a letter to maria@example.org" in page.text
    [registration] = registrations()
    assert (registration.position, registration.needs, registration.language) == ("Naczelniczka", ["captions"], "en")


@one_database
def test_the_check_shows_the_answers_and_leads_back_to_each_of_them(visit):
    event = make.an_event(asks_sessions=True)
    session = make.a_session(event)
    visitor = visit(event)

    checked = visitor.fill_in(needs="sign_language", needs_note="pętla")

    page = Reading(checked)
    for answer in ("Maria Zalewska", "maria@example.org", "Urząd Miejski w Łomiankach", session.title, "Sign Language", "pętla"):
        assert answer in page.text
    changes = [given for given in page.all("button", name="step") if given["value"] == "change"]
    fields = [urlsplit(given["formaction"] or "").fragment for given in changes]
    assert fields == ["name", "email", "organisation", "position", "sessions-0", "needs-0", "needs_note"]
    back = Reading(visitor.post(form_with(checked.text, "key").filled("step=change")))
    assert set(fields) <= set(back.ids)
    assert [given["value"] for given in back.all("input", name="email")] == ["maria@example.org"]
    boxes = back.all("input", type="checkbox")
    assert {box["id"] for box in boxes if "checked" in box} == {"sessions-0", "needs-1", "clause"}


@one_database
def test_errors_are_summed_up_and_said_again_at_the_fields(visit):
    visitor = visit(make.an_event())

    answer = visitor.fill_in(email="maria.zalewska@", clause=None, name="Maria")

    page = Reading(answer)
    assert answer.status_code == 422
    assert page.title.startswith("Error: fix 2 answers. Registration for the workshop")
    assert "Fix 2 answers" in page.text
    for message, field in (
        ("Enter an e-mail address with its domain, for example name@council.org", "email"),
        ("Tick that you know how personal data is processed", "clause"),
    ):
        assert page.text.count(message) == 2
        assert f"#{field}" in page.links
        [given] = page.all("input", id=field)
        assert given["aria-invalid"] == "true"
        assert f"{field}-error" in (given["aria-describedby"] or "").split()
    assert [given["value"] for given in page.all("input", name="email")] == ["maria.zalewska@"]
    assert page.ids.index("errors-title") < page.ids.index("name")


@one_database
def test_every_field_says_what_it_is_for(visit):
    page = visit(make.an_event()).open()

    found = {given["name"]: given.get("autocomplete") for given in page.all("input")}
    assert {name: found[name] for name in AUTOCOMPLETE} == AUTOCOMPLETE
    labels = {given["for"] for given in page.all("label")}
    seen = {given["id"] for tag in ("input", "textarea") for given in page.all(tag) if given.get("type") != "hidden"}
    assert seen <= labels


def test_sessions_are_asked_for_with_all_ticked_and_none_is_an_error(visit):
    event = make.an_event(asks_sessions=True)
    first, second = make.a_session(event), make.a_session(event)
    make.a_session(event, kind=SessionKind.BREAK)
    visitor = visit(event)

    offered = visitor.open().all("input", name="sessions")
    assert [(given["value"], "checked" in given) for given in offered] == [(str(first.id), True), (str(second.id), True)]
    for choice in (None, "999999", "abc"):
        answer = visitor.fill_in(sessions=choice)
        assert (answer.status_code, "sessions-0-error" in answer.text or "sessions-error" in answer.text) == (422, True)

    visitor.register(sessions=str(second.id))

    [registration] = registrations()
    assert [choice.session_id for choice in registration.chosen] == [second.id]


def test_the_same_form_twice_is_one_registration_and_one_answer(visit):
    visitor = visit(make.an_event())
    checked = visitor.fill_in()

    answers = [visitor.confirm(checked) for _ in range(2)]

    assert answers[0].location == answers[1].location
    assert (len(registrations()), outgoing.queued()) == (1, [("confirmation", "maria@example.org")])


def test_the_page_does_not_tell_whether_the_address_was_known(visit):
    event = make.an_event()
    known = make.a_registration(event, email="maria@example.org")
    visitor = visit(event)

    addresses = [(email, visitor.register(email=email).location) for email in ("maria@example.org", "newcomer@example.org")]
    pages = [visitor.client.get(page).text.replace(page, "PAGE").replace(email, "ADDRESS") for email, page in addresses]

    assert pages[0] == pages[1]
    assert known.reference not in pages[0]
    assert keys.token(known, Purpose.MY) not in pages[0]


def test_the_page_after_registering_says_the_position_of_who_waits(visit):
    event = make.an_event(capacity=1)
    make.a_registration(event)
    visitor = visit(event)

    checked = visitor.fill_in()
    page = Reading(visitor.client.get(visitor.confirm(checked).location))

    assert "Join the waiting list" in Reading(checked).text
    assert "You are number 1 on the waiting list" in page.text


@one_database
def test_the_page_after_registering_is_kept_nowhere(visit):
    visitor = visit(make.an_event())

    answer = visitor.client.get(visitor.register().location)

    names = ("Referrer-Policy", "Cache-Control", "X-Robots-Tag")
    assert [answer.headers[name] for name in names] == ["no-referrer", "no-store", "noindex"]
    assert visitor.client.get(f"/events/{visitor.event.slug}/registered/{'a' * 24}").status_code == 404


@one_database
def test_every_check_of_answers_has_a_key_of_its_own(visit):
    visitor = visit(make.an_event())

    found = {dict(form_with(visitor.fill_in().text, "key").values)["key"] for _ in range(3)}

    assert len(found) == 3
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{22,64}", key) for key in found)


def test_a_form_that_is_changed_after_the_check_keeps_its_key(visit):
    visitor = visit(make.an_event())
    check = form_with(visitor.fill_in().text, "key")

    changed = form_with(visitor.post(check.filled("step=change")).text, "email")
    checked_again = form_with(visitor.post(changed.filled("step=check")).text, "key")

    assert dict(checked_again.values)["key"] == dict(check.values)["key"]


def test_the_empty_form_is_one_page_for_all_until_the_door_changes(visit, statements):
    event = make.an_event(capacity=2)
    visitor = visit(event)
    visitor.open()
    pages = [visitor.open().answer]
    make.a_registration(event)
    address = visitor.address
    with statements() as said:
        pages.append(visitor.client.get(address))
    make.a_registration(event)
    pages.append(visitor.open().answer)

    assert (pages[0].text == pages[1].text, len(said)) == (True, 1)
    assert "key" not in dict(form_with(pages[0].text, "email").values)
    assert ["you join the waiting list" in page.text for page in pages] == [False, False, True]


def test_a_key_of_somebody_s_own_making_leads_to_the_answers_once_more(visit):
    visitor = visit(make.an_event())

    once_more = visitor.confirm(visitor.fill_in(key="x"), key="y" * 43)

    assert (once_more.status_code, registrations()) == (200, [])
    assert "press the button at the bottom once more" in Reading(once_more).text
    assert visitor.confirm(once_more).status_code == 303


def test_answers_confirmed_sooner_than_anybody_reads_are_shown_once_more_and_not_lost(visit):
    visitor = visit(make.an_event())
    checked = form_with(visitor.fill_in(name="Zofia Bąk").text, "key").filled("step=register")

    at_once = visitor.post(checked)
    again = form_with(at_once.text, "key").filled("step=register")

    assert (at_once.status_code, registrations(), again) == (200, [], checked)
    assert visitor.confirm(at_once).status_code == 303
    assert [registration.name for registration in registrations()] == ["Zofia Bąk"]


def test_a_filled_trap_shows_the_answers_once_more_and_keeps_nothing(visit):
    visitor = visit(make.an_event())
    body = form_with(visitor.open().answer.text, "email")
    answers = {"name": "Maria", "email": "maria@example.org", "clause": "y", "trap": "https://example.com"}

    at_once = visitor.post(body.filled("step=register", **answers))
    assert (at_once.status_code, registrations()) == (200, [])
    assert "trap" not in dict(form_with(at_once.text, "key").values)
    visitor.confirm(at_once)

    assert len(registrations()) == 1


@pytest.mark.parametrize(
    ("facts", "headline"),
    [
        ({"capacity": 1, "taken": 1, "has_waiting_list": False}, "No places left"),
        ({"registration_opens_at": make.at("2021-10-12 09:00")}, "Registration is not open yet"),
        ({"registration_closes_at": make.at("2021-10-11 08:00")}, "Registration is closed"),
        ({"starts_at": make.at("2021-10-11 06:00")}, "This event is over"),
        ({"status": "cancelled"}, "The event has been cancelled"),
    ],
)
@one_database
def test_a_shut_door_says_why_and_keeps_what_was_typed_in_sight(visit, facts, headline):
    event = make.an_event()
    visitor = visit(event)
    checked = visitor.fill_in()
    with transaction():
        for name, value in facts.items():
            setattr(event, name, value)
        if "starts_at" in facts:
            event.ends_at = make.at("2021-10-11 08:00")

    seen, sent = visitor.open(), Reading(visitor.confirm(checked))

    assert (seen.answer.status_code, sent.answer.status_code) == (200, 409)
    assert headline in seen.text
    assert headline in sent.text
    assert "You are not registered" in sent.text
    assert "maria@example.org" in sent.text
    assert registrations() == []


def test_a_lost_answer_is_given_again_even_when_the_event_is_full(visit):
    event = make.an_event(capacity=1, has_waiting_list=False)
    visitor = visit(event)
    checked = visitor.fill_in()
    first = visitor.confirm(checked)

    again = visitor.confirm(checked)

    assert (again.status_code, again.location) == (303, first.location)


def test_a_clause_that_changed_meanwhile_is_to_be_read_again_and_nothing_is_lost(visit):
    visitor = visit(make.an_event())
    checked = visitor.fill_in()
    with transaction():
        consent.publish("changed", "changed")

    answer = visitor.confirm(checked)

    page = Reading(answer)
    assert answer.status_code == 422
    assert "The information on personal data has changed" in page.text
    assert [given["value"] for given in page.all("input", name="email")] == ["maria@example.org"]
    assert "checked" not in page.all("input", id="clause")[0]
    assert visitor.confirm(visitor.post(form_with(answer.text, "email").filled("step=check", clause="y"))).status_code == 303


def test_too_many_forms_are_refused_with_everything_that_was_typed(visit):
    event = make.an_event()
    visitor = visit(event)
    for _ in range(5):
        make.a_registration(event, email="maria@example.org")

    answer = visitor.register()

    assert answer.status_code == 429
    assert re.search("Try again in (59|60) minutes.", Reading(answer).text)
    assert 3500 < int(answer.headers["Retry-After"]) <= 3600
    assert [given["value"] for given in Reading(answer).all("input", name="email")] == ["maria@example.org"]


def test_one_household_of_the_new_internet_is_one_network(visit, client):
    visitor = visit(make.an_event())

    for number, source in enumerate(("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", "2001:db8:1:3::1", "192.0.2.1")):
        client.environ_base["HTTP_X_FORWARDED_FOR"] = source
        visitor.register(email=f"person.{number}@example.org")

    networks = db.session.scalars(sa.select(Submission.network).order_by(Submission.id)).all()
    assert networks[0] == networks[1]
    assert len(set(networks)) == 3


@one_database
def test_the_form_shows_the_clause_that_is_in_force(visit):
    visitor = visit(make.an_event())

    page = visitor.open()

    assert [given["value"] for given in page.all("input", name="clause_version")] == ["1"]
    assert "Departament Strategii" in page.text
    assert consent.latest()


@one_database
def test_answers_that_are_text_stay_text(visit):
    visitor = visit(make.an_event())

    checked = visitor.fill_in(name='<b>"Maria"</b>', organisation="<script>alert(1)</script>")

    assert "<script>alert" not in checked.text
    assert visitor.confirm(checked).status_code == 303
    assert registrations()[0].name == '<b>"Maria"</b>'


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"step=register",
        b"step=register&sessions=%00&clause_version=x&needs=nothing&email=%FF",
        b"step=register&sessions=" + b"9" * 5000 + b"&clause_version=" + b"9" * 5000,
    ],
)
@one_database
def test_what_no_browser_sends_is_answered_calmly(client, body):
    event = make.an_event(asks_sessions=True)
    make.a_session(event)

    answer = client.post(f"/events/{event.slug}/register", data=body, content_type="application/x-www-form-urlencoded")

    assert answer.status_code == 422


def test_the_form_takes_the_same_number_of_statements_however_long_the_agenda(client, statements):
    numbers = []
    for length in (1, 30):
        event = make.an_event(asks_sessions=True)
        for _ in range(length):
            make.an_appearance(make.a_session(event))
        client.get(f"/events/{event.slug}/register")
        with statements() as said:
            client.get(f"/events/{event.slug}/register?asking=again")
        numbers.append(len(said))

    assert numbers[0] == numbers[1] <= 9


def test_who_comes_back_gets_the_same_page_to_manage(visit):
    event = make.an_event()
    visitor = visit(event)
    visitor.register()
    [registration] = registrations()
    token = keys.token(registration, Purpose.MY)
    with transaction():
        signup.cancel(registration, None)

    visitor.register(name="Maria Nowa")

    [registration] = registrations()
    assert (registration.status, registration.name) == (Status.CONFIRMED, "Maria Nowa")
    assert keys.token(registration, Purpose.MY) == token


@pytest.mark.parametrize("facts", [{"capacity": 1}, {"registration_closes_at": make.at("2021-10-11 08:00")}])
@one_database
def test_who_is_registered_gets_the_letter_again_though_the_door_is_shut_and_the_page_tells_nobody(visit, facts):
    event = make.an_event(has_waiting_list=False)
    known = make.a_registration(event, email="maria@example.org")
    visitor = visit(event)
    checked = {email: visitor.fill_in(email=email) for email in ("maria@example.org", "newcomer@example.org")}
    with transaction():
        for name, value in facts.items():
            setattr(event, name, value)
    outgoing.forget()

    answers = [(email, visitor.confirm(page)) for email, page in checked.items() for _ in range(2)]

    pages = {answer.text.replace(email, "ADDRESS") for email, answer in answers}
    assert ({answer.status_code for _, answer in answers}, len(pages)) == ({409}, 1)
    assert outgoing.queued() == [("already_registered", known.email)]


@pytest.mark.parametrize("source", ["unknown", "1.2.3.4:5555", "[::1]:80", "", "fe80::1%eth0"])
@one_database
def test_a_proxy_that_writes_a_port_or_a_word_keeps_nobody_out(visit, client, source):
    client.environ_base["HTTP_X_FORWARDED_FOR"] = source

    assert visit(make.an_event()).register().status_code == 303


def test_a_port_makes_no_other_network(visit, client):
    visitor = visit(make.an_event())

    for number, source in enumerate(("1.2.3.4", "1.2.3.4:5555", "::1", "[::1]:80")):
        client.environ_base["HTTP_X_FORWARDED_FOR"] = source
        visitor.register(email=f"person.{number}@example.org")

    first, second, third, fourth = db.session.scalars(sa.select(Submission.network).order_by(Submission.id))
    assert (first, third) == (second, fourth)


@one_database
def test_an_event_on_site_promises_no_link_and_the_waiting_list_none_either(visit):
    on_site = visit(make.an_event(attendance="offline", place_name="Sala", place_address="ul. Długa 1"))
    mixed = visit(make.an_event(attendance="mixed", place_address="ul. Krótka 2"))
    full = visit(make.an_event(capacity=1))
    make.a_registration(full.event)

    form = on_site.open().text
    pages = [Reading(each.client.get(each.register().location)).text for each in (on_site, mixed, full)]

    assert "meeting link" not in form
    assert ["link will appear on" in page for page in pages] == [False, True, False]
    assert ["ul. Długa 1" in pages[0], "ul. Krótka 2" in pages[1]] == [True, True]
    assert ["on the same page" in page for page in pages] == [False, True, False]
    assert "on the page of your registration" in pages[0]


@one_database
def test_who_registers_late_is_promised_no_reminder_of_yesterday(visit, clock):
    visitor = visit(make.an_event())
    clock.stand_at(make.at("2021-10-25 15:00"))

    page = Reading(visitor.client.get(visitor.register().location)).text

    assert "26 October, 9:00 We will remind you" in page
