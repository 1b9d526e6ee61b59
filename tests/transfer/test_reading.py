"""Files that people send as tables, read as rows of text or refused in a sentence."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import Refused
from app.transfer import reading, tables
from app.transfer.reading import Row, Table

HEADER = ["Imię i nazwisko", "E-mail"]
PEOPLE = [["Żaneta Łącka", "zaneta@example.org"], ["Jan Śmiały", "jan@example.org"]]
READ = Table(HEADER, [Row(2, PEOPLE[0]), Row(3, PEOPLE[1])])


def a_text(delimiter: str = ";", end: str = "\n") -> str:
    return end.join(delimiter.join(row) for row in (HEADER, *PEOPLE))


def a_book(*sheets: tuple[str, bool, Sequence[Sequence[object]]]) -> bytes:
    """Sheets by name, hidden or not, with their cells from A1."""
    written = BytesIO()
    with xlsxwriter.Workbook(written) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for name, is_hidden, rows in sheets:
            sheet = book.add_worksheet(name)
            if is_hidden:
                sheet.hide()
            for line, row in enumerate(rows):
                for column, cell in enumerate(row):
                    sheet.write(line, column, cell, day if isinstance(cell, datetime) else None)
            if len(sheets) > 1 and not is_hidden:
                sheet.activate()
    return written.getvalue()


def repacked(content: bytes, name: str, text: bytes) -> bytes:
    """The same package with one member replaced."""
    written = BytesIO()
    with ZipFile(BytesIO(content)) as former, ZipFile(written, "w", ZIP_DEFLATED) as package:
        for member in former.namelist():
            package.writestr(member, text if member == name else former.read(member))
    return written.getvalue()


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_csv_is_read_as_programs_write_it(delimiter: str, encoding: str, end: str):
    assert reading.table(a_text(delimiter, end).encode(encoding)) == READ


def test_what_is_no_utf8_is_taken_for_windows_1250_and_it_is_said():
    read = reading.table(a_text().encode("cp1250"))

    assert (read.rows, read.is_guessed) == (READ.rows, True)


def test_rows_have_the_numbers_that_a_spreadsheet_shows():
    text = 'sep=,\n\nImię,Uwagi\n\nJan,"dwie\nlinie, i ""cudzysłów"""\n,\nEwa,\n'

    assert reading.table(text.encode()) == Table(
        ["Imię", "Uwagi"], [Row(4, ["Jan", 'dwie\nlinie, i "cudzysłów"']), Row(6, ["Ewa", ""])]
    )


def test_a_comma_in_a_header_divides_nothing_where_semicolons_do():
    assert reading.table("Nazwisko, imię;E-mail\nLis, Ewa;ewa@example.org\n".encode()).rows == [
        Row(2, ["Lis, Ewa", "ewa@example.org"])
    ]


def test_the_programs_own_tables_are_read_back():
    read = [reading.table(tables.as_csv(HEADER, PEOPLE)), reading.table(tables.as_xlsx("Lista", HEADER, PEOPLE))]

    assert read == [READ, READ]


def test_the_first_sheet_in_sight_is_read_with_its_values_as_text():
    rows: list[list[object]] = [
        [None, "Imię", "Telefon", "Dzień", "Suma"],
        [None, None],
        [None, "Jan", 48123456789, datetime(2021, 10, 26), "=1+1"],  # noqa: DTZ001 - a cell has no zone
        [None, "Ewa", 0.5, True, "=A1"],
    ]

    read = reading.table(a_book(("Ukryty", True, [["x"]]), ("Lista", False, rows), ("Inny", False, [["y"]])))

    assert (read.header, read.sheet) == (["", "Imię", "Telefon", "Dzień", "Suma"], "Lista")
    assert read.rows == [Row(3, ["", "Jan", "48123456789", "2021-10-26", "0"]), Row(4, ["", "Ewa", "0.5", "True", "0"])]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b" \r\n ", "empty"),
        (b";;\n;\n", "empty"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "no table"),
        (b"<html><body>Lista</body></html>", "no table"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "password"),
        (b"PK\x03\x04 and nothing more", "cannot be read"),
        (b"Jan Lis;jan@example.org\n", "names of the columns"),
        (b"Imie;E-mail\n", "nobody"),
        (b'Imie;E-mail\nJan;"jan@example.org\nEwa;e\n', "Row 2 cannot be read"),
        (b'Imie;E-mail\nJan;"jan" i Ewa\n', "Row 2 cannot be read"),
        (b"Imie;E-mail\n" + b"Jan;j\n" * 5001, "more than 5000 rows"),
        (b";".join([b"a"] * 61) + b"\nb\n", "more than 60 columns"),
        (b"a\n" + b"b" * 40_000, "Row 2 is too long"),
        (b"a" * 5_000_001, "larger than 5 MB"),
        (b"Imi\x81\n", "no table"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_reason(content: bytes, said: str):
    with pytest.raises(Refused) as refusal:
        reading.table(content)

    assert said in refusal.value.message
    assert refusal.value.field == "file"


def test_a_sheet_that_would_fill_the_memory_is_refused_before_it_is_read():
    book = a_book(("Lista", False, [["Imię"], ["Jan"]]))
    sheet = "xl/worksheets/sheet1.xml"
    rows = b'<row r="1"><c r="A1"><v>1</v></c></row><row r="9"><c r="XFD9"><v>1</v></c></row>'
    far = b"<worksheet><sheetData>" + rows + b"</sheetData></worksheet>"
    deep = far.replace(b"XFD9", b"A1048576")
    hidden = far.replace(b'<c r="XFD9">', b'<c x="/>" y=">" r = \'xfd9\'>')
    styled = far.replace(b'<c r="XFD9"><v>1</v></c>', b'<c r="XFD9" s="1"/>')
    padded = far.replace(b"XFD9", b"B9") + b" " * 101_000_000

    for text in (far, deep, hidden, padded):
        with pytest.raises(Refused, match="too large"):
            reading.table(repacked(book, sheet, text))
    with pytest.raises(Refused, match="cannot be read"):
        reading.table(repacked(book, "xl/sharedStrings.xml", b'<sst count="2" uniqueCount="4000000000"><si><t>a</t></si></sst>'))
    with pytest.raises(Refused, match="nobody"):
        reading.table(repacked(book, sheet, styled))


@settings(max_examples=150, deadline=None)
@given(content=st.binary(max_size=400) | st.text(max_size=400).map(lambda text: text.encode("utf-8", "replace")))
def test_whatever_is_sent_is_read_or_refused(content: bytes):
    with suppress(Refused):
        read = reading.table(content)
        assert all(len(row.cells) >= len(read.header) for row in read.rows)


@settings(max_examples=80, deadline=None)
@given(place=st.integers(0, 100_000), junk=st.binary(min_size=1, max_size=20), cut=st.booleans(), member=st.integers(0, 8))
def test_a_broken_book_is_read_or_refused(place: int, junk: bytes, cut: bool, member: int):
    book = a_book(("Lista", False, [HEADER, *PEOPLE]))
    with ZipFile(BytesIO(book)) as package:
        name = package.namelist()[member % len(package.namelist())]
        inner = package.read(name)
    at = place % len(inner)
    for broken in (
        repacked(book, name, inner[:at] + junk + (b"" if cut else inner[at:])),
        book[: place % len(book)] + junk + book[place % len(book) :],
    ):
        with suppress(Refused):
            reading.table(broken)
