"""Programmes: the list, one programme's events, its title, and its team."""

import sqlalchemy as sa
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import permissions
from app.db import db
from app.events import programmes
from app.events.lists import listed
from app.events.models import Event, Programme
from app.permissions import Act
from app.web.organise import desk, teams
from app.web.organise.account_forms import ProgrammeForm
from app.web.organise.teams import Addresses

blueprint = desk.blueprint("desk_programmes", __name__, "/programmes")


def team_of(programme: Programme) -> Addresses:
    return Addresses("desk_programmes", "team", {"programme_id": programme.id}, "organise/programmes/team.html")


@blueprint.get("/")
@desk.needs(Act.USE_DESK)
def index() -> ResponseReturnValue:
    found = listed(permissions.visible_programmes(desk.user()), request.args.get("page", 1, type=int))
    return render_template("organise/programmes/index.html", found=found)


@blueprint.route("/new", methods=["GET", "POST"])
@desk.needs(Act.CREATE_PROGRAMME)
def create() -> ResponseReturnValue:
    form = ProgrammeForm()
    if not form.is_sent():
        return render_template("organise/programmes/edit.html", form=form, programme=None), 422 if form.errors else 200
    with desk.writing("programme.create"):
        programme = programmes.create(form.title.data or "", desk.user())
    flash(_("The programme is made."))
    return redirect(url_for(".show", programme_id=programme.id), 303)


@blueprint.get("/<int:programme_id>/")
@desk.needs(Act.VIEW_PROGRAMME)
def show(programme: Programme) -> ResponseReturnValue:
    events = sa.select(Event).where(Event.programme_id == programme.id).order_by(Event.starts_at.desc(), Event.id)
    return render_template(
        "organise/programmes/show.html", programme=programme, found=listed(events, request.args.get("page", 1, type=int))
    )


@blueprint.route("/<int:programme_id>/edit", methods=["GET", "POST"])
@desk.needs(Act.EDIT_PROGRAMME)
def edit(programme: Programme) -> ResponseReturnValue:
    form = ProgrammeForm(obj=programme)
    if not form.is_sent():
        return render_template("organise/programmes/edit.html", form=form, programme=programme), 422 if form.errors else 200
    with desk.writing("programme.rename"):
        programmes.rename(db.session.get_one(Programme, programme.id), form.title.data or "")
    flash(_("The title is saved."))
    return redirect(url_for(".show", programme_id=programme.id), 303)


@blueprint.route("/<int:programme_id>/team", methods=["GET", "POST"])
@desk.needs(Act.MANAGE_PROGRAMME_TEAM)
def team(programme: Programme) -> ResponseReturnValue:
    return teams.page(programme, team_of(programme))


@blueprint.post("/<int:programme_id>/team/<int:number>/post")
@desk.needs(Act.MANAGE_PROGRAMME_TEAM)
def change(programme: Programme, number: int) -> ResponseReturnValue:
    return teams.change(programme, number, team_of(programme))


@blueprint.post("/<int:programme_id>/team/<int:number>/remove")
@desk.needs(Act.MANAGE_PROGRAMME_TEAM)
def remove(programme: Programme, number: int) -> ResponseReturnValue:
    return teams.remove(programme, number, team_of(programme))


@blueprint.post("/<int:programme_id>/team/invitations/<int:number>/resend")
@desk.needs(Act.MANAGE_PROGRAMME_TEAM)
def resend(programme: Programme, number: int) -> ResponseReturnValue:
    return teams.resend(programme, number, team_of(programme))


@blueprint.post("/<int:programme_id>/team/invitations/<int:number>/revoke")
@desk.needs(Act.MANAGE_PROGRAMME_TEAM)
def revoke(programme: Programme, number: int) -> ResponseReturnValue:
    return teams.revoke(programme, number, team_of(programme))
