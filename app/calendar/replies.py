"""Reads what a calendar answered (RFC 5546 3.2.3, 3.2.7), by hand: what comes in is a stranger's, and often not by the book.

Nothing is believed but who answers what about which entry; titles, places, zones and alarms of the answer are passed over.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from app.calendar import texts

MOST_BYTES = 256 * 1024
MOST_LINES = 5_000
MOST_COMPONENTS = 200
DEEPEST = 8
METHODS = frozenset({"REPLY", "COUNTER"})
LARGEST = 2**31 - 1
ADDRESS, NAME, UID, COMMENT, WORD = 320, 200, 255, 1000, 32
YEARS = range(1970, 2200)
LINE_END = re.compile(r"\r\n|\n|\r")
NAME_OF_PROPERTY = re.compile(r"[A-Za-z0-9-]+")
PARAMETER = re.compile(r';([A-Za-z0-9-]+)=((?:"[^"]*"|[^";:,]*)(?:,(?:"[^"]*"|[^";:,]*))*)')
FOLD = re.compile(r"(?:\r\n|\n|\r)[ \t]")
MAILTO = re.compile(r"^\s*mailto:\s*", re.IGNORECASE)
AN_ADDRESS = re.compile(r"""[^\s"<>,;:@]+@[^\s"<>,;:@]+""")
STAMP = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})(?:[T ]?(\d{2}):?(\d{2})(?::?(\d{2}))?(?:\.\d+)?(Z)?)?", re.IGNORECASE)
ESCAPED = re.compile(r"\\(.)", re.DOTALL)


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
    """One property of a component, as it was written."""

    name: str
    parameters: Mapping[str, str]
    value: str


def read(ics: bytes) -> Answer:
    """The answer in the bytes of a text/calendar part; raises `Unreadable` and nothing else."""
    if len(ics) > MOST_BYTES:
        raise Unreadable("Its calendar part is too large.")
    whole, entry = components(lines(decoded(ics)))
    method = one_of(whole, "METHOD").upper()
    if method not in METHODS:
        raise Unreadable(f"Its calendar part is no answer: the method is {texts.one_line(method)[:20] or 'missing'}.")
    uid = unescaped(one_of(entry, "UID"))
    if not uid or len(uid) > UID:
        raise Unreadable("Its calendar part does not say which entry it is about.")
    return answer(method, uid, attendee_of(entry), entry)


def answer(method: str, uid: str, attendee: Property, entry: list[Property]) -> Answer:
    address = address_of(attendee.value)
    if not address:
        raise Unreadable("Its calendar part does not say who answers.")
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
        comment="\n".join(filter(None, (unescaped(one.value, lines=True) for one in entry if one.name == "COMMENT")))[:COMMENT],
        organizer=address_of(one_of(entry, "ORGANIZER")),
        delegated_to=address_of(given.get("DELEGATED-TO", "")),
        delegated_from=address_of(given.get("DELEGATED-FROM", "")),
        sent_by=address_of(given.get("SENT-BY", "")),
        proposed_starts_at=moment(first(entry, "DTSTART")) if is_counter else None,
        proposed_ends_at=moment(first(entry, "DTEND")) if is_counter else None,
        recurrence_id=unescaped(one_of(entry, "RECURRENCE-ID"))[:UID],
    )


def decoded(ics: bytes) -> str:
    """The text: UTF-8 with or without a mark, UTF-16 with one, else Latin-1, which says something of any bytes."""
    if ics.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ics.decode("utf-16", errors="replace")
    try:
        return ics.decode("utf-8-sig")
    except UnicodeDecodeError:
        return ics.decode("latin-1")


def lines(text: str) -> list[str]:
    """The content lines, unfolded; any line end will do."""
    found = [line for line in LINE_END.split(FOLD.sub("", text.replace("\0", ""))) if line.strip()]
    if len(found) > MOST_LINES:
        raise Unreadable("Its calendar part has too many lines.")
    return found


def components(lines: list[str]) -> tuple[list[Property], list[Property]]:
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
        raise Unreadable(f"Its calendar part has {len(entries)} entries instead of one.")
    return whole, entries[0]


def placed(lines: list[str]) -> Iterator[tuple[tuple[str, ...], Property]]:
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
                raise Unreadable("Its calendar part has too many components.")
        elif found.name == "END":
            if not path or path[-1] != name:
                raise Unreadable("The components of its calendar part do not end as they begin.")
            path = path[:-1]
            continue
        yield path, found


def parsed(line: str) -> Property | None:
    """One content line (RFC 5545 3.1); `None` for one that is none. Signs in quotes part nothing."""
    named = NAME_OF_PROPERTY.match(line)
    if named is None:
        return None
    end, parameters = named.end(), dict[str, str]()
    while given := PARAMETER.match(line, end):
        parameters.setdefault(given[1].upper(), unquoted(given[2]))
        end = given.end()
    _, colon, value = line[end:].partition(":")
    return Property(named[0].upper(), parameters, value) if colon else None


def unquoted(value: str) -> str:
    """The value of a parameter as it is meant (RFC 6868)."""
    bare = value.strip().replace('"', "")
    return bare.replace("^n", " ").replace("^'", '"').replace("^^", "^")


def first(properties: list[Property], name: str) -> Property | None:
    return next((one for one in properties if one.name == name), None)


def one_of(properties: list[Property], name: str) -> str:
    """The value of the first property of this name; nothing where there is none."""
    found = first(properties, name)
    return found.value.strip() if found else ""


def attendee_of(entry: list[Property]) -> Property:
    found = [one for one in entry if one.name == "ATTENDEE"]
    if len(found) != 1:
        raise Unreadable(f"Its calendar part names {len(found)} people instead of the one who answers.")
    return found[0]


def unescaped(value: str, *, lines: bool = False) -> str:
    """A TEXT value as it was typed, without what databases and pages cannot hold."""
    plain = ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], value)
    return texts.plain(plain) if lines else texts.one_line(plain)


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
    """A moment in UTC, also where it is written in another form; `None` where it cannot be known."""
    found = STAMP.match(given.value.strip()) if given else None
    if given is None or found is None:
        return None
    zone = UTC if found[7] or "TZID" not in given.parameters else zone_of(given.parameters["TZID"])
    try:
        local = datetime(*(int(part or 0) for part in found.groups()[:6]), tzinfo=zone)  # type: ignore[arg-type, misc]  # six numbers
        return local.astimezone(UTC) if zone and local.year in YEARS else None
    except (ValueError, OverflowError):
        return None


def zone_of(name: str) -> ZoneInfo | None:
    """The zone of a TZID: its own name, Windows's, or one with a vendor's path before it."""
    bare = name.strip().lstrip("/")
    for known in (bare, WINDOWS_TO_OLSON.get(bare), "/".join(bare.split("/")[-2:])):
        try:
            if known:
                return ZoneInfo(known)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            continue
    return None
