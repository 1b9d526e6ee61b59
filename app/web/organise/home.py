"""The first page of the desk: the events of whoever is signed in."""

from flask import render_template
from flask.typing import ResponseReturnValue

from app import permissions
from app.db import db
from app.events.models import Event
from app.permissions import Act
from app.web.organise import desk

blueprint = desk.blueprint("desk_home", __name__)


@blueprint.get("/")
@desk.needs(Act.USE_DESK)
def index() -> ResponseReturnValue:
    events = db.session.scalars(permissions.visible_events(desk.user()).order_by(Event.starts_at.desc())).all()
    return render_template("organise/home/index.html", events=events)
