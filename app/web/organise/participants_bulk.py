"""Acts on many participants at once, and their undo."""

from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app.errors import Refused
from app.events.models import Event
from app.participants import bulk, filters, undo
from app.participants.filters import Filter
from app.participants.models import Bulk, BulkStep
from app.participants.undo import Undone
from app.permissions import Act
from app.web.organise import desk

blueprint = desk.blueprint("desk_participants_bulk", __name__, "/events/<int:event_id>/participants")
NAMED = 3


@blueprint.post("/bulk", endpoint="act")
@desk.needs(Act.EDIT_PARTICIPANTS)
def act(event: Event) -> ResponseReturnValue:
    if request.form.get("act") not in set(Bulk):
        abort(400)
    kind = Bulk(request.form["act"])
    try:
        with desk.writing(f"participants.bulk_{kind}", event):
            said = outcome(do(event, kind, meant()))
    except Refused as refusal:
        flash(refusal.message, "warning")
    else:
        if said:
            flash(said)
    return back(event)


def meant() -> Filter:
    """The people whose boxes are ticked; with the box for all, everybody whom the filter of the table lets through."""
    if request.form.get("everybody"):
        return Filter.from_args(request.form)
    picked = (filters.number(value) for value in request.form.getlist("picked"))
    chosen = filters.of({number for number in picked if number})
    if not chosen.numbers:
        raise Refused(_("Nobody is selected. Tick the boxes beside the names first."))
    return chosen


def do(event: Event, kind: Bulk, chosen: Filter) -> BulkStep:
    by = desk.user().name
    if kind is Bulk.CANCEL:
        return bulk.cancel(event, chosen, by=by, tells=bool(request.form.get("tells")))
    if kind is Bulk.CONFIRM:
        return bulk.confirm(event, chosen, by=by, over=bool(request.form.get("over")))
    if kind is Bulk.APPROVE:
        return bulk.approve(event, chosen, by=by)
    if kind is Bulk.DECLINE:
        return bulk.decline(event, chosen, by=by)
    return bulk.resend(event, chosen, by=by)


def outcome(step: BulkStep) -> str:
    """What the list of open steps does not say: how many could not be given a place."""
    left = step.facts.get("left", 0)
    if not left:
        return ""
    if step.kind is Bulk.APPROVE:
        return str(
            ngettext(
                "%(num)d person still waits for approval, because no more places are free.",
                "%(num)d people still wait for approval, because no more places are free.",
                left,
            )
        )
    return str(
        ngettext(
            "%(num)d person still waits, because no more places are free.",
            "%(num)d people still wait, because no more places are free.",
            left,
        )
    )


@blueprint.post("/steps/<uid>/undo")
@desk.needs(Act.EDIT_PARTICIPANTS)
def take_back(event: Event, uid: str) -> ResponseReturnValue:
    try:
        with desk.writing("participants.undo", event):
            undone = undo.undo(event, uid)
            sentences = told(undone)
    except Refused as refusal:
        flash(refusal.message, "warning")
        return back(event)
    for kind, sentence in sentences:
        flash(sentence, kind)
    return back(event)


def told(undone: Undone) -> list[tuple[str, str]]:
    """What could be restored, and what could not."""
    restored, kept = len(undone.restored), undone.kept
    said = [("message", ngettext("Undone for %(num)d person.", "Undone for %(num)d people.", restored))] if restored else []
    if kept:
        said.append(("warning", staying(undone)))
    return said


def staying(undone: Undone) -> str:
    """Who stays as the step left them, by name as far as there is room."""
    names = ", ".join(person.name for person in undone.kept[:NAMED])
    rest = len(undone.kept) - NAMED
    names = f"{names} …" if rest > 0 else names
    if undone.step.kind is Bulk.CANCEL:
        return str(
            ngettext(
                "%(num)d registration stays cancelled, because the place was given away or something changed since: %(names)s",
                "%(num)d registrations stay cancelled, because the places were given away or something changed since: %(names)s",
                len(undone.kept),
                names=names,
            )
        )
    if undone.step.kind is Bulk.APPROVE:
        return str(
            ngettext(
                "%(num)d person stays approved, because something changed since: %(names)s",
                "%(num)d people stay approved, because something changed since: %(names)s",
                len(undone.kept),
                names=names,
            )
        )
    if undone.step.kind is Bulk.DECLINE:
        return str(
            ngettext(
                "%(num)d person stays declined, because something changed since: %(names)s",
                "%(num)d people stay declined, because something changed since: %(names)s",
                len(undone.kept),
                names=names,
            )
        )
    return str(
        ngettext(
            "%(num)d person keeps the place, because something changed since: %(names)s",
            "%(num)d people keep their places, because something changed since: %(names)s",
            len(undone.kept),
            names=names,
        )
    )


def back(event: Event) -> ResponseReturnValue:
    """To the table as it was filtered and sorted."""
    query: dict[str, Any] = {**Filter.from_args(request.form).as_query(), "sort": request.form.get("sort")}
    return redirect(url_for("desk_participants.index", event_id=event.id, **query), 303)
