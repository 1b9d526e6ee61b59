"""Registering others: one person who has no address of their own perhaps, or several who get places together."""

from flask import Blueprint, Response, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.utils import redirect

from app.db import transaction
from app.errors import Refused
from app.events import queries as events
from app.events.models import Event
from app.privacy import retention
from app.questions import form as questions
from app.registration import choices, parties
from app.registration.doors import door
from app.web import clause, language
from app.web.access import public
from app.web.registration import entry as entries
from app.web.registration.group_forms import Asked, GroupForm
from app.web.registration.pages import clause_in_force, network, secret, status_of, uninvited

blueprint = Blueprint("group", __name__, url_prefix="/events")
DROP = "drop-"


@blueprint.get("/<slug>/register/group")
@public
def show(slug: str) -> ResponseReturnValue:
    event = events.by_slug(slug)
    form = form_for(event, request.args.get("invitation", ""))
    if not door(event).lets_in:
        return redirect(url_for("registration.register", slug=slug))
    if not form.entry.is_open:
        return uninvited(event, form.entry)
    form.invitation.data = form.entry.token
    return page(event, form)


@blueprint.post("/<slug>/register/group")
@public
def sent(slug: str) -> ResponseReturnValue:
    """One of the form's buttons: another person, one less, or all of them registered."""
    event, step = events.by_slug(slug), request.form.get("step", "")
    form = form_for(event, request.form.get("invitation", ""))
    if not form.entry.is_open:
        return uninvited(event, form.entry, 409)
    if step == "add":
        form.add()
    elif step.startswith(DROP):
        form.drop(int(place) if (place := step.removeprefix(DROP)).isdecimal() and len(place) < 4 else -1)
    elif not form.is_good():
        return page(event, form, 422 if form.is_wrong else 200)
    elif step == "register" and not form.trap.data:
        return page(event, form, once_more=True) if form.is_hasty else take(event, form)
    return page(event, form)


def take(event: Event, form: GroupForm) -> ResponseReturnValue:
    """Register them; a refusal comes back with everything that was typed."""
    members, facts = [member.member for member in form.members], form.sent
    try:
        with transaction():
            submission = parties.register(event, form.contact, members, **facts, language=language.current(), network=network())
            key = submission.idempotency_key
    except Refused as refusal:
        form.refuse(refusal)
        return page(event, form, status_of(refusal))
    return redirect(url_for("registration.registered", slug=event.slug, key=key, others=len(members)), 303)


def form_for(event: Event, token: str) -> GroupForm:
    form, sessions = GroupForm(data={"waits": "wait"}), choices.offered(event, choices.agenda(event))
    entry, whole = entries.of(event, sessions, token), questions.of(event)
    asked = whole.about_others
    has_more = len(asked.questions) < len(whole.questions)
    form.prepare(Asked(sessions, entry, asked, has_more), entry.rules.most_in_party if entry.rules.takes_parties else 1)
    return form


def page(event: Event, form: GroupForm, status: int = 200, *, once_more: bool = False) -> Response:
    in_force = clause_in_force(event)
    if form.clause_version.data != str(in_force.version):
        form.clause.data = False
    form.clause_version.data = str(in_force.version)
    body = render_template(
        "registration/group.html",
        event=event,
        form=form,
        clause=clause.said(in_force),
        controller=clause.controller(in_force, event),
        kept=retention.kept(event, language.current()),
        door=door(event),
        once_more=once_more,
    )
    return secret(make_response(body, status, {"Cache-Control": "no-store"}), form.entry)
