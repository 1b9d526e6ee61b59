"""Making an event: from nothing, or after another one, on other days."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from app.accounts.models import User
from app.db import db
from app.events import editing, slugs, uids
from app.events.members import Membership, Post
from app.events.models import Event, EventStatus, Partner
from app.events.texts import LetterText

KEPT = (
    *("kind", "language", "languages", "zone", "attendance", "place_name", "place_address", "meeting_opens_minutes"),
    *("capacity", "has_waiting_list", "asks_sessions", "contact_name", "contact_email", "contact_phone", "is_recorded"),
    *("title", "subtitle", "summary", "description", "accessibility", "translations", "organiser_id", "programme_id"),
)
"""What a new event takes over: all but its identity, its dates, its state and the meeting's address."""


def create(owner: User, *, domain: str, facts: Mapping[str, Any]) -> Event:
    """A draft of the owner's; `facts` by column, raises `Refused`."""
    editing.check(facts)
    event = Event(**{"contact_email": owner.email, "contact_name": owner.name, "languages": ["pl"], **facts})
    return begun(event, owner, domain)


def copy(source: Event, owner: User, *, domain: str, facts: Mapping[str, Any], is_template: bool = False) -> Event:
    """A draft after another event, at the times in `facts`; its agenda is copied by `agenda.copying`.

    Nobody's registration comes along. The window of registration keeps its distance from the beginning.
    """
    kept = {name: getattr(source, name) for name in KEPT}
    event = Event(**{**kept, **window(source, facts), "is_template": is_template, **facts})
    editing.check({name: getattr(event, name) for name in ("starts_at", "ends_at", "attendance", "place_name")})
    begun(event, owner, domain)
    take_over(source, event)
    return event


def begun(event: Event, owner: User, domain: str) -> Event:
    """Give the draft its identity and its owner."""
    event.uid = uids.fresh(domain)
    event.slug = slugs.fresh(Event.slug, event.title, "events")
    event.status = EventStatus.DRAFT
    db.session.add(event)
    db.session.flush()
    if not owns_by_programme(owner, event):
        db.session.add(Membership(user_id=owner.id, event_id=event.id, post=Post.OWNER))
    return event


def owns_by_programme(user: User, event: Event) -> bool:
    owned = sa.exists().where(
        Membership.user_id == user.id, Membership.programme_id == event.programme_id, Membership.post == Post.OWNER
    )
    return event.programme_id is not None and bool(db.session.scalar(sa.select(owned)))


def take_over(source: Event, event: Event) -> None:
    """Partners, and the organiser's own words in letters."""
    for partner in source.partners:
        event.partners.append(Partner(organisation_id=partner.organisation_id, part=partner.part, rank=partner.rank))
    for text in db.session.scalars(sa.select(LetterText).where(LetterText.event_id == source.id)):
        db.session.add(
            LetterText(event_id=event.id, letter=text.letter, language=text.language, subject=text.subject, body=text.body)
        )
    db.session.flush()


def window(source: Event, facts: Mapping[str, Any]) -> dict[str, datetime | None]:
    """When registration opens and closes, as far from the new beginning as from the former, by the clock on the wall."""
    distance = wall_distance(source.starts_at, source.zone, facts["starts_at"], facts.get("zone", source.zone))
    zone = facts.get("zone", source.zone)
    moments = {name: getattr(source, name) for name in ("registration_opens_at", "registration_closes_at")}
    return {name: at and moved(at, source.zone, distance, zone) for name, at in moments.items()}


def wall_distance(former: datetime, former_zone: str, later: datetime, zone: str) -> timedelta:
    """How far apart the clocks on the wall stand: over a change of the clocks, days stay whole days."""
    return on_the_wall(later, zone) - on_the_wall(former, former_zone)


def moved(at: datetime, former_zone: str, distance: timedelta, zone: str) -> datetime:
    """The moment so far on by the clock on the wall; an hour that the clocks leave out becomes the one after it.

    Of an hour that they show twice, the first stays the first, and the second the second.
    """
    local = on_the_wall(at, former_zone)
    return (local + distance).replace(tzinfo=ZoneInfo(zone), fold=local.fold).astimezone(UTC)


def on_the_wall(at: datetime, zone: str) -> datetime:
    """What the clock shows there, without a zone."""
    return at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
