"""The register of organisations: finding, adding, changing, and making one of two."""

from typing import Any
from zoneinfo import ZoneInfo

from flask import flash, jsonify, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.exceptions import BadRequest
from wtforms import BooleanField, FileField, StringField

from app import moments
from app.agenda import people
from app.errors import Refused
from app.events import organisations
from app.events.models import Organisation
from app.files import store
from app.files.models import File
from app.permissions import Act
from app.web import person_forms
from app.web.organise import desk, history_rows
from app.web.organise.forms import DeskForm
from app.web.organise.people import LONGEST_SEARCH, asked, whole
from app.web.person_forms import PICTURES, PictureForm, typed

blueprint = desk.blueprint("desk_organisations", __name__, "/organisations")
person_forms.takes_pictures(blueprint, "add", "edit")


class OrganisationForm(PictureForm, DeskForm):
    """An organisation in the register; its picture is the logo, whose text is the organisation's name."""

    name = StringField(_l("Name"), [typed(organisations.name)])
    short_name = StringField(_l("Short name"), [typed(organisations.short_name)])
    url = StringField(_l("Web address"), [typed(organisations.url)], render_kw={"inputmode": "url"})
    photo = FileField(_l("Logo"), render_kw={"accept": PICTURES})
    remove_logo = BooleanField(_l("Remove the logo"))

    @property
    def facts(self) -> dict[str, str]:
        return {"name": self.name.data or "", "short_name": self.short_name.data or "", "url": self.url.data or ""}

    def logo(self, now: File | None) -> File | None:
        """The logo that is to stand in the register; called inside the transaction, since it may keep a file."""
        if self.picture is not None:
            made = self.picture
            return store.put("logo.webp", made.media_type, made.content, width=made.width, height=made.height)
        return None if self.remove_logo.data else now


@blueprint.get("/")
@desk.needs(Act.EDIT_PEOPLE)
def index() -> ResponseReturnValue:
    words, number = asked()
    return render_template("organise/organisations/index.html", page=organisations.search(words, number), words=words)


@blueprint.get("/find")
@desk.needs(Act.EDIT_PEOPLE)
def find() -> ResponseReturnValue:
    """The first few whose names match, for a field in which somebody is typing."""
    words, _number = asked()
    return jsonify([found(one) for one in (organisations.find(words) if words else ())])


def found(organisation: Organisation) -> dict[str, Any]:
    short = organisation.short_name or ""
    return {"id": organisation.id, "name": organisation.name, "position": short, "organisation": ""}


@blueprint.route("/new", methods=["GET", "POST"])
@desk.needs(Act.EDIT_PEOPLE)
def add() -> ResponseReturnValue:
    form = OrganisationForm()
    if not form.is_sent():
        return shown(form)
    with desk.writing("organisation.add"):
        organisation_id = organisations.add(**form.facts, logo=form.logo(None)).id
    flash(_("%(name)s is in the register.", name=form.name.data))
    return redirect(url_for(".edit", organisation_id=organisation_id), 303)


@blueprint.route("/<int:organisation_id>/", methods=["GET", "POST"])
@desk.needs(Act.EDIT_PEOPLE)
def edit(organisation_id: int) -> ResponseReturnValue:
    organisation = organisations.get(organisation_id)
    form = OrganisationForm(obj=organisation)
    if not form.is_sent():
        return shown(form, organisation)
    with desk.writing("organisation.change"):
        organisation = organisations.get(organisation_id)
        organisations.change(organisation, **form.facts)
        organisation.logo = form.logo(organisation.logo)
    flash(_("Saved."))
    return redirect(url_for(".edit", organisation_id=organisation_id), 303)


def shown(form: OrganisationForm, organisation: Organisation | None = None) -> ResponseReturnValue:
    page = render_template(
        "organise/organisations/edit.html",
        form=form,
        organisation=organisation,
        events=organisations.events_of(organisation) if organisation else [],
        sessions=people.sessions_of_organisation(organisation) if organisation else [],
        members=people.members_of(organisation) if organisation else [],
        history=history_rows.of_row("organisations", organisation.id, ZoneInfo(moments.POLISH)) if organisation else [],
        zone=moments.POLISH,
    )
    return make_response(page, 422 if form.errors or form.form_errors else 200)


@blueprint.post("/<int:organisation_id>/remove")
@desk.needs(Act.EDIT_PEOPLE)
def remove(organisation_id: int) -> ResponseReturnValue:
    with desk.writing("organisation.remove"):
        organisation = organisations.get(organisation_id)
        if people.sessions_of_organisation(organisation):
            raise Refused(_("This organisation appears on a session, so it stays in the register."))
        organisations.remove(organisation)
    flash(_("The organisation is no longer in the register."))
    return redirect(url_for(".index"), 303)


@blueprint.get("/duplicates")
@desk.needs(Act.EDIT_PEOPLE)
def duplicates() -> ResponseReturnValue:
    return render_template("organise/organisations/duplicates.html", groups=organisations.same_names())


@blueprint.get("/merge")
@desk.needs(Act.EDIT_PEOPLE)
def merge() -> ResponseReturnValue:
    """Two organisations side by side; which the second one is can be chosen by name."""
    first = organisations.get(whole(request.args.get("first", "")))
    second_id, words = whole(request.args.get("second_id", "")), request.args.get("second", "").strip()[:LONGEST_SEARCH]
    alike = [one for one in (organisations.find(words) if words and not second_id else ()) if one.id != first.id]
    second = organisations.get(second_id) if second_id and second_id != first.id else None
    return render_template("organise/organisations/merge.html", first=first, second=second, words=words, alike=alike)


@blueprint.post("/merge", endpoint="merged")
@desk.needs(Act.EDIT_PEOPLE)
def make_one() -> ResponseReturnValue:
    first_id, second_id = whole(request.form.get("first", "")), whole(request.form.get("second", ""))
    if not first_id or not second_id or first_id == second_id:
        raise BadRequest
    with desk.writing("organisation.merge"):
        first, second = organisations.get(first_id), organisations.get(second_id)
        facts = {name: getattr(chosen(first, second, name), name) or "" for name in ("name", "short_name", "url")}
        logo = chosen(first, second, "logo").logo
        people.follow_organisation(second, first)
        organisations.merge(first, second)
        organisations.change(first, **facts)
        first.logo = logo
    flash(_("The two are one organisation now."))
    return redirect(url_for(".edit", organisation_id=first_id), 303)


def chosen(first: Organisation, second: Organisation, name: str) -> Organisation:
    """Whose value stays."""
    return second if request.form.get(name) == "second" else first
