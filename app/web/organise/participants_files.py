"""Participants as files: tables to go on working with, and the list that people sign."""

from flask import Response, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import clock
from app.audit import records
from app.certificates import attendance
from app.events.models import Event
from app.participants import queries
from app.participants.filters import Filter, State
from app.participants.queries import Order, Sort
from app.permissions import Act
from app.transfer import participants, tables
from app.web.filters import date_with_weekday
from app.web.organise import desk
from app.web.organise.participants_forms import offered

blueprint = desk.blueprint("desk_participants_files", __name__, "/events/<int:event_id>/participants")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.get("/export.csv")
@desk.needs(Act.EXPORT_PARTICIPANTS)
def csv(event: Event) -> ResponseReturnValue:
    table = exported(event)
    return file(tables.as_csv(table.header, table.rows), "text/csv; charset=utf-8", name(event, _("participants"), "csv"))


@blueprint.get("/export.xlsx")
@desk.needs(Act.EXPORT_PARTICIPANTS)
def xlsx(event: Event) -> ResponseReturnValue:
    table = exported(event)
    body = tables.as_xlsx(_("Participants"), table.header, table.rows)
    return file(body, XLSX, name(event, _("participants"), "xlsx"))


def exported(event: Event) -> participants.Table:
    """The people of the filter, with a record of who took the file."""
    chosen, sort = Filter.from_args(request.args), Sort.from_word(request.args.get("sort"))
    with desk.writing("participants.export", event) as now:
        table = participants.table(event, chosen, sort)
        records.record_id(now)
    return table


@blueprint.get("/attendance.pdf", endpoint="attendance")
@desk.needs(Act.EXPORT_PARTICIPANTS)
def list_to_sign(event: Event) -> ResponseReturnValue:
    """Whoever has a place among those of the filter, by name; one page or more for each session where that is asked for."""
    chosen = Filter.from_args(request.args).but(state=State.CONFIRMED)
    sessions = {session.id: session.title for session in offered(event)} if request.args.get("by") == "session" else None
    with desk.writing("participants.attendance", event) as now:
        people = queries.everybody(event, chosen, Sort(Order.NAME, is_descending=False))
        sheet = attendance.sheet(event, date_with_weekday(event.local_starts_at), people, sessions)
        records.record_id(now)
    return file(attendance.pdf(sheet), "application/pdf", name(event, _("attendance"), "pdf"))


def name(event: Event, what: str, suffix: str) -> str:
    """smart-city-v4-participants-2021-10-11.csv"""
    today = clock.now().astimezone(event.timezone)
    return f"{event.slug}-{what}-{today:%Y-%m-%d}.{suffix}"


def file(body: bytes, media_type: str, name: str) -> Response:
    answer = Response(body, content_type=media_type)
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer
