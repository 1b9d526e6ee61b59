"""What an organiser does with one participant."""

from typing import Any

import pytest

from app.admission.models import Quota
from app.calendar.words import Reply
from app.db import transaction
from app.errors import Refused
from app.events.models import Event, EventStatus
from app.ledger import chain
from app.participants import acts
from app.participants.acts import Answers, Given
from app.registration import queries, waitlist
from app.registration.details import Known
from app.registration.models import Need, Registration, Status
from tests import make
from tests.registration import outgoing


def answers(**facts: Any) -> Answers:
    told = {
        "name": "Maria Zalewska",
        "email": "maria@example.org",
        "organisation": "Urząd Miejski w Łomiankach",
        "position": "",
        "needs": (),
        "needs_note": "",
        "sessions": (),
        "language": "pl",
    }
    return Answers(**{**told, **facts})


def add(event: Event, *, given: Given = Given.PLACE, tells: bool = True, note: str = "", **facts: Any) -> Registration:
    version = make.a_clause().version
    with transaction():
        return acts.add(event, answers(**facts), given=given, clause_version=version, note=note, tells=tells)


def counts(event: Event) -> tuple[int, int]:
    return event.taken, event.waiting


def test_somebody_added_by_hand_gets_a_place_and_the_letters(app):
    event = make.an_event()

    person = add(event, note="z telefonu", needs=[Need.CAPTIONS])

    assert (person.status, person.is_added_by_hand, person.note, person.needs) == (
        Status.CONFIRMED,
        True,
        "z telefonu",
        ["captions"],
    )
    assert [consent.clause_version for consent in person.consents] == [make.a_clause().version]
    assert outgoing.entries() == [("confirmation", "REQUEST", event.uid, 0, "maria@example.org")]
    assert counts(event) == (1, 0)


def test_somebody_added_without_letters_is_written_to_when_asked_for(app):
    event = make.an_event()
    person = add(event, tells=False)
    before = outgoing.messages()

    with transaction():
        acts.resend(person)

    assert (before, person.status) == ([], Status.CONFIRMED)
    assert outgoing.entries() == [("confirmation", "REQUEST", event.uid, 0, "maria@example.org")]


def test_where_all_is_full_the_organiser_chooses(app):
    event = make.an_event(capacity=1, has_waiting_list=False)
    make.a_registration(event)

    with pytest.raises(Refused) as refused:
        add(event)
    waiting = add(event, given=Given.WAITING, email="w@example.org")
    over = add(event, given=Given.OVER, email="o@example.org")

    assert refused.value.field == "given"
    assert (waiting.status, over.status, counts(event)) == (Status.WAITING, Status.CONFIRMED, (2, 1))


def test_an_address_that_is_known_leads_to_whoever_has_it(app):
    event = make.an_event()
    known = make.a_registration(event, email="maria@example.org")

    with pytest.raises(Known) as refused:
        add(event, email="Maria@Example.org")

    assert refused.value.registration is known


def test_a_place_that_becomes_free_is_not_given_ahead_of_those_who_wait(app):
    event = make.an_event(capacity=1)
    make.a_registration(event)
    first = make.a_registration(event)
    with transaction():
        event.capacity = 2

    with pytest.raises(Refused):
        add(event)
    with transaction():
        waitlist.fill(event)

    assert (first.status, counts(event)) == (Status.CONFIRMED, (2, 0))


@pytest.mark.parametrize("status", [EventStatus.DRAFT, EventStatus.CANCELLED])
def test_nobody_is_promised_letters_that_do_not_leave(app, status):
    event = make.an_event(status=status)

    with pytest.raises(Refused):
        add(event)


def test_a_corrected_address_gets_the_letters_and_the_former_one_loses_the_entry(app):
    event = make.an_event()
    person = make.a_registration(event, email="slip@example.org")
    outgoing.forget()

    with transaction():
        is_moved = acts.correct(person, answers(email="right@example.org", organisation="Urząd Gminy"))

    assert (is_moved, person.email, person.organisation, person.name) == (
        True,
        "right@example.org",
        "Urząd Gminy",
        "Maria Zalewska",
    )
    assert outgoing.entries() == [
        ("withdrawal", "CANCEL", event.uid, 1, "slip@example.org"),
        ("confirmation", "REQUEST", event.uid, 2, "right@example.org"),
    ]


