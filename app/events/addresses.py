"""An event's own address: free to change, while every former one still leads to it."""

import re

import sqlalchemy as sa
from flask_babel import gettext as _

from app.db import db
from app.errors import Refused
from app.events.models import Event, FormerSlug
from app.events.queries import public
from app.events.slugs import LONGEST

KIND = "events"
WELL_FORMED = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def clean(typed: str, field: str = "slug") -> str:
    """The last part of an address; raises `Refused`."""
    slug = typed.strip().casefold()
    if not WELL_FORMED.fullmatch(slug) or len(slug) > LONGEST:
        raise Refused(_("Use small letters without diacritics, digits and hyphens, for example smart-city-2021"), field)
    return slug


def move(event: Event, slug: str) -> None:
    """Give the event this address; one that the public has seen goes on leading to it. Raises `Refused`."""
    if slug == event.slug:
        return
    refuse_taken(event, slug)
    db.session.execute(sa.delete(FormerSlug).where(FormerSlug.kind == KIND, FormerSlug.slug == slug))
    if event.published_at is not None or event.is_public:
        db.session.add(FormerSlug(kind=KIND, slug=event.slug, row_id=event.id))
    event.slug = slug


def refuse_taken(event: Event, slug: str) -> None:
    """One address leads to one event, now and later."""
    with db.session.no_autoflush:
        if db.session.scalar(sa.select(Event.id).where(Event.slug == slug, Event.id != event.id)):
            raise Refused(_("Another event has this address"), field="slug")
        former = sa.select(Event.title).join(FormerSlug, FormerSlug.row_id == Event.id)
        owner = db.session.scalar(former.where(FormerSlug.kind == KIND, FormerSlug.slug == slug, Event.id != event.id))
    if owner is not None:
        raise Refused(_("Links to “%(title)s” still use this address. Choose another one.", title=owner), field="slug")


def present(slug: str) -> str | None:
    """The address that a former one leads to, if its event is public."""
    found = sa.select(Event.slug).join(FormerSlug, FormerSlug.row_id == Event.id)
    return db.session.scalar(found.where(FormerSlug.kind == KIND, FormerSlug.slug == slug, public()))
