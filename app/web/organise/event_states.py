"""The state of an event: published, closed, postponed, cancelled, put away; and what would be told to whom."""

from collections.abc import Callable

from flask import flash, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField

from app.admission import copying as admission
from app.agenda import copying
from app.changes import telling, versions
from app.errors import Refused
from app.events import creating, publishing
from app.events.models import Event
from app.events.publishing import Incomplete
from app.permissions import Act
from app.questions import copying as forms
from app.registration import calling_off, consent
from app.web.organise import desk
from app.web.organise.forms import DeskForm
from app.web.site import site

blueprint = desk.blueprint("desk_event_state", __name__, "/events")


class NoteForm(DeskForm):
    """The organiser's words to those who come."""

    note = TextAreaField(_l("Your words to the people who come"))


class EmptyForm(DeskForm):
    """A button that is asked for once more."""


@blueprint.get("/<int:event_id>/state")
@desk.needs(Act.EDIT_EVENT)
def show(event: Event) -> ResponseReturnValue:
    return page(event)


def page(event: Event, sentences: list[str] | None = None) -> ResponseReturnValue:
    """The state and what can be done with it, under the reasons why something could not."""
    body = render_template(
        "organise/event/state.html",
        event=event,
        refusals=sentences or [],
        missing=publishing.missing(event),
        warnings=publishing.warnings(event),
        can_be_deleted=publishing.can_be_deleted(event),
    )
    return make_response(body, 409 if sentences else 200)


def turned(event: Event, word: str, act: Callable[[Event], object], said: str) -> ResponseReturnValue:
    """Do it, or say why not."""
    try:
        with desk.writing(word, event):
            act(event)
    except Incomplete as refusal:
        return page(event, refusal.sentences)
    except Refused as refusal:
        return page(event, [refusal.message])
    flash(said)
    return redirect(url_for(".show", event_id=event.id), 303)


@blueprint.post("/<int:event_id>/publish")
@desk.needs(Act.PUBLISH_EVENT)
def publish(event: Event) -> ResponseReturnValue:
    def act(event: Event) -> None:
        versions.publish(event, desk.user().name)

    return turned(event, "event.publish", act, _("Published. Anybody can see it now."))


@blueprint.post("/<int:event_id>/unpublish")
@desk.needs(Act.PUBLISH_EVENT)
def unpublish(event: Event) -> ResponseReturnValue:
    return turned(event, "event.unpublish", publishing.unpublish, _("It is a draft again. Only the team sees it."))


@blueprint.post("/<int:event_id>/close")
@desk.needs(Act.PUBLISH_EVENT)
def close(event: Event) -> ResponseReturnValue:
    said = _("Registration is closed. Whoever has a place keeps it.")
    return turned(event, "event.close_registration", publishing.close_registration, said)


@blueprint.post("/<int:event_id>/reopen")
@desk.needs(Act.PUBLISH_EVENT)
def reopen(event: Event) -> ResponseReturnValue:
    said = _("Registration is open again, within its dates.")
    return turned(event, "event.reopen_registration", publishing.reopen_registration, said)


@blueprint.post("/<int:event_id>/archive")
@desk.needs(Act.PUBLISH_EVENT)
def archive(event: Event) -> ResponseReturnValue:
    return turned(event, "event.archive", publishing.archive, _("Put away. You find it in the archive."))


@blueprint.post("/<int:event_id>/unarchive")
@desk.needs(Act.PUBLISH_EVENT)
def unarchive(event: Event) -> ResponseReturnValue:
    return turned(event, "event.unarchive", publishing.unarchive, _("Taken out of the archive."))


@blueprint.post("/<int:event_id>/template")
@desk.needs(Act.EDIT_EVENT)
def save_as_template(event: Event) -> ResponseReturnValue:
    """A copy to begin other events from; whoever made it owns it."""
    domain = site().calendar_domain
    with desk.writing("event.save_as_template", event):
        times = {"starts_at": event.starts_at, "ends_at": event.ends_at}
        template = creating.copy(event, desk.user(), domain=domain, facts=times, is_template=True)
        copying.copy(event, template, domain=domain)
        forms.copy(event, template)
        admission.copy(event, template)
        consent.copy(event, template)
    flash(_("Saved as a template. You find it among the templates."))
    return redirect(url_for("desk_home.index", view="templates"), 303)


@blueprint.route("/<int:event_id>/postpone", methods=["GET", "POST"])
@desk.needs(Act.END_EVENT)
def postpone(event: Event) -> ResponseReturnValue:
    def act(note: str) -> int:
        with desk.writing("event.postpone", event):
            publishing.postpone(event, note)
            return settled(event, calling_off.tell_postponed(event))

    return called_off(event, "organise/event/postpone.html", act, _l("Postponed."))


@blueprint.route("/<int:event_id>/cancel", methods=["GET", "POST"])
@desk.needs(Act.END_EVENT)
def cancel(event: Event) -> ResponseReturnValue:
    def act(note: str) -> int:
        with desk.writing("event.cancel", event):
            publishing.cancel(event, note)
            return settled(event, calling_off.tell_cancelled(event))

    return called_off(event, "organise/event/cancel.html", act, _l("Cancelled."))


def settled(event: Event, told: int) -> int:
    """Put down that the act itself has told people; returns how many."""
    telling.by_an_act(event, desk.user().name, told)
    return told


def called_off(event: Event, template: str, act: Callable[[str], int], said: LazyString) -> ResponseReturnValue:
    """Say how many people will be told, then tell them."""
    form, status = NoteForm(data={"note": event.status_note}), 200
    if form.is_sent():
        try:
            told = act(form.note.data or "")
        except Refused as refusal:
            form.refuse(refusal)
            status = 422 if refusal.field else 409
        else:
            letters = ngettext("%(num)d person gets a letter.", "%(num)d people get a letter.", told)
            flash(f"{said} {letters}")
            return redirect(url_for(".show", event_id=event.id), 303)
    body = render_template(template, event=event, form=form, concerned=calling_off.number_concerned(event))
    return make_response(body, status)


@blueprint.route("/<int:event_id>/delete", methods=["GET", "POST"])
@desk.needs(Act.END_EVENT)
def delete(event: Event) -> ResponseReturnValue:
    form, title = EmptyForm(), event.title
    if not form.is_sent():
        return make_response(render_template("organise/event/delete.html", event=event, form=form), 200)
    try:
        with desk.writing("event.delete", event):
            publishing.delete(event)
    except Refused as refusal:
        return page(event, [refusal.message])
    flash(_("“%(title)s” is deleted.", title=title))
    return redirect(url_for("desk_home.index", view="drafts"), 303)
