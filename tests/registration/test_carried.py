"""Every letter that an act puts can be written and leaves, in both languages."""

import pytest

from app import worker
from app.admission.models import Rules
from app.db import transaction
from app.events import editing, publishing
from app.mail.models import MessageStatus
from app.registration import (
    approving,
    calling_off,
    details,
    entries,
    handing,
    keys,
    leaving,
    letters,
    plan,
    proving,
    relinking,
    reminders,
    signup,
)
from app.registration.models import Purpose
from tests import make
from tests.defaults import one_database
from tests.registration import outgoing

OF_RULES = {"declined", "handed_over", "new_link", "pending", "promoted", "proof", "session_place"}


RULES = {"proves_address": True, "needs_approval": True, "accept_hours": 24, "may_hand_over": True}


def step(app) -> None:
    """Let everything leave that is due."""
    worker.tick(app)


@pytest.mark.parametrize("language", ["pl", "en"])
@one_database
def test_every_letter_leaves(app, clock, language):
    event = make.an_event(asks_sessions=True, capacity=2)
    sessions = [make.a_session(event) for _ in range(3)]
    chosen = [session.id for session in sessions]
    first = make.a_registration(event, sessions=chosen[:2], language=language)
    second = make.a_registration(event, sessions=chosen, language=language)
    waiting = make.a_registration(event, sessions=chosen, language=language)
    make.a_registration(event, email=second.email, sessions=chosen, language=language)
    make.a_registration(event, email=waiting.email, sessions=chosen, language=language)
    step(app)
    with transaction():
        plan.choose(first, chosen[:1])
        leaving.begin(first, entries.active(first)[0])
        details.ask_for_address(second, "elsewhere@example.org")
    step(app)
    with transaction():
        leaving.keep(first)
        details.change_address(second)
    step(app)
    for moment in ("2021-10-25 10:00", "2021-10-26 09:00"):
        clock.stand_at(make.at(moment))
        with transaction():
            reminders.put_due()
        step(app)
    with transaction():
        signup.cancel(waiting, None)
        signup.cancel(first, None)
    step(app)
    with transaction():
        publishing.postpone(event, "Nowy termin podamy wkrótce.")
        calling_off.tell_postponed(event)
    step(app)
    with transaction():
        dates = {"starts_at": make.at("2021-12-07 10:00"), "ends_at": make.at("2021-12-07 12:00")}
        editing.change(event, event.version, dates)
        calling_off.tell_moved(event)
    step(app)
    with transaction():
        publishing.cancel(event, "Spotkanie się nie odbędzie.")
        calling_off.tell_cancelled(event)
    step(app)

    left = outgoing.messages()
    assert {message.status for message in left} == {MessageStatus.SENT}, [message.last_error for message in left]
    assert {message.letter for message in left} == set(letters.STILL_TRUE) - OF_RULES


@pytest.mark.parametrize("language", ["pl", "en"])
@one_database
def test_every_letter_of_an_event_with_rules_leaves(app, language):
    event = make.an_event(asks_sessions=True, capacity=2)
    make.kept(Rules, {}, event_id=event.id, **RULES)
    small, other = make.a_session(event, capacity=1), make.a_session(event)
    people = [make.a_registration(event, sessions=[small.id, other.id], language=language) for _ in range(4)]
    step(app)
    for act in (proving.prove, approving.approve):
        for person in people[:3]:
            with transaction():
                act(person)
        step(app)
    with transaction():
        plan.choose(people[0], [other.id])
    step(app)
    with transaction():
        signup.cancel(people[0], None)
        proving.prove(people[3])
        approving.decline(people[3], "Tym razem nie ma miejsc.")
    step(app)
    with transaction():
        relinking.replace(keys.token(people[2], Purpose.MY))
        handing.hand(people[1], name="Ewa Lis", email="ewa.lis@example.org")
    step(app)

    left = [message for message in outgoing.messages() if message.status is not MessageStatus.DROPPED]
    assert {message.status for message in left} == {MessageStatus.SENT}, [message.last_error for message in left]
    assert {message.letter for message in left} >= OF_RULES
