"""The front page, the pages that the law asks for, the reader's zone, and what machines ask for."""

from collections.abc import Iterator
from datetime import datetime

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response as WsgiResponse

from app.agenda import queries as agenda
from app.events import queries as events
from app.web import cache, clause, health, language, zones
from app.web.access import public
from app.web.cards import with_doors
from app.web.site import settings, site

blueprint = Blueprint("front", __name__)

NEAREST = 6


@blueprint.get("/")
@public
def home() -> ResponseReturnValue:
    cache.shows(cache.content())
    return render_template("front/home.html", cards=with_doors(events.upcoming(NEAREST)))


@blueprint.get("/accessibility")
@public
def accessibility() -> ResponseReturnValue:
    template = {"pl": "front/accessibility_pl.html", "en": "front/accessibility_en.html"}[language.current()]
    operator = settings().operator
    return render_template(
        template, published_on=operator.published_on, reviewed_on=operator.reviewed_on, base_url=site().base_url
    )


@blueprint.get("/privacy")
@public
def privacy() -> ResponseReturnValue:
    return render_template("front/privacy.html", text=clause.text(language.current()))


@blueprint.route("/time-zone", methods=["GET", "POST"])
@public
def time_zone() -> ResponseReturnValue:
    back = zones.safe_path(request.values.get("back"))
    wish = request.form.get("zone")
    if request.method == "GET" or (wish and wish not in zones.known()):
        page = render_template("front/time_zone.html", back=back, zones=zones.choices(language.current()), is_unknown=bool(wish))
        return page, 422 if wish else 200
    answer = redirect(back, 303)
    remember_zone(answer, wish)
    return answer


def remember_zone(answer: WsgiResponse, zone: str | None) -> None:
    """Keep the chosen zone in a cookie, or take it away where none was chosen."""
    if zone:
        answer.set_cookie(zones.COOKIE, zone, max_age=zones.YEAR, samesite="Lax", secure=request.is_secure, httponly=True)
    else:
        answer.delete_cookie(zones.COOKIE, samesite="Lax", secure=request.is_secure, httponly=True)


@blueprint.get("/sitemap.xml")
@public
def sitemap() -> ResponseReturnValue:
    cache.shows(cache.content())
    page = render_template("front/sitemap.xml", base_url=site().base_url, places=places())
    return Response(page, mimetype="application/xml")


def places() -> Iterator[tuple[str, datetime | None]]:
    """The paths of all public pages, with the moment of their last change where one is known."""
    for endpoint in ("front.home", "events.index", "calendars.subscribe", "front.accessibility", "front.privacy"):
        yield url_for(endpoint), None
    for event in events.all_public():
        yield url_for("events.show", slug=event.slug), event.modified_at
    for slug, event_slug, modified_at in agenda.session_addresses():
        yield url_for("agenda.session", slug=event_slug, session_slug=slug), modified_at
    for slug in agenda.person_addresses():
        yield url_for("agenda.person", slug=slug), None


@blueprint.get("/robots.txt")
@public
def robots() -> ResponseReturnValue:
    lines = (
        "User-agent: *",
        "Disallow: /my/",
        "Disallow: /join/",
        "Disallow: /plans/*/",  # the pages, but not the feeds beside them
        "Disallow: /time-zone",
        f"Sitemap: {site().base_url}/sitemap.xml",
    )
    return Response("\n".join(lines) + "\n", mimetype="text/plain")


@blueprint.get("/healthz")
@public
def healthz() -> ResponseReturnValue:
    return Response("ok\n", mimetype="text/plain", headers={"Cache-Control": "no-store"})


@blueprint.get("/readyz")
@public
def readyz() -> ResponseReturnValue:
    is_ready = health.is_ready()
    status = 200 if is_ready else 503
    return Response(
        "ready\n" if is_ready else "not ready\n", status, mimetype="text/plain", headers={"Cache-Control": "no-store"}
    )
