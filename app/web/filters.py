"""Dates, hours and zones as a reader says them, and the names of our words, for pages and letters alike."""

from collections.abc import Callable
from datetime import date as calendar_date
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, get_timezone_location
from flask import Flask
from flask_babel import get_locale, gettext

from app.agenda.days import by_day
from app.web.words import word, word_for_organisations


def local(moment: datetime, zone: str) -> datetime:
    """The moment by the wall clock of an IANA zone."""
    return moment.astimezone(ZoneInfo(zone))


def shown(moment: datetime, pattern: str) -> str:
    """A moment by a CLDR pattern, in the page's language and in the zone the moment carries."""
    return format_datetime(moment, pattern, tzinfo=moment.tzinfo, locale=get_locale())


def day(moment: datetime) -> str:
    """26"""
    return str(moment.day)


def hour(moment: datetime) -> str:
    """10:00"""
    return f"{moment.hour}:{moment.minute:02d}"


def month_year(moment: datetime) -> str:
    """października 2021 / October 2021"""
    return shown(moment, "MMMM y")


def weekday(moment: datetime) -> str:
    """wtorek / Tuesday"""
    return shown(moment, "EEEE")


def short_day(moment: datetime) -> str:
    """paź, wt. / Oct, Tue"""
    return shown(moment, "LLL, EEE")


def date(moment: datetime) -> str:
    """26 października 2021 / 26 October 2021"""
    return shown(moment, "d MMMM y")


def date_of_day(calendar_day: calendar_date) -> str:
    """26 października 2021, of a day that has no hour"""
    return format_date(calendar_day, "d MMMM y", locale=get_locale())


def date_short(moment: datetime) -> str:
    """26 paź / 26 Oct"""
    return shown(moment, "d MMM")


def date_with_weekday(moment: datetime) -> str:
    """wtorek, 26 października 2021"""
    return shown(moment, "EEEE, d MMMM y")


def day_month(moment: datetime) -> str:
    """26 października / 26 October"""
    return shown(moment, "d MMMM")


def offset(moment: datetime) -> str:
    """UTC+1, UTC+5:30, UTC"""
    minutes = int((moment.utcoffset() or moment - moment).total_seconds() // 60)
    if minutes == 0:
        return "UTC"
    hours, rest = divmod(abs(minutes), 60)
    sign = "+" if minutes > 0 else "\N{MINUS SIGN}"
    return f"UTC{sign}{hours}{f':{rest:02d}' if rest else ''}"


def zone_city(zone: str) -> str:
    """The city a zone is named by: Lizbona / Lisbon."""
    return city(zone, str(get_locale()))


@lru_cache(maxsize=2048)
def city(zone: str, language: str) -> str:
    """The city a zone is named by, in a language."""
    name = get_timezone_location(ZoneInfo(zone), locale=language, return_city=True)
    return name or zone.rsplit("/", 1)[-1].replace("_", " ")


def zone_name(moment: datetime) -> str:
    """The zone of a local moment, never without its offset: czas polski (UTC+1)."""
    zone = str(moment.tzinfo)
    if zone == "Europe/Warsaw":
        return str(gettext("Polish time (%(offset)s)", offset=offset(moment)))
    return str(gettext("time in: %(city)s (%(offset)s)", city=zone_city(zone), offset=offset(moment)))


def paragraphs(text: str) -> list[str]:
    """Plain text as its paragraphs, which empty lines part."""
    return [part.strip() for part in text.replace("\r\n", "\n").split("\n\n") if part.strip()]


FILTERS: tuple[Callable[..., object], ...] = (
    *(local, day, hour, month_year, weekday, short_day, date, date_of_day, date_short, date_with_weekday, day_month, offset),
    *(zone_city, zone_name, paragraphs, by_day, word, word_for_organisations),
)


def init(app: Flask) -> None:
    app.jinja_env.filters.update({function.__name__: function for function in FILTERS})
