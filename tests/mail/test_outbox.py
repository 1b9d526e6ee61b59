"""The outbox: put with the act, claimed by one, kept until it has left."""

import threading
from collections.abc import Callable
from datetime import timedelta
from types import ModuleType

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.db import db, transaction
from app.errors import Refused
from app.mail import outbox
from app.mail.models import Message, MessageStatus
from tests.mail.conftest import Put

LEASE = timedelta(minutes=10)
pytestmark = pytest.mark.usefixtures("app")


def claim(limit: int = 50) -> list[int]:
    with transaction():
        return [message.id for message in outbox.claim(limit, LEASE)]


def tell(act: Callable[..., None], *facts: object) -> None:
    with transaction():
        act(*facts)


def everything() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count(Message.id))) or 0


def fail_until_dead(message: Message, clock: ModuleType) -> int:
    """Let every try fail; returns how many there were."""
    tries = 0
    while message.status is not MessageStatus.DEAD:
        clock.stand_at(message.due_at)
        assert claim() == [message.id]
        tell(outbox.failed, message.id, f"451 try {tries}")
        db.session.refresh(message)
        tries += 1
    return tries


def test_a_letter_is_put_with_its_act_or_not_at_all(put: Put):
    def act() -> None:
        with transaction():
            outbox.put("confirmation", to_name="Jan", to_address="jan@example.org", language="pl", thread="t")
            raise Refused("Not you.")

    with pytest.raises(Refused):
        act()
    assert everything() == 0


def test_a_message_id_is_fresh_and_in_the_calendars_domain(put: Put):
    first, second = put(), put()

    assert first.message_id != second.message_id
    assert first.message_id.startswith("<")
    assert first.message_id.endswith("@cal.plenum.example.org>")


def test_a_message_id_is_in_plain_letters_whatever_the_domain():
    assert outbox.message_id("łódź.example").endswith("@xn--d-uga0v4h.example>")


def test_once_means_once(put: Put):
    put(once="reminder:1")

    with transaction():
        again = outbox.put("confirmation", to_name="J", to_address="j@example.org", language="pl", thread="t", once="reminder:1")

    assert again is False
    assert everything() == 1


def test_letters_are_claimed_in_the_order_in_which_they_fall_due(put: Put, clock: ModuleType):
    late = put(thread="1", due_at=clock.now() - timedelta(minutes=1))
    early = put(thread="2", due_at=clock.now() - timedelta(minutes=2))
    last = put(thread="3")
    put(thread="4", due_at=clock.now() + timedelta(minutes=1))

    assert claim(limit=2) == [early.id, late.id]
    assert claim() == [last.id]
    assert claim() == []


def test_a_claimed_letter_is_a_snapshot(put: Put):
    put(facts={"sequence": 2})

    with transaction():
        (message,) = outbox.claim(1, LEASE)

    assert message not in db.session
    assert (message.status, message.attempts, message.facts) == (MessageStatus.SENDING, 1, {"sequence": 2})


def test_a_letter_whose_lease_ran_out_is_claimed_again(put: Put, clock: ModuleType):
    message = put()
    claim()

    assert claim() == []
    clock.stand_at(clock.now() + LEASE)
    assert claim() == [message.id]


def test_letters_of_one_thread_leave_one_after_another(put: Put):
    first, second, other = put(), put("cancellation"), put(thread="registration:2")

    assert claim() == [first.id, other.id]
    assert claim() == []
    tell(outbox.sent, first.id)
    assert claim() == [second.id]


def test_a_letter_that_is_tried_again_still_goes_first(put: Put, clock: ModuleType):
    first, second = put(), put("cancellation")
    claim()
    tell(outbox.failed, first.id, "451 later")

    assert claim() == []
    clock.stand_at(first.due_at)
    assert claim() == [first.id]
    tell(outbox.refused, first.id, "550 nobody here")
    assert claim() == [second.id]


def test_a_letter_for_later_holds_up_nobody(put: Put, clock: ModuleType):
    put("reminder_day", due_at=clock.now() + timedelta(days=1))
    second = put("cancellation")

    assert claim() == [second.id]


def test_a_sent_letter_is_done(put: Put, clock: ModuleType):
    message = put()
    claim()
    tell(outbox.sent, message.id)
    db.session.refresh(message)

    assert (message.status, message.leased_until, message.last_error) == (MessageStatus.SENT, None, None)
    assert clock.now() - message.sent_at < timedelta(seconds=30)


def test_a_letter_that_left_is_not_called_failed_afterwards(put: Put):
    message = put()
    claim()
    tell(outbox.sent, message.id)
    tell(outbox.failed, message.id, "too late")
    db.session.refresh(message)

    assert message.status is MessageStatus.SENT


def test_a_letter_that_was_not_tried_has_all_its_tries(put: Put):
    message = put()
    tell(outbox.release, claim())
    db.session.refresh(message)

    assert (message.status, message.attempts, message.leased_until) == (MessageStatus.QUEUED, 0, None)


def test_a_letter_is_tried_eight_times_and_kept_with_the_servers_words(put: Put, clock: ModuleType):
    message = put()

    assert fail_until_dead(message, clock) == outbox.TRIES
    assert message.last_error == "451 try 7"
    assert claim() == []


@pytest.mark.parametrize(("attempts", "minutes"), [(1, 1), (2, 4), (3, 16), (4, 64), (5, 256), (6, 300), (7, 300)])
def test_waits_grow_from_a_minute_to_six_hours(attempts: int, minutes: int):
    waits = {outbox.wait_after(attempts) for _ in range(100)}

    assert timedelta(minutes=minutes) <= min(waits) < max(waits) <= min(timedelta(minutes=minutes * 1.2), timedelta(hours=6))


def test_only_what_waits_is_dropped(put: Put):
    gone, day, hour = put("reminder_day", thread="other"), put("reminder_day"), put("reminder_hour")
    tell(outbox.sent, gone.id)
    confirmation = put()

    with transaction():
        assert outbox.drop("registration:1", "reminder_day", "reminder_hour") == 2
        assert outbox.drop("other", "reminder_day") == 0

    statuses = [db.session.get_one(Message, row.id).status for row in (gone, day, hour, confirmation)]
    assert statuses == [MessageStatus.SENT, MessageStatus.DROPPED, MessageStatus.DROPPED, MessageStatus.QUEUED]


def test_a_dead_letter_can_be_tried_again(put: Put, clock: ModuleType):
    dead, other = put(), put(thread="other")
    tell(outbox.refused, dead.id, "550 nobody here")
    tell(outbox.refused, other.id, "550 nobody here")

    with transaction():
        assert outbox.retry(dead.id) == 1
    assert claim() == [dead.id]
    with transaction():
        assert outbox.retry() == 1
    assert claim() == [other.id]


def test_several_who_claim_at_once_get_each_letter_once(app: Flask, put: Put):
    with transaction():
        for number in range(200):
            outbox.put("waiting", to_name="J", to_address="j@example.org", language="pl", thread=f"registration:{number}")
    claimed: list[int] = []
    ready = threading.Barrier(4)

    def work() -> None:
        ready.wait()
        with app.app_context():
            while taken := claim(limit=7):
                claimed.extend(taken)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(claimed) == len(set(claimed)) == 200
