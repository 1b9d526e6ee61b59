"""The speakers of an event: who was asked, what they answered, and what they propose to change."""

from datetime import datetime

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.exceptions import BadRequest, NotFound
from wtforms import EmailField

from app.agenda import people
from app.agenda.models import Answer, Visibility
from app.errors import Refused
from app.events.models import Event
from app.panels import engaging, proposals, queries
from app.panels.models import Engagement, Proposed
from app.permissions import Act
from app.web.organise import desk
from app.web.organise.forms import DeskForm
from app.web.organise.material_forms import VISIBILITIES
from app.web.person_forms import typed
from app.web.speakers import ANSWERS, pending_file

blueprint = desk.blueprint("desk_speakers", __name__, "/events/<int:event_id>/speakers")


class AddressForm(DeskForm):
    """The address that our letters to a speaker go to."""

    email = EmailField("", [typed(people.email)])


@blueprint.get("")
@desk.needs(Act.VIEW_EVENT)
def index(event: Event) -> ResponseReturnValue:
    speakers = queries.speakers(event)
    return render_template(
        "organise/speakers/index.html",
        event=event,
        speakers=speakers,
        to_ask=[speaker for speaker in speakers if speaker.is_to_be_asked],
        is_closed=event.is_cancelled or event.is_over,
    )


@blueprint.post("/ask")
@desk.needs(Act.EDIT_AGENDA)
def ask_all(event: Event) -> ResponseReturnValue:
    """Ask everybody whom nobody has asked yet."""
    with desk.writing("speakers.ask", event):
        number, unreachable = engaging.ask_all(event)
    if number:
        flash(ngettext("A letter is on its way to %(num)d person.", "Letters are on their way to %(num)d people.", number))
    if unreachable:
        flash(_("There is no e-mail address of: %(names)s.", names=", ".join(unreachable)), "warning")
    return redirect(url_for(".index", event_id=event.id), 303)


@blueprint.get("/<int:person_id>/")
@desk.needs(Act.VIEW_EVENT)
def show(event: Event, person_id: int) -> ResponseReturnValue:
    return page(event, person_id)


def page(event: Event, person_id: int, form: AddressForm | None = None, refusal: Refused | None = None) -> ResponseReturnValue:
    speaker = queries.one(event, person_id)
    engagement = speaker.engagement
    body = render_template(
        "organise/speakers/show.html",
        event=event,
        speaker=speaker,
        form=form or AddressForm(formdata=None, email=speaker.person.email),
        engagement=engagement,
        changes=proposals.changes(engagement) if engagement else [],
        visibilities=VISIBILITIES,
        is_closed=event.is_cancelled or event.is_over,
        refusal=refusal,
    )
    return make_response(body, 422 if form else 409 if refusal else 200)


def back(event: Event, person_id: int) -> ResponseReturnValue:
    return redirect(url_for(".show", event_id=event.id, person_id=person_id), 303)


@blueprint.post("/<int:person_id>/address")
@desk.needs(Act.EDIT_AGENDA)
def address(event: Event, person_id: int) -> ResponseReturnValue:
    queries.one(event, person_id)
    form = AddressForm()
    if not form.is_sent():
        return page(event, person_id, form)
    with desk.writing("speaker.address", event):
        people.write_to(queries.one(event, person_id).person, form.email.data or "")
    flash(_("Saved."))
    return back(event, person_id)


@blueprint.post("/<int:person_id>/ask")
@desk.needs(Act.EDIT_AGENDA)
def ask(event: Event, person_id: int) -> ResponseReturnValue:
    """Ask, or ask again, with the same link."""
    person = queries.one(event, person_id).person
    try:
        with desk.writing("speaker.ask", event):
            engaging.ask(event, queries.one(event, person_id).person)
    except Refused as refusal:
        return page(event, person_id, refusal=refusal)
    flash(_("The letter to %(name)s is on its way.", name=person.name))
    return back(event, person_id)


@blueprint.post("/<int:person_id>/link")
@desk.needs(Act.EDIT_AGENDA)
def new_link(event: Event, person_id: int) -> ResponseReturnValue:
    engaged(event, person_id)
    try:
        with desk.writing("speaker.new_link", event):
            engaging.new_link(engaged(event, person_id))
    except Refused as refusal:
        return page(event, person_id, refusal=refusal)
    flash(_("A letter with a new link is on its way. The former link opens nothing any more."))
    return back(event, person_id)


def engaged(event: Event, person_id: int) -> Engagement:
    """The engagement of somebody who was asked; 404 for others."""
    engagement = queries.one(event, person_id).engagement
    if engagement is None:
        raise NotFound
    return engagement


@blueprint.post("/<int:person_id>/answer")
@desk.needs(Act.EDIT_AGENDA)
def record(event: Event, person_id: int) -> ResponseReturnValue:
    """What somebody said on the phone."""
    speaker = queries.one(event, person_id)
    chosen = {part.session.id: ANSWERS.get(request.form.get(f"answer-{part.session.id}", "")) for part in speaker.parts}
    answers = {number: answer for number, answer in chosen.items() if answer}
    try:
        said_something(answers)
        with desk.writing("speaker.answer", event):
            engaging.record(event, queries.one(event, person_id).person, answers, request.form.get("comment", ""))
    except Refused as refusal:
        return page(event, person_id, refusal=refusal)
    flash(_("The answer is saved. What belongs in their calendar is on its way."))
    return back(event, person_id)


def said_something(answers: dict[int, Answer]) -> None:
    if not answers:
        raise Refused(_("Choose an answer"))


@blueprint.post("/<int:person_id>/proposal")
@desk.needs(Act.EDIT_AGENDA)
def decide(event: Event, person_id: int) -> ResponseReturnValue:
    """Approve or refuse one field, or everything that waits."""
    engaged(event, person_id)
    name, decision = decision_in_form()
    seen, shown_to = moment(request.form.get("seen", "")), visibility(request.form.get("visibility", ""))
    try:
        with desk.writing(f"speaker.{decision.value}", event):
            engagement = engaged(event, person_id)
            if name == "all":
                proposals.decide_all(engagement, decision, seen=seen, visibility=shown_to)
            else:
                proposals.decide(engagement, name, decision, seen=seen, visibility=shown_to)
    except Refused as refusal:
        return page(event, person_id, refusal=refusal)
    flash(_("It is on the pages of the event now.") if decision is Proposed.APPROVED else _("The proposal is refused."))
    return back(event, person_id)


def decision_in_form() -> tuple[str, Proposed]:
    for word, decision in (("approve", Proposed.APPROVED), ("refuse", Proposed.REFUSED)):
        if name := request.form.get(word):
            return name, decision
    raise BadRequest


def moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def visibility(text: str) -> Visibility:
    """Who is to see a material; after the meeting, unless said otherwise."""
    return Visibility(text) if text in set(Visibility) else Visibility.AFTER


@blueprint.get("/<int:person_id>/files/<key>")
@desk.needs(Act.VIEW_EVENT)
def file(event: Event, person_id: int, key: str) -> ResponseReturnValue:
    """A photo or a material that waits for a decision."""
    return pending_file(engaged(event, person_id), key)
