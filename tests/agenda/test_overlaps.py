"""What of a choice is at the same time."""

from datetime import timedelta

from app.agenda import overlaps
from app.agenda.models import SessionStatus
from app.db import transaction
from tests import make
from tests.defaults import one_database


@one_database
def test_sessions_that_overlap_are_named_at_both_and_neighbours_at_none(app):
    event = make.an_event()
    first = make.a_session(event)
    beside = make.a_session(event, starts_at=event.starts_at + timedelta(minutes=59))
    after = make.a_session(event, starts_at=first.ends_at)
    last = make.a_session(event, starts_at=after.ends_at)

    assert overlaps.among([last, after, beside, first]) == {first.id: [beside], beside.id: [first, after], after.id: [beside]}

    with transaction():
        beside.status = SessionStatus.CANCELLED
    assert overlaps.among([first, beside, after, last]) == {}
