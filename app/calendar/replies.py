"""Reads what a calendar answered (RFC 5546 3.2.3, 3.2.7): what comes in is a stranger's, and often not by the book.

Nothing is believed but who answers what about which entry; titles, places, zones and alarms of the answer are passed over.
Lines, parameters and moments are icalendar's; which component they stand in is counted here, so that a zone of the answer's
own never gets to icalendar, which would keep it for all later ones (decision 23).
"""

import re
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time

from icalendar.error import GloballyUniqueTZIDGuessed
from icalendar.parser import Contentline, Contentlines
from icalendar.prop import vDDDTypes

from app.calendar import texts

MOST_BYTES = 256 * 1024
MOST_LINES = 5_000
MOST_COMPONENTS = 200
DEEPEST = 8
METHODS = frozenset({"REPLY", "COUNTER"})
LARGEST = 2**31 - 1
ADDRESS, NAME, UID, COMMENT, WORD = 320, 200, 255, 1000, 32
YEARS = range(1970, 2200)
LINE_END = re.compile(r"\r\n?")
LINE_BEGINS = re.compile(r"^[^ \t\n]", re.MULTILINE)
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
MAILTO = re.compile(r"^\s*mailto:\s*", re.IGNORECASE)
AN_ADDRESS = re.compile(r"""[^\s"<>,;:@]+@[^\s"<>,;:@]+""")
LONGEST_ZONE = 64

TOO_LARGE = "Its calendar part is too large."
TOO_MANY_LINES = "Its calendar part has too many lines."
TOO_MANY_COMPONENTS = "Its calendar part has too many components."
CROSSED = "The components of its calendar part do not end as they begin."
NO_ANSWER = "Its calendar part is no answer."
NOT_ONE_ENTRY = "Its calendar part is not about one entry."
NO_UID = "Its calendar part does not say which entry it is about."
NOT_ONE_PERSON = "Its calendar part does not name one person who answers."
NO_ADDRESS = "Its calendar part does not say who answers."
BROKEN = "The form of its calendar part is broken."


class Unreadable(Exception):
    """It is no answer of a calendar that can be read; the message says why."""


@dataclass(frozen=True)
class Answer:
    """What one calendar said of one entry. Moments are in UTC; the proposed ones are those of a COUNTER alone."""

    method: str
    uid: str
    attendee: str
    partstat: str
    attendee_name: str = ""
    sequence: int | None = None
    stamp: datetime | None = None
    comment: str = field(default="", repr=False)
    organizer: str = ""
    delegated_to: str = ""
    delegated_from: str = ""
    sent_by: str = ""
    proposed_starts_at: datetime | None = None
    proposed_ends_at: datetime | None = None
    recurrence_id: str = ""


@dataclass(frozen=True)
class Property:
    """One property of a component, its parameters and its value as they are meant."""

    name: str
    parameters: Mapping[str, str]
    value: str


def read(ics: bytes) -> Answer:
    """The answer in the bytes of a text/calendar part; raises `Unreadable` and nothing else."""
    if len(ics) > MOST_BYTES:
        raise Unreadable(TOO_LARGE)
    try:
        return understood(*components(lines(decoded(ics))))
    except Unreadable:
        raise
    except Exception as error:  # icalendar has no list of what it raises for a hostile calendar
        raise Unreadable(BROKEN) from error


def understood(whole: list[Property], entry: list[Property]) -> Answer:
    method = one_of(whole, "METHOD").upper()
    if method not in METHODS:
        raise Unreadable(NO_ANSWER)
    uid = texts.one_line(one_of(entry, "UID"))
    if not uid or len(uid) > UID:
        raise Unreadable(NO_UID)
    return answer(method, uid, attendee_of(entry), entry)


def answer(method: str, uid: str, attendee: Property, entry: list[Property]) -> Answer:
    address = address_of(attendee.value)
    if not address:
        raise Unreadable(NO_ADDRESS)
    given = attendee.parameters
    is_counter = method == "COUNTER"
    return Answer(
        method=method,
        uid=uid,
        attendee=address,
        partstat=texts.one_line(given.get("PARTSTAT", "")).upper()[:WORD],
        attendee_name=texts.one_line(given.get("CN", ""))[:NAME],
        sequence=number(one_of(entry, "SEQUENCE")),
        stamp=moment(first(entry, "DTSTAMP")),
        comment="\n".join(filter(None, (texts.plain(one.value) for one in entry if one.name == "COMMENT")))[:COMMENT],
        organizer=address_of(one_of(entry, "ORGANIZER")),
        delegated_to=address_of(given.get("DELEGATED-TO", "")),
        delegated_from=address_of(given.get("DELEGATED-FROM", "")),
        sent_by=address_of(given.get("SENT-BY", "")),
        proposed_starts_at=moment(first(entry, "DTSTART")) if is_counter else None,
        proposed_ends_at=moment(first(entry, "DTEND")) if is_counter else None,
        recurrence_id=texts.one_line(one_of(entry, "RECURRENCE-ID"))[:UID],
    )


