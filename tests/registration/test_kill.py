"""Nothing is lost and nothing invented when a process is killed in the middle of a rush."""

import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from http.client import HTTPException
from urllib.parse import urljoin

import pytest
import sqlalchemy as sa

from app import clock
from app.db import db
from app.events.models import Event
from app.mail.models import Message, MessageStatus
from app.registration.models import Registration, Status
from app.web.registration import form_keys
from tests import make
from tests.defaults import START
from tests.forms import form_with
from tests.live import Live
from tests.mailbox import Mailbox

pytestmark = pytest.mark.processes

PEOPLE = 120
PLACES = 80
AT_ONCE = 8
SECONDS = 20
LONG_AGO = timedelta(hours=1)
"""When everybody was shown their answers, by whichever clock."""
LEASE_IS_OVER = (datetime.fromisoformat(START) + timedelta(minutes=15)).isoformat()


class Rush:
    """People who register at once; whoever gets no answer sends the same form again."""

    def __init__(self, live: Live, event: Event) -> None:
        self.live = live
        self.address = f"{live.url}/events/{event.slug}/register"
        self.answered = 0
        self.unanswered = 0
        self.counting = threading.Lock()

    def register(self, number: int) -> str:
        """One person's way through the pages; returns where it ended."""
        network = {"X-Forwarded-For": f"198.51.100.{number}"}
        form = form_with(self.ask(self.address, None, network)[1], "email")
        name, email = "Żaneta Łącka", f"person.{number}@example.org"
        check = self.ask(
            urljoin(self.address, form.action), form.filled("step=check", name=name, email=email, clause="y"), network
        )[1]
        final = form_with(check, "key")
        key = form_keys.give(clock.now() - LONG_AGO)
        ended_at, _ = self.ask(urljoin(self.address, final.action), final.filled("step=register", key=key), network)
        with self.counting:
            self.answered += 1
        return ended_at

    def ask(self, address: str, body: str | None, headers: dict[str, str]) -> tuple[str, str]:
        """The address and text of the answer, after as many tries as it takes."""
        deadline = time.monotonic() + SECONDS
        request = urllib.request.Request(address, body.encode() if body else None, headers)
        while True:
            try:
                with urllib.request.urlopen(request, timeout=5) as answer:
                    return answer.url, answer.read().decode()
            except urllib.error.HTTPError as error:
                raise AssertionError(f"{error.code} from {address}: {error.read().decode()}") from error
            except (urllib.error.URLError, HTTPException, OSError):
                if time.monotonic() > deadline:
                    raise
                with self.counting:
                    self.unanswered += 1
                time.sleep(0.05)

    def wait_for(self, number: int) -> None:
        """Return when so many have registered."""
        deadline = time.monotonic() + SECONDS
        while self.answered < number:
            assert time.monotonic() < deadline, f"{self.answered} of {number} registered"
            time.sleep(0.01)


def queued() -> int:
    db.session.rollback()
    waiting = sa.select(sa.func.count()).where(Message.status.in_([MessageStatus.QUEUED, MessageStatus.SENDING]))
    return db.session.scalar(waiting) or 0


def wait_until_empty() -> None:
    """Return when the outbox holds nothing that is still to leave."""
    deadline = time.monotonic() + SECONDS
    while left := queued():
        assert time.monotonic() < deadline, f"{left} letters did not leave"
        time.sleep(0.1)


def test_every_confirmed_place_has_its_letter_after_web_and_worker_are_killed(live: Live, smtp: Mailbox):
    event = make.an_event(capacity=PLACES)
    make.a_clause()
    smtp.delay = 0.02
    rush = Rush(live, event)
    live.start_worker()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        ends = pool.map(rush.register, range(PEOPLE))
        rush.wait_for(PEOPLE // 4)
        live.kill_a_web_worker()
        rush.wait_for(PEOPLE // 2)
        live.kill_worker()
        assert queued(), "the worker was not in the middle of anything"
        live.start_worker(PLENUM_CLOCK=LEASE_IS_OVER)
        assert all("/registered/" in end for end in ends)
    wait_until_empty()

    registrations = db.session.scalars(sa.select(Registration)).all()
    confirmed = {registration.email for registration in registrations if registration.is_confirmed}
    delivered = {(delivery.message["Message-ID"], *delivery.recipients) for delivery in smtp.deliveries}
    confirmations = sa.select(Message.message_id, Message.to_address).where(Message.letter == "confirmation")
    put = {(f"<{message_id.strip('<>')}>", address) for message_id, address in db.session.execute(confirmations)}

    assert len(registrations) == PEOPLE
    assert Counter(registration.status for registration in registrations) == {
        Status.CONFIRMED: PLACES,
        Status.WAITING: PEOPLE - PLACES,
    }
    assert Counter(address for _, address in put) == Counter(confirmed)
    assert put <= delivered
    assert Counter(address for _, address in delivered) == Counter(registration.email for registration in registrations)
    assert len(live.web_workers()) == 3
