"""The rules of entry at the desk: who may register, and how places are given; and the quotas of groups."""

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.admission import editing, quotas
from app.admission import rules as admission
from app.errors import Refused
from app.events.models import Event
from app.participants import quotas as filled
from app.permissions import Act
from app.registration import waitlist
from app.web.organise import desk, rules_words
from app.web.organise.agenda_forms import number
from app.web.organise.rules_forms import QuotaForm, RulesForm, of_a_quota, values_of

blueprint = desk.blueprint("desk_rules", __name__, "/events/<int:event_id>/rules")
WAYS = {"up": quotas.UP, "down": quotas.DOWN}


@blueprint.route("", methods=["GET", "POST"])
@desk.needs(Act.EDIT_EVENT)
def show(event: Event) -> ResponseReturnValue:
    form = RulesForm(data=values_of(admission.of(event)))
    if not form.is_sent():
        return page(event, form, 422 if form.errors else 200)
    facts = form.facts()
    if not form.is_good:
        return page(event, form, 422)
    try:
        with desk.writing("rules.change", event):
            editing.change(event, number(form.version.data), facts)
            waitlist.fill(event)
    except Refused as refusal:
        form.refuse(refusal)
        form.version.data = str(admission.of(event).version)
        return page(event, form, 409)
    flash(_("The rules are saved. They hold for whoever registers from now on."))
    return redirect(url_for(".show", event_id=event.id), 303)


def page(
    event: Event,
    form: RulesForm | None = None,
    status: int = 200,
    *,
    adding: QuotaForm | None = None,
    changing: tuple[int, QuotaForm] | None = None,
) -> ResponseReturnValue:
    """The rules with what follows from them, and a form for each group; one of the forms may have come back."""
    rules, groups = admission.of(event), quotas.of(event)
    forms = {quota.id: of_a_quota(quota, fresh=True) for quota in groups}
    if changing and changing[0] in forms:
        forms[changing[0]] = changing[1]
    body = render_template(
        "organise/rules/show.html",
        event=event,
        form=form or RulesForm(formdata=None, data=values_of(rules)),
        told=rules_words.told(event, rules, groups),
        groups=groups,
        forms=forms,
        usage=filled.usage(event),
        nobody=filled.Usage(),
        adding=adding or QuotaForm(formdata=None, prefix="new-"),
    )
    return make_response(body, status)


def back(event: Event) -> ResponseReturnValue:
    return redirect(url_for(".show", event_id=event.id, _anchor="groups"), 303)


@blueprint.post("/groups")
@desk.needs(Act.EDIT_EVENT)
def add_group(event: Event) -> ResponseReturnValue:
    form = QuotaForm(prefix="new-")
    facts = form.facts() if form.is_sent() else None
    if facts is None:
        return page(event, adding=form, status=200 if "restore" in request.form else 422)
    try:
        with desk.writing("rules.add_group", event):
            quotas.add(event, **facts)
    except Refused as refusal:
        form.refuse(refusal)
        return page(event, adding=form, status=422)
    flash(_("The group is added."))
    return back(event)


@blueprint.post("/groups/<int:quota_id>")
@desk.needs(Act.EDIT_EVENT)
def change_group(event: Event, quota_id: int) -> ResponseReturnValue:
    """One group: its button saves it, moves it, or takes it away."""
    form, do = of_a_quota(quotas.by_id(event, quota_id)), request.form.get("do", "save")
    facts = form.facts() if form.is_sent() else None
    if facts is None:
        return page(event, changing=(quota_id, form), status=200 if "restore" in request.form else 422)
    try:
        with desk.writing("rules.remove_group" if do == "remove" else "rules.change_group", event):
            if do == "remove":
                filled.remove(event, quota_id)
            elif do in WAYS:
                quotas.move(event, quota_id, WAYS[do])
            else:
                quotas.change(event, quota_id, **facts)
                waitlist.fill(event)
    except Refused as refusal:
        form.refuse(refusal)
        return page(event, changing=(quota_id, form), status=422 if refusal.field else 409)
    flash(_("The group is removed.") if do == "remove" else _("The group is saved."))
    return back(event)