def decoded(ics: bytes) -> str:
    """The text: UTF-8 with or without a mark, UTF-16 with one, else Latin-1, which says something of any bytes."""
    if ics.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ics.decode("utf-16", errors="replace")
    try:
        return ics.decode("utf-8-sig")
    except UnicodeDecodeError:
        return ics.decode("latin-1")


def lines(text: str) -> list[Contentline]:
    """The content lines, unfolded; any line end will do."""
    plain = CONTROLS.sub("", LINE_END.sub("\n", text))
    if sum(1 for _ in LINE_BEGINS.finditer(plain)) > MOST_LINES:
        raise Unreadable(TOO_MANY_LINES)
    return [line for line in Contentlines.from_ical(plain) if line]  # type: ignore[no-untyped-call]  # icalendar's


def components(lines: list[Contentline]) -> tuple[list[Property], list[Property]]:
    """The properties of the VCALENDAR and of its one VEVENT."""
    whole: list[Property] = []
    entries: list[list[Property]] = []
    for path, found in placed(lines):
        if path == ("VCALENDAR",):
            whole.append(found)
        elif path == ("VCALENDAR", "VEVENT"):
            if found.name == "BEGIN":
                entries.append([])
            elif entries:
                entries[-1].append(found)
    if len(entries) != 1:
        raise Unreadable(NOT_ONE_ENTRY)
    return whole, entries[0]


def placed(lines: list[Contentline]) -> Iterator[tuple[tuple[str, ...], Property]]:
    """Every property with the components that it stands in; a component's BEGIN stands in itself."""
    path: tuple[str, ...] = ()
    begun = 0
    for line in lines:
        found = parsed(line)
        if found is None:
            continue
        name = found.value.strip().upper()
        if found.name == "BEGIN":
            path, begun = (*path, name), begun + 1
            if len(path) > DEEPEST or begun > MOST_COMPONENTS:
                raise Unreadable(TOO_MANY_COMPONENTS)
        elif found.name == "END":
            if not path or path[-1] != name:
                raise Unreadable(CROSSED)
            path = path[:-1]
            continue
        yield path, found


def parsed(line: Contentline) -> Property | None:
    """One content line (RFC 5545 3.1); `None` for one that is none."""
    try:
        name, given, value = line.parts()
    except ValueError:
        return None
    return Property(name.upper(), {key: one if isinstance(one, str) else ",".join(one) for key, one in given.items()}, value)


def first(properties: list[Property], name: str) -> Property | None:
    return next((one for one in properties if one.name == name), None)


def one_of(properties: list[Property], name: str) -> str:
    """The value of the first property of this name; nothing where there is none."""
    found = first(properties, name)
    return found.value.strip() if found else ""


def attendee_of(entry: list[Property]) -> Property:
    found = [one for one in entry if one.name == "ATTENDEE"]
    if len(found) != 1:
        raise Unreadable(NOT_ONE_PERSON)
    return found[0]


def address_of(value: str) -> str:
    """The bare e-mail address of a calendar user; nothing for one that has none."""
    bare = texts.one_line(MAILTO.sub("", value, count=1)).strip("<> ")
    return bare if AN_ADDRESS.fullmatch(bare) and len(bare) <= ADDRESS else ""


def number(value: str) -> int | None:
    """A SEQUENCE; one too large for us stays too large for any that we sent."""
    bare = value.strip()
    if not (bare.isascii() and bare.isdecimal()):
        return None
    return LARGEST if len(bare) > len(str(LARGEST)) else min(int(bare), LARGEST)


def moment(given: Property | None) -> datetime | None:
    """A moment in UTC; `None` where it cannot be known."""
    if given is None:
        return None
    value, zone = given.value.strip(), given.parameters.get("TZID", "").strip()
    if value.endswith("Z"):
        zone = ""  # icalendar would go by the zone, RFC 5545 3.2.19 by the Z
    found = dated(value, zone[:LONGEST_ZONE])
    if found is None or found.year not in YEARS or (zone and found.tzinfo is None):
        return None
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)


def dated(value: str, zone: str) -> datetime | None:
    """The moment that is written, a day as its beginning; naive without a zone, and with one that nobody knows."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", GloballyUniqueTZIDGuessed)
            found = vDDDTypes.from_ical(value, zone or None)  # type: ignore[no-untyped-call]  # icalendar's
    except (ValueError, TypeError, OverflowError, OSError):  # OSError: zoneinfo looks the name up as a file
        return None
    if isinstance(found, datetime):
        return found
    return datetime.combine(found, time.min) if isinstance(found, date) else None
