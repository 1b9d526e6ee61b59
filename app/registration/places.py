"""An event's places: counted in the database and changed only under the event's lock.

The four counts are written by Core, never through the mapped attributes, so that taking a place is not a change of the
event's content.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm.attributes import set_committed_value

from app.db import db
from app.events.models import Event
from app.ledger import chain
from app.ledger.chain import Step
from app.ledger.models import What

EVENTS = Event.metadata.tables["events"]
FACTS = list(EVENTS.columns.keys())
COUNTED = ("taken", "waiting", "arrivals", "places_revision")
CHANGE = (
    sa.update(EVENTS)
    .where(EVENTS.c.id == sa.bindparam("event"))
    .values({name: EVENTS.c[name] + sa.bindparam(f"step_of_{name}") for name in COUNTED})
)


@dataclass(frozen=True)
class Places:
    """The counts of one event as they are while its lock is held."""

    capacity: int | None
    taken: int
    waiting: int
    arrivals: int

    @property
    def next_position(self) -> int:
        """The position on the waiting list of whoever joins it next; 1 is the first."""
        return self.waiting + 1

    def free(self) -> int:
        """Places that nobody holds, as many as there are people to take them where the number has no limit."""
        return self.waiting if self.capacity is None else max(0, self.capacity - self.taken)


def lock(event: Event) -> Places:
    """Hold the event's row until the transaction ends, and read the event anew under that hold.

    PostgreSQL locks the row; on SQLite the writing unit is alone already (`BEGIN IMMEDIATE`). Changes made before are
    written first, since reading anew would lose them.
    """
    db.session.flush()
    db.session.refresh(event, FACTS, with_for_update=True)
    return Places(event.capacity, event.taken, event.waiting, event.arrivals)


def record(event: Event, steps: Sequence[Step], *, arrivals: int = 0) -> None:
    """Count what these steps say, and write them into the ledger; whoever calls holds the event's lock.

    This is the only way in which places are given and taken: what is counted is what is written.
    """
    if not steps:
        return
    of_event = [step for step in steps if step.session is None]
    taken, waiting = sum(step.places for step in of_event), sum(step.waiting for step in of_event)
    change(event, taken=taken, waiting=waiting, arrivals=arrivals)
    chain.write(event.id, steps)


def limit(event: Event, former: int | None) -> None:
    """Write down that the number of places is another than before."""
    if event.capacity != former:
        record(event, [Step(What.CAPACITY, because={"capacity": [former, event.capacity]})])


def change(event: Event, *, taken: int = 0, waiting: int = 0, arrivals: int = 0) -> None:
    """One UPDATE of the counts; the event in hand shows them without being read again."""
    steps = dict(zip(COUNTED, (taken, waiting, arrivals, 1), strict=True))
    db.session.execute(CHANGE, {"event": event.id, **{f"step_of_{name}": step for name, step in steps.items()}})
    for name, step in steps.items():
        set_committed_value(event, name, getattr(event, name) + step)
