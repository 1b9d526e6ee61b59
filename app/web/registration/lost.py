"""The way back for whoever lost the link: asking by address, and the page with all registrations of that address."""

from flask import Blueprint, Response, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.utils import redirect

from app import clock
from app.db import transaction
from app.errors import Refused
from app.registration import keys, mailbox
from app.registration.models import MailboxLink, Purpose, Registration, Status
from app.web import headers, language
from app.web.access import public
from app.web.registration.forms import LostLinkForm
from app.web.registration.pages import network, refused_headers, status_of

blueprint = Blueprint("lost", __name__)
blueprint.after_request(headers.keep_to_itself)

GONE = frozenset({Status.CANCELLED, Status.DECLINED})


@blueprint.route("/my/", methods=["GET", "POST"])
@public
def ask() -> ResponseReturnValue:
    """The answer is the same for every address; only its mailbox learns whether it is known."""
    form = LostLinkForm()
    if not form.validate_on_submit():
        return page(form, 422 if form.is_submitted() else 200, is_sent="sent" in request.args)
    try:
        with transaction():
            mailbox.ask(form.email.data or "", language=language.current(), network=network())
    except Refused as refusal:
        form.refuse(refusal)
        answer = page(form, status_of(refusal))
        answer.headers.update(refused_headers(refusal))
        return answer
    return redirect(url_for(".ask", sent="yes"), 303)


def page(form: LostLinkForm, status: int, *, is_sent: bool = False, is_over: bool = False) -> Response:
    return make_response(render_template("registration/lost.html", form=form, is_sent=is_sent, is_over=is_over), status)


@blueprint.get("/my/all/<token>")
@public
def all_mine(token: str) -> ResponseReturnValue:
    link = mailbox.find(token)
    if mailbox.is_over(link):
        return page(LostLinkForm(), 410, is_over=True)
    return render_template("registration/all_mine.html", link=link, parts=parts(link))


def parts(link: MailboxLink) -> dict[str, list[tuple[Registration, str]]]:
    """The registrations with the keys to their pages: what is to come (the nearest first), what was, what is cancelled."""
    found: dict[str, list[tuple[Registration, str]]] = {"coming": [], "past": [], "cancelled": []}
    for registration in mailbox.registrations(link):
        found[part(registration)].append((registration, keys.token(registration, Purpose.MY)))
    found["past"].reverse()
    return found


def part(registration: Registration) -> str:
    if registration.status in GONE or registration.event.is_cancelled:
        return "cancelled"
    return "past" if registration.event.ends_at <= clock.now() else "coming"
