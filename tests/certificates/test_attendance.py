"""The list that people sign. The words of a PDF are drawn, so they are read from the same source set as HTML."""

import re
from html import unescape

import pytest
import typst
from flask import Flask

from app.certificates import attendance
from app.certificates.attendance import Sheet
from app.events.models import Event
from app.participants import queries
from app.participants.filters import Filter, State
from app.participants.queries import Order, Sort
from tests import make
from tests.defaults import one_database

pytestmark = one_database


def sheet(app: Flask, event: Event, by_session: dict[int, str] | None = None, language: str = "pl") -> Sheet:
    people = queries.everybody(event, Filter(state=State.CONFIRMED), Sort(Order.NAME, is_descending=False))
    with app.test_request_context(f"/?lang={language}"):
        return attendance.sheet(event, "wtorek, 26 października 2021", people, by_session)


def words(sheet: Sheet) -> str:
    """The text of the list, cells apart by |."""
    html = bytes(typst.compile(attendance.source(), format="html", sys_inputs=attendance.inputs(sheet))).decode()
    return unescape(re.sub(r"(\s|\|)*\|(\s|\|)*", "|", re.sub(r"<[^>]+>", "|", html.partition("<body>")[2])))


def pages(sheet: Sheet) -> int:
    drawn: object = typst.compile(attendance.source(), format="svg", sys_inputs=attendance.inputs(sheet))
    return len(drawn) if isinstance(drawn, list) else 1


@pytest.mark.parametrize(("language", "head"), [("pl", "Żaneta Łącka"), ("en", "Signature")])
def test_the_list_is_a_pdf_that_says_its_language(app, language, head):
    event = make.an_event()
    make.a_registration(event)
    listed = sheet(app, event, language=language)

    pdf = attendance.pdf(listed)

    assert (pdf[:5], b"%%EOF" in pdf[-10:]) == (b"%PDF-", True)
    assert re.search(rb"/Lang\s*\(([a-z]+)\)", pdf)[1].decode() == language  # type: ignore[index]  # no language is a failure
    assert head in words(listed)


def test_the_list_holds_who_has_a_place_by_surname_with_polish_letters(app):
    event = make.an_event(title="Miasto", place_name="Sala Błękitna", place_address="Łódź")
    for name, organisation in (("Żaneta Łącka", "Urząd w Łodzi"), ("Ewa Ćma", "#strong[x] $a$ <b>"), ("Jan Nowak", "")):
        make.a_registration(event, name=name, organisation=organisation)

    said = words(sheet(app, event, language="en"))

    assert "|Attendance list|Miasto|wtorek, 26 października 2021|Sala Błękitna, Łódź|" in said
    assert "|1|Ewa Ćma|#strong[x] $a$ <b>|2|Żaneta Łącka|Urząd w Łodzi|3|Jan Nowak|" in said


def test_each_part_has_a_list_of_its_own(app):
    event = make.an_event(asks_sessions=True)
    first, second = make.a_session(event, title="Prezentacja"), make.a_session(event, title="Panel")
    make.a_registration(event, name="Ewa Lis", sessions=[first.id, second.id])
    make.a_registration(event, name="Jan Nowak", sessions=[second.id])

    listed = sheet(app, event, {first.id: first.title, second.id: second.title}, language="en")

    assert [(part.title, [line.name for line in part.people]) for part in listed.parts] == [
        ("Prezentacja", ["Ewa Lis"]),
        ("Panel", ["Ewa Lis", "Jan Nowak"]),
    ]
    assert pages(listed) == 2
