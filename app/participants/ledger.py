"""The ledger's numbers as people: who a line is about, by the table of registrations, which the ledger does not name."""

from collections.abc import Iterable, Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import lazyload

from app.db import db
from app.events.models import Event
from app.ledger.models import Line
from app.registration.models import Registration


def people(event: Event, lines: Iterable[Line]) -> Mapping[int, Registration]:
    """Everybody whom these lines mention, by the number of the registration, in one statement."""
    numbers = {number for line in lines for number in mentioned(line)}
    of_event = sa.select(Registration).where(Registration.event_id == event.id, Registration.number.in_(numbers))
    found = db.session.scalars(of_event.options(lazyload(Registration.event))).all()
    return {registration.number: registration for registration in found}


def references(event: Event, lines: Sequence[Line]) -> Mapping[int, str]:
    """The numbers that people can read out, of everybody whom these lines mention."""
    return {number: registration.reference for number, registration in people(event, lines).items()}


def mentioned(line: Line) -> set[int]:
    """Whom the line is about, and who made room for them."""
    givers = line.because.get("given_back_by") or []
    found = {givers} if isinstance(givers, int) else set(givers)
    return found | ({line.registration} if line.registration is not None else set())
