"""Public calendars: an event, its agenda, a session and the whole site, and the page where one subscribes."""

from collections.abc import Sequence

from flask import Blueprint, current_app, render_template, request
from flask.typing import ResponseReturnValue

from app.agenda import gone
from app.agenda import queries as agenda
from app.calendar import feeds, links, queries, slots
from app.calendar.slots import Slot
from app.events import programmes
from app.events import queries as events
from app.events.models import Event
from app.web import cache, ics
from app.web.access import public
from app.web.site import site

blueprint = Blueprint("calendars", __name__)

HOUR = 60 * cache.MINUTE


@blueprint.get("/calendar/")
@public
def subscribe() -> ResponseReturnValue:
    here = site()
    feed_url = here.calendar()
    return render_template(
        "calendars/subscribe.html", links=links.subscribe_links(feed_url, here.operator_name), feed_url=feed_url
    )


@blueprint.get("/calendar.ics")
@public
def site_feed() -> ResponseReturnValue:
    cache.shows(cache.content(HOUR))
    here = site()
    held = [slots.of_event(event, sessions, here) for event, sessions in queries.current()]
    return feed(held, name=here.operator_name, zone=default_zone(), source=here.calendar())


@blueprint.get("/programmes/<slug>/calendar.ics")
@public
def programme_feed(slug: str) -> ResponseReturnValue:
    cache.shows(cache.content(HOUR))
    here, programme = site(), programmes.by_slug(slug)
    held = [slots.of_event(event, sessions, here) for event, sessions in queries.current(Event.programme_id == programme.id)]
    return feed(held, name=programme.title, zone=default_zone(), source=here.programme_feed(slug))


@blueprint.get("/events/<slug>/event.ics")
@public
def event_file(slug: str) -> ResponseReturnValue:
    cache.shows(cache.event(slug, HOUR))
    event = events.by_slug(slug)
    return download(slots.of_event(event, agenda.sessions_of(event), site()), f"{slug}.ics")


@blueprint.get("/events/<slug>/agenda.ics")
@public
def agenda_file(slug: str) -> ResponseReturnValue:
    cache.shows(cache.event(slug, HOUR))
    event = events.by_slug(slug)
    here, sessions = site(), agenda.sessions_of(event)
    held = [slots.of_session(session, here) for session in sessions] or [slots.of_event(event, sessions, here)]
    former = [slots.of_gone(session, here) for session in gone.of(event)]
    return feed([*held, *former], name=event.full_title, zone=event.zone, source=here.agenda_feed(slug))


@blueprint.get("/events/<slug>/sessions/<session_slug>.ics")
@public
def session_file(slug: str, session_slug: str) -> ResponseReturnValue:
    cache.shows(cache.event(slug, HOUR))
    event = events.by_slug(slug)
    former = gone.by_slug(event, session_slug)
    slot = slots.of_gone(former, site()) if former else slots.of_session(agenda.session_by_slug(event, session_slug), site())
    return download(slot, f"{slug}-{session_slug}.ics")


def default_zone() -> str:
    """The zone that a calendar of several events shows as its own."""
    return str(current_app.config["BABEL_DEFAULT_TIMEZONE"])


def feed(held: Sequence[Slot], *, name: str, zone: str, source: str) -> ResponseReturnValue:
    """A public feed, to subscribe to."""
    body = feeds.publish(held, site=site(), name=name, zone=zone, source=source, is_feed=True, alarm=ics.alarm(request))
    return ics.respond(request, body, max((slot.modified_at for slot in held), default=None))


def download(slot: Slot, filename: str) -> ResponseReturnValue:
    """One entry as a file."""
    body = feeds.publish(
        [slot], site=site(), name=slot.summary, zone=slot.zone, source=None, is_feed=False, alarm=ics.alarm(request)
    )
    return ics.respond(request, body, slot.modified_at, filename=filename)
