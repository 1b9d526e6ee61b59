"""My account: name, language, password, what protects it, and its sessions."""

from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_security import login_user

from app.accounts import accounts, attempts, letters, passwords
from app.audit.records import record_id
from app.db import transaction
from app.errors import Refused
from app.permissions import Act
from app.web.organise import desk
from app.web.organise.account_forms import AccountForm, ChangePasswordForm

blueprint = desk.blueprint("desk_account", __name__, "/account")


@blueprint.route("", methods=["GET", "POST"])
@desk.needs(Act.USE_DESK)
def show() -> ResponseReturnValue:
    user = desk.user()
    form = AccountForm(obj=user)
    if not form.is_sent():
        page = render_template("organise/account/show.html", form=form, account=user, passkeys=len(user.webauthn))
        return page, 422 if form.errors else 200
    with desk.writing("account.change"):
        desk.user().name, desk.user().language = form.name.data or "", form.language.data
    flash(_("Saved."))
    return redirect(url_for(".show", lang=form.language.data), 303)


@blueprint.route("/password", methods=["GET", "POST"])
@desk.needs(Act.USE_DESK)
def password() -> ResponseReturnValue:
    """A new password ends every other session."""
    form = ChangePasswordForm()
    if form.is_sent():
        try:
            change_password(form)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            flash(_("The password is changed. You are signed out everywhere else."))
            return redirect(url_for(".show"), 303)
    return render_template("organise/account/password.html", form=form), 422 if form.errors else 200


def change_password(form: ChangePasswordForm) -> None:
    """Set the new password, if the present one is right; tries at it are counted."""
    tried = f"again:{desk.user().get_id()}", request.remote_addr or ""
    with transaction():
        attempts.note(*tried)
    if not passwords.is_right(desk.user(), form.password.data or ""):
        raise Refused(_("The password is wrong."), field="password")
    hashed = passwords.hashed(form.new_password.data or "")
    with desk.writing("account.password") as act:
        record_id(act)
        attempts.forgive(*tried)
        accounts.set_password(desk.user(), hashed)
        letters.password_changed(desk.user())
    login_user(desk.user(), authn_via=["change"])


@blueprint.post("/end-sessions")
@desk.needs(Act.USE_DESK)
def end_sessions() -> ResponseReturnValue:
    """End every session but this one."""
    with desk.writing("account.end_sessions") as act:
        record_id(act)
        accounts.end_sessions(desk.user())
    session["_user_id"] = desk.user().get_id()
    flash(_("You are signed out everywhere else."))
    return redirect(url_for(".show"), 303)