def test_saving_the_same_answers_writes_to_nobody(app):
    event = make.an_event()
    person = add(event)
    outgoing.forget()

    with transaction():
        is_moved = acts.correct(person, answers())

    assert (is_moved, outgoing.messages()) == (False, [])


def test_nobody_is_moved_to_an_address_that_somebody_else_has(app):
    event = make.an_event()
    owner = make.a_registration(event, email="owner@example.org")
    person = make.a_registration(event, email="slip@example.org")

    with pytest.raises(Known) as refused, transaction():
        acts.correct(person, answers(email="owner@example.org"))

    assert (refused.value.registration.id, person.email) == (owner.id, "slip@example.org")


def test_somebody_is_cancelled_without_being_told(app):
    event = make.an_event(capacity=1)
    person, next_one = make.a_registration(event), make.a_registration(event)
    outgoing.forget()

    with transaction():
        acts.cancel(person, tells=False)

    assert (person.status, next_one.status, counts(event)) == (Status.CANCELLED, Status.CONFIRMED, (1, 0))
    assert outgoing.queued() == [("promoted", next_one.email)]
    assert [entry.is_active for entry in person.entries] == [True]


def test_an_entry_left_with_somebody_cancelled_in_silence_goes_when_they_come_back_to_wait(app):
    event = make.an_event(capacity=1)
    person, _ = make.a_registration(event), make.a_registration(event)
    with transaction():
        acts.cancel(person, tells=False)
    outgoing.forget()

    with transaction():
        acts.reinstate(person)

    assert (person.status, counts(event)) == (Status.WAITING, (1, 1))
    assert outgoing.queued() == [("withdrawal", person.email), ("waiting", person.email)]


def test_a_cancelled_person_comes_back_over_the_limit_if_that_is_said(app):
    event = make.an_event(capacity=1)
    person, _ = make.a_registration(event), make.a_registration(event)
    with transaction():
        acts.cancel(person, tells=True)

    with transaction():
        acts.reinstate(person, over=True)

    assert (person.status, counts(event)) == (Status.CONFIRMED, (2, 0))


def test_somebody_moves_ahead_of_others_only_where_there_is_a_place(app):
    event = make.an_event(capacity=1)
    _, first, second = (make.a_registration(event) for _ in range(3))

    with pytest.raises(Refused), transaction():
        acts.move_ahead(second)
    with transaction():
        acts.move_ahead(second, over=True)
    with transaction():
        acts.move_ahead(second)

    assert (first.status, second.status, counts(event)) == (Status.WAITING, Status.CONFIRMED, (2, 1))
    assert queries.position(first) == 1


def test_an_answer_given_by_phone_is_recorded_and_taken_back(app):
    person = make.a_registration(make.an_event())

    with transaction():
        acts.answered(person, Reply.TENTATIVE)
    recorded = person.reply, person.replied_at is not None
    with transaction():
        acts.answered(person, Reply.NONE)

    assert recorded == (Reply.TENTATIVE, True)
    assert (person.reply, person.replied_at) == (Reply.NONE, None)


def test_somebody_is_added_to_a_group_and_moved_to_another_as_far_as_it_has_places(app):
    event = make.an_event(capacity=10)
    cities, experts = (make.kept(Quota, {}, event_id=event.id, name=name, capacity=1) for name in ("Miasta", "Eksperci"))
    first, waiting = make.a_registration(event, quota=cities), make.a_registration(event, quota=cities)
    waited = waiting.is_waiting
    with pytest.raises(Refused) as unadded:
        add(event, quota=cities.id)
    over = add(event, given=Given.OVER, quota=cities.id)
    with transaction():
        acts.cancel(over, tells=False)

    with transaction():
        acts.correct(first, answers(email=first.email, quota=experts.id))
    with pytest.raises(Refused) as unmoved, transaction():
        acts.correct(first, answers(email=first.email, quota=cities.id))

    assert (waited, unadded.value.field, unmoved.value.field) == (True, "given", "group")
    assert (first.quota_id, first.status, waiting.status) == (experts.id, Status.CONFIRMED, Status.CONFIRMED)
    assert chain.verify(event.id).is_sound
