"""Dates and hours as people type them, and the hours that a change of the clocks leaves out or repeats."""

import re
from datetime import UTC, datetime, time
from datetime import date as calendar_date
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from flask_babel import get_locale
from flask_babel import gettext as _

from app import moments
from app.errors import Refused
from app.folding import fold

MONTHS = (
    ("stycznia", "styczen", "january", "i"),
    ("lutego", "luty", "february", "ii"),
    ("marca", "marzec", "march", "iii"),
    ("kwietnia", "kwiecien", "april", "iv"),
    ("maja", "maj", "may", "v"),
    ("czerwca", "czerwiec", "june", "vi"),
    ("lipca", "lipiec", "july", "vii"),
    ("sierpnia", "sierpien", "august", "viii"),
    ("wrzesnia", "wrzesien", "september", "ix"),
    ("pazdziernika", "pazdziernik", "october", "x"),
    ("listopada", "listopad", "november", "xi"),
    ("grudnia", "grudzien", "december", "xii"),
)
"""Names in both languages, folded, and the Roman number of each month."""

WEEKDAYS = re.compile(
    r"\b(pon|wt|sr|czw|pt|sob|nd|niedz|mon|tue|tues|wed|thu|thur|thurs|fri|sat|sun"
    r"|poniedzialek|wtorek|sroda|srode|czwartek|piatek|sobota|sobote|niedziela|niedziele"
    r"|monday|tuesday|wednesday|thursday|friday|saturday|sunday)\b\.?,?"
)
OF_THE_YEAR = re.compile(r"\s*\b(r|roku|rok)\b\.?$")
YEAR_FIRST = re.compile(r"(?P<year>\d{4})[-./](?P<month>\d{1,2})[-./](?P<day>\d{1,2})")
DAY_FIRST = re.compile(r"(?P<day>\d{1,2})\s?[-./]\s?(?P<month>\d{1,2})\s?[-./]\s?(?P<year>\d{4})")
DAY_AND_NAME = re.compile(r"(?P<day>\d{1,2})(?:(?:st|nd|rd|th)\b|\.)?\s*(?P<name>[a-z]+)\.?,?\s*(?P<year>\d{4})")
NAME_AND_DAY = re.compile(r"(?P<name>[a-z]+)\.?\s*(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<year>\d{4})")
HOUR = re.compile(
    r"(?:(?:o\s+)?godz(?:\.|ina|inie|iny)?|o|at)?\s*(?P<hour>\d{1,2})(?:\s?[.:,h]?\s?(?P<minute>\d{2}))?\s*(?P<half>am|pm)?"
)
LASTING = re.compile(
    r"(?:(?P<hours>\d{1,2})\s*(?:h|godz\.?|:)\s*)?(?:(?P<minutes>\d{1,4})\s*(?:m|min|minut|minuty|minutes)?\.?)?"
)
LONGEST_MINUTES = 24 * 60


class Twice(Refused):
    """The hour is on the clock twice that night; the reader says which one is meant. Both moments carry their zone."""

    def __init__(self, message: str, field: str, first: datetime, second: datetime) -> None:
        super().__init__(message, field)
        self.first = first
        self.second = second


def date(text: str, field: str = "date") -> calendar_date:
    """26.10.2021, 2021-10-26, 26 października 2021, 26 October 2021; a weekday is passed over. Raises `Refused`."""
    bare = OF_THE_YEAR.sub("", WEEKDAYS.sub("", cleaned(text)).strip(" ,."))
    for form in (YEAR_FIRST, DAY_FIRST, DAY_AND_NAME, NAME_AND_DAY):
        if found := form.fullmatch(bare):
            return on_calendar(found.groupdict(), text, field)
    raise Refused(_("Enter a date with its year, for example 26.10.2021"), field)


def on_calendar(parts: dict[str, str], text: str, field: str) -> calendar_date:
    """The day, if there is such a one."""
    number = int(parts["month"]) if "month" in parts else month(parts["name"])
    if not number:
        raise Refused(_("Enter a date with its year, for example 26.10.2021"), field)
    try:
        return calendar_date(int(parts["year"]), number, int(parts["day"]))
    except ValueError:
        raise Refused(_("There is no such day as %(date)s. Check the day and the month.", date=text.strip()), field) from None


