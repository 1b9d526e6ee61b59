"""The ledger is a chain: each line follows from the one before, and what is wrong with one is found."""

import pytest
import sqlalchemy as sa

from app.db import db, transaction
from app.events.models import Event
from app.ledger import chain, queries
from app.ledger.chain import Counts, Fault, Step
from app.ledger.models import Line, What
from tests import make

STANDS = "a line of the ledger is never changed"


def written(event: Event) -> list[Step]:
    steps = [
        Step(What.CAPACITY, because={"capacity": [None, 2]}),
        Step(What.PLACED, 1, places=1, because={"place": 1}),
        Step(What.QUEUED, 2, waiting=1, because={"position": 1}),
        Step(What.PLACED, 1, places=1, session=7),
        Step(What.GIVEN_BACK, 1, places=-1),
        Step(What.PROMOTED, 2, places=1, waiting=-1, because={"given_back_by": 1}),
    ]
    with transaction():
        chain.write(event.id, steps[:2])
        chain.write(event.id, steps[2:])
    return steps


def let_change(engine_name: str) -> None:
    """What only somebody with the database in hand can do."""
    db.session.rollback()
    unheeded = "SET LOCAL session_replication_role = replica"
    db.session.execute(sa.text(unheeded if engine_name == "postgresql" else "DROP TRIGGER ledger_lines_stand"))


def test_lines_are_numbered_and_add_up(app):
    event, other = make.an_event(), make.an_event()
    written(other)

    written(event)

    found = chain.verify(event.id)
    assert (found.is_sound, found.lines, found.total(), found.total(7)) == (True, 6, Counts(1, 0), Counts(1, 0))
    assert (found.of_event, found.of_sessions) == ({2: Counts(1, 0)}, {7: {1: Counts(1, 0)}})
    assert [(line.number, line.what) for line in queries.of_registration(event.id, 2)] == [(3, What.QUEUED), (6, What.PROMOTED)]
    assert [line.number for line in queries.of_event(event.id)] == [6, 5, 4, 3, 2, 1]


def test_many_lines_are_written_in_few_statements(app, statements):
    event = make.an_event()

    with transaction(), statements() as said:
        chain.write(event.id, [Step(What.PLACED, number, places=1) for number in range(1, 401)])

    assert (len(said) <= 3, chain.verify(event.id).total()) == (True, Counts(400, 0))


def test_the_database_refuses_to_change_a_line(app):
    event = make.an_event()
    written(event)

    with pytest.raises(sa.exc.DBAPIError, match=STANDS), transaction():
        db.session.execute(sa.update(Line).where(Line.number == 2).values(places=0))


@pytest.mark.parametrize(
    ("change", "fault", "number"),
    [
        (sa.update(Line).where(Line.number == 3).values(because={"position": 9}), Fault.CHANGED, 3),
        (sa.update(Line).where(Line.number == 4).values(hash="0" * 64), Fault.CHANGED, 4),
        (sa.update(Line).where(Line.number == 2).values(former_hash="0" * 64), Fault.BROKEN, 2),
        (sa.delete(Line).where(Line.number == 5), Fault.GAP, 5),
    ],
    ids=["another reason", "another hash", "another former hash", "a line gone"],
)
def test_what_was_done_to_the_ledger_is_found(app, engine_name, change, fault, number):
    event = make.an_event()
    written(event)
    let_change(engine_name)
    db.session.execute(change)
    db.session.commit()

    found = chain.verify(event.id)

    assert (found.fault, found.number) == (fault, number)
