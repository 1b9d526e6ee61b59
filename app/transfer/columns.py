"""Which column of a file holds what: guessed by its name, chosen by the organiser."""

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum

from flask_babel import gettext as _

from app.errors import Refused
from app.folding import fold
from app.transfer.reading import Row, letters_of


class Field(StrEnum):
    """What a column may hold; a name is whole in one column, or in two."""

    NAME = "name"
    FIRST = "first_name"
    SURNAME = "surname"
    EMAIL = "email"
    ORGANISATION = "organisation"
    POSITION = "position"
    GROUP = "group"
    NEEDS_NOTE = "needs_note"
    NOTE = "note"


Columns = Mapping[str, int]
HALVES = (Field.FIRST, Field.SURNAME)
HEADERS: Mapping[Field, frozenset[str]] = {
    Field.NAME: frozenset(
        {"imie i nazwisko", "imie nazwisko", "osoba", "uczestnik", "name", "full name", "first name and surname", "participant"}
    ),
    Field.FIRST: frozenset({"imie", "imiona", "first name", "given name", "forename"}),
    Field.SURNAME: frozenset({"nazwisko", "surname", "last name", "family name"}),
    Field.EMAIL: frozenset({"e mail", "email", "mail", "adres e mail", "adres email", "e mail address", "email address"}),
    Field.ORGANISATION: frozenset(
        {"instytucja", "organizacja", "urzad", "nazwa instytucji", "institution", "organisation", "organization", "company"}
    ),
    Field.POSITION: frozenset({"stanowisko", "funkcja", "position", "job title"}),
    Field.GROUP: frozenset({"grupa", "grupa uczestnikow", "group", "group of participants"}),
    Field.NEEDS_NOTE: frozenset({"potrzeby", "opis potrzeb", "needs", "what they wrote"}),
    Field.NOTE: frozenset({"uwagi", "notatka", "notatka wewnetrzna", "note", "notes", "remarks", "comments", "internal note"}),
}
"""What columns are called, folded."""


def matched(header: Sequence[str]) -> dict[str, int]:
    """The first column of each field whose name is known; a column of whole names beats two of halves."""
    named = [" ".join(re.findall(r"\w+", fold(cell))) for cell in header]
    found = {one.value: column_of(named, names) for one, names in HEADERS.items()}
    halves = HALVES if found[Field.NAME] is not None else ()
    return {one: number for one, number in found.items() if number is not None and one not in halves}


def column_of(named: Sequence[str], names: frozenset[str]) -> int | None:
    return next((number for number, name in enumerate(named) if name in names), None)


def refuse_unfit(columns: Columns) -> None:
    """Nobody can be added without a name and an address, and no column is two things; raises `Refused`."""
    if not columns.keys() & {Field.NAME, *HALVES}:
        raise Refused(_("Choose the column with names"), field=Field.NAME)
    if Field.NAME in columns and columns.keys() & set(HALVES):
        raise Refused(_("Choose one column with whole names, or two with first names and surnames"), field=Field.NAME)
    if Field.EMAIL not in columns:
        raise Refused(_("Choose the column with e-mail addresses"), field=Field.EMAIL)
    taken: set[int] = set()
    for one, number in columns.items():
        if number in taken:
            raise Refused(_("This column was chosen for something else already"), field=one)
        taken.add(number)


def texts(columns: Columns, row: Row) -> dict[Field, str]:
    """What a row says of each field, with the halves of a name put together; empty where there is no column."""
    said = {one: row.cells[columns[one]] if one in columns else "" for one in Field}
    said[Field.NAME] = said[Field.NAME] or " ".join(filter(None, (said.pop(half) for half in HALVES)))
    return {one: text for one, text in said.items() if one not in HALVES}


def label(header: Sequence[str], number: int) -> str:
    """B · E-mail: a column as the spreadsheet and its own header call it."""
    name = header[number] if number < len(header) else ""
    return f"{letters_of(number)} · {name[:60]}" if name else letters_of(number)


def labels(header: Sequence[str], columns: Columns, one: Field) -> str:
    """The column of a field, or both of a name."""
    parts = [one] if one in columns else HALVES if one is Field.NAME else ()
    return ", ".join(label(header, columns[part]) for part in parts if part in columns)
