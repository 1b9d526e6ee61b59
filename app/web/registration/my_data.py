"""One's own data: consents, everything that is held, and erasing it; by the key of the registration's page."""

import json
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.utils import redirect

from app.db import transaction
from app.privacy import erasing, held, retention
from app.privacy.models import By
from app.privacy.retention import Kept
from app.registration import consent, keys
from app.registration.consent import Given, Stance
from app.registration.models import Clause, Purpose, Registration
from app.web import headers, language
from app.web.access import public
from app.web.registration import held_words
from app.web.registration.forms import number
from app.web.registration.pages import clause_in_force, unlisted

blueprint = Blueprint("my_data", __name__)
blueprint.after_request(headers.keep_to_itself)


@dataclass(frozen=True)
class Privacy:
    """What the page of a registration says of personal data; `untold` is the text for who has not been given one yet."""

    information: Given | None
    untold: Clause | None
    stances: list[Stance]
    kept: Kept


def privacy(registration: Registration) -> Privacy:
    event, accepted = registration.event, consent.read(registration)
    information = consent.information(accepted)
    untold = None if information else clause_in_force(event)
    return Privacy(information, untold, consent.stances(event, accepted), retention.kept(event, language.current()))


@blueprint.post("/my/<token>/consent", endpoint="consent")
@public
def say(token: str) -> ResponseReturnValue:
    """Give or withdraw one optional consent, with one press either way."""
    version = number(request.form.get("version", ""))
    act = consent.give if request.form.get("given") == "yes" else consent.withdraw
    with transaction():
        act(keys.find(Purpose.MY, token), version)
    return redirect(url_for("my.show", token=token, done="consent", _anchor="my-data"), 303)


@blueprint.get("/my/<token>/data")
@public
def show(token: str) -> ResponseReturnValue:
    registration = keys.find(Purpose.MY, token)
    parts = held_words.shown(held.everything(registration), registration.event.timezone)
    return render_template(
        "registration/data.html", registration=registration, event=registration.event, token=token, parts=parts
    )


@blueprint.get("/my/<token>/data.json")
@public
def download(token: str) -> ResponseReturnValue:
    registration = keys.find(Purpose.MY, token)
    body = json.dumps(held.everything(registration), default=plain, ensure_ascii=False, indent=2)
    answer = Response(f"{body}\n", mimetype="application/json")
    answer.headers.set("Content-Disposition", "attachment", filename=f"{registration.event.slug}-{registration.reference}.json")
    return answer


def plain(value: object) -> str:
    """A moment by ISO 8601."""
    return value.isoformat() if isinstance(value, datetime) else str(value)


@blueprint.route("/my/<token>/erase", methods=["GET", "POST"])
@public
def erase(token: str) -> ResponseReturnValue:
    registration = keys.find(Purpose.MY, token)
    if request.method != "POST":
        page = "registration/erase.html"
        return render_template(page, registration=registration, event=registration.event, token=token)
    with transaction():
        erasing.erase(keys.find(Purpose.MY, token), By.PERSON)
    return redirect(url_for(".erased"), 303)


@blueprint.get("/my/erased")
@public
def erased() -> ResponseReturnValue:
    return unlisted(render_template("registration/erased.html"))
