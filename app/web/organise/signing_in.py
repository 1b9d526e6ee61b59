"""What becomes of a request whose sender is not signed in, or whose form has a token that ran out: no text is lost."""

from urllib.parse import urlsplit

from flask import current_app, jsonify, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_security import current_user
from flask_wtf import CSRFProtect
from flask_wtf.csrf import CSRFError
from itsdangerous import BadSignature, URLSafeTimedSerializer

from app.accounts import kept
from app.accounts.models import User
from app.db import db, transaction

MONTH = 30 * 24 * 3600
RESTORE = "restore"
"""The field of a form that only comes back, to be filled in again and not to be acted on."""


def ask() -> ResponseReturnValue:
    """Lead to the page for signing in, and back afterwards; a form that was sent is kept for its sender."""
    if wants_json():
        return said(_("You are no longer signed in. Sign in in another tab and try again."), 401)
    if request.method != "POST":
        return redirect(url_for("security.login", next=request.full_path.rstrip("?")))
    sender = sender_of_form()
    if sender is None:
        return redirect(url_for("security.login"), 303)
    fields = kept.worth(request.form.items(multi=True))
    if not fields:
        return redirect(url_for("security.login", next=came_from()), 303)
    with transaction():
        key = kept.keep(sender, request.full_path.rstrip("?"), fields)
    return redirect(url_for("security.login", next=url_for("desk_kept.show", key=key)), 303)


def came_from() -> str | None:
    """The page of the desk whose button was pressed, if it can be opened again."""
    page = urlsplit(request.referrer or "")
    pages = current_app.create_url_adapter(request)
    if page.netloc != request.host or not page.path.startswith("/organise/") or pages is None or not pages.test(page.path, "GET"):
        return None
    return f"{page.path}?{page.query}" if page.query else page.path


def check_token(csrf: CSRFProtect) -> ResponseReturnValue | None:
    """Refuse a form that another site sent; one of ours, with a token that ran out, is offered once more."""
    try:
        csrf.protect()
    except CSRFError:
        if wants_json():
            return said(_("This page was open for too long. Load it again and repeat your last step."), 403)
        sender = sender_of_form()
        fields = kept.worth(request.form.items(multi=True)) if sender and sender.id == current_user.id else []
        facts = {"path": request.full_path.rstrip("?"), "answers": fields, "was_signed_in": True, "former": came_from()}
        return make_response(render_template("organise/kept.html", **facts), 400)
    return None


def is_coming_back() -> bool:
    """Whether this form only comes back after its sender has signed in."""
    return RESTORE in request.form


def mark() -> str:
    """Whose form it is, signed, for the form itself: it may be sent when the session is long over."""
    return str(signer().dumps(current_user.id)) if current_user.is_authenticated else ""


def sender_of_form() -> User | None:
    """Who was given the form; `None` where nothing shows that it is ours."""
    try:
        number = signer().loads(request.form.get("kept_for", ""), max_age=MONTH)
    except BadSignature:
        return None
    return db.session.get(User, number)


def signer() -> URLSafeTimedSerializer:
    former = current_app.config["SECRET_KEY_FALLBACKS"]
    return URLSafeTimedSerializer([*former, current_app.config["SECRET_KEY"]], salt="kept-for")


def wants_json() -> bool:
    """Whether a script asks, and not somebody who reads pages."""
    accepted = request.accept_mimetypes
    return accepted["application/json"] > accepted["text/html"]


def said(sentence: str, status: int) -> ResponseReturnValue:
    """One sentence for a script to show."""
    return jsonify(error=sentence), status
