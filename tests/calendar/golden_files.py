"""What the files in golden/ are made from; `python -m tests.calendar.golden_files` writes them anew."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from flask import Flask
from flask_babel import Babel

import config
from app.calendar import slots
from app.calendar.slots import Slot
from app.calendar.words import Reply
from app.events.models import Attendance, Organisation
from app.mail import mime
from app.mail.letters import CalendarPart, Letter
from app.mail.rendering import Content
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
        summary="Pchnąć w tę łódź jeża lub ośm skrzyń fig; a potem, po przerwie, znów.\r\n\r\nDrugi akapit: C:\\Nowe\\Łódź.",
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
        "update.ics": the_update(event),
        "cancel.ics": a_cancel(event, name=NAME, sequence=5, stamp=WRITTEN_AT + timedelta(days=6)),
        "feed.ics": a_feed(cancelled, opening, in_athens, event, name="Dni Źródeł, Łódź; 2026"),
        "download.ics": a_download(opening, alarm=30),
    }


def the_update(event: Slot) -> bytes:
    """The conference an hour later, to somebody who had accepted and whose answer stands for another time."""
    later = replace(event, starts_at=event.starts_at + timedelta(hours=1), ends_at=event.ends_at + timedelta(hours=1), sequence=4)
    return a_request(later, name=NAME, sequence=4, stamp=WRITTEN_AT + timedelta(days=5), partstat=Reply.NONE)


def mails() -> Mapping[str, bytes]:
    """Every golden mail's name and how it leaves now, but for what no two mails have alike."""
    made = files()
    return {
        "update.eml": settled(a_mail("REQUEST", made["update.ics"], "Zmiana: Zażółć gęślą jaźń (pon., 26 paź 2026, 11:00)")),
        "cancel.eml": settled(a_mail("CANCEL", made["cancel.ics"], "Odwołane: Zażółć gęślą jaźń (pon., 26 paź 2026, 10:00)")),
    }


def a_mail(method: str, ics: bytes, subject: str) -> bytes:
    letter = Letter(
        name="confirmation",
        language="pl",
        message_id="<0002@cal.plenum.example.org>",
        in_reply_to="<0001@cal.plenum.example.org>",
        to_name=NAME,
        to_address="zaneta.lacka@example.com",
        from_name=SITE.sender_name,
        from_address=SITE.sender_address,
        facts={},
        calendar=CalendarPart(method, ics),
    )
    return mime.build(letter, Content(subject, f"{subject}\n", f"<p>{subject}</p>\n")).raw


def settled(raw: bytes) -> bytes:
    """The mail with its boundaries numbered and another date, which are new in each."""
    for number, boundary in enumerate(dict.fromkeys(re.findall(rb"=_[0-9a-f]{24}", raw))):
        raw = raw.replace(boundary, b"=_%d" % number)
    return re.sub(rb"\r\nDate: [^\r]+", b"\r\nDate: Sat, 05 Sep 2026 08:00:00 +0000", raw)


def write() -> None:
    """Write the golden files anew."""
    app = Flask("golden")
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(config.ROOT / "translations")
    Babel(app)
    with app.app_context():
        for name, content in {**files(), **mails()}.items():
            (FOLDER / name).write_bytes(content)


if __name__ == "__main__":
    write()