def month(name: str) -> int:
    """The number of the month whose name, or a beginning of it of three letters or more, this is; 0 if of none."""
    for number, names in enumerate(MONTHS, 1):
        if name in names or any(len(name) >= 3 and known.startswith(name) for known in names):
            return number
    return 0


def hour(text: str, field: str = "hour") -> time:
    """9, 9.30, 9:30, 930, godz. 9.30, 2 pm. Raises `Refused`."""
    found = HOUR.fullmatch(cleaned(text))
    if not found:
        raise Refused(_("Enter an hour, for example 9 or 9:30"), field)
    number, minute = int(found["hour"]), int(found["minute"] or 0)
    if found["half"]:
        number = number % 12 + (12 if found["half"] == "pm" else 0)
    if number == 24 and minute == 0:
        raise Refused(_("For midnight, enter 0:00 and the date of the day that begins then"), field)
    if number > 23 or minute > 59:
        raise Refused(_("Enter an hour from 0:00 to 23:59"), field)
    return time(number, minute)


def minutes(text: str, field: str = "minutes") -> int:
    """How long: 45, 45 min, 1:30, 1 h 30 min. Raises `Refused`."""
    found = LASTING.fullmatch(cleaned(text))
    if not found or not any(found.groups()):
        raise Refused(_("Enter a number of minutes, for example 45"), field)
    lasting = 60 * int(found["hours"] or 0) + int(found["minutes"] or 0)
    if not 0 < lasting <= LONGEST_MINUTES:
        raise Refused(_("Enter from 1 minute to %(most)d minutes", most=LONGEST_MINUTES), field)
    return lasting


def moment(day: calendar_date, at: time, zone: str, *, which: int | None = None, field: str = "hour") -> datetime:
    """The moment by the wall clock of a zone; carries the zone.

    Raises `Refused` for an hour that the clocks leave out, and `Twice` for one that they show twice, unless `which`
    says the first (0) or the second (1).
    """
    first, second = (datetime.combine(day, at, ZoneInfo(zone)).replace(fold=turn) for turn in (0, 1))
    if first.utcoffset() == second.utcoffset():
        return first
    if through_utc(first).replace(tzinfo=None) != first.replace(tzinfo=None):
        raise Refused(skipped(first), field)
    if which is None:
        raise Twice(repeated(first, second), field, first, second)
    return second if which else first


def through_utc(local: datetime) -> datetime:
    """The same moment by the zone's clock: another hour, where the one given is on no clock."""
    return local.astimezone(UTC).astimezone(local.tzinfo)


def skipped(local: datetime) -> str:
    day = format_date(local.date(), "d MMMM y", locale=get_locale())
    later = moments.hour(through_utc(local))
    return str(
        _(
            "There is no %(hour)s on %(date)s: the clocks go forward. Enter for example %(later)s.",
            hour=moments.hour(local),
            date=day,
            later=later,
        )
    )


def repeated(first: datetime, second: datetime) -> str:
    day = format_date(first.date(), "d MMMM y", locale=get_locale())
    return str(
        _(
            "%(hour)s comes twice on %(date)s: the clocks go back. Choose the first (%(first)s) or the second (%(second)s).",
            hour=moments.hour(first),
            date=day,
            first=moments.offset(first),
            second=moments.offset(second),
        )
    )


def echo(local: datetime) -> str:
    """What was understood: wtorek, 26 października 2021, 9:30."""
    day = format_datetime(local, "EEEE, d MMMM y", tzinfo=local.tzinfo, locale=get_locale())
    return f"{day}, {moments.hour(local)}"


def echo_day(day: calendar_date) -> str:
    """What was understood: wtorek, 26 października 2021."""
    return format_date(day, "EEEE, d MMMM y", locale=get_locale())


def written(day: calendar_date) -> str:
    """The date as a field shows it: 26.10.2021."""
    return f"{day:%d.%m.%Y}"


def cleaned(text: str) -> str:
    """The text in small letters without diacritics, with single spaces."""
    return " ".join(fold(text).split())
