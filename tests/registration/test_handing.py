"""Handing a place over to a colleague."""

from typing import Any

import pytest
import sqlalchemy as sa

from app.admission.models import Invitee, Rules
from app.db import db, transaction
from app.errors import Refused
from app.events.models import Event, EventStatus
from app.ledger import chain
from app.ledger.models import Line, What
from app.registration import handing, keys, signup, waitlist
from app.registration.models import Purpose, Reason, Registration, Status, Submission
from tests import make
from tests.defaults import one_database
from tests.forms import form_with
from tests.registration import outgoing
from tests.web.reading import Reading

NAME, ADDRESS = "Jan Kolega", "jan.kolega@example.org"


def with_rules(event: Event, **facts: Any) -> Event:
    make.kept(Rules, facts, event_id=event.id, may_hand_over=True)
    return event


def hand(registration: Registration, email: str = ADDRESS) -> Registration:
    with transaction():
        return handing.hand(registration, name=NAME, email=email)


def test_exactly_this_place_goes_to_the_colleague_and_not_to_the_queue(app):
    event = with_rules(make.an_event(capacity=1, asks_sessions=True))
    full = make.a_session(event, capacity=1)
    giver = make.a_registration(event)
    waiting = make.a_registration(event)
    outgoing.forget()

    colleague = hand(giver)

    assert (giver.status, giver.cancel_reason, colleague.status) == (Status.CANCELLED, Reason.COLLEAGUE, Status.CONFIRMED)
    assert (waiting.status, event.taken, event.waiting) == (Status.WAITING, 1, 1)
    assert [(choice.session_id, choice.is_waiting) for choice in colleague.chosen] == [(full.id, False)]
    assert (colleague.name, colleague.organisation, colleague.consents) == (NAME, giver.organisation, [])
    assert [(letter, method, sequence, whom) for letter, method, _, sequence, whom in outgoing.entries()] == [
        ("cancellation", "CANCEL", 1, giver.email),
        ("handed_over", "REQUEST", 0, ADDRESS),
    ]
    lines = db.session.execute(sa.select(Line.registration, Line.places).where(Line.what == What.HANDED_OVER)).all()
    assert (
        db.session.scalars(sa.select(Line.because).where(Line.registration == colleague.number)).all()
        == [{"from": giver.number}] * 2
    )
    assert sorted(tuple(line) for line in lines) == [(giver.number, -1)] * 2 + [(colleague.number, 1)] * 2
    found = chain.verify(event.id)
    assert (found.is_sound, found.total(), found.total(full.id)) == (True, chain.Counts(1, 1), chain.Counts(1, 0))


def test_the_colleague_has_the_giver_s_turn_in_the_queue_of_a_session(app):
    event = with_rules(make.an_event(capacity=1, asks_sessions=True))
    full = make.a_session(event, capacity=1)
    first, giver, other = (make.a_registration(event) for _ in range(3))
    with transaction():
        event.capacity = 3
        waitlist.fill(event)

    colleague = hand(giver)
    with transaction():
        signup.cancel(first, None)

    assert [(choice.session_id, choice.is_waiting) for choice in colleague.chosen] == [(full.id, False)]
    assert [choice.is_waiting for choice in other.chosen] == [True]


def test_the_letter_says_from_whom_the_data_came_and_how_to_decline(app):
    giver = make.a_registration(with_rules(make.an_event()), name="Maria Zalewska")
    colleague = hand(giver)

    letter = outgoing.composed(outgoing.messages("handed_over")[0])

    token = keys.token(colleague, Purpose.MY)
    assert letter.facts["giver"] == "Maria Zalewska"
    assert letter.facts["cancel_url"] == f"https://plenum.example.org/my/{token}/cancel"


