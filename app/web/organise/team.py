"""The team of an event."""

from flask.typing import ResponseReturnValue

from app.events.models import Event
from app.permissions import Act
from app.web.organise import desk, teams
from app.web.organise.teams import Addresses

blueprint = desk.blueprint("desk_team", __name__, "/events/<int:event_id>/team")


def here(event: Event) -> Addresses:
    return Addresses("desk_team", "index", {"event_id": event.id}, "organise/team/index.html")


@blueprint.route("", methods=["GET", "POST"])
@desk.needs(Act.MANAGE_TEAM)
def index(event: Event) -> ResponseReturnValue:
    return teams.page(event, here(event))


@blueprint.post("/<int:number>/post")
@desk.needs(Act.MANAGE_TEAM)
def change(event: Event, number: int) -> ResponseReturnValue:
    return teams.change(event, number, here(event))


@blueprint.post("/<int:number>/remove")
@desk.needs(Act.MANAGE_TEAM)
def remove(event: Event, number: int) -> ResponseReturnValue:
    return teams.remove(event, number, here(event))


@blueprint.post("/invitations/<int:number>/resend")
@desk.needs(Act.MANAGE_TEAM)
def resend(event: Event, number: int) -> ResponseReturnValue:
    return teams.resend(event, number, here(event))


@blueprint.post("/invitations/<int:number>/revoke")
@desk.needs(Act.MANAGE_TEAM)
def revoke(event: Event, number: int) -> ResponseReturnValue:
    return teams.revoke(event, number, here(event))
