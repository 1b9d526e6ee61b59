"""Materials of an event at the desk: links and files, their order, and the files for who may see all of them."""

from flask import abort, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.agenda import materials
from app.agenda import queries as agenda
from app.agenda.models import Material, SessionKind, Visibility
from app.errors import Refused
from app.events.models import Event
from app.permissions import Act
from app.web import files
from app.web.organise import desk
from app.web.organise.material_forms import MaterialForm, language_name

blueprint = desk.blueprint("desk_materials", __name__, "/events/<int:event_id>/materials")
files.takes_uploads(blueprint, "add", "edit")


@blueprint.get("")
@desk.needs(Act.VIEW_EVENT)
def index(event: Event) -> ResponseReturnValue:
    return render_template(
        "organise/materials/index.html", event=event, materials=materials.of_event(event), language_name=language_name
    )


@blueprint.route("/new", methods=["GET", "POST"])
@desk.needs(Act.EDIT_MATERIALS)
def add(event: Event) -> ResponseReturnValue:
    form = MaterialForm(language=event.language, visibility=Visibility.AFTER.value, session=request.args.get("session", ""))
    prepare(form, event)
    if not form.is_sent():
        return shown(event, form)
    try:
        with desk.writing("material.add", event):
            materials.add(event, form.described, **form.destination)
    except Refused as refusal:
        form.refuse(refusal)
        return shown(event, form)
    flash(_("The material is added."))
    return back(event)


@blueprint.route("/<int:material_id>/edit", methods=["GET", "POST"])
@desk.needs(Act.EDIT_MATERIALS)
def edit(event: Event, material_id: int) -> ResponseReturnValue:
    material = materials.by_id(event, material_id)
    form = MaterialForm(obj=material, **as_typed(material))
    prepare(form, event, material)
    if not form.is_sent():
        return shown(event, form, material)
    try:
        destination = form.destination
        with desk.writing("material.change", event):
            materials.change(materials.by_id(event, material_id), event, form.described, **destination)
    except Refused as refusal:
        form.refuse(refusal)
        return shown(event, form, materials.by_id(event, material_id))
    flash(_("The material is saved."))
    return back(event)


@blueprint.post("/<int:material_id>/move")
@desk.needs(Act.EDIT_MATERIALS)
def move(event: Event, material_id: int) -> ResponseReturnValue:
    by = {"up": -1, "down": 1}.get(request.form.get("direction", ""))
    if by is None:
        abort(400)
    with desk.writing("material.move", event):
        materials.move(materials.by_id(event, material_id), event, by)
    return redirect(url_for(".index", event_id=event.id, _anchor=f"material-{material_id}"), 303)


@blueprint.post("/<int:material_id>/remove")
@desk.needs(Act.EDIT_MATERIALS)
def remove(event: Event, material_id: int) -> ResponseReturnValue:
    with desk.writing("material.remove", event):
        materials.remove(materials.by_id(event, material_id))
    flash(_("The material is removed."))
    return back(event)


@blueprint.get("/<int:material_id>/file")
@desk.needs(Act.VIEW_EVENT)
def file(event: Event, material_id: int) -> ResponseReturnValue:
    """The file as it is, whoever else may see it."""
    material = materials.by_id(event, material_id)
    if material.file is None:
        abort(404)
    return files.respond(material.file)


def prepare(form: MaterialForm, event: Event, material: Material | None = None) -> None:
    sessions = [session for session in agenda.sessions_of(event) if session.kind is not SessionKind.BREAK]
    form.prepare(sessions, material)


def as_typed(material: Material) -> dict[str, str]:
    """What the form shows of a material where the columns say it in another way."""
    return {
        "kind": material.kind.value,
        "visibility": material.visibility.value,
        "session": str(material.session_id or ""),
    }


def shown(event: Event, form: MaterialForm, material: Material | None = None) -> ResponseReturnValue:
    page = render_template(
        "organise/materials/edit.html", event=event, form=form, material=material, megabytes=files.most_bytes() // 1_000_000
    )
    return make_response(page, 422 if form.errors else 200)


def back(event: Event) -> ResponseReturnValue:
    return redirect(url_for(".index", event_id=event.id), 303)
