"""The page on which somebody hands their place over to a colleague."""

from flask import Blueprint, Response, make_response, render_template, url_for
from flask.typing import ResponseReturnValue
from werkzeug.utils import redirect

from app.db import transaction
from app.errors import Refused
from app.registration import handing, keys
from app.registration.models import Purpose
from app.web import headers
from app.web.access import public
from app.web.registration.forms import HandForm
from app.web.registration.pages import clause_in_force, network, refused_headers, status_of

blueprint = Blueprint("handing", __name__)
blueprint.after_request(headers.keep_to_itself)


@blueprint.route("/my/<token>/hand", methods=["GET", "POST"])
@public
def hand(token: str) -> ResponseReturnValue:
    """Each try is counted in a transaction of its own, so that it counts whatever comes of it."""
    form = HandForm()
    if not form.validate_on_submit():
        return page(token, form, 422 if form.is_submitted() else 200)
    try:
        with transaction():
            handing.note_try(keys.find(Purpose.MY, token), network())
        with transaction():
            handing.hand(keys.find(Purpose.MY, token), name=form.name.data or "", email=form.email.data or "")
    except Refused as refusal:
        form.refuse(refusal)
        answer = page(token, form, status_of(refusal))
        answer.headers.update(refused_headers(refusal))
        return answer
    return redirect(url_for("my.show", token=token, done="handed"), 303)


@blueprint.post("/my/<token>/told")
@public
def told(token: str) -> ResponseReturnValue:
    """The colleague has read how their data are processed. A link that was only opened, maybe by a mail program, says nothing."""
    version = clause_in_force(keys.find(Purpose.MY, token).event).version
    with transaction():
        handing.tell(keys.find(Purpose.MY, token), version)
    return redirect(url_for("my.show", token=token), 303)


def page(token: str, form: HandForm, status: int) -> Response:
    registration = keys.find(Purpose.MY, token)
    facts = {"registration": registration, "event": registration.event, "token": token, "form": form}
    return make_response(render_template("registration/hand.html", **facts), status)
