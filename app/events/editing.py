"""Changing an event; what cannot be taken is refused at its field."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import available_timezones

import sqlalchemy as sa
from flask_babel import gettext as _

from app.audit.models import Change, Record
from app.db import db
from app.errors import Refused
from app.events import addresses, holding
from app.events.models import Attendance, Event, EventStatus
from app.events.words import within

TRANSLATED = ("title", "subtitle", "summary", "description", "accessibility")
LONGEST = {"title": 300, "subtitle": 300, "summary": 1000, "description": 20_000, "accessibility": 4000}
LONGEST_LINK = 2000
WEB = frozenset({"http", "https"})


class Stale(Refused):
    """Somebody else saved the event after this form was opened."""


def change(event: Event, version: int, facts: Mapping[str, Any]) -> None:
    """Put these values, by column, in place of the former ones; raises `Refused`, and `Stale` where `version` is not the last.

    An event that was postponed and gets other dates takes place again.
    """
    holding.hold(event)
    if event.version != version:
        raise Stale(_("Somebody else saved this event in the meantime. Nothing of yours is lost: look at the marked answers."))
    check(facts)
    if "slug" in facts:
        addresses.move(event, facts["slug"])
    moved = "starts_at" in facts and facts["starts_at"] != event.starts_at
    for name, value in facts.items():
        setattr(event, name, value)
    if moved and event.is_postponed:
        event.status, event.status_note = EventStatus.PUBLISHED, ""
    db.session.flush()


def check(facts: Mapping[str, Any]) -> None:
    """Refuse what does not fit together."""
    if facts["ends_at"] <= facts["starts_at"]:
        raise Refused(_("The end must come after the beginning"), field="ends_hour")
    check_window(facts.get("registration_opens_at"), facts.get("registration_closes_at"))
    if "place_name" in facts and facts.get("attendance") is not Attendance.ONLINE and not facts["place_name"]:
        raise Refused(_("Enter the place where people come"), field="place_name")


def check_window(opens_at: datetime | None, closes_at: datetime | None) -> None:
    if opens_at and closes_at and closes_at <= opens_at:
        raise Refused(_("Registration must close after it opens"), field="closes_on")


def text(written: str, name: str, field: str) -> str:
    """A text of several lines, if there is room for it."""
    return within(written.replace("\r\n", "\n").strip(), LONGEST[name], field)


def zone(typed: str, field: str = "zone") -> str:
    """An IANA name; spaces and case are forgiven."""
    wanted = "_".join(typed.split()).casefold()
    known = next((name for name in available_timezones() if name.casefold() == wanted), None)
    if known is None:
        raise Refused(_("Choose a time zone from the list, for example Europe/Warsaw"), field)
    return known


def link(typed: str, field: str = "meeting_url") -> str | None:
    """An address of the web; nothing where nothing was typed."""
    url = typed.strip()
    if not url:
        return None
    if not is_link(url):
        raise Refused(_("Enter a whole address that begins with https://"), field)
    return within(url, LONGEST_LINK, field)


def is_link(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme.lower() in WEB and bool(parts.hostname) and not any(sign.isspace() for sign in url)


def number(typed: str, field: str, *, least: int = 1, most: int = 1_000_000) -> int | None:
    """A whole number; nothing where nothing was typed."""
    bare = "".join(typed.split())
    if not bare:
        return None
    if not (bare.isascii() and bare.isdecimal() and least <= int(bare[:9]) <= most):
        raise Refused(_("Enter a whole number from %(least)d to %(most)d", least=least, most=most), field)
    return int(bare)


def last_editor(event: Event) -> str | None:
    """Who saved the event last, by the audit."""
    changed = sa.exists().where(Change.record_id == Record.id, Change.subject == "events", Change.row_id == event.id)
    latest = sa.select(Record.user_name).where(Record.event_id == event.id, changed)
    return db.session.scalar(latest.order_by(Record.id.desc()).limit(1))
