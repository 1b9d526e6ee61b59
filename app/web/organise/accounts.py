"""Accounts, for administrators: opening, shutting, rights, and help for those who lost their second step."""

import sqlalchemy as sa
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts import accounts, letters, queries
from app.accounts.models import User
from app.db import db
from app.errors import Refused
from app.events.lists import listed
from app.permissions import Act
from app.web.organise import desk
from app.web.organise.account_forms import OpenAccountForm, RightsForm

blueprint = desk.blueprint("desk_accounts", __name__, "/accounts")


def account(number: int) -> User:
    """The account; raises `NoResultFound`."""
    return db.session.scalars(sa.select(User).where(User.id == number)).one()


def back(number: int) -> ResponseReturnValue:
    return redirect(url_for(".show", number=number), 303)


@blueprint.get("/")
@desk.needs(Act.ADMINISTER)
def index() -> ResponseReturnValue:
    words = request.args.get("q", "")[:200]
    return render_template(
        "organise/accounts/index.html", found=listed(queries.chosen(words), request.args.get("page", 1, type=int)), words=words
    )


@blueprint.route("/new", methods=["GET", "POST"])
@desk.needs(Act.ADMINISTER)
def create() -> ResponseReturnValue:
    form = OpenAccountForm()
    if form.is_sent():
        try:
            with desk.writing("account.open"):
                facts = {"email": form.email.data, "name": form.name.data, "language": form.language.data}
                user = accounts.open_account(**facts, creates=True)
                letters.opened(user)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            flash(_("The account is open; a letter with a link for the password is on its way."))
            return back(user.id)
    return render_template("organise/accounts/new.html", form=form), 422 if form.errors else 200


@blueprint.get("/<int:number>/")
@desk.needs(Act.ADMINISTER)
def show(number: int) -> ResponseReturnValue:
    user = account(number)
    form = RightsForm(administrator=user.is_administrator, creates=user.creates_events)
    return render_template("organise/accounts/show.html", account=user, form=form)


@blueprint.post("/<int:number>/rights")
@desk.needs(Act.ADMINISTER)
def appoint(number: int) -> ResponseReturnValue:
    form = RightsForm()
    account(number)
    with desk.writing("account.rights"):
        accounts.appoint(account(number), administrator=form.administrator.data, creates=form.creates.data)
    flash(_("The rights are saved."))
    return redirect(url_for("desk_home.index"), 303) if number == desk.user().id else back(number)


@blueprint.post("/<int:number>/deactivate")
@desk.needs(Act.ADMINISTER)
def deactivate(number: int) -> ResponseReturnValue:
    with desk.writing("account.deactivate"):
        accounts.deactivate(account(number))
    flash(_("The account is shut, and its sessions are ended."))
    return back(number)


@blueprint.post("/<int:number>/reactivate")
@desk.needs(Act.ADMINISTER)
def reactivate(number: int) -> ResponseReturnValue:
    with desk.writing("account.reactivate"):
        accounts.reactivate(account(number))
    flash(_("The account is open again."))
    return back(number)


@blueprint.post("/<int:number>/factors")
@desk.needs(Act.ADMINISTER)
def drop_factors(number: int) -> ResponseReturnValue:
    with desk.writing("account.drop_factors"):
        accounts.drop_factors(account(number))
    flash(_("Codes, recovery codes and passkeys are gone. They sign in with the password alone."))
    return back(number)


@blueprint.post("/<int:number>/password")
@desk.needs(Act.ADMINISTER)
def send_password(number: int) -> ResponseReturnValue:
    """Send the link by which the password is set."""
    with desk.writing("account.send_password"):
        user = account(number)
        letters.reset(user) if user.password else letters.opened(user)
    flash(_("A letter with a link for the password is on its way."))
    return back(number)
