"""One's own plan without an account: chosen at the event, kept behind a key in its address, and followed by a calendar."""

from collections.abc import Collection, Sequence

from flask import Blueprint, Response, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.utils import redirect

from app import tokens
from app.agenda import overlaps
from app.agenda import queries as agenda
from app.agenda.models import Session
from app.calendar import feeds, links
from app.db import transaction
from app.errors import Refused
from app.events import queries as events
from app.events.models import Event
from app.plans import choosing, keys, queries
from app.plans.models import Plan, PlanPurpose
from app.registration.doors import door
from app.web import cache, headers, ics, language
from app.web.access import public
from app.web.registration.pages import network, refused_headers, status_of
from app.web.site import site

blueprint = Blueprint("plans", __name__)
blueprint.after_request(headers.keep_to_itself)

DONE = frozenset({"made", "changed", "feed"})


@blueprint.get("/events/<slug>/plan")
@public
def choose(slug: str) -> ResponseReturnValue:
    event = events.by_slug(slug)
    return choosing_page(event, agenda.sessions_of(event))


@blueprint.post("/events/<slug>/plan")
@public
def make(slug: str) -> ResponseReturnValue:
    event = events.by_slug(slug)
    chosen = asked()
    try:
        with transaction():
            plan = choosing.make(event, agenda.sessions_of(event), chosen, language=language.current(), network=network())
            token = keys.token(plan, PlanPurpose.PLAN)
    except Refused as refusal:
        return choosing_page(event, agenda.sessions_of(event), chosen, refusal)
    return back(token, "made")


def asked() -> set[int]:
    """The sessions that were ticked."""
    return set(request.form.getlist("sessions", type=int))


def choosing_page(
    event: Event, sessions: Sequence[Session], chosen: Collection[int] = (), refusal: Refused | None = None
) -> Response:
    """The agenda to choose from, under a refusal if the choice was refused; what was ticked stays ticked."""
    page = render_template(
        "plans/choose.html",
        event=event,
        offered=[session for session in sessions if session.can_be_chosen] if choosing.is_possible(event, sessions) else [],
        chosen=chosen,
        refusal=refusal,
    )
    return answered(page, refusal)


def answered(page: str, refusal: Refused | None) -> Response:
    if refusal is None:
        return make_response(page)
    return make_response(page, status_of(refusal), refused_headers(refusal))


@blueprint.get("/plans/<token>/")
@public
def show(token: str) -> ResponseReturnValue:
    return own_page(keys.find(PlanPurpose.PLAN, token), token)


def own_page(plan: Plan, token: str, refusal: Refused | None = None) -> Response:
    """The page of a plan, under a refusal if an act was refused."""
    event = plan.event
    sessions = agenda.sessions_of(event)
    planned = queries.planned(plan, sessions)
    page = render_template(
        "plans/show.html",
        event=event,
        token=token,
        planned=planned,
        lost=queries.lost(plan),
        overlaps={} if event.is_over else overlaps.among(planned),
        offered=[session for session in sessions if session.can_be_chosen or session in planned],
        chosen=asked() if refusal else {session.id for session in planned},
        door=door(event),
        refusal=refusal,
        done=done(plan),
        **calendars(plan),
    )
    return answered(page, refusal)


def done(plan: Plan) -> str | None:
    """What the address says was done, unless nothing like it ever was."""
    word = request.args.get("done")
    is_true = word != "feed" or keys.in_use(plan, PlanPurpose.FEED).generation > 1
    return word if word in DONE and is_true else None


def calendars(plan: Plan) -> dict[str, object]:
    """The ways of the plan's feed into a calendar."""
    url = site().plan_feed(keys.token(plan, PlanPurpose.FEED))
    return {
        "feed_url": url,
        "feed_links": links.subscribe_links(url, plan.event.full_title)[:-1],
        "feed_generation": keys.in_use(plan, PlanPurpose.FEED).generation,
    }


def back(token: str, done: str | None) -> ResponseReturnValue:
    """To the plan's page, which says what was done, if anything was."""
    return redirect(url_for(".show", token=token, done=done), 303)


@blueprint.post("/plans/<token>/")
@public
def change(token: str) -> ResponseReturnValue:
    try:
        with transaction():
            plan = keys.find(PlanPurpose.PLAN, token)
            choosing.change(plan, agenda.sessions_of(plan.event), asked())
    except Refused as refusal:
        return own_page(keys.find(PlanPurpose.PLAN, token), token, refusal)
    return back(token, "changed")


@blueprint.post("/plans/<token>/feed")
@public
def new_feed(token: str) -> ResponseReturnValue:
    with transaction():
        generation = request.form.get("generation", type=int) or 0
        is_new = choosing.replace_feed(keys.find(PlanPurpose.PLAN, token), generation)
    return back(token, "feed" if is_new else None)


@blueprint.post("/plans/<token>/delete")
@public
def delete(token: str) -> ResponseReturnValue:
    with transaction():
        plan = keys.find(PlanPurpose.PLAN, token)
        choosing.delete(plan)
    return render_template("plans/deleted.html", event=plan.event)


@blueprint.get("/plans/<token>.ics")
@public
def feed(token: str) -> ResponseReturnValue:
    cache.shows(cache.plan(tokens.digest(token)))
    plan = keys.find(PlanPurpose.FEED, token)
    event, here = plan.event, site()
    name = event.named(plan.language).text
    held = queries.feed(plan, agenda.sessions_of(event), here)
    alarm = ics.alarm(request)
    body = feeds.publish(held, site=here, name=name, zone=event.zone, source=None, is_feed=True, alarm=alarm)
    return ics.respond(request, body, max([plan.changed_at, *(slot.modified_at for slot in held)]), private=True)
