"""`flask ledger check`: whole and adding up, or what is wrong in sentences."""

import sqlalchemy as sa

from app.db import db, transaction
from app.registration import signup
from app.registration.models import Registration
from tests import make

NONE, ONE = (f"{number} places taken and 0 people waiting" for number in (0, 1))


def test_a_ledger_that_adds_up_is_said_to_be_so(app, runner):
    event = make.an_event(capacity=1, asks_sessions=True)
    make.a_session(event, capacity=1)
    first, *_ = [make.a_registration(event) for _ in range(3)]
    with transaction():
        signup.cancel(first, None)

    done = runner.invoke(args=["ledger", "check", event.slug])

    assert (done.exit_code, done.output) == (
        0,
        "8 lines, unbroken: 1 places taken and 1 people waiting, as the tables say.\n",
    )


def test_what_does_not_add_up_is_said_and_ends_with_one(app, runner):
    event = make.an_event()
    registration = make.a_registration(event)
    db.session.execute(sa.update(Registration).values(status="cancelled", holds_place=False))
    db.session.commit()
    theirs = f"Registration {registration.number} has {NONE}; by the ledger it has {ONE}."

    done = runner.invoke(args=["ledger", "check", event.slug])

    counts = f"The event counts {ONE}; by the registrations it is {NONE}."
    assert (done.exit_code, done.output.splitlines()) == (1, [counts, theirs])


def test_an_address_that_no_event_has_is_said(app, runner):
    done = runner.invoke(args=["ledger", "check", "nothing"])

    assert (done.exit_code, "There is no event with the address nothing." in done.output) == (1, True)
