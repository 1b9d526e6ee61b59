"""A new password: asking for the link, and setting it by the link. Nobody is signed in here."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import TooManyRequests

from app.accounts import accounts, attempts, letters, links, passwords
from app.audit.records import acting, record_id
from app.db import transaction
from app.web import errors
from app.web.access import public
from app.web.organise import desk
from app.web.organise.account_forms import AddressForm, NewPasswordForm

blueprint = Blueprint("desk_password", __name__, url_prefix="/organise/password")
blueprint.after_request(desk.unkept)
blueprint.after_request(desk.unreferred)


@blueprint.route("", methods=["GET", "POST"])
@public
def forgot() -> ResponseReturnValue:
    """The answer is the same whether the address is known or not."""
    form = AddressForm()
    if not form.is_sent():
        return render_template("organise/account/forgot.html", form=form), 422 if form.errors else 200
    with transaction():
        attempts.note(f"reset:{form.email.data}", request.remote_addr or "")
        user = accounts.by_email(form.email.data or "")
        if user and user.active:
            letters.reset(user)
    return redirect(url_for(".asked"), 303)


@blueprint.get("/asked")
@public
def asked() -> ResponseReturnValue:
    return render_template("organise/account/asked.html")


@blueprint.route("/<key>", methods=["GET", "POST"])
@public
def choose(key: str) -> ResponseReturnValue:
    user = links.find(key)
    form = NewPasswordForm()
    if not form.is_sent():
        return render_template("organise/account/choose.html", form=form, account=user), 422 if form.errors else 200
    hashed = passwords.hashed(form.password.data or "")
    with transaction(), acting("account.password", user_id=user.id, user_name=user.name) as act:
        record_id(act)
        user = links.find(key)
        is_first = user.password is None
        accounts.set_password(user, hashed)
        if not is_first:
            letters.password_changed(user)
    flash(_("The password is set. Sign in with it."))
    return redirect(url_for("security.login"), 303)


@blueprint.errorhandler(links.OutOfDate)
def out_of_date(error: links.OutOfDate) -> ResponseReturnValue:
    """The link was good once."""
    return render_template("organise/account/out_of_date.html"), 410


@blueprint.errorhandler(attempts.TooMany)
def too_many(error: attempts.TooMany) -> ResponseReturnValue:
    return errors.show(TooManyRequests(), reason=error.message)
