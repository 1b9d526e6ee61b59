"""The page that gives a form back to whoever had filled it in before their session ended."""

from flask import render_template
from flask.typing import ResponseReturnValue

from app.accounts import kept
from app.permissions import Act
from app.web.organise import desk

blueprint = desk.blueprint("desk_kept", __name__, "/kept")


@blueprint.get("/<key>")
@desk.needs(Act.USE_DESK)
def show(key: str) -> ResponseReturnValue:
    form = kept.find(desk.user(), key)
    return render_template("organise/kept.html", path=form.path, answers=form.fields, was_signed_in=False, former=None)
