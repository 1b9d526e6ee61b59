"""One's own registration by its key: before, now, after; and what can be done there."""

from datetime import timedelta

import icalendar
import pytest
import sqlalchemy as sa

from app.agenda.models import Visibility
from app.db import db, transaction
from app.events.models import Attendance, EventStatus
from app.registration import details, keys, reminders, signup
from app.registration.models import Purpose, Reason, Registration, Status
from tests import make
from tests.defaults import one_database
from tests.forms import form_with
from tests.registration import outgoing
from tests.web.reading import Reading

MEETING = "https://meeting.example.com/j/81234567890?pwd=hidden"
PRIVATE = {"Referrer-Policy": "no-referrer", "Cache-Control": "no-store", "X-Robots-Tag": "noindex"}


def address(registration: Registration, purpose: Purpose) -> str:
    token = keys.token(registration, purpose)
    return f"/feeds/{token}.ics" if purpose is Purpose.FEED else f"/join/{token}"


def joined_at(registration: Registration) -> object:
    db.session.rollback()
    return registration.joined_at


@one_database
def test_before_the_meeting_the_page_says_when_the_link_will_be_there(owner):
    event = make.an_event()
    make.an_appearance(make.a_session(event))

    page = owner(event).get()

    assert "The meeting link will appear here" in page.text
    assert "26 October at 9:45, 15 minutes before the beginning" in page.text
    assert "Registered 11 Oct, 9:00 Reminder 25 Oct, 10:00 Meeting 26 Oct, 10:00" in page.text
    assert "Your place is confirmed no. 21-0001 · Żaneta Łącka" in page.text
    assert MEETING not in page.answer.text
    assert not [link for link in page.links if "/join/" in link]


@one_database
def test_while_the_meeting_is_on_the_page_says_what_is_on_and_what_is_next(owner, clock):
    event = make.an_event()
    make.a_session(event, title="Prezentacja")
    make.a_session(event, title="Panel ekspertów", starts_at=event.starts_at + timedelta(hours=1))
    somebody = owner(event)
    clock.stand_at(make.at("2021-10-26 10:12"))

    page = somebody.get()

    assert "Now 10:12 Prezentacja Next, at 11:00: Panel ekspertów Join on Zoom" in page.text
    assert f"https://plenum.example.org{address(somebody.registration, Purpose.JOIN)}" in page.links
    assert MEETING not in page.answer.text


@one_database
def test_after_the_meeting_the_page_thanks_and_shows_the_materials(owner, clock):
    event = make.an_event()
    make.a_material(event, title="Nagranie", visibility=Visibility.AFTER)
    make.a_material(event, title="Dla uczestników", visibility=Visibility.REGISTERED)
    somebody = owner(event)
    before = somebody.get().text
    clock.stand_at(make.at("2021-10-26 12:30"))

    page = somebody.get()

    assert ("Nagranie" in before, "Dla uczestników" in before) == (False, True)
    assert "Thank you for taking part The materials are ready" in page.text
    assert "Nagranie" in page.text
    assert "Add to calendar" not in page.text


@one_database
def test_who_waits_sees_the_position(owner):
    event = make.an_event(capacity=1)
    make.a_registration(event)
    make.a_registration(event)

    somebody = owner(event)

    page = somebody.get()
    assert "You are number 2 on the waiting list" in page.text
    assert "Leave the waiting list" in page.text
    assert "Add to calendar" not in page.text
    assert somebody.client.get(somebody.path("invite.ics")).status_code == 404


def test_who_waits_leaves_the_list_with_one_press(owner):
    event = make.an_event(capacity=1)
    make.a_registration(event)
    somebody = owner(event)
    outgoing.forget()

    assert somebody.path("cancel") in [form["action"] for form in somebody.get().all("form")]
    said = somebody.done("cancel")

    assert "You are no longer on the waiting list" in said
    assert (somebody.registration.status, event.waiting) == (Status.CANCELLED, 0)
    assert outgoing.composed(outgoing.messages("cancellation")[0]).facts["word"] == "left"


def test_cancelling_asks_one_question_and_can_be_undone(owner):
    somebody = owner(make.an_event())

    question = somebody.get("cancel")
    assert [given["value"] for given in question.all("input", type="radio")] == ["date", "colleague", "topic", "other"]
    said = somebody.done("cancel", reason="colleague")
    assert "Your registration is cancelled" in said
    assert "There are places left, so you get one back at once" in said
    assert (somebody.registration.status, somebody.registration.cancel_reason) == (Status.CANCELLED, Reason.COLLEAGUE)

    assert "You are back, and you have a place" in somebody.done("undo")
    assert somebody.registration.status is Status.CONFIRMED


