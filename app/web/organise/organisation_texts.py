"""The texts on personal data of an organisation, which stand at all its events."""

from flask import render_template
from flask.typing import ResponseReturnValue

from app.events import organisations
from app.permissions import Act
from app.web.organise import desk, texts
from app.web.organise.texts import Shelf

blueprint = desk.blueprint("desk_organisation_texts", __name__, "/organisations/<int:organisation_id>/texts")


def shelf(organisation_id: int) -> Shelf:
    return Shelf(organisations.get(organisation_id), "desk_organisation_texts")


@blueprint.get("")
@desk.needs(Act.EDIT_TEXTS)
def index(organisation_id: int) -> ResponseReturnValue:
    here = shelf(organisation_id)
    return render_template("organise/privacy/organisation.html", shelf=here, organisation=here.owner, rows=texts.rows(here))


@blueprint.get("/<name>")
@desk.needs(Act.EDIT_TEXTS)
def text(organisation_id: int, name: str) -> ResponseReturnValue:
    return texts.show(shelf(organisation_id), name)


@blueprint.route("/<name>/write", methods=["GET", "POST"])
@desk.needs(Act.EDIT_TEXTS)
def write(organisation_id: int, name: str) -> ResponseReturnValue:
    return texts.write(shelf(organisation_id), name)


@blueprint.post("/<name>/retire")
@desk.needs(Act.EDIT_TEXTS)
def retire(organisation_id: int, name: str) -> ResponseReturnValue:
    return texts.retire(shelf(organisation_id), name)
