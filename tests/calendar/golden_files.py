"""What the files in golden/ are made from; `python -m tests.calendar.golden_files` writes them anew."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from flask import Flask
from flask_babel import Babel

import config
from app.calendar import slots
from app.calendar.slots import Slot
from app.events.models import Attendance, Organisation
from tests.calendar.samples import (
    SITE,
    WRITTEN_AT,
    a_cancel,
    a_download,
    a_feed,
    a_request,
    a_session,
    a_slot,
    an_appearance,
    an_event,
    at,
)

FOLDER = Path(__file__).parent / "golden"
NAME = 'Żaneta "Żanka"\r\nŁącka-Źdźbłowska, dr; inż.'


def the_conference() -> list[Slot]:
    """A conference with all that is hard to write: Polish letters, commas, semicolons, long lines, quotes and line breaks."""
    event = an_event(
        uid="6f1c2b9e-0001@cal.plenum.example.org",
        title='Zażółć gęślą jaźń: źródła, dane; życie "na gorąco"',
        subtitle=None,
        summary="Pchnąć w tę łódź jeża lub ośm skrzyń fig; a potem, po przerwie, znów.\r\n\r\nDrugi akapit: C:\\dane\\Łódź.",
        place_name="Hotel „Nad Źródłem”",
        place_address="ul. Świętej Jadwigi 12, 90-001 Łódź",
        attendance=Attendance.MIXED,
        organiser=Organisation(name='Fundacja "Dni Otwartych Źródeł"\r\nw Łodzi'),
        sequence=2,
        modified_at=WRITTEN_AT + timedelta(days=3, minutes=30),
    )
    opening = a_session(
        event,
        uid="6f1c2b9e-0002@cal.plenum.example.org",
        slug="otwarcie",
        title="Otwarcie\ti powitanie " + "bardzo długiego tytułu, który się nie mieści; " * 5,
        abstract="Wątki: dane, ludzie; życie.\nWiersz drugi.",
        room="Sala Błękitna",
    )
    an_appearance(opening, "Włodzimierz Łoziński", "coFounder VOOOM")
    an_appearance(opening, "Anna Cieśla", "Naczelnik Wydziału Pomocy Technicznej EOG i Komunikacji, MFiPR")
    closing = a_session(
        event,
        uid="6f1c2b9e-0003@cal.plenum.example.org",
        slug="zamkniecie",
        title="Zamknięcie",
        starts_at=at("2026-10-26 11:00"),
    )
    return [slots.of_event(event, [opening, closing], SITE), slots.of_session(opening, SITE), slots.of_session(closing, SITE)]


def files() -> Mapping[str, bytes]:
    """Every golden file's name and what it should hold now."""
    event, opening, closing = the_conference()
    cancelled = replace(closing, is_cancelled=True, sequence=closing.sequence + 1, modified_at=WRITTEN_AT + timedelta(days=5))
    in_athens = a_slot(
        uid="6f1c2b9e-0004@cal.plenum.example.org", zone="Europe/Athens", summary="Study visit", language="en", sequence=1
    )
    return {
        "invitation.ics": a_request(event, name=NAME, sequence=3, stamp=WRITTEN_AT + timedelta(days=4)),
        "invitation-online.ics": a_request(replace(event, attendance=Attendance.ONLINE, location="Zoom"), language="en"),
        "cancel.ics": a_cancel(event, name=NAME, sequence=4, stamp=WRITTEN_AT + timedelta(days=6)),
        "feed.ics": a_feed(cancelled, opening, in_athens, event, name="Dni Źródeł, Łódź; 2026"),
        "download.ics": a_download(opening, alarm=30),
    }


def write() -> None:
    """Write the golden files anew."""
    app = Flask("golden")
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(config.ROOT / "translations")
    Babel(app)
    with app.app_context():
        for name, content in files().items():
            (FOLDER / name).write_bytes(content)


if __name__ == "__main__":
    write()
