"""An event and its agenda as a version said them: what a template shows of the present ones, of plain facts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from app.agenda.models import Role, SessionKind, SessionStatus
from app.changes.facts import Facts
from app.changes.models import Version
from app.db import db
from app.events import queries
from app.events.models import Attendance, Event, EventStatus
from app.events.translations import Said


@dataclass(frozen=True)
class Then:
    """What an event and a session have in common: a beginning, an end, and texts in one or two languages."""

    facts: Facts
    zone: str
    language: str

    @property
    def starts_at(self) -> datetime:
        return datetime.fromisoformat(self.facts["starts_at"])

    @property
    def ends_at(self) -> datetime:
        return datetime.fromisoformat(self.facts["ends_at"])

    @property
    def local_starts_at(self) -> datetime:
        return self.starts_at.astimezone(ZoneInfo(self.zone))

    @property
    def local_ends_at(self) -> datetime:
        return self.ends_at.astimezone(ZoneInfo(self.zone))

    def said(self, name: str, language: str) -> Said:
        """A text in this language, else in the one it was first written in."""
        translated = (self.facts.get("translations") or {}).get(language, {}).get(name)
        if translated and language != self.language:
            return Said(translated, language)
        return Said(self.facts.get(name) or "", self.language)


@dataclass(frozen=True)
class ThenEvent(Then):
    """The event of a version."""

    @property
    def attendance(self) -> Attendance:
        return Attendance(self.facts["attendance"])

    @property
    def place_name(self) -> str:
        return str(self.facts["place_name"])

    @property
    def place_address(self) -> str:
        return self.facts.get("place_address") or ""

    @property
    def is_cancelled(self) -> bool:
        return EventStatus(self.facts["status"]) is EventStatus.CANCELLED

    @property
    def is_postponed(self) -> bool:
        return EventStatus(self.facts["status"]) is EventStatus.POSTPONED


@dataclass(frozen=True)
class ThenPerson:
    """Somebody on a session, as printed that day."""

    name: str
    role: Role
    printed_as: str


@dataclass(frozen=True)
class ThenSession(Then):
    """A session of a version; nothing is on now in what was once said."""

    is_on_now = False
    organisations: Sequence[ThenPerson] = ()

    @property
    def slug(self) -> str:
        return str(self.facts["slug"])

    @property
    def kind(self) -> SessionKind:
        return SessionKind(self.facts["kind"])

    @property
    def room(self) -> str:
        return self.facts.get("room") or ""

    @property
    def track(self) -> str:
        return self.facts.get("track") or ""

    @property
    def minutes(self) -> int:
        return int((self.ends_at - self.starts_at).total_seconds() // 60)

    @property
    def is_cancelled(self) -> bool:
        return SessionStatus(self.facts["status"]) is SessionStatus.CANCELLED

    @property
    def people(self) -> list[ThenPerson]:
        return [
            ThenPerson(person["name"], Role(person["role"]), person.get("printed_as") or "") for person in self.facts["people"]
        ]


def event(version: Version) -> ThenEvent:
    """The event of a version, in the zone it had."""
    facts = version.facts["event"]
    return ThenEvent(facts, facts["zone"], version.facts["event"]["language"])


def sessions(version: Version) -> list[ThenSession]:
    """The agenda of a version in the order of time."""
    zone, language = version.facts["event"]["zone"], version.facts["event"]["language"]
    found = [ThenSession(facts, zone, language) for facts in version.facts["sessions"].values()]
    return sorted(found, key=lambda session: (session.starts_at, session.ends_at, session.slug))


def public_event(slug: str) -> tuple[Event, bool]:
    """The public event, with whether people were told of a change since it was published; raises `NoResultFound`."""
    has_changed = sa.exists().where(Version.event_id == Event.id, Version.number > 1).correlate(Event)
    event, changed = db.session.execute(queries.BY_SLUG.add_columns(has_changed), {"slug": slug}).one()
    return event, bool(changed)
