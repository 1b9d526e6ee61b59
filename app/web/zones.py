"""The reader's own time zone: chosen once, kept in a cookie, never guessed from the network."""

from datetime import datetime
from functools import lru_cache
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale
from babel.core import get_global
from flask import request, url_for

from app.folding import fold
from app.moments import city, hour
from app.web import addresses
from app.web.filters import date_short

COOKIE = "zone"
YEAR = 365 * 24 * 3600


@lru_cache(maxsize=1)
def known() -> frozenset[str]:
    """Zones that are named by a city of some country, and UTC."""
    return frozenset(available_timezones() & set(get_global("zone_territories")) | {"UTC"})


@lru_cache(maxsize=4)
def choices(language: str) -> list[tuple[str, str]]:
    """Zones with their names for a select: Lizbona, Portugalia; in the order of the alphabet."""
    named = [(zone, name(zone, language)) for zone in known() if zone != "UTC"]
    return [("UTC", "UTC"), *sorted(named, key=lambda choice: fold(choice[1]))]


def name(zone: str, language: str) -> str:
    territory = get_global("zone_territories").get(zone, "")
    country = Locale.parse(language).territories.get(territory)
    return f"{city(zone, language)}, {country}" if country else city(zone, language)


def reader_zone() -> str | None:
    """The zone that this reader chose, if any."""
    zone = request.cookies.get(COOKIE, "")
    return zone if zone in known() else None


def hours_in(starts: datetime, ends: datetime, zone: str) -> str:
    """The hours by the reader's clock, with the date where it is another than the event's: 9:00–11:30, 27 Oct, 1:00 – 3:30."""
    first, last = (moment.astimezone(ZoneInfo(zone)) for moment in (starts, ends))
    same_days = first.date() == starts.date() and last.date() == ends.date() == first.date()
    if same_days:
        return f"{hour(first)}–{hour(last)}"
    if first.date() == last.date():
        return f"{date_short(first)}, {hour(first)}–{hour(last)}"
    return f"{date_short(first)}, {hour(first)} – {date_short(last)}, {hour(last)}"


def zone_link() -> str | None:
    """Where the zone is chosen, with the way back; none on a private page, whose address is a key and stays out of others."""
    if not addresses.is_public_page():
        return None
    return url_for("front.time_zone", back=request.path)


def safe_path(wish: str | None) -> str:
    """A path of this site to go back to; anything that could lead elsewhere becomes the front page."""
    path = wish or "/"
    parts = urlsplit(path)
    leads_away = parts.scheme or parts.netloc or not path.startswith("/") or path.startswith("//") or "\\" in path
    return "/" if leads_away or not path.isprintable() or " " in path else path
