"""Registering: who gets a place, what a second sending does, and what is refused."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.agenda.models import SessionKind, SessionStatus
from app.db import db, transaction
from app.errors import Refused, TooMany
from app.events.models import Event
from app.registration import consent, keys, limits, purge, signup
from app.registration.doors import Door, Shut
from app.registration.models import Consent, Need, Purpose, Registration, Status, Submission
from tests import make
from tests.defaults import one_database
from tests.registration import outgoing

ADDRESS = "maria@example.org"


def submit(event: Event, email: str = ADDRESS, **facts) -> Submission:
    """Send the form once, under a key of its own unless one is given."""
    answers = {"idempotency_key": f"key-{next(make.numbers)}", "network": "198.51.100.7", **facts}
    registration = make.a_registration(event, email=email, **answers)
    key = sa.select(Submission).where(Submission.registration_id == registration.id).order_by(Submission.id.desc())
    submission = db.session.scalars(key).first()
    assert submission is not None
    return submission


def told(submission: Submission) -> tuple[Status, int | None]:
    return submission.status, submission.position


def rows(table: type) -> int:
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count()).select_from(table)) or 0


def test_somebody_registers_and_everything_that_belongs_to_it_is_there(app):
    event = make.an_event()

    submission = submit(
        event, " Maria@Example.ORG ", name=" Maria  Zalewska ", needs=[Need.OTHER, Need.CAPTIONS], needs_note="pętla"
    )

    registration = submission.registration
    assert told(submission) == (Status.CONFIRMED, None)
    assert (registration.name, registration.email, registration.email_key) == ("Maria Zalewska", "Maria@example.org", ADDRESS)
    assert (registration.needs, registration.needs_note) == (["captions", "other"], "pętla")
    assert (registration.number, registration.arrival, registration.reference) == (1, 1, "21-0001")
    assert [consent.clause_version for consent in registration.consents] == [1]
    assert [key.purpose for key in registration.keys] == [Purpose.MY, Purpose.FEED, Purpose.JOIN]
    assert outgoing.entries() == [("confirmation", "REQUEST", event.uid, 0, "Maria@example.org")]
    assert (event.taken, event.waiting, event.arrivals) == (1, 0, 1)


def test_places_go_by_arrival_and_then_the_waiting_list_says_the_position(app):
    event = make.an_event(capacity=2)

    answers = [told(submit(event, f"person.{number}@example.org")) for number in range(5)]

    confirmed, waiting = (Status.CONFIRMED, None), Status.WAITING
    assert answers == [confirmed, confirmed, (waiting, 1), (waiting, 2), (waiting, 3)]
    assert (event.taken, event.waiting, event.arrivals) == (2, 3, 5)
    assert outgoing.queued()[2:] == [("waiting", f"person.{number}@example.org") for number in (2, 3, 4)]


def test_the_same_form_sent_again_is_answered_as_before_and_writes_nothing(app):
    event = make.an_event()
    first = submit(event, idempotency_key="a-form")

    again = submit(event, idempotency_key="a-form")

    assert again.id == first.id
    assert (rows(Registration), rows(Submission), len(outgoing.messages())) == (1, 1, 1)


def test_a_lost_answer_is_repeated_even_after_the_door_has_shut(app, clock):
    event = make.an_event()
    first = submit(event, idempotency_key="a-form")
    clock.stand_at(event.starts_at + timedelta(hours=1))

    assert submit(event, idempotency_key="a-form").id == first.id


def test_a_lost_answer_is_repeated_even_after_the_clause_has_changed(app):
    event = make.an_event()
    first = submit(event, idempotency_key="a-form", clause_version=make.a_clause().version)
    with transaction():
        consent.publish("changed", "changed")

    assert submit(event, idempotency_key="a-form", clause_version=1).id == first.id


def test_a_form_that_comes_back_with_another_address_is_another_form(app):
    event = make.an_event()
    submit(event, "mraia@example.org", idempotency_key="a-form")

    corrected = [submit(event, "maria@example.org", idempotency_key="a-form") for _ in range(2)]

    assert corrected[0].id == corrected[1].id
    assert outgoing.queued() == [("confirmation", "mraia@example.org"), ("confirmation", "maria@example.org")]


def test_a_form_that_comes_back_with_other_answers_is_another_form_and_gets_its_letter(app):
    event = make.an_event()
    submit(event, idempotency_key="a-form", name="Maria Zaleska")

    corrected = [submit(event, idempotency_key="a-form", name="Maria Zalewska") for _ in range(2)]

    assert corrected[0].id == corrected[1].id
    assert outgoing.queued() == [("confirmation", ADDRESS), ("already_registered", ADDRESS)]


def test_one_key_at_two_events_is_two_forms(app):
    first, second = make.an_event(), make.an_event()

    submit(first, idempotency_key="a-form")
    submit(second, idempotency_key="a-form")

    assert rows(Registration) == 2


@pytest.mark.parametrize("facts", [{"capacity": 3}, {"capacity": 1}, {"capacity": None}])
def test_a_known_address_is_answered_exactly_as_a_newcomer_would_be(app, facts):
    known, unknown = make.an_event(**facts), make.an_event(**facts)
    submit(known, ADDRESS)
    submit(unknown, "somebody.else@example.org")

    answers = told(submit(known, ADDRESS.upper())), told(submit(unknown, ADDRESS))

    assert answers[0] == answers[1]


def test_the_same_address_again_gets_a_letter_and_no_second_registration(app):
    event = make.an_event()
    submit(event)

    submit(event, "MARIA@EXAMPLE.ORG", name="Somebody Else")

    assert (rows(Registration), event.taken) == (1, 1)
    assert db.session.scalars(sa.select(Registration.name)).one() == "Żaneta Łącka"
    assert outgoing.entries() == [
        ("confirmation", "REQUEST", event.uid, 0, ADDRESS),
        ("already_registered", "REQUEST", event.uid, 0, ADDRESS),
    ]


def test_the_same_address_on_the_waiting_list_gets_a_letter_without_a_calendar(app):
    event = make.an_event(capacity=1)
    submit(event, "first@example.org")
    submit(event)

    submit(event)

    letter = outgoing.composed(outgoing.messages("already_registered")[0])
    assert (letter.calendar, letter.facts["position"]) == (None, 1)


def test_whoever_comes_back_after_cancelling_is_the_same_registration_further_back(app):
    event = make.an_event(capacity=1)
    former = submit(event).registration
    uid, keys_before = former.uid, [key.digest for key in former.keys]
    with transaction():
        signup.cancel(former, None)
    submit(event, "other@example.org")

    back = submit(event, name="Maria Nowa").registration

    assert (back.uid, back.number, back.arrival, back.status) == (uid, 1, 3, Status.WAITING)
    assert ([key.digest for key in back.keys], back.name, back.cancelled_at) == (keys_before, "Maria Nowa", None)


def test_an_entry_that_comes_back_has_the_same_uid_and_a_higher_sequence(app):
    event = make.an_event()
    registration = submit(event).registration
    with transaction():
        signup.cancel(registration, None)

    submit(event)

    said = [outgoing.messages(kind)[-1].facts for kind in ("cancellation", "confirmation")]
    assert said == [{"uid": event.uid, "sequence": 1}, {"uid": event.uid, "sequence": 2}]


@pytest.mark.parametrize(
    ("facts", "met"),
    [
        ({"capacity": 1, "taken": 1, "has_waiting_list": False}, Door.FULL),
        ({"registration_opens_at": make.at("2021-10-12 09:00")}, Door.NOT_YET),
        ({"registration_closes_at": make.at("2021-10-11 08:00")}, Door.CLOSED),
        ({"starts_at": make.at("2021-10-11 06:00")}, Door.PAST),
        ({"status": "cancelled"}, Door.CANCELLED),
    ],
)
def test_a_shut_door_refuses_and_nothing_is_written(app, facts, met):
    event = make.an_event(**facts)

    with pytest.raises(Shut) as refusal:
        submit(event)

    assert refusal.value.door is met
    assert (rows(Registration), rows(Submission), len(outgoing.messages())) == (0, 0, 0)


def test_a_known_address_hears_no_more_than_others_when_the_event_is_full(app):
    event = make.an_event(capacity=1, has_waiting_list=False)
    submit(event)

    with pytest.raises(Shut):
        submit(event)

    assert outgoing.queued() == [("confirmation", ADDRESS)]


def test_a_place_that_was_added_goes_to_who_waits_and_not_to_the_newcomer(app):
    event = make.an_event(capacity=1)
    submit(event, "first@example.org")
    waiting = submit(event, "second@example.org").registration
    with transaction():
        event.capacity = 2

    newcomer = submit(event, "third@example.org")

    assert waiting.status is Status.CONFIRMED
    assert told(newcomer) == (Status.WAITING, 1)


def test_an_old_clause_is_refused_and_the_new_one_is_kept_beside_it(app):
    event = make.an_event()
    old = make.a_clause().version
    with transaction():
        new = consent.publish("changed", "changed").version

    with pytest.raises(Refused) as refusal:
        submit(event, clause_version=old)
    registration = submit(event, clause_version=new).registration

    assert refusal.value.field == "clause"
    assert [consent.clause_version for consent in registration.consents] == [new]


def test_coming_back_under_a_new_clause_keeps_both_consents(app):
    event = make.an_event()
    registration = submit(event).registration
    with transaction():
        signup.cancel(registration, None)
        new = consent.publish("changed", "changed").version

    submit(event, clause_version=new)
    with transaction():
        signup.cancel(registration, None)
    submit(event, clause_version=new)

    assert rows(Consent) == 2


def test_coming_back_under_the_same_clause_is_a_consent_of_now(app, clock):
    event = make.an_event()
    registration = submit(event).registration
    with transaction():
        signup.cancel(registration, None)
    clock.stand_at(make.at("2021-10-12 09:00"))

    submit(event)

    [given] = registration.consents
    assert given.given_at >= make.at("2021-10-12 09:00")


def test_six_forms_an_hour_for_one_address_are_one_too_many(app, clock):
    event = make.an_event()
    for number in range(5):
        submit(event, network=f"198.51.100.{number}")

    with pytest.raises(TooMany) as refusal:
        submit(event, network="198.51.100.9")
    clock.stand_at(make.at("2021-10-11 10:01"))
    submit(event)

    assert refusal.value.field == "email"
    assert rows(Submission) == 6


def test_an_address_may_come_to_many_events_in_an_hour(app):
    for _ in range(6):
        submit(make.an_event())

    assert rows(Submission) == 6


def fill_up(event: Event, first: Submission, number: int, **facts: object) -> None:
    """Let so many more forms have come, ten minutes later."""
    told = {"event_id": event.id, "registration_id": first.registration_id, "email": ADDRESS, "status": Status.CONFIRMED}
    forms = [
        {"idempotency_key": f"other-{n}", "address": f"other-{n}", "network": f"other-{n}", **told, **facts}
        for n in range(number)
    ]
    with transaction():
        db.session.execute(sa.insert(Submission), forms)


def test_a_town_hall_of_a_thousand_is_welcome_and_the_next_one_learns_when_to_come_back(app, clock):
    event = make.an_event(capacity=None)
    first = submit(event)
    clock.stand_at(make.at("2021-10-11 09:10"))
    fill_up(event, first, limits.PER_NETWORK - 2, network=first.network)

    submit(event, "the.1000th@example.org")
    with pytest.raises(TooMany) as refusal:
        submit(event, "the.1001st@example.org")
    submit(event, "elsewhere@example.org", network="203.0.113.1")
    clock.stand_at(make.at("2021-10-11 10:01"))
    submit(event, "the.1001st@example.org")

    assert timedelta(minutes=49) < refusal.value.wait < timedelta(minutes=51)
    assert re.search("(49|50|51) minut", refusal.value.message)


@one_database
def test_one_event_takes_five_thousand_forms_an_hour_and_other_events_go_on(app):
    event = make.an_event(capacity=None)
    fill_up(event, submit(event), limits.PER_EVENT - 1)

    with pytest.raises(TooMany):
        submit(event, "the.5001st@example.org")
    submit(make.an_event(), "elsewhere@example.org")


def test_neither_address_nor_network_is_kept_as_it_is(app):
    submission = submit(make.an_event())

    assert (len(submission.address), len(submission.network)) == (64, 64)
    assert "maria" not in submission.address
    assert "198" not in submission.network[:3]


def test_sent_forms_are_forgotten_after_a_day(app, clock):
    event = make.an_event()
    submit(event)
    clock.stand_at(make.at("2021-10-12 08:00"))
    submit(event, "later@example.org")
    clock.stand_at(make.at("2021-10-12 09:01"))

    with transaction():
        forgotten = purge.old_submissions()

    assert (forgotten, rows(Submission), rows(Registration)) == (1, 1, 2)


def test_a_choice_of_sessions_is_asked_for_only_where_the_event_asks(app):
    asking, other = make.an_event(asks_sessions=True), make.an_event()
    first, second = make.a_session(asking), make.a_session(asking)
    foreign = make.a_session(other)
    for_coffee = make.a_session(asking, kind=SessionKind.BREAK)
    called_off = make.a_session(asking, status=SessionStatus.CANCELLED)

    chosen = submit(asking, sessions=[second.id, first.id, second.id]).registration
    for choice in ([], [foreign.id], [first.id, for_coffee.id], [called_off.id]):
        with pytest.raises(Refused) as refusal:
            submit(asking, "other@example.org", sessions=choice)
        assert refusal.value.field == "sessions"
    not_asked = submit(other, sessions=[foreign.id]).registration

    assert {choice.session_id for choice in chosen.chosen} == {first.id, second.id}
    assert not_asked.chosen == []


def test_registering_asks_the_database_a_bounded_number_of_things(app, statements):
    event = make.an_event()
    make.a_registration(event)

    with statements() as said:
        make.a_registration(event)

    assert len(said) <= 22


def test_each_key_opens_one_thing_and_is_kept_as_a_digest(app):
    registration = submit(make.an_event()).registration
    token = keys.token(registration, Purpose.MY)

    assert keys.find(Purpose.MY, token) is registration
    assert token not in [key.digest for key in registration.keys]
    for purpose in (Purpose.FEED, Purpose.JOIN, Purpose.ADDRESS):
        with pytest.raises(sa.exc.NoResultFound):
            keys.find(purpose, token)
