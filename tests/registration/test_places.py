"""Places are counted under the event's lock, and counting is no change of the event."""

import pytest
import sqlalchemy as sa

from app.db import db, transaction
from app.events.models import Event
from app.events.revisions import SiteRevision
from app.ledger import queries as ledger
from app.ledger.chain import Step
from app.ledger.models import What
from app.registration import places
from app.registration.places import Places
from tests import make


def counts(event: Event) -> tuple[int, int, int, int]:
    db.session.expire_all()
    return event.taken, event.waiting, event.arrivals, event.places_revision


def test_what_is_recorded_changes_the_counts_and_raises_the_revision_of_places(app):
    event = make.an_event(capacity=10)

    with transaction():
        places.lock(event)
        places.record(event, [Step(What.PLACED, 1, places=1), Step(What.QUEUED, 2, waiting=1)], arrivals=2)
        places.record(event, [Step(What.PROMOTED, 2, places=1, waiting=-1), Step(What.PLACED, 1, places=1, session=7)])
        seen = event.taken, event.waiting, event.arrivals, event.places_revision

    assert seen == counts(event) == (2, 0, 2, 2)
    assert [line.number for line in ledger.of_registration(event.id, 2)] == [2, 3]


def test_counting_neither_moves_the_entry_nor_the_content(app):
    event = make.an_event()
    before = event.sequence, event.modified_at, db.session.scalar(sa.select(SiteRevision.number))

    with transaction():
        places.lock(event)
        places.change(event, taken=1, arrivals=1)

    assert (event.sequence, event.modified_at, db.session.scalar(sa.select(SiteRevision.number))) == before


def test_the_lock_reads_the_event_anew(app):
    event = make.an_event(capacity=3)
    with transaction():
        assert event.capacity == 3
        db.session.execute(sa.update(places.EVENTS).values(capacity=5, taken=4))

        held = places.lock(event)

        assert (held, event.capacity) == (Places(5, 4, 0, 0), 5)


def test_the_database_refuses_to_count_below_nothing(app):
    event = make.an_event()

    with pytest.raises(sa.exc.IntegrityError), transaction():
        places.change(event, taken=-1)


@pytest.mark.parametrize(
    ("held", "free"), [(Places(3, 1, 5, 9), 2), (Places(3, 3, 5, 9), 0), (Places(2, 3, 5, 9), 0), (Places(None, 3, 5, 9), 5)]
)
def test_free_places_are_what_nobody_holds(held, free):
    assert held.free() == free
