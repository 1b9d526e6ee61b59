"""The public state of an event and its agenda as plain JSON, as a version keeps it."""

from collections.abc import Sequence
from typing import Any

from app.agenda.models import Appearance, Session
from app.agenda.snapshots import plain
from app.events.models import Event

Facts = dict[str, Any]

OF_EVENT = (
    *("title", "subtitle", "language", "status", "zone", "starts_at", "ends_at"),
    *("attendance", "place_name", "place_address", "translations"),
)
OF_SESSION = ("slug", "title", "abstract", "kind", "status", "starts_at", "ends_at", "room", "track", "translations")


def taken(event: Event, sessions: Sequence[Session]) -> Facts:
    """{"event": {...}, "sessions": {uid: {..., "people": [...]}}}; moments in UTC, sessions in the order given."""
    return {
        "event": {name: plain(getattr(event, name)) for name in OF_EVENT},
        "sessions": {session.uid: of_session(session) for session in sessions},
    }


def of_session(session: Session) -> Facts:
    values = {name: plain(getattr(session, name)) for name in OF_SESSION}
    values["people"] = [of_appearance(appearance) for appearance in session.appearances]
    return values


def of_appearance(appearance: Appearance) -> dict[str, str]:
    """`key` tells a person who goes by another name now from another person."""
    key = f"person:{appearance.person_id}" if appearance.person_id else f"organisation:{appearance.organisation_id}"
    return {"key": key, "name": appearance.name, "role": appearance.role.value, "printed_as": appearance.printed_as}
