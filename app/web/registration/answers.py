"""The links of letters that ask for an answer: an address that proves itself, a place that is accepted, or kept after all.

Mail programs open links by themselves, so only the button does anything.
"""

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.db import transaction
from app.errors import Refused
from app.registration import keys, leaving, promotions, proving
from app.registration.models import Purpose, Registration
from app.web import headers
from app.web.access import public
from app.web.registration.pages import status_of

blueprint = Blueprint("my_answers", __name__)
blueprint.after_request(headers.keep_to_itself)


@blueprint.route("/my/proof/<token>", methods=["GET", "POST"])
@public
def proof(token: str) -> ResponseReturnValue:
    """Where the letter to a new registration's address leads; proven already, it leads on."""
    registration = keys.find(Purpose.PROOF, token)
    if request.method != "POST" and registration.is_unconfirmed:
        return page("registration/proof.html", registration, token)
    try:
        with transaction():
            registration = keys.find(Purpose.PROOF, token)
            proving.prove(registration)
            own = keys.token(registration, Purpose.MY)
    except Refused as refusal:
        return page("registration/proof.html", keys.find(Purpose.PROOF, token), token, refusal)
    return redirect(url_for("my.show", token=own), 303)


@blueprint.route("/my/<token>/accept", methods=["GET", "POST"])
@public
def accept(token: str) -> ResponseReturnValue:
    """Where the letter about a place from the waiting list leads."""
    registration = keys.find(Purpose.MY, token)
    if request.method != "POST" and registration.accept_by is not None:
        return page("registration/accept.html", registration, token)
    try:
        with transaction():
            promotions.accept(keys.find(Purpose.MY, token))
    except Refused as refusal:
        return page("registration/accept.html", keys.find(Purpose.MY, token), token, refusal)
    return redirect(url_for("my.show", token=token), 303)


@blueprint.route("/my/<token>/keep", methods=["GET", "POST"])
@public
def keep(token: str) -> ResponseReturnValue:
    """Where the letter about a calendar that declined leads; followed too late or twice, the page says how things are."""
    is_kept = False
    if request.method == "POST":
        with transaction():
            is_kept = leaving.keep(keys.find(Purpose.MY, token))
    if is_kept:
        return redirect(url_for("my.show", token=token, done="kept"), 303)
    registration = keys.find(Purpose.MY, token)
    declined = [(leaving.goes_with(registration, entry), entry.leaves_at) for entry in leaving.waiting(registration)]
    facts = {"registration": registration, "event": registration.event, "token": token, "declined": declined}
    is_too_late = request.method == "POST" and not registration.is_confirmed
    return make_response(render_template("registration/keep.html", **facts), 409 if is_too_late else 200)


def page(template: str, registration: Registration, token: str, refusal: Refused | None = None) -> ResponseReturnValue:
    """The page with its button, or with the reason why it is too late."""
    facts = {"registration": registration, "event": registration.event, "token": token, "refusal": refusal}
    return make_response(render_template(template, **facts), status_of(refusal) if refusal else 200)
