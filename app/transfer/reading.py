"""Tables that people send as files, CSV and XLSX, read as rows of text; what cannot be read is refused in words that say why."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO, StringIO
from typing import Any
from zipfile import BadZipFile, ZipFile, ZipInfo
from zlib import error as BadDeflate  # noqa: N812 - named as the exception that it is

from flask_babel import lazy_gettext as _l
from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from app.errors import Refused
from app.files import kinds

FIELD = "file"
MOST_BYTES = 5_000_000
MOST_ROWS = 5_000
MOST_COLUMNS = 60
LONGEST_CELL = 32_767
LAST_ROW = 20_000
"""Rows below this one are not read, full or not."""
LARGEST_UNPACKED = 100_000_000
MOST_MEMBERS = 2_000
TRIED = 20
"""So many rows decide what stands between the cells."""
DELIMITERS = (";", ",", "\t")
NAMED_DELIMITER = re.compile(r"sep=([;,\t])\r?\n?", re.IGNORECASE)
OLE = b"\xd0\xcf\x11\xe0"
EMPTY_TAG = re.compile(rb"<(?:\w+:)?(?:c|row)\s[^<>]*/>")
PLACE = re.compile(rb"""\br\s*=\s*["']\$?([A-Z]{0,7})\$?(\d{1,10})["']""", re.IGNORECASE)
COUNT = re.compile(rb"""count\s*=\s*["']\s*\+?\d{7,}""", re.IGNORECASE)
"""A number of things said in advance, which memory would be kept for."""
UTF16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True)
class Row:
    """The cells of one row, as many as the header has or more; `number` is the one that a spreadsheet shows."""

    number: int
    cells: list[str]


@dataclass(frozen=True)
class Table:
    """The names of the columns and the rows that hold anything.

    `is_guessed` says that the encoding was taken to be windows-1250; `sheet` names the sheet where a book has others too.
    """

    header: list[str]
    rows: list[Row]
    is_guessed: bool = False
    sheet: str = ""


def table(content: bytes) -> Table:
    """Read a file by its content, whatever its name says; raises `Refused`."""
    if not content.strip():
        raise refused(_l("This file is empty. Choose it again."))
    if len(content) > MOST_BYTES:
        raise refused(_l("This file is larger than %(num)d MB. Leave in it only the columns that are needed.", num=5))
    if content.startswith(OLE):
        raise refused(
            _l("This file is protected by a password, or of the old kind .xls. Save it as .xlsx without a password, or as CSV.")
        )
    return of_book(content) if content.startswith(b"PK") else of_text(content)


def refused(sentence: object) -> Refused:
    return Refused(sentence, FIELD)


def of_text(content: bytes) -> Table:
    """A CSV file."""
    text, is_guessed = decoded(content)
    named = NAMED_DELIMITER.match(text)
    body = text[named.end() :] if named else text
    header, rows = parted(enumerate(records(body, named[1] if named else delimiter_of(body)), 1))
    return Table(header, rows, is_guessed=is_guessed)


def decoded(content: bytes) -> tuple[str, bool]:
    """The text, and whether its encoding was guessed: UTF-8, UTF-16 with its mark, or else windows-1250."""
    encodings = ["utf-16"] if content.startswith(UTF16) else ["utf-8-sig", "cp1250"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if kinds.is_text(text.encode()):
            return text, encoding == "cp1250"
    raise refused(_l("This is no table that can be read. Send a CSV or an XLSX file."))


def delimiter_of(text: str) -> str:
    """What stands between the cells: with it, most of the first rows have as many cells as the header."""
    return max(DELIMITERS, key=lambda delimiter: agreement(text, delimiter))


def agreement(text: str, delimiter: str) -> tuple[bool, int, int]:
    found = csv.reader(StringIO(text, newline=""), delimiter=delimiter)
    lengths: list[int] = []
    try:
        while len(lengths) < TRIED and (row := next(found, None)) is not None:
            lengths += [len(row)] if any(row) else []
    except csv.Error:
        return False, 0, 0
    columns = lengths[0] if lengths else 0
    return columns > 1, lengths.count(columns), columns


def records(text: str, delimiter: str) -> Iterator[list[str]]:
    """The rows as they stand; a row whose quotation marks do not close is refused rather than guessed at."""
    found = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 1
    while True:
        try:
            row = next(found, None)
        except csv.Error as error:
            sentence = _l(
                "Row %(number)d cannot be read: a quotation mark is not closed, or text follows it. Mend it in a spreadsheet.",
                number=number,
            )
            raise refused(sentence) from error
        if row is None:
            return
        yield row
        number += 1


def of_book(content: bytes) -> Table:
    """The first sheet of an XLSX file that can be seen."""
    refuse_dangerous(content)
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(content))
        shown = [
            sheet.name
            for sheet in book.sheets_metadata
            if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible
        ]
        cells = book.get_sheet_by_name(shown[0]).to_python(skip_empty_area=False) if shown else []
    except (CalamineError, ValueError, OverflowError) as error:
        raise unreadable() from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # the library's own, above Exception
            raise
        raise unreadable() from error
    header, rows = parted(enumerate(([text_of(cell) for cell in row] for row in cells), 1))
    return Table(header, rows, sheet=shown[0] if len(shown) > 1 else "")


