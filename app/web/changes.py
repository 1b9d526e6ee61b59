"""What has changed in a public agenda: its log, the same as an Atom feed, and the agenda as an earlier version said it."""

from collections.abc import Sequence

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.exceptions import NotFound

from app.changes import earlier, versions
from app.changes.models import Version
from app.events import queries as events
from app.events.models import Event
from app.web import atom, cache, change_words, language, speaking
from app.web.access import public
from app.web.site import site

blueprint = Blueprint("changes", __name__, url_prefix="/events")

HOUR = 60 * cache.MINUTE
MOST_ENTRIES = 50
LONGEST_NUMBER = 6


@blueprint.get("/<slug>/changes")
@public
def log(slug: str) -> ResponseReturnValue:
    cache.shows(cache.event(slug, HOUR))
    event = events.by_slug(slug)
    told = change_words.told(versions.of(event))
    return render_template("changes/log.html", event=event, told=told, heading=change_words.heading, feed_url=feed_address(event))


@blueprint.get("/<slug>/changes.atom")
@public
def feed(slug: str) -> ResponseReturnValue:
    cache.shows(cache.event(slug, HOUR))
    event = events.by_slug(slug)
    body = atom.write(as_feed(event, change_words.told(versions.of(event, MOST_ENTRIES))))
    return Response(body, content_type=f"{atom.MIMETYPE}; charset=utf-8")


def as_feed(event: Event, told: Sequence[change_words.Told]) -> atom.Feed:
    page_url = site().base_url + url_for("changes.log", slug=event.slug)
    return atom.Feed(
        id=atom.tag(event.uid, event.created_at.date(), "changes"),
        title=_("Changes of the agenda: %(title)s", title=speaking.text_of(event, "title")),
        updated=told[0].version.made_at if told else event.published_at or event.created_at,
        url=feed_address(event),
        page_url=page_url,
        author=event.organiser.name,
        language=language.current(),
        entries=[as_entry(event, one, page_url) for one in told],
    )


def as_entry(event: Event, one: change_words.Told, page_url: str) -> atom.Entry:
    number = str(one.version.number)
    sentences = one.sentences or [_("The agenda was announced.")]
    items = Markup("").join(Markup("<li>%s</li>") % sentence for sentence in sentences)
    return atom.Entry(
        id=atom.tag(event.uid, event.created_at.date(), "changes", number),
        title=change_words.heading(one),
        updated=one.version.made_at,
        url=f"{page_url}#version-{number}",
        content=Markup("<ul>%s</ul>") % items,
    )


def feed_address(event: Event) -> str:
    """The feed's own address, in the language of this page where that is not Polish."""
    wish = language.current() if language.current() != "pl" else None
    return site().base_url + url_for("changes.feed", slug=event.slug, lang=wish)


def asked(event: Event) -> Version | None:
    """The version that the address asks for; none where it asks for the present page. Raises `NotFound`."""
    wish = request.args.get("version")
    if wish is None:
        return None
    if not (wish.isascii() and wish.isdecimal()) or len(wish) > LONGEST_NUMBER:
        raise NotFound
    return versions.numbered(event, int(wish))


def shown(event: Event, version: Version, present: str) -> ResponseReturnValue:
    """The page's agenda as that version said it; `present` is the path of the page as it is now."""
    return render_template(
        "changes/version.html",
        event=event,
        version=version,
        then=earlier.event(version),
        sessions=earlier.sessions(version),
        present=present,
        present_address=site().base_url + present,
    )
