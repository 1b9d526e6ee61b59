"""The record of processing activities (art. 30 GDPR) of the events that somebody sees at the desk."""

from flask import Response, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import clock, permissions
from app.db import db
from app.events.models import Event
from app.permissions import Act
from app.privacy import processing
from app.privacy.processing import Entry
from app.transfer import tables
from app.web import language
from app.web.organise import desk
from app.web.site import settings

blueprint = desk.blueprint("desk_processing", __name__, "/processing")


def entries() -> list[Entry]:
    mine = permissions.visible_events(desk.user()).where(Event.is_template.is_(False))
    events = db.session.scalars(mine.order_by(Event.starts_at.desc(), Event.id)).unique().all()
    return processing.of(events, language.current(), settings().operator.name)


@blueprint.get("")
@desk.needs(Act.USE_DESK)
def index() -> ResponseReturnValue:
    found = [list(zip(processing.header(), processing.row(entry), strict=True)) for entry in entries()]
    return render_template("organise/privacy/processing.html", entries=found)


@blueprint.get("/record.csv")
@desk.needs(Act.USE_DESK)
def csv() -> ResponseReturnValue:
    body = tables.as_csv(processing.header(), [processing.row(entry) for entry in entries()])
    answer = Response(body, content_type="text/csv; charset=utf-8")
    name = _("record-of-processing") + f"-{clock.now():%Y-%m-%d}.csv"
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer
