"""Dates, hours and zones as a reader says them, and the names of our words, for pages and letters alike."""

from collections.abc import Callable
from datetime import date as calendar_date
from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from flask import Flask
from flask_babel import get_locale

from app import prose as written
from app.agenda.days import by_day
from app.moments import hour, hour_and_city, lasting, offset, zone_city, zone_name
from app.web.words import word, word_for_organisations, word_for_partners


def local(moment: datetime, zone: str) -> datetime:
    """The moment by the wall clock of an IANA zone."""
    return moment.astimezone(ZoneInfo(zone))


def shown(moment: datetime, pattern: str) -> str:
    """A moment by a CLDR pattern, in the page's language and in the zone the moment carries."""
    return format_datetime(moment, pattern, tzinfo=moment.tzinfo, locale=get_locale())


def day(moment: datetime) -> str:
    """26"""
    return str(moment.day)


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


def paragraphs(text: str) -> list[str]:
    """Plain text as its paragraphs, which empty lines part."""
    return [part.strip() for part in text.replace("\r\n", "\n").split("\n\n") if part.strip()]


def prose(text: str) -> str:
    """Markdown as safe HTML"""
    return written.html(text)


FILTERS: tuple[Callable[..., object], ...] = (
    *(local, day, hour, month_year, weekday, short_day, date, date_of_day, date_short, date_with_weekday, day_month, offset),
    *(hour_and_city, zone_city, zone_name, lasting, paragraphs, prose, by_day, word, word_for_organisations, word_for_partners),
)


def init(app: Flask) -> None:
    app.jinja_env.filters.update({function.__name__: function for function in FILTERS})
