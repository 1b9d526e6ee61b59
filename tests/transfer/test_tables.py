"""Tables as files, read back by other programs."""

import csv
from io import BytesIO, StringIO

import pytest
from python_calamine import CalamineWorkbook

from app.db import transaction
from app.participants.filters import Filter, State
from app.participants.queries import Order, Sort
from app.registration import signup
from app.registration.models import Need
from app.transfer import participants, tables
from tests import make
from tests.participants import crowd

BY_NAME = Sort(Order.NAME, is_descending=False)
FORMULAS = ["=1+1", "+48123", "-2", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", "＋1", "－1", "＠A1", "  =1+1", '=HYPERLINK("http://x")']  # noqa: RUF001


def read_csv(content: bytes) -> list[list[str]]:
    return list(csv.reader(StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


def test_csv_opens_in_a_polish_excel():
    content = tables.as_csv(["Imię", "Uwagi"], [["Żaneta Łącka", 'dwie\nlinie; i "cudzysłów"'], ["Jan", ""]])

    assert content.startswith(b"\xef\xbb\xbf")
    assert content.count(b"\r\n") == 3
    assert read_csv(content) == [["Imię", "Uwagi"], ["Żaneta Łącka", 'dwie\nlinie; i "cudzysłów"'], ["Jan", ""]]


@pytest.mark.parametrize("typed", FORMULAS)
def test_nothing_that_was_typed_is_a_formula(typed: str):
    in_csv = read_csv(tables.as_csv(["a"], [[typed]]))
    sheet = CalamineWorkbook.from_filelike(BytesIO(tables.as_xlsx("A", ["a"], [[typed]]))).get_sheet_by_index(0)

    assert in_csv[1][0][0] == "'"
    assert str(sheet.to_python()[1][0]).strip() == typed.strip()


@pytest.mark.parametrize("typed", ["Łącka", "a=b", "1-2", "jan@example.org", "'cytat"])
def test_what_is_no_formula_stays_as_it_was_typed(typed: str):
    assert read_csv(tables.as_csv(["a"], [[typed]]))[1] == [typed]


def test_xlsx_holds_strings_whatever_they_look_like():
    rows = [["007", "https://example.org/?a=1", "1e5", ""], ["Łódź", "x" * 40_000, "2021-10-26", "ostatnia"]]
    book = CalamineWorkbook.from_filelike(BytesIO(tables.as_xlsx("Lista: [Gdynia]/Łódź", ["a", "b", "c", "d"], rows)))

    read = book.get_sheet_by_index(0).to_python()
    assert book.sheet_names == ["Lista GdyniaŁódź"]
    assert read[:2] == [["a", "b", "c", "d"], rows[0]]
    assert [len(str(cell)) for cell in read[2]] == [4, 32_767, 10, 8]


def test_participants_are_rows_in_the_readers_language_and_the_events_hours(app):
    event = make.an_event(asks_sessions=True)
    first, second = make.a_session(event, title="Prezentacja"), make.a_session(event, title="Panel")
    make.a_registration(
        event, name="Ewa Lis", email="ewa@example.org", sessions=[second.id, first.id], needs=[Need.CAPTIONS], needs_note="rampa"
    )
    gone = make.a_registration(event, sessions=[first.id])
    with transaction():
        signup.cancel(gone, None)

    with app.test_request_context("/?lang=en"):
        table = participants.table(event, Filter(), BY_NAME)
        whole = participants.table(event, Filter(state=State.ALL), BY_NAME)

    assert dict(zip(table.header, table.rows[0], strict=True)) == {
        "Number": "21-0001",
        "First name and surname": "Ewa Lis",
        "E-mail address": "ewa@example.org",
        "Institution": "Urząd Miasta Gdyni",
        "Position": "Specjalistka",
        "Group of participants": "",
        "State": "Confirmed",
        "Registered": "2021-10-11 09:00",
        "Parts": "Prezentacja, Panel",
        "Needs": "Live captions",
        "What they wrote": "rampa",
        "Answer to the invitation": "No answer",
        "Answered on": "",
        "Comment of the calendar": "",
        "Language of letters": "Polish",
        "Joined the meeting": "",
        "Internal note": "",
    }
    assert (len(table.rows), len(whole.rows)) == (1, 2)


def test_a_table_of_many_takes_as_many_questions_as_one_of_few(app, statements):
    event = make.an_event(capacity=None, asks_sessions=True)
    session = make.a_session(event)
    make.a_registration(event, sessions=[session.id])
    with statements() as few:
        participants.table(event, Filter(), BY_NAME)
    crowd.gather(event, 400, sessions=(session.id,))

    with statements() as many:
        table = participants.table(event, Filter(), BY_NAME)

    assert (len(table.rows), len(many)) == (401, len(few))
