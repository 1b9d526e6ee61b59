"""What a colleague sees who was invited by mail: the link's page, where they join."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_security import current_user, login_user

from app.accounts import accounts, passwords
from app.audit.records import acting
from app.db import transaction
from app.events import invitations
from app.events.members import Invitation, Membership
from app.web.access import public
from app.web.organise import desk
from app.web.organise.account_forms import JoinForm
from app.web.organise.forms import DeskForm

blueprint = Blueprint("desk_invitation", __name__, url_prefix="/organise/invitation")
blueprint.after_request(desk.unkept)
blueprint.after_request(desk.unreferred)


@blueprint.route("/<token>", methods=["GET", "POST"])
@public
def show(token: str) -> ResponseReturnValue:
    """For somebody new a name and a password; for whoever has an account, one button once they are signed in."""
    invitation = invitations.find(token)
    if accounts.by_email(invitation.email) is None:
        return open_account(token, invitation)
    form = DeskForm()
    if not is_theirs(invitation) or not form.is_sent():
        return render_template(
            "organise/account/invited.html", form=form, invitation=invitation, token=token, is_theirs=is_theirs(invitation)
        )
    with desk.writing("team.join", invitation.event):
        membership = invitations.accept(token, desk.user())
    return welcome(membership)


def open_account(token: str, invitation: Invitation) -> ResponseReturnValue:
    form = JoinForm(name=invitation.name)
    if not form.is_sent():
        page = render_template("organise/account/join.html", form=form, invitation=invitation, token=token)
        return page, 422 if form.errors else 200
    hashed = passwords.hashed(form.password.data or "")
    with transaction():
        invitation = invitations.find(token)
        name, event_id = form.name.data or "", invitation.event_id
        with acting("account.open", user_id=None, user_name=name):
            user = accounts.open_account(email=invitation.email, name=name, language=invitation.language, password=hashed)
        with acting("team.join", user_id=user.id, user_name=name, event_id=event_id):
            membership = invitations.accept(token, user)
    login_user(user, authn_via=["password"])
    return welcome(membership)


def is_theirs(invitation: Invitation) -> bool:
    """Whether the one who is signed in is the one who was invited."""
    return bool(current_user.is_authenticated and current_user.email == invitation.email)


def welcome(membership: Membership) -> ResponseReturnValue:
    flash(_("You are on the team."))
    if membership.event_id:
        return redirect(url_for("desk_overview.show", event_id=membership.event_id), 303)
    return redirect(url_for("desk_programmes.show", programme_id=membership.programme_id), 303)


@blueprint.errorhandler(invitations.Unusable)
def unusable(error: invitations.Unusable) -> ResponseReturnValue:
    """The link was good once; the sentence says what to do."""
    return render_template("organise/account/unusable.html", reason=error.message), 410