@pytest.mark.parametrize("reason", [{}, {"reason": "none of ours"}])
@one_database
def test_a_reason_is_nobody_s_duty(owner, reason):
    somebody = owner(make.an_event())

    somebody.done("cancel", **reason)

    assert (somebody.registration.status, somebody.registration.cancel_reason) == (Status.CANCELLED, None)


def test_clicks_come_in_pairs_and_acts_do_not(owner):
    event = make.an_event(asks_sessions=True)
    sessions = [make.a_session(event) for _ in range(3)]
    somebody = owner(event, sessions=[session.id for session in sessions])
    outgoing.forget()

    acts: dict[str, dict[str, object]] = {"plan": {"sessions": [sessions[0].id]}, "cancel": {}, "undo": {}, "resend": {}}
    acts["feed"] = {"generation": 1}
    for page, answers in acts.items():
        for _ in range(2):
            assert somebody.post(page, **answers).status_code == 303

    kinds = [letter for letter, _ in outgoing.queued()]
    assert kinds == ["withdrawal", "invitation", "cancellation", "confirmation", "confirmation"]
    assert [key.generation for key in keys.of(somebody.registration, Purpose.FEED)] == [1, 2]


def test_before_undoing_the_page_says_what_one_would_get(owner):
    event = make.an_event(capacity=1)
    somebody = owner(event)
    make.a_registration(event)

    somebody.done("cancel")
    waits = somebody.get().text
    with transaction():
        event.has_waiting_list = False
    full = somebody.get().text
    refused = somebody.post("undo")

    assert "you would go to the end of the waiting list" in waits
    assert "there is no waiting list, so this cannot be undone" in full
    assert refused.status_code == 409
    assert "All places are taken" in Reading(refused).text


@one_database
def test_a_cancelled_event_says_so_and_offers_nothing_but_another_link(owner):
    event = make.an_event()
    somebody = owner(event)
    with transaction():
        event.status = EventStatus.CANCELLED

    page = somebody.get()

    assert "This event has been cancelled" in page.text
    assert [form["action"] for form in page.all("form")] == [somebody.path("link")]
    assert somebody.post("cancel").status_code == 409


def test_the_plan_is_changed_by_boxes_and_a_button(owner):
    event = make.an_event(asks_sessions=True)
    first, second = make.a_session(event), make.a_session(event)
    somebody = owner(event, sessions=[first.id])

    form = form_with(somebody.get().answer.text, "sessions")
    boxes = [("sessions", str(session.id)) for session in (first, second)]
    assert (form.values, form.boxes) == (boxes[:1], boxes)
    assert "1 of 2 parts" in somebody.get().text
    assert "Your plan is saved" in somebody.done("plan", sessions=[second.id])
    nothing = somebody.post("plan")

    assert nothing.status_code == 422
    assert "Choose at least one session" in Reading(nothing).text
    assert [choice.session_id for choice in somebody.registration.chosen] == [second.id]


@one_database
def test_where_nobody_asks_the_plan_is_the_agenda(owner):
    event = make.an_event()
    make.a_session(event)

    page = owner(event).get()

    assert "My plan" in page.text
    assert not page.all("input", name="sessions")


def test_own_data_are_changed_and_a_new_address_proves_itself(owner, client):
    somebody = owner(make.an_event(), email="maria@example.org")
    form = form_with(somebody.get("details").answer.text, "email")
    answers = dict(form.values)
    assert (answers["name"], answers["email"]) == ("Żaneta Łącka", "maria@example.org")
    outgoing.forget()

    said = somebody.done("details", **{**answers, "name": "Anna Nowa", "email": "anna@example.org", "needs": ["captions"]})
    assert "The new address takes effect once you open the link" in said
    assert "anna@example.org, once you open the link that we sent there" in said
    assert (somebody.registration.name, somebody.registration.email) == ("Anna Nowa", "maria@example.org")

    link = f"/my/address/{keys.token(somebody.registration, Purpose.ADDRESS)}"
    former = somebody.path()
    assert "will come to anna@example.org" in Reading(client.get(link)).text
    assert somebody.registration.email == "maria@example.org"
    done = client.post(link)
    assert (done.status_code, somebody.registration.email) == (303, "anna@example.org")
    assert "The new address is in use" in Reading(client.get(done.location)).text
    assert [client.get(link).status_code, client.post(link).status_code, client.get(former).status_code] == [410, 410, 410]


@one_database
def test_wrong_data_come_back_with_the_reason(owner):
    somebody = owner(make.an_event())

    answer = somebody.post("details", name="", email="nobody@", organisation="UM")

    page = Reading(answer)
    assert answer.status_code == 422
    assert page.title.startswith("Error: fix 2 answers. Your details")
    assert [given["value"] for given in page.all("input", name="organisation")] == ["UM"]
    assert somebody.registration.name == "Żaneta Łącka"


def test_the_letter_is_sent_again_on_request(owner):
    somebody = owner(make.an_event())
    outgoing.forget()

    assert "It can be sent again in ten minutes" in somebody.done("resend")
    assert outgoing.queued() == [("confirmation", somebody.registration.email)]


def test_reminders_are_turned_off_and_on(owner):
    somebody = owner(make.an_event())

    assert "Turn reminders off" in somebody.get("reminders").text
    assert "Reminders are off." in somebody.done("reminders", wanted="no")
    assert "Turn reminders on" in somebody.get("reminders").text
    assert "Reminders are on." in somebody.done("reminders", wanted="yes")
    assert somebody.registration.wants_reminders


def test_a_mail_program_turns_reminders_off_in_one_step(owner, clock):
    somebody = owner(make.an_event())
    clock.stand_at(make.at("2021-10-26 09:00"))
    with transaction():
        reminders.put_due()
    link = outgoing.composed(outgoing.messages("reminder_hour")[0]).unsubscribe or ""

    answer = somebody.client.post(link.removeprefix("https://plenum.example.org"), data={"List-Unsubscribe": "One-Click"})

    assert (answer.status_code, answer.text, somebody.registration.wants_reminders) == (200, "", False)


@one_database
def test_looking_at_the_page_of_reminders_changes_nothing(owner):
    somebody = owner(make.an_event())

    somebody.get("reminders")

    assert somebody.registration.wants_reminders


@one_database
def test_the_invitation_again_is_a_file_without_the_person_in_it(owner):
    event = make.an_event()
    somebody = owner(event)

    answer = somebody.client.get(somebody.path("invite.ics"))

    calendar = icalendar.Calendar.from_ical(answer.data)
    [entry] = calendar.walk("VEVENT")
    assert (calendar["METHOD"], entry["UID"], entry["SEQUENCE"], "ATTENDEE" in entry) == ("PUBLISH", event.uid, 0, False)
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{event.slug}.ics"'
    assert b"meeting.example.com" not in answer.data


@one_database
def test_the_plan_says_what_overlaps_and_what_is_reserved_until_the_end(owner, clock):
    event = make.an_event(asks_sessions=True)
    full = make.a_session(event, title="Pełna", capacity=1)
    counted = make.a_session(event, title="Liczona", capacity=5, starts_at=event.starts_at + timedelta(minutes=30))
    free = make.a_session(event, title="Otwarta", starts_at=event.starts_at + timedelta(hours=2))
    make.a_registration(event, sessions=[full.id])

    somebody = owner(event, sessions=[full.id, counted.id])
    page = somebody.get().text

    first = "Pełna Full You are number 1 in the queue of this session. Overlap Overlaps with: Liczona, 10:30–11:30"
    assert f"{first} In my plan" in page
    assert "Liczona Overlap Overlaps with: Pełna, 10:00–11:00 A place in this session is reserved for you." in page
    assert "Where places are counted, saving the plan takes a place in the session" in page
    somebody.post("plan", sessions=[free.id])
    assert "Liczona 5 places left In my plan" in somebody.get().text
    assert "Pełna Full Whoever registers for this session joins its queue." in somebody.get().text
    somebody.post("plan", sessions=[full.id, counted.id])
    clock.stand_at(event.ends_at)
    assert not {"Overlap", "reserved", "Full"} & set(somebody.get().text.split())


def test_the_own_feed_follows_the_plan_and_the_cancellation(owner, client):
    event = make.an_event(asks_sessions=True)
    first, second = make.a_session(event), make.a_session(event)
    somebody = owner(event, sessions=[first.id])
    feed = address(somebody.registration, Purpose.FEED)

    def read() -> list[tuple[object, object, object]]:
        answer = client.get(feed)
        assert answer.headers["Cache-Control"] == "private, max-age=300"
        entries = icalendar.Calendar.from_ical(answer.data).walk("VEVENT")
        return [(entry["UID"], entry["SEQUENCE"], entry["STATUS"]) for entry in entries]

    seen = [read()]
    somebody.post("plan", sessions=[second.id])
    seen.append(read())
    somebody.post("cancel")
    seen.append(read())

    left = first.uid, 1, "CANCELLED"
    assert seen == [[(first.uid, 0, "CONFIRMED")], [left, (second.uid, 0, "CONFIRMED")], [left, (second.uid, 1, "CANCELLED")]]


@one_database
def test_a_plan_with_fewer_sessions_is_newer_by_date_too(owner, client, clock):
    event = make.an_event(asks_sessions=True)
    sessions = [make.a_session(event, starts_at=event.starts_at + timedelta(minutes=10 * n)).id for n in range(6)]
    somebody = owner(event, sessions=sessions[:5])
    feed = address(somebody.registration, Purpose.FEED)
    since = client.get(feed).headers["Last-Modified"]
    assert client.get(feed, headers={"If-Modified-Since": since}).status_code == 304

    clock.stand_at(clock.now() + timedelta(minutes=1))
    somebody.post("plan", sessions=sessions[:4])

    assert client.get(feed, headers={"If-Modified-Since": since}).status_code == 200


def test_a_feed_that_did_not_change_is_not_sent_again(owner, client):
    feed = address(owner(make.an_event()).registration, Purpose.FEED)
    first = client.get(feed)

    again = client.get(feed, headers={"If-None-Match": first.headers["ETag"]})

    assert (first.status_code, again.status_code, again.data) == (200, 304, b"")


def test_a_new_feed_address_ends_the_former_one(owner, client):
    somebody = owner(make.an_event())
    former = address(somebody.registration, Purpose.FEED)
    assert client.get(former).status_code == 200

    assert "The plan has a new address" in somebody.done("feed", generation=1)

    new = address(somebody.registration, Purpose.FEED)
    assert [client.get(former).status_code, client.get(new).status_code] == [410, 200]


def test_the_way_into_the_meeting_opens_at_its_hour_and_remembers_who_came(owner, client, clock):
    event = make.an_event()
    somebody = owner(event)
    link = address(somebody.registration, Purpose.JOIN)

    early = client.get(link)
    assert (early.status_code, joined_at(somebody.registration)) == (200, None)
    assert "This same link will lead to the meeting from 26 October, 9:45" in Reading(early).text
    clock.stand_at(make.at("2021-10-26 09:45"))
    looked = client.head(link)
    assert (looked.status_code, joined_at(somebody.registration)) == (302, None)
    answer = client.get(link)

    assert (answer.status_code, answer.location) == (302, MEETING)
    assert {name: answer.headers[name] for name in PRIVATE} == PRIVATE
    assert joined_at(somebody.registration)


def test_the_way_into_the_meeting_follows_a_changed_address(owner, client, clock):
    event = make.an_event()
    link = address(owner(event).registration, Purpose.JOIN)
    with transaction():
        event.meeting_url = "https://elsewhere.example.com/room"
    clock.stand_at(event.starts_at)

    assert client.get(link).location == "https://elsewhere.example.com/room"


@pytest.mark.parametrize(
    ("facts", "moment", "said"),
    [
        ({}, "2021-10-26 13:00", "The meeting is over"),
        ({"meeting_url": None}, "2021-10-26 10:00", "There is no meeting link yet"),
        ({"status": EventStatus.CANCELLED}, "2021-10-26 10:00", "This event has been cancelled"),
        ({"attendance": Attendance.OFFLINE, "meeting_url": None}, "2021-10-26 10:00", "We meet on site"),
    ],
)
@one_database
def test_where_there_is_no_way_into_a_meeting_the_page_says_why(owner, client, clock, facts, moment, said):
    event = make.an_event()
    somebody = owner(event)
    with transaction():
        for name, value in facts.items():
            setattr(event, name, value)
    clock.stand_at(make.at(moment))

    answer = client.get(address(somebody.registration, Purpose.JOIN))

    assert answer.status_code == 200
    assert said in Reading(answer).text
    assert joined_at(somebody.registration) is None