def unreadable() -> Refused:
    return refused(_l("This XLSX file cannot be read. Open it in a spreadsheet, save it again, or save it as CSV."))


def refuse_dangerous(content: bytes) -> None:
    """Refuse a package that is none, that unpacks to too much, or whose sheets reach so far that their area fills the memory."""
    try:
        with ZipFile(BytesIO(content)) as package:
            members = package.infolist()
            if "xl/workbook.xml" not in package.namelist() or len(members) > MOST_MEMBERS:
                raise unreadable()
            if sum(member.file_size for member in members) > LARGEST_UNPACKED:
                raise too_far()
            for member in members:
                refuse_far(package, member)
    except (BadZipFile, BadDeflate, EOFError, NotImplementedError, OSError, RuntimeError, ValueError, OverflowError) as error:
        raise unreadable() from error


def refuse_far(package: ZipFile, member: ZipInfo) -> None:
    """Read all of a member, which proves its size, and see what it promises and how far its cells reach."""
    unpacked = package.read(member)
    if not member.filename.lower().endswith(".xml"):
        return
    if b"\0" in unpacked or COUNT.search(unpacked):
        raise unreadable()
    if b"sheetData" not in unpacked:
        return
    for letters, row in PLACE.findall(EMPTY_TAG.sub(b"", unpacked)):
        if int(row) > LAST_ROW or number_of(letters) > MOST_COLUMNS:
            raise too_far()


def too_far() -> Refused:
    return refused(
        _l(
            "This sheet is too large: up to %(rows)d rows and %(columns)d columns are read. Delete what is far from the list.",
            rows=MOST_ROWS,
            columns=MOST_COLUMNS,
        )
    )


def number_of(letters: bytes) -> int:
    """A is 1, Z is 26, AA is 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def letters_of(number: int) -> str:
    """What a spreadsheet calls a column: A for 0, Z for 25, AA for 26."""
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def text_of(cell: Any) -> str:
    """A value as one would type it; whole numbers without a decimal point."""
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else f"{cell:.15g}"
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d %H:%M}"
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def parted(numbered: Iterable[tuple[int, Sequence[str]]]) -> tuple[list[str], list[Row]]:
    """The header, which is the first row that holds anything, and the rows below it that do; raises `Refused`."""
    full = ((number, trimmed(cells)) for number, cells in numbered)
    kept = ((number, cells) for number, cells in full if cells)
    number, header = next(kept, (0, []))
    refuse_header(header)
    rows: list[Row] = []
    for number, cells in kept:
        if len(rows) == MOST_ROWS:
            raise refused(_l("This file has more than %(num)d rows. Divide it into several.", num=MOST_ROWS))
        refuse_long(number, cells)
        rows.append(Row(number, cells + [""] * (len(header) - len(cells))))
    if not rows:
        raise refused(_l("There is nobody below the names of the columns."))
    return header, rows


def trimmed(cells: Sequence[str]) -> list[str]:
    """Without spaces around, and without empty cells at the end."""
    kept = [cell.strip() for cell in cells]
    while kept and not kept[-1]:
        kept.pop()
    return kept


def refuse_header(header: Sequence[str]) -> None:
    if not any(letter.isalnum() for cell in header for letter in cell):
        raise refused(_l("This file is empty. Choose it again."))
    if any("@" in cell for cell in header):
        raise refused(_l("The first row holds an e-mail address, and should hold the names of the columns. Add such a row."))
    if len(header) > MOST_COLUMNS:
        raise refused(_l("This file has more than %(num)d columns. Leave in it only those that are needed.", num=MOST_COLUMNS))
    refuse_long(1, header)


def refuse_long(number: int, cells: Sequence[str]) -> None:
    if len(cells) > 2 * MOST_COLUMNS or any(len(cell) > LONGEST_CELL for cell in cells):
        sentence = _l("Row %(number)d is too long. Perhaps a quotation mark before it is not closed.", number=number)
        raise refused(sentence)
