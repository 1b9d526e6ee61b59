"""The acts of a history as its page shows them: the rows that changed by their names, the values in words."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask_babel import gettext as _

from app.audit import queries
from app.audit.models import Change, Record
from app.audit.queries import Done
from app.db import db
from app.moments import hour
from app.registration.models import Need
from app.web import letters_words
from app.web.filters import date
from app.web.organise import answers_words, history_words
from app.web.organise.history_words import FIELDS

REFERENCES: Mapping[str, str] = {
    "file_id": "files",
    "logo_id": "files",
    "organisation_id": "organisations",
    "organiser_id": "organisations",
    "person_id": "people",
    "photo_id": "files",
    "programme_id": "programmes",
    "quota_id": "quotas",
    "registration_id": "registrations",
    "session_id": "sessions",
    "user_id": "users",
}
"""What the columns that hold a number of another row lead to."""
OWN_NAMES = ("title", "name", "person_id", "organisation_id", "user_id", "session_id", "subject", "email", "letter")
"""The columns that a row can be named by, the best first."""
Names = Mapping[tuple[str, int], str]


@dataclass(frozen=True)
class Value:
    """One value that changed; `None` where there was none."""

    label: str
    before: str | None
    after: str | None


@dataclass(frozen=True)
class Row:
    """One row that an act made, changed or removed."""

    what: str
    name: str
    fate: str
    values: Sequence[Value]
    erased_at: datetime | None


@dataclass(frozen=True)
class Told:
    """One act in words; `further` rows more are not shown."""

    record: Record
    what: str
    at: datetime
    rows: Sequence[Row]
    further: int


def told(acts: Collection[Done], zone: ZoneInfo, hidden: Collection[str] = ()) -> list[Told]:
    """The acts in words; one more statement for each table that something in them is named by."""
    names = queries.names(mentioned(change for done in acts for change in done.changes))
    return [
        Told(
            done.record,
            history_words.act(done.record.act),
            done.record.at.astimezone(zone),
            [row(change, names, zone, hidden) for change in done.changes],
            done.further,
        )
        for done in acts
    ]


def of_row(subject: str, row_id: int, zone: ZoneInfo, hidden: Collection[str] = ()) -> list[Told]:
    """What became of one row, the latest first; the values of `hidden` columns are not for this reader."""
    acts = [Done(change.record, [change], 1) for change in queries.of_row(subject, row_id)]
    return told(acts, zone, hidden)


def mentioned(changes: Iterable[Change]) -> set[tuple[str, int]]:
    """The rows that changes are about, and those that their values lead to."""
    found: set[tuple[str, int]] = set()
    for change in changes:
        found.add((change.subject, change.row_id))
        for values in (change.before or {}, change.after or {}):
            found |= {(REFERENCES[key], number) for key, number in values.items() if key in REFERENCES and number}
    return found


def row(change: Change, names: Names, zone: ZoneInfo, hidden: Collection[str]) -> Row:
    values = [] if change.erased_at else list(changed(change, names, zone, hidden))
    return Row(history_words.subject(change.subject), name(change, names), fate(change), values, change.erased_at)


def name(change: Change, names: Names) -> str:
    """What the row is called now; one that is gone, as the change has it."""
    if known := names.get((change.subject, change.row_id)):
        return known
    values = {**(change.before or {}), **(change.after or {})}
    given = ((key, values[key]) for key in OWN_NAMES if values.get(key))
    return next((called(key, value, names) for key, value in given), "")


def called(key: str, value: Any, names: Names) -> str:
    if key in REFERENCES:
        return referred(key, value, names)
    return in_both(value) if isinstance(value, dict) else str(value)


def fate(change: Change) -> str:
    """What became of the row."""
    if change.erased_at:
        return ""
    if change.before is None:
        return str(_("new"))
    return str(_("removed")) if change.after is None else ""


def changed(change: Change, names: Names, zone: ZoneInfo, hidden: Collection[str]) -> Iterator[Value]:
    """The values before and after; of a row that is new or gone, those that say something."""
    before, after = change.before or {}, change.after or {}
    is_whole = change.before is None or change.after is None
    for key in (key for key in FIELDS if (key in before or key in after) and key not in hidden):
        if is_whole and (before.get(key) or after.get(key)) in (None, False, 0):
            continue
        former, present = (shown(change.subject, key, values.get(key), names, zone) for values in (before, after))
        if former != present:
            yield Value(str(FIELDS[key]), former, present)
    yield from translated(before.get("translations") or {}, after.get("translations") or {})


def translated(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Value]:
    """The texts in other languages that differ."""
    for language in sorted({*before, *after}):
        former, present = before.get(language) or {}, after.get(language) or {}
        for key in (key for key in FIELDS if former.get(key) != present.get(key)):
            label = f"{FIELDS[key]} ({letters_words.LANGUAGES.get(language, language)})"
            yield Value(label, former.get(key) or None, present.get(key) or None)


def shown(subject: str, key: str, value: Any, names: Names, zone: ZoneInfo) -> str | None:
    """A recorded value in words; nothing is `None`."""
    if value is None or value in ("", [], {}):
        return None
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if key in REFERENCES:
        return referred(key, value, names)
    return in_words(subject, key, value, zone)


def referred(key: str, number: int, names: Names) -> str:
    return names.get((REFERENCES[key], number), _("no longer there (number %(number)d)", number=number))


def in_words(subject: str, key: str, value: Any, zone: ZoneInfo) -> str:
    if key.endswith("_at"):
        return moment(value, zone)
    if isinstance(value, list):
        return ", ".join(item(key, one) for one in value)
    if isinstance(value, dict):
        return in_both(value)
    if key == "partstat":
        return answers_words.partstat(value)
    if key == "letter":
        return letters_words.letter(value)
    if key == "language":
        return str(letters_words.LANGUAGES.get(value, value))
    kind = kind_of(subject, key)
    return history_words.state(kind(value)) if kind and value in set(kind) else str(value)


def in_both(value: Mapping[str, Any]) -> str:
    """A text in both languages, or the limits of an answer, as far as they say something."""
    return " / ".join(str(part) for part in value.values() if part not in (None, "", []))


def moment(recorded: str, zone: ZoneInfo) -> str:
    """A moment in the event's zone."""
    local = datetime.fromisoformat(recorded).astimezone(zone)
    return f"{date(local)}, {hour(local)}"


def item(key: str, one: Any) -> str:
    """One of several values in one column."""
    if key == "languages":
        return str(letters_words.LANGUAGES.get(one, one))
    if key == "needs" and one in set(Need):
        return history_words.state(Need(one))
    return ": ".join(str(part) for part in one.values()) if isinstance(one, dict) else str(one)


def kind_of(subject: str, key: str) -> type[StrEnum] | None:
    """The enum that a column holds words of."""
    table = db.metadata.tables.get(subject)
    column = table.columns.get(key) if table is not None else None
    kind = column.type.enum_class if column is not None and isinstance(column.type, sa.Enum) else None
    return kind if kind is not None and issubclass(kind, StrEnum) else None
