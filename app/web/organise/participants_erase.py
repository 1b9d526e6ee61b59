"""Erasing one participant at the desk, when somebody asks the organisers for it."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.events.models import Event
from app.participants import queries
from app.permissions import Act
from app.privacy import erasing
from app.privacy.models import By
from app.web.organise import desk
from app.web.organise.forms import DeskForm

blueprint = desk.blueprint("desk_erase", __name__, "/events/<int:event_id>/participants/<int:number>/erase")


@blueprint.route("", methods=["GET", "POST"])
@desk.needs(Act.EDIT_PARTICIPANTS)
def erase(event: Event, number: int) -> ResponseReturnValue:
    person = queries.by_number(event, number)
    if person.is_erased:
        return redirect(url_for("desk_participants.show", event_id=event.id, number=number), 303)
    if not DeskForm().is_sent():
        return render_template("organise/participants/erase.html", event=event, person=person)
    with desk.writing("participants.erase", event):
        erasing.erase(queries.by_number(event, number), By.ORGANISER)
    flash(_("This person's data is erased."))
    return redirect(url_for("desk_participants.index", event_id=event.id), 303)
