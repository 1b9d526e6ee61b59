"""What calendars answered, for the desk."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app.agenda.models import Person
from app.db import db
from app.events import lists
from app.events.lists import Listed
from app.events.models import Event
from app.panels.models import Engagement
from app.registration.models import Registration
from app.replies.matching import Guest
from app.replies.models import Response, ResponseStatus

MOST_FOUND = 10
PER_PAGE = 30
WHO = (joinedload(Response.registration), joinedload(Response.engagement).joinedload(Engagement.person))


def parked(event: Event, number: int = 1) -> Listed[Response]:
    """What waits for the organiser, the oldest first."""
    waiting = sa.select(Response).where(Response.event_id == event.id, Response.status == ResponseStatus.PARKED)
    return lists.listed(waiting.order_by(Response.id).options(*WHO), number, PER_PAGE)


def dealt_with(event: Event, number: int) -> Listed[Response]:
    """All others, the newest first."""
    others = sa.select(Response).where(Response.event_id == event.id, Response.status != ResponseStatus.PARKED)
    return lists.listed(others.order_by(Response.id.desc()).options(*WHO), number, PER_PAGE)


def waiting(event: Event) -> int:
    """How many answers wait for the organiser."""
    parked = sa.select(sa.func.count()).where(Response.event_id == event.id, Response.status == ResponseStatus.PARKED)
    return db.session.scalar(parked) or 0


def by_id(event: Event, number: int) -> Response:
    """Raises `NoResultFound`."""
    return db.session.execute(sa.select(Response).where(Response.event_id == event.id, Response.id == number)).scalar_one()


def of_registration(registration: Registration) -> Sequence[Response]:
    """What this person's calendar answered, the newest first."""
    mine = sa.select(Response).where(Response.registration_id == registration.id)
    return db.session.scalars(mine.order_by(Response.id.desc())).all()


def comments(event: Event) -> dict[int, str]:
    """The latest comment of each person's calendar, by the registration's id; one statement."""
    told = sa.select(Response.registration_id, Response.comment).where(Response.event_id == event.id, Response.comment != "")
    certain = told.where(Response.status.in_((ResponseStatus.RECORDED, ResponseStatus.SETTLED)))
    rows = db.session.execute(certain.order_by(Response.id))
    return {registration_id: comment for registration_id, comment in rows if registration_id}


def people(event: Event, words: str) -> list[Guest]:
    """Whose an answer may be, by words of their name or address: people with a place, and speakers."""
    if not words.strip():
        return []
    mine = Registration.event_id == event.id, Registration.erased_at.is_(None)
    found = sa.select(Registration).where(*mine, *lists.having(words, Registration.folded)).order_by(Registration.sort_key)
    engaged = sa.select(Engagement).join(Engagement.person).where(Engagement.event_id == event.id)
    speakers = engaged.where(*lists.having(words, Person.folded)).options(joinedload(Engagement.person)).order_by(Person.sort_key)
    return [*db.session.scalars(found.limit(MOST_FOUND)), *db.session.scalars(speakers.limit(MOST_FOUND))]
