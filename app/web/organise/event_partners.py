"""The organisations beside the one that holds an event: adding, ordering, taking away."""

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField

from app.errors import Refused
from app.events import organisations, partners
from app.events import queries as events
from app.events.models import Event, Part
from app.permissions import Act
from app.web.organise import desk
from app.web.organise.event import suggested
from app.web.organise.event_forms import one_of
from app.web.organise.forms import DeskForm
from app.web.registration.forms import options
from app.web.words import WORDS

blueprint = desk.blueprint("desk_partners", __name__, "/events")


PARTS = {part.value: WORDS[Part, part] for part in Part}


class PartnerForm(DeskForm):
    """One more organisation."""

    name = StringField(_l("Organisation"))
    part = SelectField(_l("What it is to the event"), choices=options(PARTS), validate_choice=False)


@blueprint.route("/<int:event_id>/partners", methods=["GET", "POST"])
@desk.needs(Act.EDIT_EVENT)
def index(event: Event) -> ResponseReturnValue:
    form, status = PartnerForm(), 200
    if form.is_sent():
        try:
            with desk.writing("event.add_partner", event):
                part = one_of(Part)(form.part.data or "", "part")
                partners.add(event, organisations.named(form.name.data or ""), part)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            flash(_("Added."))
            return redirect(url_for(".index", event_id=event.id), 303)
    if request.method == "POST":
        status = 422
    body = render_template(
        "organise/event/partners.html", event=event, form=form, partners=events.partners(event), organisations=suggested()
    )
    return make_response(body, status)


@blueprint.post("/<int:event_id>/partners/<int:partner_id>")
@desk.needs(Act.EDIT_EVENT)
def change(event: Event, partner_id: int) -> ResponseReturnValue:
    """One of the buttons beside a partner: up, down, or away."""
    wish = request.form.get("do", "")
    with desk.writing("event.change_partner", event):
        partner = partners.get(event, partner_id)
        if wish == "remove":
            partners.remove(partner)
        elif wish in {"up", "down"}:
            partners.shift(event, partner, -1 if wish == "up" else 1)
        else:
            raise Refused(_("Use one of the buttons beside the organisation."))
    return redirect(url_for(".index", event_id=event.id), 303)
