"""Every page's place in the application."""

from flask import Flask

from app.web import addresses, agenda, calendars, changes, clause, events, files, front, plans, seats, speakers, zones
from app.web.organise import routes as organise
from app.web.registration import answers, groups, handing, lost, my, my_data, pages


def init(app: Flask) -> None:
    for pages_of in (
        front,
        events,
        agenda,
        calendars,
        changes,
        plans,
        files,
        pages,
        groups,
        lost,
        my_data,
        my,
        answers,
        handing,
        speakers,
    ):
        app.register_blueprint(pages_of.blueprint)
    organise.init(app)
    addresses.init(app)
    files.init(app)
    app.jinja_env.globals.update(
        clause_label=clause.label,
        clause_text=clause.said,
        has_hemicycle=seats.worth_drawing,
        hemicycle_of=seats.hemicycle,
        hours_in=zones.hours_in,
        reader_zone=zones.reader_zone,
        zone_link=zones.zone_link,
    )