@one_database
def test_a_place_that_was_given_back_opens_no_meeting(owner, client, clock):
    event = make.an_event()
    somebody = owner(event)
    with transaction():
        signup.cancel(somebody.registration, None)
    clock.stand_at(event.starts_at)

    answer = client.get(address(somebody.registration, Purpose.JOIN))

    assert "This link opens the meeting only for who has a place" in Reading(answer).text


@one_database
def test_an_address_that_is_a_key_leaves_no_trace(owner):
    somebody = owner(make.an_event())

    for page in ("", "details", "cancel", "reminders"):
        answer = somebody.client.get(somebody.path(page))
        assert {name: answer.headers[name] for name in PRIVATE} == PRIVATE
        page_read = Reading(answer)
        sources = [given["src"] or "" for _, given in page_read.tags if "src" in given]
        styles = [given["href"] or "" for given in page_read.all("link")]
        assert not [source for source in (*sources, *styles) if "//" in source]


@pytest.mark.parametrize("path", ["/my/{}/", "/my/{}/cancel", "/my/address/{}", "/feeds/{}.ics", "/join/{}"])
@one_database
def test_a_key_that_nobody_has_opens_nothing(client, path):
    assert client.get(path.format("a" * 32)).status_code == 404


@one_database
def test_a_key_of_another_purpose_opens_nothing(owner, client):
    somebody = owner(make.an_event()).registration
    my, feed, join = (keys.token(somebody, purpose) for purpose in keys.ISSUED)

    statuses = [client.get(path).status_code for path in (f"/my/{feed}/", f"/my/{join}/", f"/feeds/{my}.ics", f"/join/{feed}")]

    assert statuses == [404] * 4


def test_the_page_takes_the_same_number_of_statements_however_long_the_agenda(owner, statements):
    numbers = []
    for length in (1, 30):
        event = make.an_event(asks_sessions=True)
        sessions = [make.a_session(event) for _ in range(length)]
        for session in sessions:
            make.an_appearance(session)
            make.a_material(event, session_id=session.id)
        somebody = owner(event, sessions=[session.id for session in sessions])
        path = somebody.path()
        with statements() as said:
            somebody.client.get(path)
        numbers.append(len(said))

    assert numbers[0] == numbers[1] <= 14


@one_database
def test_words_of_the_organiser_carry_their_language(owner):
    page = owner(make.an_event()).get()

    assert {given.get("lang") for given in page.all("span")} >= {"pl"}


def test_a_wish_for_another_registration_s_address_is_refused_with_words(owner, client):
    event = make.an_event()
    somebody = owner(event)
    make.a_registration(event, email="taken@example.org")
    with transaction():
        details.ask_for_address(somebody.registration, "taken@example.org")

    answer = client.post(f"/my/address/{keys.token(somebody.registration, Purpose.ADDRESS)}")

    assert answer.status_code == 409
    assert "This address has a registration of its own" in Reading(answer).text
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Registration)) == 2


def test_the_page_says_what_was_done_only_while_it_is_so(owner, client):
    somebody = owner(make.an_event())
    shown = {"cancelled": "Done.", "undone": "You are back", "pending": "The new address takes", "feed": "The plan has a new"}

    said = {done: words in somebody.get(f"?done={done}").text for done, words in shown.items()}

    assert said == {"cancelled": False, "undone": True, "pending": False, "feed": False}


def test_a_feed_address_that_was_replaced_already_is_not_said_to_be_new(owner):
    somebody = owner(make.an_event())
    somebody.done("feed", generation=1)

    assert "The plan has a new address" not in somebody.done("feed", generation=1)


def test_who_registers_on_the_eve_is_promised_the_reminder_of_an_hour_before(owner, clock):
    event = make.an_event()
    clock.stand_at(make.at("2021-10-25 15:00"))

    assert "Reminder 26 Oct, 9:00 Meeting" in owner(event).get().text


def test_who_registers_in_the_last_hour_is_promised_no_reminder(owner, clock):
    event = make.an_event()
    clock.stand_at(make.at("2021-10-26 09:30"))

    assert "Registered 26 Oct, 9:30 Meeting" in owner(event).get().text


def test_several_days_are_named_once(owner):
    event = make.an_event(starts_at=make.at("2021-11-04 10:00"), ends_at=make.at("2021-11-05 16:00"))

    page = owner(event).get()

    assert "4 Nov, 10:00 – 5 Nov, 16:00" in page.text
    assert "Thursday" not in page.text
