"""The whole agenda of an event, a session's page and a person's page."""

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from werkzeug.utils import redirect

from app import clock
from app.admission import rules as admission
from app.agenda import people, tracks
from app.agenda import queries as agenda
from app.agenda.days import by_day
from app.calendar import links, slots
from app.changes import earlier
from app.events import queries as events
from app.plans import choosing
from app.registration.doors import door
from app.web import cache, changes, structured
from app.web.access import public
from app.web.registration import entry
from app.web.site import site

blueprint = Blueprint("agenda", __name__)


@blueprint.get("/events/<slug>/agenda")
@public
def whole(slug: str) -> ResponseReturnValue:
    cache.shows(cache.event(slug))
    event, has_changed = earlier.public_event(slug)
    if version := changes.asked(event):
        return changes.shown(event, version, url_for(".whole", slug=slug))
    sessions = agenda.sessions_of(event)
    days = [tracks.grid(day.sessions) for day in by_day(sessions)]
    return render_template(
        "events/agenda.html",
        event=event,
        days=days,
        halls=entry.halls(event, sessions),
        has_changed=has_changed,
        can_plan=choosing.is_possible(event, sessions),
    )


@blueprint.get("/events/<slug>/sessions/<session_slug>/")
@public
def session(slug: str, session_slug: str) -> ResponseReturnValue:
    cache.shows(cache.event(slug))
    event = events.by_slug(slug)
    item = agenda.session_by_slug(event, session_slug)
    here = site()
    file_url = here.base_url + url_for("calendars.session_file", slug=slug, session_slug=session_slug)
    calendars = links.entry_links(slots.of_session(item, here), file_url=file_url, feed_url=here.agenda_feed(slug))
    return render_template(
        "agenda/session.html",
        event=event,
        session=item,
        materials=[material for material in agenda.materials_of(event) if material.session_id == item.id],
        door=door(event),
        rules=admission.of(event),
        halls=entry.halls(event, [item]),
        calendars=calendars,
        facts=structured.session(item, here),
    )


@blueprint.get("/people/<slug>/")
@public
def person(slug: str) -> ResponseReturnValue:
    cache.shows(cache.content())
    if present := people.moved(slug):
        return redirect(url_for(".person", slug=present), 301)
    somebody = agenda.person_by_slug(slug)
    appearances = agenda.sessions_of_person(somebody)
    now = clock.now()
    return render_template(
        "agenda/person.html",
        person=somebody,
        coming=[appearance for appearance in reversed(appearances) if appearance.session.ends_at > now],
        past=[appearance for appearance in appearances if appearance.session.ends_at <= now],
        facts=structured.person(somebody),
    )
