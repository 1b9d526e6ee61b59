"""Every letter that an act puts can be written and leaves, in both languages."""

import pytest

from app import worker
from app.db import transaction
from app.events import editing, publishing
from app.mail.models import MessageStatus
from app.registration import calling_off, details, letters, plan, reminders, signup
from tests import make
from tests.defaults import one_database
from tests.registration import outgoing


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
        details.ask_for_address(second, "elsewhere@example.org")
    step(app)
    with transaction():
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
    assert {message.letter for message in left} == set(letters.STILL_TRUE)
