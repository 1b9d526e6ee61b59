"""Eight processes that register at once: `python -m tests.registration.rush MODE EVENT TIMES`.

The program is loaded once and then forks, so that all processes start together. Modes: `ours`, `naive` (counts first and
writes then, as others do), `one_form` (everybody sends the same form), `one_address` (the same address in forms of their own).
"""

import multiprocessing
import sys
from multiprocessing.synchronize import Barrier
from typing import Any
from uuid import uuid4

import config
from app.db import db, transaction
from app.errors import Refused
from app.events.models import Event
from app.factory import create_app
from app.registration import consent, places, signup
from app.registration.models import Registration, Status

PROCESSES = 8


def answers(number: int, **facts: Any) -> dict[str, Any]:
    clause = consent.latest()
    return {
        "idempotency_key": f"{number}-{uuid4()}",
        "name": "Żaneta Łącka",
        "email": f"person.{uuid4().hex}@example.org",
        "organisation": "",
        "position": "",
        "needs": (),
        "needs_note": "",
        "sessions": (),
        "clause_version": clause.version if clause else 0,
        "language": "pl",
        "network": f"198.51.100.{number}",
        **facts,
    }


def ours(event: Event, number: int, **facts: Any) -> None:
    try:
        with transaction():
            signup.register(event, **answers(number, **facts))
    except Refused:
        pass  # the limit for one address


def naive(event: Event, number: int, everybody_counted: Barrier) -> None:
    """Count, and then write; with everybody between the two at once, which is a matter of luck otherwise."""
    db.session.rollback()
    is_free = event.capacity is not None and event.taken < event.capacity
    everybody_counted.wait()
    if is_free:
        with transaction():
            places.change(event, taken=1, arrivals=1)
            facts: dict[str, Any] = {"name": "", "email": str(number), "email_key": str(number), "language": "pl"}
            facts |= {"status": Status.CONFIRMED, "holds_place": True}
            db.session.add(Registration(uid=f"naive-{number}", event=event, number=number, arrival=number, **facts))


def run(mode: str, event_id: int, times: int, number: int, barrier: Barrier) -> None:
    """One process: it waits for the others, and then goes on as fast as it can."""
    app = create_app(config.read())
    with app.app_context():
        event = db.session.get_one(Event, event_id)
        barrier.wait()
        for _ in range(times):
            match mode:
                case "ours":
                    ours(event, number)
                case "naive":
                    naive(event, number, barrier)
                case "one_form":
                    ours(event, number, idempotency_key="the-one-form", email="maria@example.org")
                case "one_address":
                    ours(event, number, email="maria@example.org")


def main(mode: str, event_id: str, times: str) -> int:
    fork = multiprocessing.get_context("fork")
    barrier = fork.Barrier(PROCESSES)
    crowd = [fork.Process(target=run, args=(mode, int(event_id), int(times), number, barrier)) for number in range(PROCESSES)]
    for process in crowd:
        process.start()
    for process in crowd:
        process.join()
    return max(abs(process.exitcode or 0) for process in crowd)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
