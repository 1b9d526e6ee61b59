"""What letters say when they leave, and which of them have nothing to say any more."""

from app.db import transaction
from app.events.models import Attendance, EventStatus
from app.mail import outbox
from app.mail.models import Message
from app.registration import keys, letters, signup
from app.registration.models import Purpose, Registration
from tests import make
from tests.registration import outgoing


def cancel(registration: Registration) -> None:
    with transaction():
        signup.cancel(registration, None)


def send(message: Message) -> None:
    """Let the letter leave."""
    with transaction():
        outbox.sent(message.id)


def again(registration: Registration) -> bool:
    with transaction():
        return letters.again(registration)


def test_a_letter_comes_from_the_organiser_s_name_and_the_site_s_address(app):
    event = make.an_event(organiser_id=make.an_organisation(name='Urząd "Miasta"\nGdyni').id)
    registration = make.a_registration(event, language="en")

    letter = outgoing.composed(outgoing.messages()[0])

    assert (letter.from_name, letter.from_address) == ("Urząd Miasta Gdyni", "plenum@example.org")
    assert (letter.to_name, letter.to_address, letter.language) == (registration.name, registration.email, "en")
    assert letter.message_id == outgoing.messages()[0].message_id


def test_a_letter_knows_the_person_s_own_links_and_plan(app):
    event = make.an_event(asks_sessions=True)
    chosen, _ = make.a_session(event), make.a_session(event)
    registration = make.a_registration(event, sessions=[chosen.id])

    facts = outgoing.composed(outgoing.messages()[0]).facts

    base, tokens = "https://plenum.example.org", {purpose: keys.token(registration, purpose) for purpose in keys.ISSUED}
    assert {name: facts[name] for name in ("my_url", "cancel_url", "feed_url", "join_url")} == {
        "my_url": f"{base}/my/{tokens[Purpose.MY]}/",
        "cancel_url": f"{base}/my/{tokens[Purpose.MY]}/cancel",
        "feed_url": f"{base}/feeds/{tokens[Purpose.FEED]}.ics",
        "join_url": f"{base}/join/{tokens[Purpose.JOIN]}",
    }
    assert (facts["registration"], facts["event"], facts["sessions"]) == (registration, event, [chosen])


def test_no_letter_holds_the_meeting_s_own_address(app):
    event = make.an_event(description="https://meeting.example.com/j/81234567890?pwd=hidden")
    make.a_registration(event)

    letter = outgoing.composed(outgoing.messages()[0])

    assert letter.calendar
    assert b"meeting.example.com" not in letter.calendar.ics
    assert event.meeting_url not in [value for value in letter.facts.values() if isinstance(value, str)]


def test_an_event_on_site_has_no_link_to_join(app):
    make.a_registration(make.an_event(attendance=Attendance.OFFLINE, place_name="Sala Błękitna"))

    letter = outgoing.composed(outgoing.messages()[0])

    assert letter.facts["join_url"] is None
    assert letter.calendar
    assert b"/join/" not in letter.calendar.ics


def test_a_letter_tried_again_is_the_same_letter(app, clock):
    event = make.an_event()
    registration = make.a_registration(event)
    [message] = outgoing.messages()
    first = outgoing.composed(message)
    clock.stand_at(make.at("2021-10-12 15:00"))
    cancel(registration)
    with transaction():
        signup.reinstate(registration)

    assert outgoing.composed(message).calendar == first.calendar


def test_later_letters_answer_the_first_that_left(app):
    registration = make.a_registration(make.an_event())
    [confirmation] = outgoing.messages()
    send(confirmation)
    first = outgoing.composed(confirmation)
    cancel(registration)

    cancellation = outgoing.composed(outgoing.messages("cancellation")[0])

    assert (first.in_reply_to, cancellation.in_reply_to) == (None, confirmation.message_id)


def test_the_position_is_the_one_at_the_moment_of_leaving(app):
    event = make.an_event(capacity=1)
    first, second, third = [make.a_registration(event) for _ in range(3)]
    message = outgoing.messages("waiting")[1]
    cancel(second)

    letter = outgoing.composed(message)

    assert (message.to_address, letter.facts["position"], letter.calendar) == (third.email, 1, None)
    assert first.is_confirmed


def test_what_is_no_longer_true_does_not_leave(app):
    event = make.an_event(capacity=1)
    registration, waiting = make.a_registration(event), make.a_registration(event)
    confirmation, wait = outgoing.messages()

    cancel(registration)

    assert [outgoing.is_silent(message) for message in (confirmation, wait)] == [True, True]
    assert waiting.is_confirmed
    with transaction():
        signup.cancel(waiting, None)
        signup.reinstate(registration)
    assert outgoing.is_silent(outgoing.messages("cancellation")[0])
    assert not outgoing.is_silent(confirmation)


def test_nothing_invites_to_an_event_that_was_called_off(app):
    event = make.an_event()
    make.a_registration(event)
    with transaction():
        event.status = EventStatus.CANCELLED

    assert outgoing.is_silent(outgoing.messages()[0])


def test_a_letter_about_nobody_is_silent(app):
    with transaction():
        outbox.put("confirmation", to_name="", to_address="a@example.org", language="pl", thread="registration:nobody")

    assert outgoing.is_silent(outgoing.messages()[0])


def test_a_letter_sent_again_is_as_new_as_before_and_goes_once_in_ten_minutes(app, clock):
    event = make.an_event(asks_sessions=True)
    sessions = [make.a_session(event) for _ in range(3)]
    registration = make.a_registration(event, sessions=[session.id for session in sessions[:2]])
    before = outgoing.entries()
    outgoing.forget()

    answers = [again(registration), again(registration)]
    clock.stand_at(make.at("2021-10-11 09:11"))
    answers.append(again(registration))

    assert (answers, outgoing.entries()) == ([True, False, True], before * 2)


def test_who_waits_is_sent_the_waiting_letter_again(app):
    event = make.an_event(capacity=1)
    make.a_registration(event)
    waiting = make.a_registration(event)

    again(waiting)

    assert outgoing.queued()[1:] == [("waiting", waiting.email)] * 2


def test_composing_takes_the_same_number_of_questions_however_long_the_agenda(app, statements):
    numbers = []
    for length in (1, 3, 30):
        event = make.an_event()
        for _ in range(length):
            make.an_appearance(make.a_session(event))
        make.a_registration(event)
        message = outgoing.messages()[-1]
        with statements() as said:
            outgoing.composed(message)
        numbers.append(len(said))

    assert numbers == [numbers[0]] * 3
    assert numbers[0] <= 8


def test_whoever_registers_again_gets_every_entry_of_the_plan_once_more(app):
    event = make.an_event(asks_sessions=True)
    chosen = [make.a_session(event) for _ in range(3)]
    answers = {"email": "maria@example.org", "sessions": [session.id for session in chosen[:2]]}
    make.a_registration(event, **answers)
    outgoing.forget()

    make.a_registration(event, **answers)

    assert [(letter, method, uid) for letter, method, uid, _, _ in outgoing.entries()] == [
        ("already_registered", "REQUEST", chosen[0].uid),
        ("invitation", "REQUEST", chosen[1].uid),
    ]
