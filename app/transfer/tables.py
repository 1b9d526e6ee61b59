"""Tables as files: CSV that a Polish Excel opens right, and XLSX; what people typed stays text in both."""

import csv
from collections.abc import Iterable, Sequence
from io import BytesIO, StringIO

import xlsxwriter

BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"
DANGEROUS = tuple("=+-@\t\r\n") + tuple("＝＋－＠")  # noqa: RUF001 - full-width signs begin a formula too
LONGEST_CELL = 32_767
NARROWEST, WIDEST = 8, 60
MEASURED = 200
"""So many rows decide how wide a column is."""


def as_csv(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """UTF-8 with its mark, semicolons and CRLF: what Excel in a country of decimal commas opens by a double click.

    A cell that a spreadsheet would take for a formula gets an apostrophe before it (OWASP, CSV injection).
    """
    written = StringIO()
    writer = csv.writer(written, delimiter=";", lineterminator="\r\n")
    writer.writerows([harmless(cell) for cell in row] for row in (header, *rows))
    return (BOM + written.getvalue()).encode()


def harmless(cell: str) -> str:
    """The cell, which no spreadsheet takes for a formula; spaces before it do not hide one."""
    return f"'{cell}" if cell.startswith(DANGEROUS) or cell.lstrip().startswith(DANGEROUS) else cell


def as_xlsx(title: str, header: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    """One sheet with a header that stays in sight; every cell is a string, whatever it looks like."""
    written = BytesIO()
    plain = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(written, {"constant_memory": True, **plain}) as book:
        sheet = book.add_worksheet(sheet_name(title))
        bold = book.add_format({"bold": True, "bottom": 1})
        sheet.freeze_panes(1, 0)
        for column, width in enumerate(widths(header, rows)):
            sheet.set_column(column, column, width)
        for line, row in enumerate((header, *rows)):
            for column, cell in enumerate(row):
                sheet.write_string(line, column, cell[:LONGEST_CELL], bold if line == 0 else None)
        sheet.autofilter(0, 0, len(rows), len(header) - 1)
    return written.getvalue()


def widths(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[int]:
    """As wide as the longest of the first cells of each column, within reason."""
    columns = zip(header, *rows[:MEASURED], strict=True)
    return [min(WIDEST, max(NARROWEST, 2 + max(map(len, column)))) for column in columns]


def sheet_name(title: str) -> str:
    """Excel takes 31 characters and not all of them."""
    return "".join(sign for sign in title if sign not in "[]:*?/\\").strip("' ")[:31] or "1"
