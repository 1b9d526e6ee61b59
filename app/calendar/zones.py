"""VTIMEZONE as every reader understands it: one STANDARD, at most one DAYLIGHT, a yearly rule each.

icalendar's own lists onsets as RDATEs instead, of which ical.js reads the first and Outlook none.
"""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import TypeAlias
from zoneinfo import ZoneInfo

YEARS_BEFORE, YEARS_AFTER = 1, 4
ANCHOR = 1970
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
LAST = -1
Lines: TypeAlias = tuple[str, ...]


@dataclass(frozen=True)
class Change:
    """A change of the clock; `wall` is what the clock showed at that moment, before it was changed."""

    wall: datetime
    before: timedelta
    after: timedelta
    name: str


@lru_cache(maxsize=8192)
def of_span(zone: str, starts_at: datetime, ends_at: datetime) -> bytes | None:
    """The VTIMEZONE to write a span of time by, or `None`: then only UTC says it without doubt."""
    if is_ambiguous(starts_at, zone) or is_ambiguous(ends_at, zone):
        return None
    return vtimezone(zone, starts_at.year)


def is_ambiguous(moment: datetime, zone: str) -> bool:
    """Whether the zone's wall clock shows this time twice, as in the hour that is repeated in autumn."""
    local = moment.astimezone(ZoneInfo(zone))
    return local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()


@lru_cache(maxsize=512)
def vtimezone(zone: str, year: int) -> bytes | None:
    """The VTIMEZONE of entries in `year`, or `None` where yearly rules cannot say the zone's clock around that year.

    `None` for UTC itself too, which needs no VTIMEZONE.
    """
    years = range(year - YEARS_BEFORE, year + YEARS_AFTER + 1)
    lines = changing(list(changes(zone, years)), years) or steady(zone, years)
    return written("BEGIN:VTIMEZONE", f"TZID:{zone}", *lines, "END:VTIMEZONE") if lines else None


def changing(found: list[Change], years: range) -> Lines:
    """Summer and winter, each by its yearly rule; nothing where there are none, or where one has no such rule."""
    daylight, standard = yearly("DAYLIGHT", forward(found), years), yearly("STANDARD", back(found), years)
    return daylight + standard if daylight and standard else ()


def forward(found: list[Change]) -> list[Change]:
    """Changes to the larger offset: DAYLIGHT, also in Dublin, whose law calls it the standard."""
    return [change for change in found if change.after > change.before]


def back(found: list[Change]) -> list[Change]:
    return [change for change in found if change.after < change.before]


def steady(zone: str, years: range) -> Lines:
    """The only observance of a zone whose clock does not change; nothing if it does, or if it is UTC's."""
    local = datetime(years[0], 1, 1, tzinfo=ZoneInfo(zone))
    offset = local.utcoffset()
    if not offset or any(changes(zone, years)):
        return ()
    return observance("STANDARD", Change(datetime(ANCHOR, 1, 1), offset, offset, str(local.tzname())))


def yearly(kind: str, found: list[Change], years: range) -> Lines:
    """An observance with a yearly rule; nothing if the changes are not one a year, on the same weekday and hour."""
    shapes = {(change.wall.month, change.wall.weekday(), change.wall.time(), change.before, change.after) for change in found}
    if len(shapes) != 1 or [change.wall.year for change in found] != list(years):
        return ()
    common = set[int].intersection(*(which(change.wall) for change in found))
    if not common:
        return ()
    first, nth = found[0], min(common)
    anchored = datetime.combine(nth_weekday(first.wall.month, first.wall.weekday(), nth), first.wall.time())
    rule = f"RRULE:FREQ=YEARLY;BYMONTH={first.wall.month};BYDAY={nth}{WEEKDAYS[first.wall.weekday()]}"
    return observance(kind, Change(anchored, first.before, first.after, first.name), rule)


def which(day: datetime) -> set[int]:
    """Which weekday of its month a day is, from the beginning and, if it is the last, from the end."""
    ordinal = (day.day - 1) // 7 + 1
    return {ordinal, LAST} if day.day + 7 > monthrange(day.year, day.month)[1] else {ordinal}


def nth_weekday(month: int, weekday: int, nth: int) -> date:
    """The date of the nth such weekday of a month in the anchoring year."""
    starts_on, days = monthrange(ANCHOR, month)
    first = 1 + (weekday - starts_on) % 7
    return date(ANCHOR, month, range(first, days + 1, 7)[nth if nth == LAST else nth - 1])


def observance(kind: str, change: Change, *rule: str) -> Lines:
    """The lines of STANDARD or DAYLIGHT; DTSTART is by the clock before the change (RFC 5545 3.6.5)."""
    return (
        f"BEGIN:{kind}",
        f"DTSTART:{change.wall:%Y%m%dT%H%M%S}",
        f"TZOFFSETFROM:{offset(change.before)}",
        f"TZOFFSETTO:{offset(change.after)}",
        f"TZNAME:{change.name}",
        *rule,
        f"END:{kind}",
    )


def offset(delta: timedelta) -> str:
    """+0100, -0330; with seconds only where there are any."""
    sign = "-" if delta < timedelta() else "+"
    minutes, seconds = divmod(int(abs(delta).total_seconds()), 60)
    return f"{sign}{minutes // 60:02d}{minutes % 60:02d}{f'{seconds:02d}' if seconds else ''}"


def written(*lines: str) -> bytes:
    return "".join(f"{line}\r\n" for line in lines).encode("ascii")


def changes(zone: str, years: range) -> Iterator[Change]:
    """Every change of the zone's clock in the years, in order."""
    clock = ZoneInfo(zone)
    moment = datetime(years[0], 1, 1, tzinfo=UTC)
    while moment.year <= years[-1]:
        tomorrow = moment + timedelta(days=1)
        if moment.astimezone(clock).utcoffset() != tomorrow.astimezone(clock).utcoffset():
            yield change_between(moment, tomorrow, clock)
        moment = tomorrow


def change_between(earlier: datetime, later: datetime, clock: ZoneInfo) -> Change:
    """The one change between two moments, found to the second by halving."""
    before = earlier.astimezone(clock).utcoffset() or timedelta()
    while later - earlier > timedelta(seconds=1):
        middle = earlier + timedelta(seconds=int((later - earlier).total_seconds()) // 2)
        if middle.astimezone(clock).utcoffset() == before:
            earlier = middle
        else:
            later = middle
    new = later.astimezone(clock)
    return Change((later + before).replace(tzinfo=None), before, new.utcoffset() or timedelta(), str(new.tzname()))
