"""Moments in words, for pages, letters and calendars alike: the hour, the offset, the name of the zone."""

from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import get_timezone_location
from flask_babel import get_locale, gettext, ngettext

POLISH = "Europe/Warsaw"


def hour(moment: datetime) -> str:
    """10:00"""
    return f"{moment.hour}:{moment.minute:02d}"


def lasting(span: timedelta) -> str:
    """7 days 1 h, 1 h 30 min, −45 min"""
    minutes = int(span.total_seconds() // 60)
    days, rest = divmod(abs(minutes), 24 * 60)
    hours, rest = divmod(rest, 60)
    parts = [
        str(ngettext("%(num)d day", "%(num)d days", days)) if days else "",
        str(gettext("%(number)s h", number=hours)) if hours else "",
        str(gettext("%(number)s min", number=rest)) if rest or not minutes else "",
    ]
    return ("−" if minutes < 0 else "") + " ".join(filter(None, parts))


def offset(moment: datetime) -> str:
    """UTC+1, UTC+5:30, UTC"""
    minutes = int((moment.utcoffset() or moment - moment).total_seconds() // 60)
    if minutes == 0:
        return "UTC"
    hours, rest = divmod(abs(minutes), 60)
    sign = "+" if minutes > 0 else "\N{MINUS SIGN}"
    return f"UTC{sign}{hours}{f':{rest:02d}' if rest else ''}"


CALLED_BEFORE = {"Europe/Kyiv": "Europe/Kiev"}
"""Zones whose city has its names in Babel only under the zone's former name."""


@lru_cache(maxsize=2048)
def city(zone: str, language: str) -> str:
    """The city a zone is named by, in a language."""
    named = Locale.parse(language).time_zones.get(CALLED_BEFORE.get(zone, zone), {})
    name = named.get("city") or get_timezone_location(ZoneInfo(zone), locale=language, return_city=True)
    return name or zone.rsplit("/", 1)[-1].replace("_", " ")


def zone_city(zone: str) -> str:
    """The city a zone is named by: Lizbona / Lisbon."""
    return city(zone, str(get_locale()))


def zone_name(moment: datetime) -> str:
    """The zone of a local moment, never without its offset: czas polski (UTC+1)."""
    zone = str(moment.tzinfo)
    if zone == POLISH:
        return str(gettext("Polish time (%(offset)s)", offset=offset(moment)))
    return str(gettext("time in: %(city)s (%(offset)s)", city=zone_city(zone), offset=offset(moment)))


def hour_and_city(moment: datetime) -> str:
    """10:00 in Polish time, 10:00 (Lizbona) in any other: for a line that has no room for the zone's whole name."""
    zone = str(moment.tzinfo)
    return hour(moment) if zone == POLISH else f"{hour(moment)} ({zone_city(zone)})"