def test_the_page_tells_of_the_data_until_that_is_read_and_declining_gives_the_place_to_the_next(owner):
    event = with_rules(make.an_event(capacity=1))
    giver, waiting = make.a_registration(event), make.a_registration(event)
    colleague = owner(event, hand(giver))

    pages = [colleague.get() for _ in range(2)]
    assert handing.is_untold(colleague.registration)
    colleague.post("told")
    pages.append(colleague.get())

    assert ["Somebody else gave us your name" in page.text for page in pages] == [True, True, False]
    assert ["#my-data" in page.links for page in pages] == [True, True, False]
    assert ["Full information on personal data" in page.text for page in pages] == [True, True, False]
    assert [given.clause_version for given in colleague.registration.consents] == [make.a_clause().version]
    colleague.done("cancel")
    assert (colleague.registration.status, waiting.status) == (Status.CANCELLED, Status.CONFIRMED)


def test_who_cancelled_comes_back_by_a_place_that_is_handed_over(app):
    event = with_rules(make.an_event())
    giver, former = make.a_registration(event), make.a_registration(event, email=ADDRESS)
    with transaction():
        signup.cancel(former, None)

    assert hand(giver) is former
    assert (former.status, event.taken) == (Status.CONFIRMED, 1)


@pytest.mark.parametrize(
    ("facts", "of_event", "email", "field"),
    [
        ({"may_hand_over": False}, {}, ADDRESS, None),
        ({}, {"starts_at": make.at("2021-10-11 08:30")}, ADDRESS, None),
        ({}, {"status": EventStatus.CANCELLED}, ADDRESS, None),
        ({"domains": ["gdynia.example.org"]}, {}, ADDRESS, "email"),
        ({"is_by_invitation": True}, {}, ADDRESS, "email"),
        ({}, {}, "known@example.org", "email"),
    ],
    ids=["not allowed", "begun", "cancelled", "another domain", "not invited", "known"],
)
def test_what_the_rules_do_not_allow_is_refused_and_changes_nothing(app, facts, of_event, email, field):
    event = make.an_event()
    giver = make.a_registration(event)
    make.a_registration(event, email="known@example.org")
    with_rules(event, **facts)
    with transaction():
        for name, value in of_event.items():
            setattr(event, name, value)

    with pytest.raises(Refused) as refusal:
        hand(giver, email)

    assert refusal.value.field == field
    assert (giver.status, event.taken) == (Status.CONFIRMED, 2)


@one_database
def test_an_invited_colleague_comes_by_their_invitation(app):
    event = make.an_event()
    giver = make.a_registration(event)
    with_rules(event, is_by_invitation=True)
    facts = {"uid": "i", "digest": "i", "email": ADDRESS, "email_key": ADDRESS}
    invitee = make.kept(Invitee, facts, event_id=event.id)

    assert hand(giver).invitee_id == invitee.id


def test_the_page_offers_it_where_it_is_allowed_and_says_what_was_done(owner):
    event = with_rules(make.an_event())
    somebody = owner(event)
    assert somebody.path("hand") in somebody.get().links

    form = form_with(somebody.get("hand").answer.text, "is_told")
    wrong = somebody.post("hand", name="", email=ADDRESS)
    said = somebody.done("hand", name=NAME, email=ADDRESS, is_told="y")

    assert (form.action, form.boxes) == (somebody.path("hand"), [("is_told", "y")])
    assert (wrong.status_code, Reading(wrong).title.startswith("Error: fix 2 answers")) == (422, True)
    assert "The place is your colleague's" in said
    assert somebody.path("hand") not in somebody.get().links


def test_nobody_finds_out_by_many_tries_who_is_at_the_event(owner):
    event = with_rules(make.an_event())
    make.a_registration(event, email="known@example.org")
    somebody = owner(event)

    answers = [somebody.post("hand", name=NAME, email="known@example.org", is_told="y") for _ in range(6)]

    assert [answer.status_code for answer in answers] == [422] * 5 + [429]
    assert "Retry-After" in answers[5].headers
    assert all(answer.headers["Referrer-Policy"] == "no-referrer" for answer in answers)
    assert ADDRESS not in str(db.session.execute(sa.select(Submission.email)).all())
