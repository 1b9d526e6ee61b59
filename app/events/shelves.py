"""How events lie at the desk: to come, drafts, past, put away, templates."""

from enum import StrEnum

import sqlalchemy as sa

from app import clock
from app.db import db
from app.events.models import Event, EventStatus
from app.folding import fold


class Shelf(StrEnum):
    """Where an event lies; each on one shelf."""

    COMING = "coming"
    DRAFTS = "drafts"
    PAST = "past"
    ARCHIVE = "archive"
    TEMPLATES = "templates"


def on(visible: sa.Select[Event], shelf: Shelf) -> sa.Select[Event]:
    """What lies there: the nearest first of what is to come, else the latest first."""
    query = visible.where(rule(shelf))
    if shelf is Shelf.COMING:
        return query.order_by(Event.starts_at, Event.id)
    return query.order_by(Event.starts_at.desc(), Event.id.desc())


def rule(shelf: Shelf) -> sa.ColumnElement[bool]:
    is_draft = Event.status == EventStatus.DRAFT
    is_over = sa.and_(Event.ends_at <= clock.now(), Event.status != EventStatus.POSTPONED)
    in_hand = sa.and_(~Event.is_template, Event.archived_at.is_(None))
    match shelf:
        case Shelf.TEMPLATES:
            return Event.is_template.is_(True)
        case Shelf.ARCHIVE:
            return sa.and_(~Event.is_template, Event.archived_at.is_not(None))
        case Shelf.DRAFTS:
            return sa.and_(in_hand, is_draft)
        case Shelf.PAST:
            return sa.and_(in_hand, ~is_draft, is_over)
        case Shelf.COMING:
            return sa.and_(in_hand, ~is_draft, ~is_over)


def found(visible: sa.Select[Event], words: str) -> sa.Select[Event]:
    """Events on any shelf in whose titles, place or address every word occurs; neither case nor diacritics matter."""
    return visible.where(Event.id.in_(matching(visible, fold(words).split()))).order_by(Event.starts_at.desc(), Event.id.desc())


def matching(visible: sa.Select[Event], wanted: list[str]) -> list[int]:
    """Their ids; databases differ in folding, so Python compares, over these columns alone."""
    columns = visible.with_only_columns(Event.id, Event.translations, Event.title, Event.subtitle, Event.place_name, Event.slug)
    numbers = []
    for number, translations, *texts in db.session.execute(columns):
        others = (said.get("title", "") for said in (translations or {}).values())
        text = fold("\n".join((*(part or "" for part in texts), *others)))
        if all(word in text for word in wanted):
            numbers.append(number)
    return numbers
