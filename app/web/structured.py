"""What search engines read: schema.org's Event, as data. The meeting's address is never in it."""

from collections.abc import Iterable, Sequence
from typing import Any

from flask import url_for

from app import prose
from app.agenda.models import Appearance, Session
from app.agenda.models import Person as Somebody
from app.events.models import Attendance, Event
from app.registration.doors import Door
from app.site import Site
from app.web import speaking
from app.web.site import site as this_site

Facts = dict[str, Any]

SCHEMA = "https://schema.org"
MODES = {
    Attendance.ONLINE: "OnlineEventAttendanceMode",
    Attendance.OFFLINE: "OfflineEventAttendanceMode",
    Attendance.MIXED: "MixedEventAttendanceMode",
}
AVAILABILITY = {
    Door.OPEN: "InStock",
    Door.WAITING_LIST: "BackOrder",
    Door.NOT_YET: "PreOrder",
    Door.FULL: "SoldOut",
}


def event(event: Event, sessions: Sequence[Session], door: Door, site: Site) -> Facts:
    """The event with its agenda, who appears, and whether one can register."""
    url, named = site.event(event.slug), speaking.spoken(event, "full_title")
    appearances = [appearance for session in sessions for appearance in session.appearances]
    return {
        "@context": SCHEMA,
        "@type": "Event",
        "@id": url,
        "name": named.text,
        "description": speaking.text_of(event, "summary") or prose.plain(speaking.text_of(event, "description")) or named.text,
        "url": url,
        "inLanguage": named.language,
        "startDate": event.local_starts_at.isoformat(),
        "endDate": event.local_ends_at.isoformat(),
        "eventStatus": status(event.is_cancelled, event.is_postponed),
        "eventAttendanceMode": f"{SCHEMA}/{MODES[event.attendance]}",
        "location": location(event, url),
        "organizer": organisation(event.organiser.name, event.organiser.url),
        "performer": performers(appearances),
        "isAccessibleForFree": True,
        "offers": offer(event, door, url),
        "subEvent": [part(session, site) for session in sessions],
    } | ({"maximumAttendeeCapacity": event.capacity} if event.capacity else {})


def session(session: Session, site: Site) -> Facts:
    """A session on its own page, with the event it is part of."""
    above = session.event
    url = site.event(above.slug)
    return {
        "@context": SCHEMA,
        **part(session, site),
        "inLanguage": speaking.spoken(session, "title").language,
        "eventAttendanceMode": f"{SCHEMA}/{MODES[above.attendance]}",
        "location": location(above, url),
        "organizer": organisation(above.organiser.name, above.organiser.url),
        "superEvent": {"@type": "Event", "@id": url, "name": speaking.text_of(above, "full_title"), "url": url},
    }


def person(somebody: Somebody) -> Facts:
    url = this_site().base_url + url_for("agenda.person", slug=somebody.slug)
    return {"@context": SCHEMA, "@type": "Person", "@id": url, "name": somebody.name, "url": url}


def part(session: Session, site: Site) -> Facts:
    return {
        "@type": "Event",
        "name": speaking.text_of(session, "title"),
        "url": site.session(session.event.slug, session.slug),
        "startDate": session.local_starts_at.isoformat(),
        "endDate": session.local_ends_at.isoformat(),
        "eventStatus": status(session.is_cancelled, session.event.is_postponed),
        "performer": performers(session.appearances),
    }


def status(is_cancelled: bool, is_postponed: bool) -> str:
    return f"{SCHEMA}/{'EventCancelled' if is_cancelled else 'EventPostponed' if is_postponed else 'EventScheduled'}"


def location(event: Event, url: str) -> Facts | list[Facts]:
    """The place, the event's own page as the virtual one, or both."""
    virtual: Facts = {"@type": "VirtualLocation", "name": event.place_name, "url": url}
    place: Facts = {"@type": "Place", "name": event.place_name, "address": event.place_address or event.place_name}
    match event.attendance:
        case Attendance.ONLINE:
            return virtual
        case Attendance.OFFLINE:
            return place
        case Attendance.MIXED:
            return [place, virtual]


def organisation(name: str, url: str | None) -> Facts:
    return {"@type": "Organization", "name": name} | ({"url": url} if url else {})


def performers(appearances: Iterable[Appearance]) -> list[Facts]:
    """Each person and organisation once, with the position as printed."""
    found: dict[tuple[int | None, int | None], Facts] = {}
    for appearance in appearances:
        found.setdefault((appearance.person_id, appearance.organisation_id), performer(appearance))
    return list(found.values())


def performer(appearance: Appearance) -> Facts:
    if appearance.organisation is not None:
        return organisation(appearance.organisation.name, appearance.organisation.url)
    return {"@type": "Person", "name": appearance.name} | ({"jobTitle": appearance.printed_as} if appearance.printed_as else {})


def offer(event: Event, door: Door, url: str) -> Facts:
    """A place is free of charge; nobody can take one of an event that is over, closed or cancelled."""
    facts = {
        "@type": "Offer",
        "price": "0",
        "priceCurrency": "PLN",
        "url": url,
        "availability": f"{SCHEMA}/{AVAILABILITY.get(door, 'Discontinued')}",
    }
    opens, closes = event.registration_opens_at, event.registration_closes_at
    facts |= {"validFrom": opens.astimezone(event.timezone).isoformat()} if opens else {}
    return facts | ({"validThrough": closes.astimezone(event.timezone).isoformat()} if closes else {})
