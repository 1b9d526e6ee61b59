"""People from a file at the desk: sent, matched, tried, carried out, and what came of it."""

from dataclasses import dataclass

from flask import make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.admission import quotas
from app.db import db
from app.errors import Refused
from app.events.models import Event
from app.participants import words
from app.permissions import Act
from app.transfer import columns, imports, reading, tables, trials
from app.transfer.models import Import
from app.transfer.trials import Trial
from app.web import files, language
from app.web.organise import desk
from app.web.organise.participants_files import file
from app.web.organise.participants_forms import offered
from app.web.organise.participants_import_forms import FIELDS, CarryForm, FileForm, MatchForm, as_chosen
from app.web.registration.forms import number
from app.web.registration.pages import clause_in_force

blueprint = desk.blueprint("desk_participants_import", __name__, "/events/<int:event_id>/participants/import")
files.takes_uploads(blueprint, "upload")
SHOWN = 200
"""So many faults and people who are at the event already are listed; how many there are is said."""
SAMPLE = 3
IN_TEMPLATE = ("name", "email", "organisation", "position", "group", "note")


@dataclass(frozen=True)
class Forms:
    """The two forms of an import's page."""

    match: MatchForm
    carry: CarryForm


@blueprint.route("", methods=["GET", "POST"])
@desk.needs(Act.EDIT_PARTICIPANTS)
def upload(event: Event) -> ResponseReturnValue:
    form = FileForm()
    if not form.is_sent():
        return upload_page(event, form)
    name, content = form.sent
    try:
        with desk.writing("participants.import", event):
            kept = imports.keep(event, name, content, by=desk.user().name, former=imports.find(event, form.former.data or ""))
            uid = kept.uid
    except Refused as refusal:
        form.refuse(refusal)
        return upload_page(event, form)
    return redirect(url_for(".show", event_id=event.id, import_uid=uid), 303)


def upload_page(event: Event, form: FileForm) -> ResponseReturnValue:
    page = render_template("organise/participants/import.html", event=event, form=form, limits=reading)
    return make_response(page, 422 if form.errors or form.form_errors else 200)


@blueprint.get("/template.csv")
@desk.needs(Act.EDIT_PARTICIPANTS)
def template(event: Event) -> ResponseReturnValue:
    """A file with the names of the columns and nothing else; one for groups only where there are any."""
    unneeded = () if quotas.of(event) else ("group",)
    header = [str(FIELDS[columns.Field(one)]) for one in IN_TEMPLATE if one not in unneeded]
    return file(tables.as_csv(header, []), "text/csv; charset=utf-8", _("people-to-import") + ".csv")


@blueprint.route("/<import_uid>", methods=["GET", "POST"])
@desk.needs(Act.EDIT_PARTICIPANTS)
def show(event: Event, import_uid: str) -> ResponseReturnValue:
    kept = imports.by_uid(event, import_uid)
    if kept.done_at is not None:
        return render_template("organise/participants/imported.html", event=event, kept=kept)
    found = trials.trial(event, kept)
    form = match_form(event, kept, found)
    if not form.is_sent():
        return trial_page(event, kept, found, Forms(form, CarryForm(formdata=None)))
    try:
        with desk.writing("participants.import", event):
            imports.match(event, import_uid, form.chosen)
    except Refused as refusal:
        form.refuse(refusal)
        return trial_page(event, imports.by_uid(event, import_uid), found, Forms(form, CarryForm(formdata=None)))
    return redirect(url_for(".show", event_id=event.id, import_uid=import_uid, _anchor="trial"), 303)


@blueprint.post("/<import_uid>/carry-out")
@desk.needs(Act.EDIT_PARTICIPANTS)
def carry_out(event: Event, import_uid: str) -> ResponseReturnValue:
    imports.by_uid(event, import_uid)
    form = CarryForm()
    if not form.is_sent():
        return again(event, import_uid, form)
    version = number(form.clause_version.data or "")
    try:
        with desk.writing("participants.import", event):
            imports.carry_out(event, import_uid, mark=form.mark.data or "", clause_version=version)
    except Refused as refusal:
        form.refuse(refusal)
        return again(event, import_uid, form)
    return redirect(url_for(".show", event_id=event.id, import_uid=import_uid), 303)


def again(event: Event, uid: str, form: CarryForm) -> ResponseReturnValue:
    """The trial as it is now, under what was refused; the result where it is done already."""
    db.session.expire_all()
    kept = imports.by_uid(event, uid)
    if kept.done_at is not None:
        return redirect(url_for(".show", event_id=event.id, import_uid=uid), 303)
    found = trials.trial(event, kept)
    return trial_page(event, kept, found, Forms(match_form(event, kept, found, is_sent=False), form))


def match_form(event: Event, kept: Import, found: Trial, *, is_sent: bool = True) -> MatchForm:
    form = MatchForm(**as_chosen(kept)) if is_sent else MatchForm(formdata=None, **as_chosen(kept))
    form.offer(found.table.header, offered(event), has_groups=bool(found.groups))
    return form


def trial_page(event: Event, kept: Import, found: Trial, forms: Forms) -> ResponseReturnValue:
    in_force = clause_in_force(event)
    forms.carry.clause_version.data, forms.carry.mark.data = str(in_force.version), found.mark
    page = render_template(
        "organise/participants/import_trial.html",
        event=event,
        kept=kept,
        found=found,
        shown=SHOWN,
        sample=[columns.texts(kept.columns, row) for row in found.table.rows[:SAMPLE]],
        match=forms.match,
        carry=forms.carry,
        clause=in_force.text_pl if language.current() == "pl" else in_force.text_en,
        words=words,
    )
    return make_response(page, 422 if wrong(forms.match) or wrong(forms.carry) else 200)


def wrong(form: MatchForm | CarryForm) -> bool:
    return bool(form.errors or form.form_errors)
