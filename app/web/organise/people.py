"""The register of persons: finding, adding, changing, and making one of two."""

from typing import Any
from zoneinfo import ZoneInfo

from flask import flash, jsonify, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.exceptions import BadRequest
from wtforms import BooleanField, EmailField, HiddenField, StringField

from app import moments, permissions
from app.agenda import people
from app.agenda.models import Person
from app.agenda.people import Facts
from app.db import db
from app.errors import Refused
from app.events import organisations
from app.events.models import Event, Organisation
from app.files import store
from app.panels import merging
from app.permissions import Act
from app.web import person_forms
from app.web.organise import desk, history_rows
from app.web.organise.forms import DeskForm
from app.web.organise.history_rows import Told
from app.web.person_forms import PersonFields, typed

blueprint = desk.blueprint("desk_people", __name__, "/people")
person_forms.takes_pictures(blueprint, "add", "edit")

LONGEST_SEARCH = 100


class PersonForm(PersonFields, DeskForm):
    """Somebody in the register. `person` is whom it is about, if they are there already."""

    position_pl = StringField(_l("Position in Polish"), [typed(people.position)])
    position_en = StringField(_l("Position in English"), [typed(people.position)])
    organisation = StringField(_l("Organisation"))
    organisation_id = HiddenField()
    email = EmailField(_l("E-mail address"), [typed(people.email)])
    remove_photo = BooleanField(_l("Remove the photo"))
    version = HiddenField()
    person: Person | None = None

    @property
    def keeps_photo(self) -> bool:
        return bool(self.person and self.person.photo) and not self.remove_photo.data

    @property
    def needs_alt(self) -> bool:
        return self.picture is not None or self.keeps_photo

    @property
    def texts(self) -> dict[str, dict[str, str]]:
        positions = {"pl": self.position_pl.data or "", "en": self.position_en.data or ""}
        return {language: {"position": positions[language], "bio": self.bios[language]} for language in people.LANGUAGES}

    def facts(self, person: Person | None) -> Facts:
        """What is to stand in the register; called inside the transaction, since it may keep a photo and add an organisation."""
        photo = person.photo if person and not self.remove_photo.data else None
        if self.picture is not None:
            made = self.picture
            photo = store.put("photo.webp", made.media_type, made.content, width=made.width, height=made.height)
        return Facts(
            name=self.name.data or "",
            texts=self.texts,
            links=self.links,
            organisation=chosen_organisation(self.organisation_id.data or "", self.organisation.data or ""),
            photo=photo,
            photo_alt=self.photo_alt.data or "",
        )


def chosen_organisation(number: str, name: str) -> Organisation | None:
    """The one that was chosen from the list, if its name was left as it is; else the one of this name, added if need be."""
    if not name.strip():
        return None
    chosen = organisations.get(whole(number)) if whole(number) else None
    return chosen if chosen is not None and chosen.name == name.strip() else organisations.named(name)


def whole(text: str) -> int:
    """A number that a page carries; 0 for what somebody made of it by hand."""
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def asked() -> tuple[str, int]:
    """What is searched for, and the page of the list."""
    return request.args.get("q", "").replace("\0", "").strip()[:LONGEST_SEARCH], whole(request.args.get("page", "")) or 1


@blueprint.get("/")
@desk.needs(Act.EDIT_PEOPLE)
def index() -> ResponseReturnValue:
    words, number = asked()
    page = people.search(words, number)
    return render_template("organise/people/index.html", page=page, words=words, counts=people.counts(page.rows))


@blueprint.get("/find")
@desk.needs(Act.EDIT_PEOPLE)
def find() -> ResponseReturnValue:
    """The first few whose names match, for a field in which somebody is typing; organisations too, where they are asked for."""
    words, _number = asked()
    persons = people.find(words) if words else ()
    bodies = organisations.find(words) if words and "organisations" in request.args else ()
    return jsonify([*map(found, persons), *map(found_body, bodies)])


def found(person: Person) -> dict[str, Any]:
    organisation = person.organisation.name if person.organisation else ""
    return {"id": person.id, "name": person.name, "position": person.position, "organisation": organisation}


def found_body(organisation: Organisation) -> dict[str, Any]:
    return {"id": 0, "name": organisation.name, "position": _("Organisation"), "is_organisation": True}


@blueprint.route("/new", methods=["GET", "POST"])
@desk.needs(Act.EDIT_PEOPLE)
def add() -> ResponseReturnValue:
    form = PersonForm()
    if not form.is_sent():
        return shown(form)
    try:
        with desk.writing("person.add"):
            person = people.add(form.facts(None), email=form.email.data or "")
            person_id = person.id
    except Refused as refusal:
        form.refuse(refusal)
        return shown(form)
    flash(_("%(name)s is in the register.", name=form.name.data))
    return redirect(url_for(".edit", person_id=person_id), 303)


