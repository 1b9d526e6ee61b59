"""Events and slots that stand in memory; a test states only what matters to it."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from app.agenda.models import Appearance, Person, Role, Session, SessionKind, SessionStatus
from app.calendar import feeds, invitations
from app.calendar.slots import Slot
from app.events.models import Attendance, Event, EventStatus, Kind, Organisation
from app.site import Site

SITE = Site(
    base_url="https://plenum.example.org",
    calendar_domain="cal.plenum.example.org",
    sender_name="Plenum",
    sender_address="wydarzenia@plenum.example.org",
    operator_name="Departament Strategii",
)
MEETING = "https://meeting.example.com/j/81234567890?pwd=hidden"
JOIN = "https://plenum.example.org/join/Zm9yIG9uZSBwZXJzb24gb25seQ"
MY = "https://plenum.example.org/my/bXkgb3duIHJlZ2lzdHJhdGlvbg/"
WRITTEN_AT = datetime(2026, 9, 1, 8, tzinfo=UTC)
numbers = count(1)


def at(local: str, zone: str = "Europe/Warsaw") -> datetime:
    """The moment, in UTC, when the clocks of a zone show `local`, such as "2021-10-26 10:00"."""
    return datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def a_slot(**facts: Any) -> Slot:
    """An online workshop on 26 October 2026, 10:00-12:30 in Warsaw."""
    starts_at = facts.setdefault("starts_at", at("2026-10-26 10:00", facts.get("zone", "Europe/Warsaw")))
    standing: dict[str, Any] = {
        "uid": f"slot-{next(numbers)}@cal.plenum.example.org",
        "sequence": 0,
        "ends_at": starts_at + timedelta(hours=2, minutes=30),
        "zone": "Europe/Warsaw",
        "summary": "Smart City - doświadczenia i wyzwania",
        "description": "Prezentacja wyników badania i panel ekspertów.",
        "location": "Zoom",
        "url": "https://plenum.example.org/events/smart-city/",
        "is_cancelled": False,
        "created_at": WRITTEN_AT,
        "modified_at": WRITTEN_AT,
        "language": "pl",
        "organizer_name": "Departament Strategii",
        "attendance": Attendance.ONLINE,
    }
    return Slot(**{**standing, **facts})


def an_event(**facts: Any) -> Event:
    """An online workshop on 26 October 2026, 10:00-12:30 in Warsaw, in no database."""
    number = next(numbers)
    starts_at = facts.setdefault("starts_at", at("2026-10-26 10:00", facts.get("zone", "Europe/Warsaw")))
    standing: dict[str, Any] = {
        "uid": f"event-{number}@cal.plenum.example.org",
        "slug": "smart-city",
        "title": "Smart City - doświadczenia i wyzwania",
        "subtitle": "Wyniki ewaluacji",
        "summary": "Spotkanie dla przedstawicieli miast.",
        "kind": Kind.WORKSHOP,
        "status": EventStatus.PUBLISHED,
        "language": "pl",
        "zone": "Europe/Warsaw",
        "ends_at": starts_at + timedelta(hours=2, minutes=30),
        "attendance": Attendance.ONLINE,
        "place_name": "Zoom",
        "meeting_url": MEETING,
        "organiser": Organisation(name="Departament Strategii"),
        "sequence": 0,
        "created_at": WRITTEN_AT,
        "modified_at": WRITTEN_AT,
    }
    return Event(**{**standing, **facts})


def a_session(event: Event, **facts: Any) -> Session:
    """The first hour of the event, unless said otherwise, in no database."""
    number = next(numbers)
    starts_at = facts.setdefault("starts_at", event.starts_at)
    standing: dict[str, Any] = {
        "event": event,
        "uid": f"session-{number}@cal.plenum.example.org",
        "slug": "prezentacja",
        "title": "Prezentacja wyników badania",
        "abstract": "Badanie zrealizowane przez konsorcjum.",
        "kind": SessionKind.PRESENTATION,
        "status": SessionStatus.CONFIRMED,
        "ends_at": starts_at + timedelta(hours=1),
        "sequence": 0,
        "created_at": WRITTEN_AT,
        "modified_at": WRITTEN_AT,
    }
    return Session(**{**standing, **facts})


def an_appearance(session: Session, name: str, printed_as: str) -> Appearance:
    return Appearance(session=session, person=Person(name=name), role=Role.PANELIST, printed_as=printed_as)


def a_request(slot: Slot, **facts: Any) -> bytes:
    """An invitation of Żaneta Łącka with her own links."""
    standing: dict[str, Any] = {
        "site": SITE,
        "name": "Żaneta Łącka",
        "address": "zaneta.lacka@example.com",
        "sequence": slot.sequence,
        "stamp": WRITTEN_AT,
        "join_url": JOIN,
        "my_url": MY,
        "language": "pl",
    }
    return invitations.request(slot, **{**standing, **facts})


def a_cancel(slot: Slot, **facts: Any) -> bytes:
    """Żaneta Łącka's entry called off."""
    standing: dict[str, Any] = {
        "site": SITE,
        "name": "Żaneta Łącka",
        "address": "zaneta.lacka@example.com",
        "sequence": slot.sequence + 1,
        "stamp": WRITTEN_AT,
        "language": "pl",
    }
    return invitations.cancel(slot, **{**standing, **facts})


def a_feed(*slots: Slot, **facts: Any) -> bytes:
    """A public feed."""
    standing: dict[str, Any] = {
        "site": SITE,
        "name": "Smart City",
        "zone": "Europe/Warsaw",
        "source": "https://plenum.example.org/calendar.ics",
        "is_feed": True,
    }
    return feeds.publish(slots, **{**standing, **facts})


def a_download(slot: Slot, **facts: Any) -> bytes:
    """A file with one entry."""
    return feeds.publish(
        [slot], **{"site": SITE, "name": slot.summary, "zone": slot.zone, "source": None, "is_feed": False, **facts}
    )


def lines(file: bytes) -> list[str]:
    """The content lines of a file, unfolded."""
    return file.decode().replace("\r\n ", "").split("\r\n")


def values(file: bytes, name: str, component: str = "VEVENT") -> list[str]:
    """What the components of a kind say of a property, with its parameters, as written."""
    inside: list[str] = []
    said = []
    for line in lines(file):
        if line.startswith("BEGIN:"):
            inside.append(line.removeprefix("BEGIN:"))
        elif line.startswith("END:"):
            inside.pop()
        elif inside[-1:] == [component] and line.startswith((f"{name}:", f"{name};")):
            said.append(line)
    return said
