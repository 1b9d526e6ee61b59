"""Registering: the form, the check of the answers, and what happens next.

Nothing is kept before the last step, which answers with a redirect (Post/Redirect/Get). The check of the answers carries a
key, so that a double click, a form sent again and a lost answer are one registration. The empty form carries nothing of
anybody's, so it is one page for all, kept for as long as the event, its door and the clause stay as they are.

The form has a field that people neither see nor reach. Whoever fills it in gets the page to check the answers, at
whatever step, and nothing is kept: a program takes that for success, and a person whose browser filled the field in sees
the answers once more and goes on from there, since that page does not carry the field. The same page comes once more to
whoever confirms the answers sooner than they can be read (`form_keys`); the next press goes through.
"""

import re
from datetime import timedelta
from ipaddress import IPv6Address, ip_address, ip_network
from math import ceil

import sqlalchemy as sa
from flask import Blueprint, Response, abort, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.utils import redirect

from app import clock
from app.admission import invitees
from app.admission import rules as admission
from app.agenda import queries as agenda
from app.calendar import links, slots
from app.db import transaction
from app.errors import Refused, TooMany
from app.events import queries as events
from app.events.models import Event
from app.plans import queries as plans
from app.privacy import retention
from app.registration import choices, consent, queries, reminders, signup
from app.registration.doors import Door, Shut, door
from app.registration.models import Clause
from app.web import cache, clause, language
from app.web.access import public
from app.web.cache import Shown
from app.web.registration import entry as entries
from app.web.registration import question_fields
from app.web.registration.entry import Entry
from app.web.registration.forms import KEY, RegisterForm
from app.web.site import site

blueprint = Blueprint("registration", __name__, url_prefix="/events")
question_fields.takes_files(blueprint, "sent", lambda given: events.by_slug(given["slug"]))


FORM = sa.text(
    "SELECT r.number, c.version, c.retired, e.capacity IS NULL OR e.taken < e.capacity,"
    " CASE WHEN EXISTS (SELECT 1 FROM quotas q WHERE q.event_id = e.id)"
    " OR EXISTS (SELECT 1 FROM sessions s WHERE s.event_id = e.id AND s.capacity IS NOT NULL) THEN e.places_revision ELSE 0 END"
    " FROM site_revision r, events e, (SELECT max(version) AS version, count(retired_at) AS retired FROM clauses) c"
    " WHERE e.slug = :subject"
)
KEYED = {"Referrer-Policy": "no-referrer", "Cache-Control": "no-store", "X-Robots-Tag": "noindex"}
WITH_PORT = re.compile(r"\[(?P<v6>[^]]+)\](:\d+)?|(?P<v4>\d+(\.\d+){3}):\d+")


@blueprint.after_request
def keep_plans_key(response: Response) -> Response:
    """A form that came from somebody's plan leaves no trace of the plan's key."""
    if request.args.get("plan"):
        response.headers.update(KEYED)
    return response


@blueprint.get("/<slug>/register")
@public
def register(slug: str) -> ResponseReturnValue:
    token, plan = request.args.get("invitation", ""), request.args.get("plan", "")
    if not (token or plan):
        cache.shows(Shown(FORM, slug))
    event = events.by_slug(slug)
    form = form_for(event, token)
    form.tick(plans.chosen_by(plan, event) if plan else ())
    its_door = door(event)
    if not its_door.lets_in:
        return shut(event, its_door, form)
    if not form.entry.is_open:
        return uninvited(event, form.entry)
    note_opening(form.entry)
    return filled(event, form)


@blueprint.post("/<slug>/register")
@public
def sent(slug: str) -> ResponseReturnValue:
    event = events.by_slug(slug)
    form, step = form_for(event, request.form.get("invitation", "")), request.form.get("step")
    if not form.entry.is_open:
        return uninvited(event, form.entry, 409)
    if step == "change":
        return filled(event, form)
    if not form.validate():
        return filled(event, form, 422 if form.is_wrong else 200)
    is_confirmed = step == "register" and not form.trap.data
    if is_confirmed and not form.is_hasty:
        return take(event, form, slug)
    its_door = door(event)
    if not its_door.lets_in:
        return turn_away(event, its_door, form)
    page = render_template("registration/check.html", event=event, form=form, door=its_door, once_more=is_confirmed)
    return secret(make_response(page), form.entry)


def turn_away(event: Event, its_door: Door, form: RegisterForm) -> Response:
    """The same page for everybody; only the mailbox of who is registered learns that they are."""
    if not form.trap.data:
        with transaction():
            signup.answer_known(event, its_door, form.sent["email"])
    return shut(event, its_door, form, 409)


