"""Answers of calendars as they come in: in the dialects of the fixtures, or made for one test."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from app import clock
from app.db import db, transaction
from app.events.models import Event
from app.mail import inbox, sorting
from app.mail.models import Incoming, IncomingStatus
from app.registration.models import Entry, Registration
from app.replies import receiving
from app.replies.models import Response, ResponseStatus, Why
from tests import make

DIALECTS = Path(__file__).parent / "dialects"
UID = "01FHX7Q2B8M4K6Z9D3T5V1N0PR@cal.plenum.example.org"
ADDRESS = "zaneta.lacka@example.org"
AT = "20211012T070000Z"


def dialect(name: str) -> bytes:
    return (DIALECTS / f"{name}.eml").read_bytes()


def dialects() -> list[str]:
    return sorted(path.stem for path in DIALECTS.glob("*.eml"))


def answered() -> tuple[Event, Registration]:
    """The event and the person of the fixtures, the day after the invitation went out."""
    event = make.an_event(uid=UID, capacity=1)
    person = make.a_registration(event, email=ADDRESS)
    clock.stand_at(make.at("2021-10-12 12:00"))
    return event, person


@dataclass
class Written:
    """What a test's own answer says; each mail differs in nothing but what is given."""

    partstat: str = "DECLINED"
    uid: str = UID
    attendee: str = ADDRESS
    sender: str = ADDRESS
    to: str = "plenum@example.org"
    sequence: int | None = 0
    stamp: str = AT
    method: str = "REPLY"
    head: str = ""
    lines: tuple[str, ...] = ("ORGANIZER:mailto:plenum@example.org",)

    @property
    def mail(self) -> bytes:
        numbered = [f"SEQUENCE:{self.sequence}"] if self.sequence is not None else []
        attendee = f"ATTENDEE;PARTSTAT={self.partstat}:mailto:{self.attendee}"
        entry = ["BEGIN:VEVENT", f"UID:{self.uid}", f"DTSTAMP:{self.stamp}", *numbered, attendee, *self.lines, "END:VEVENT"]
        calendar = ["BEGIN:VCALENDAR", f"METHOD:{self.method}", *entry, "END:VCALENDAR"]
        head = [
            f"From: {self.sender}",
            f"To: {self.to}",
            "Subject: Re",
            'Content-Type: text/calendar; charset="utf-8"; method=REPLY',
        ]
        return "\r\n".join([*filter(None, [self.head]), *head, "", *calendar, ""]).encode()


def come(raw: bytes) -> Incoming:
    """Let a mail come in, and be dealt with."""
    with transaction():
        inbox.receive(raw, source="test")
    with transaction():
        sort_all()
    return db.session.scalars(sa.select(Incoming).order_by(Incoming.id.desc())).first()  # type: ignore[return-value]  # just put


def sort_all() -> None:
    for incoming in inbox.claim(50, timedelta(minutes=5)):
        sorting.sort(incoming, sorting.opened(incoming), receiving.take)


def answer(**facts: Any) -> Response:
    """Let an answer come in; returns what was put down of it."""
    incoming = come(Written(**facts).mail)
    assert incoming.status is IncomingStatus.DONE, incoming.why
    return responses()[-1]


def responses() -> list[Response]:
    return list(db.session.scalars(sa.select(Response).order_by(Response.id)))


def fate(response: Response) -> tuple[ResponseStatus, Why]:
    return response.status, response.why


def entry(person: Registration, uid: str = UID) -> Entry:
    return db.session.scalars(sa.select(Entry).where(Entry.registration_id == person.id, Entry.uid == uid)).one()
