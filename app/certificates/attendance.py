"""The printed list of attendance: names and room for signatures, as a PDF that is read aloud right too."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

import typst
from flask_babel import get_locale
from flask_babel import gettext as _

from app.events.models import Event
from app.registration.models import Registration

SOURCE = Path(__file__).with_suffix(".typ")


@dataclass(frozen=True)
class Line:
    """One person of the list."""

    name: str
    organisation: str


@dataclass(frozen=True)
class Part:
    """The people of one session, or of the whole event; each part begins a page."""

    title: str
    people: list[Line]


@dataclass(frozen=True)
class Sheet:
    """All that the list says, in the reader's language but for what the organiser wrote."""

    document: str
    organiser: str
    language: str
    heading: str
    title: str
    when: str
    place: str
    columns: list[str]
    parts: list[Part]


def sheet(event: Event, when: str, people: Sequence[Registration], by_session: Mapping[int, str] | None = None) -> Sheet:
    """The list of these people; by session, where their ids and titles are given."""
    heading = _("Attendance list")
    return Sheet(
        document=f"{heading}: {event.full_title}",
        organiser=event.organiser.name,
        language=str(get_locale()),
        heading=heading,
        title=event.full_title,
        when=when,
        place=", ".join(filter(None, (event.place_name, event.place_address))),
        columns=[_("No."), _("First name and surname"), _("Institution"), _("Signature")],
        parts=parts(people, by_session),
    )


def parts(people: Sequence[Registration], by_session: Mapping[int, str] | None) -> list[Part]:
    if not by_session:
        return [Part("", lines(people))]
    chosen = {person.id: {choice.session_id for choice in person.chosen} for person in people}
    return [
        Part(title, lines([person for person in people if number in chosen[person.id]])) for number, title in by_session.items()
    ]


def lines(people: Sequence[Registration]) -> list[Line]:
    return [Line(person.name, person.organisation) for person in people]


def pdf(sheet: Sheet) -> bytes:
    """The list as PDF/UA, with its structure, title and language; values go in as JSON, so that none is read as markup."""
    return typst.compile(source(), format="pdf", sys_inputs=inputs(sheet), pdf_standards="ua-1", ignore_system_fonts=True)


def inputs(sheet: Sheet) -> dict[str, str]:
    return {"list": json.dumps(asdict(sheet), ensure_ascii=False)}


@cache
def source() -> bytes:
    return SOURCE.read_bytes()
