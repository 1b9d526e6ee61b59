"""Two acts at once that need the same rows: whoever locks them in another order than the rest waits in a ring."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

from flask import Flask

from app.agenda import steps
from app.db import db, transaction

SECONDS_TO_MEET = 0.5


@contextmanager
def beside(app: Flask, act: Callable[[], object]) -> Iterator[None]:
    """Somebody else holds the agenda and, once what is done here has had time to lock its own, does this act too."""
    holds, went_wrong = Event(), list[Exception]()

    def work() -> None:
        try:
            with app.app_context(), transaction():
                steps.lock()
                holds.set()
                Event().wait(SECONDS_TO_MEET)
                act()
        except Exception as error:  # noqa: BLE001 - a database ends one of two that wait for each other
            went_wrong.append(error)

    db.session.rollback()
    other = Thread(target=work)
    other.start()
    holds.wait(10)
    yield
    other.join(30)
    assert went_wrong == []