@blueprint.route("/<int:person_id>/", methods=["GET", "POST"])
@desk.needs(Act.EDIT_PEOPLE)
def edit(person_id: int) -> ResponseReturnValue:
    person = people.get(person_id)
    sees_address = permissions.may_see_address(desk.user(), person) or not person.email
    form = form_of(person, sees_address)
    if not form.is_sent():
        return shown(form, person, sees_address)
    try:
        with desk.writing("person.change"):
            person = people.get(person_id)
            people.change(person, form.facts(person), version=whole(form.version.data or ""))
            if sees_address:
                people.write_to(person, form.email.data or "")
    except Refused as refusal:
        person = people.get(person_id)
        form.refuse(refusal)
        form.version.data = str(person.version)
        return shown(form, person, sees_address)
    flash(_("Saved."))
    return redirect(url_for(".edit", person_id=person_id), 303)


def form_of(person: Person, sees_address: bool) -> PersonForm:
    organisation = person.organisation
    form = PersonForm(
        **person_forms.of_person(person),
        organisation=organisation.name if organisation else "",
        organisation_id=str(organisation.id) if organisation else "",
        email=person.email if sees_address else "",
        version=str(person.version),
    )
    form.person = person
    return form


def shown(form: PersonForm, person: Person | None = None, sees_address: bool = True) -> ResponseReturnValue:
    page = render_template(
        "organise/people/edit.html",
        form=form,
        person=person,
        sees_address=sees_address,
        appearances=people.appearances_of(person) if person else [],
        namesakes=people.namesakes(person) if person else [],
        visible=visible_events(person) if person else frozenset(),
        history=history(person, sees_address) if person else [],
        zone=moments.POLISH,
    )
    return make_response(page, 422 if form.errors or form.form_errors else 200)


def history(person: Person, sees_address: bool) -> list[Told]:
    """What was done with the person in the register; the address only for whoever may see it."""
    return history_rows.of_row("people", person.id, ZoneInfo(moments.POLISH), hidden=() if sees_address else ("email",))


def visible_events(person: Person) -> frozenset[int]:
    """The ids of the events with this person that are this user's to see; of others, only public ones are named."""
    query = permissions.visible_events(desk.user()).with_only_columns(Event.id)
    return frozenset(db.session.scalars(query.where(Event.id.in_(people.events_with(person.id)))))


@blueprint.post("/<int:person_id>/remove")
@desk.needs(Act.EDIT_PEOPLE)
def remove(person_id: int) -> ResponseReturnValue:
    with desk.writing("person.remove"):
        people.remove(people.get(person_id))
    flash(_("The person is no longer in the register."))
    return redirect(url_for(".index"), 303)


@blueprint.get("/duplicates")
@desk.needs(Act.EDIT_PEOPLE)
def duplicates() -> ResponseReturnValue:
    return render_template("organise/people/duplicates.html", groups=people.same_names())


@blueprint.get("/merge")
@desk.needs(Act.EDIT_PEOPLE)
def merge() -> ResponseReturnValue:
    """Two persons side by side; who the second one is can be chosen by name."""
    first = people.get(whole(request.args.get("first", "")))
    second_id, words = whole(request.args.get("second_id", "")), request.args.get("second", "").strip()[:LONGEST_SEARCH]
    alike = [person for person in (people.find(words) if words and not second_id else ()) if person.id != first.id]
    if not second_id or second_id == first.id:
        return render_template("organise/people/choose.html", first=first, words=words, alike=alike)
    return side_by_side(first, people.get(second_id))


def side_by_side(first: Person, second: Person, refusal: Refused | None = None) -> ResponseReturnValue:
    user = desk.user()
    page = render_template(
        "organise/people/merge.html",
        first=first,
        second=second,
        texts={person.id: people.texts_of(person) for person in (first, second)},
        counts=people.counts([first, second]),
        sees_address={person.id: permissions.may_see_address(user, person) for person in (first, second)},
        refusal=refusal,
    )
    return make_response(page, 409 if refusal else 200)


@blueprint.post("/merge", endpoint="merged")
@desk.needs(Act.EDIT_PEOPLE)
def make_one() -> ResponseReturnValue:
    first_id, second_id = whole(request.form.get("first", "")), whole(request.form.get("second", ""))
    if not first_id or not second_id or first_id == second_id:
        raise BadRequest
    try:
        with desk.writing("person.merge"):
            first, second = people.get(first_id), people.get(second_id)
            merging.merge(first, second, chosen_facts(first, second), email=str(chosen(first, second, "email").email or ""))
    except Refused as refusal:
        return side_by_side(people.get(first_id), people.get(second_id), refusal)
    flash(_("The two are one person now. The former address of the page leads to this one."))
    return redirect(url_for(".edit", person_id=first_id), 303)


def chosen(first: Person, second: Person, name: str) -> Person:
    """Whose value stays."""
    return second if request.form.get(name) == "second" else first


def chosen_facts(first: Person, second: Person) -> Facts:
    """The values that stay, each of one or of the other; links of both."""
    texts = {person.id: people.texts_of(person) for person in (first, second)}
    of = {column: texts[chosen(first, second, column).id] for column in people.SPOKEN}
    owner = chosen(first, second, "photo")
    links = [*(first.links or ()), *(link for link in second.links or () if link not in (first.links or ()))]
    return Facts(
        name=chosen(first, second, "name").name,
        texts={language: {column: of[column][language][column] for column in people.SPOKEN} for language in people.LANGUAGES},
        links=links[: people.MOST_LINKS],
        organisation=chosen(first, second, "organisation").organisation,
        photo=owner.photo,
        photo_alt=owner.photo_alt,
    )
