"""The first ten seconds: hundreds of people at once, from everywhere or from one office, over a real server."""

import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from app.db import db
from app.events.models import Event
from app.registration.models import Registration, Status
from app.web.registration import form_keys
from tests import make
from tests.defaults import one_database
from tests.forms import form_with
from tests.live import Live

pytestmark = pytest.mark.processes

PEOPLE, OK = 300, 200
SECONDS = 120
"""Far more than it takes, since the machine of a test does other things beside."""


def send(address: str, body: str | None, source: str) -> tuple[int, str]:
    """Where it ended: the status, and the page."""
    request = urllib.request.Request(address, body.encode() if body else None, {"X-Forwarded-For": source})
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, ""


def rush(live: Live, event: Event, source: Callable[[int], str]) -> Counter[int]:
    """What everybody was answered at the end, when all of them began at the same moment."""
    address = f"{live.url}/events/{event.slug}/register"
    form = form_with(send(address, None, source(0))[1], "email")
    everybody = threading.Barrier(PEOPLE)

    def register(number: int) -> int:
        """One person: the answers, a look at them, and the last button; 0 if they were only shown once more."""
        everybody.wait()
        answers = {"name": "Żaneta Łącka", "email": f"person.{number}@example.org", "clause": "y"}
        status, check = send(address, form.filled("step=check", **answers), source(number))
        if status != OK:
            return status
        time.sleep(form_keys.QUICKEST.total_seconds())
        status, page = send(address, form_with(check, "key").filled("step=register"), source(number))
        return 0 if 'value="register"' in page else status

    with ThreadPoolExecutor(PEOPLE) as pool:
        return Counter(pool.map(register, range(PEOPLE)))


def confirmed() -> int:
    db.session.rollback()
    people = sa.select(sa.func.count()).select_from(Registration).where(Registration.status == Status.CONFIRMED)
    return db.session.scalar(people) or 0


def test_three_hundred_people_of_one_office_are_all_let_in_at_once(live: Live, record_property):
    event = make.an_event(capacity=PEOPLE)
    make.a_clause()
    began = time.monotonic()

    statuses = rush(live, event, lambda number: "192.0.2.7")

    took = time.monotonic() - began
    record_property("seconds", round(took, 1))
    assert statuses == {OK: PEOPLE}
    assert (confirmed(), event.taken) == (PEOPLE, PEOPLE)
    assert took < SECONDS


@one_database
def test_three_hundred_people_from_everywhere_are_all_let_in_at_once(live: Live):
    event = make.an_event(capacity=PEOPLE)
    make.a_clause()

    statuses = rush(live, event, lambda number: f"198.51.{100 + number // 250}.{number % 250}")

    assert statuses == {OK: PEOPLE}
    assert (confirmed(), event.taken) == (PEOPLE, PEOPLE)
