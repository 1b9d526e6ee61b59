"""The list of events and an event's own page."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.admission import rules as admission
from app.agenda import queries as agenda
from app.calendar import links, slots
from app.calendar.links import Link
from app.changes import earlier
from app.events import queries as events
from app.events.models import Kind, Programme
from app.plans import choosing
from app.registration.doors import door
from app.web import cache, changes, structured
from app.web.access import public
from app.web.cards import with_doors
from app.web.registration import entry
from app.web.site import site

blueprint = Blueprint("events", __name__, url_prefix="/events")

LONGEST_SEARCH = 100


@blueprint.get("/")
@public
def index() -> ResponseReturnValue:
    words = request.args.get("q", "").strip()[:LONGEST_SEARCH]
    if not words:
        cache.shows(cache.content())
    past, kind = request.args.get("when") == "past", asked_kind()
    names = agenda.names_by_event() if words else {}
    page = events.search(words, kind=kind, past=past, names=names, number=asked_page())
    return render_template(
        "events/index.html", page=page, cards=with_doors(page.events), words=words, kind=kind, past=past, kinds=list(Kind)
    )


def asked_kind() -> Kind | None:
    """The kind that the list is filtered by; an unknown one is passed over."""
    wish = request.args.get("kind", "")
    return Kind(wish) if wish in set(Kind) else None


def asked_page() -> int:
    wish = request.args.get("page", "")
    return int(wish) if wish.isdecimal() and len(wish) < 6 else 1


@blueprint.get("/<slug>/")
@public
def show(slug: str) -> ResponseReturnValue:
    cache.shows(cache.event(slug))
    event, has_changed = earlier.public_event(slug)
    if version := changes.asked(event):
        return changes.shown(event, version, url_for(".show", slug=slug))
    sessions = agenda.sessions_of(event)
    its_door = door(event)
    here = site()
    slot = slots.of_event(event, sessions, here)
    calendars = links.entry_links(slot, file_url=here.event_file(slug), feed_url=here.agenda_feed(slug))
    return render_template(
        "events/show.html",
        event=event,
        sessions=sessions,
        has_changed=has_changed,
        partners=events.partners(event),
        materials=agenda.materials_of(event),
        more_later=not event.is_over and agenda.has_materials_for_later(event),
        door=its_door,
        rules=admission.of(event),
        halls=entry.halls(event, sessions),
        can_plan=choosing.is_possible(event, sessions),
        calendars=calendars,
        programme_links=programme_links(event.programme),
        facts=structured.event(event, sessions, its_door, here),
    )


def programme_links(programme: Programme | None) -> list[Link]:
    """Ways to subscribe to all events of the programme that this one belongs to."""
    return links.subscribe_links(site().programme_feed(programme.slug), programme.title)[:-1] if programme else []