def take(event: Event, form: RegisterForm, slug: str) -> ResponseReturnValue:
    """Register; a refusal comes back with everything that was typed."""
    try:
        with transaction():
            submission = signup.register(event, **form.sent, language=language.current(), network=network())
            key = submission.idempotency_key
    except Shut as refusal:
        return turn_away(event, refusal.door, form)
    except Refused as refusal:
        form.refuse(refusal)
        answer = filled(event, form, status_of(refusal))
        answer.headers.update(refused_headers(refusal))
        return answer
    return redirect(url_for(".registered", slug=slug, key=key), 303)


@blueprint.get("/<slug>/registered/<key>")
@public
def registered(slug: str, key: str) -> ResponseReturnValue:
    if not KEY.fullmatch(key):
        abort(404)
    event = events.by_slug(slug)
    submission = queries.submission_by_key(event, key)
    coming = reminders.for_place_since(event, submission.sent_at)
    rules = admission.of(event)
    calendars = links.entry_links(slots.of_event(event, agenda.sessions_of(event), site()), file_url=site().event_file(slug))
    page = render_template(
        "registration/registered.html",
        event=event,
        submission=submission,
        rules=rules,
        prove_by=submission.sent_at + timedelta(minutes=rules.proving_minutes),
        others=request.args.get("others", 0, int),
        calendars=[] if event.asks_sessions else calendars,
        door=door(event),
        reminder_at=coming.due_at if coming and coming.due_at > clock.now() else None,
    )
    return unlisted(page)


def form_for(event: Event, token: str) -> RegisterForm:
    form, sessions = RegisterForm(), choices.offered(event, choices.agenda(event))
    is_sent = form.is_submitted()
    form.questions = question_fields.sent(event, keeps_files=not form.trap.data) if is_sent else question_fields.blank(event)
    form.prepare(sessions, entries.of(event, sessions, token))
    form.ask(consent.asked(event))
    return form


def note_opening(entry: Entry) -> None:
    """Remember that the invitation was opened, if it came by one and this is the first time."""
    if entry.invitee is not None and entry.invitee.opened_at is None:
        with transaction():
            invitees.opened(entry.invitee)


def uninvited(event: Event, entry: Entry, status: int = 200) -> Response:
    """The door of an event by invitation, for whoever has no invitation, or one that is good no more."""
    if entry.token:
        status = 410 if entry.known else 404
    return secret(make_response(render_template("registration/uninvited.html", event=event, entry=entry), status), entry)


def secret(response: Response, entry: Entry) -> Response:
    """A page that came by a personal link leaves no trace of it."""
    if entry.token:
        response.headers.update(KEYED)
    return response


def filled(event: Event, form: RegisterForm, status: int = 200) -> Response:
    """The form with what was typed, if anything was."""
    page = render_template("registration/register.html", **facts_of(event, form))
    return secret(make_response(page, status, {"Cache-Control": "private, no-cache"}), form.entry)


def facts_of(event: Event, form: RegisterForm) -> dict[str, object]:
    """What the form's template shows; the form carries the version of the text that is shown."""
    in_force = clause_in_force(event)
    form.carry(in_force.version)
    return {
        "event": event,
        "form": form,
        "clause": clause.said(in_force),
        "controller": clause.controller(in_force, event),
        "kept": retention.kept(event, language.current()),
        "door": door(event),
    }


def shut(event: Event, its_door: Door, form: RegisterForm, status: int = 200) -> Response:
    """Why nobody can register now, and what one can do; with the answers that were typed."""
    page = render_template("registration/shut.html", event=event, door=its_door, form=form)
    return secret(make_response(page, status), form.entry)


def clause_in_force(event: Event) -> Clause:
    """The information on personal data as it is now; the first reader of a changed text of the operator puts it in force."""
    nearest = consent.in_force(event)
    if nearest and (nearest.event_id or nearest.organisation_id):
        return nearest
    texts = clause.texts()
    if nearest and consent.says(nearest, *texts):
        return nearest
    with transaction():
        return consent.publish(*texts)


def status_of(refusal: Refused) -> int:
    """429 for too often, 422 for an answer, 409 for the state of things."""
    if isinstance(refusal, TooMany):
        return 429
    return 422 if refusal.field else 409


def refused_headers(refusal: Refused) -> dict[str, str]:
    """When it is worth trying again, for programs; people read it in the sentence."""
    return {"Retry-After": str(ceil(refusal.wait.total_seconds()))} if isinstance(refusal, TooMany) else {}


def network() -> str:
    """Where the request comes from, for the limits: an address, or the /64 that one IPv6 reader has whole.

    Some proxies add a port, and some write a word where they know no address (RFC 7239 6); a word counts as it is.
    """
    written = request.remote_addr or ""
    bare = WITH_PORT.fullmatch(written)
    try:
        source = ip_address(bare["v6"] or bare["v4"] if bare else written)
    except ValueError:
        return written
    return str(ip_network((source, 64), strict=False)) if isinstance(source, IPv6Address) else str(source)


def unlisted(page: str) -> Response:
    """A page whose address is a key: it leaves no trace in caches, search engines and other sites' logs."""
    response = make_response(page)
    response.headers.update(KEYED)
    return response
