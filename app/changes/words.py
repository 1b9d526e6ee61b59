"""Changes in words: one plain sentence each, with what is now first and what was before after it."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _

from app import moments
from app.changes.differences import Difference, Kind
from app.changes.facts import Facts
from app.events.models import Attendance


def titled(difference: Difference, facts: Facts, language: str) -> str:
    """The session's title in this language, by the state in `facts`; else as the organiser first wrote it."""
    session = facts.get("sessions", {}).get(difference.uid) or {}
    translated = (session.get("translations") or {}).get(language, {}).get("title")
    return translated or difference.title


def sentence(difference: Difference, title: str | None = None, *, with_day: bool = False) -> str:
    """What changed, in the present language; `with_day` says the day also where it is the same as before."""
    about = difference.title if title is None else title
    return SENTENCES[difference.kind](difference, about, with_day or difference.uid is None)


def moved(difference: Difference, title: str, with_day: bool) -> str:
    """Panel: 11:00–12:30, previously 11:15–12:45"""
    former, now = difference.former, difference.now
    is_other_day = local(former, "starts_at").date() != local(now, "starts_at").date()
    with_zone = former["zone"] != now["zone"]
    sides = {
        "now": when(now, with_day=with_day or is_other_day, with_zone=with_zone),
        "former": when(former, with_day=is_other_day or with_zone, with_zone=with_zone),
    }
    if difference.uid is None:
        return str(_("Date: %(now)s, previously %(former)s", **sides))
    return str(_("%(title)s: %(now)s, previously %(former)s", title=title, **sides))


def zone(difference: Difference, title: str, with_day: bool) -> str:
    return str(
        _(
            "Time zone: %(now)s, previously %(former)s",
            now=moments.zone_city(difference.now),
            former=moments.zone_city(difference.former),
        )
    )


def place(difference: Difference, title: str, with_day: bool) -> str:
    with_attendance = difference.now["attendance"] != difference.former["attendance"]
    now, former = (place_of(side, with_attendance) for side in (difference.now, difference.former))
    return str(_("Place: %(now)s, previously %(former)s", now=now, former=former))


def place_of(side: Mapping[str, str], with_attendance: bool) -> str:
    where = ", ".join(filter(None, (side["place_name"], side["place_address"])))
    return f"{where} ({ATTENDANCES[Attendance(side['attendance'])]()})" if with_attendance else where


ATTENDANCES: Mapping[Attendance, Callable[[], str]] = {
    Attendance.ONLINE: lambda: str(_("online")),
    Attendance.OFFLINE: lambda: str(_("in person")),
    Attendance.MIXED: lambda: str(_("in person and online")),
}


def renamed(difference: Difference, title: str, with_day: bool) -> str:
    return str(_("New title: “%(now)s”, previously “%(former)s”", now=difference.now, former=difference.former))


def room(difference: Difference, title: str, with_day: bool) -> str:
    if not difference.former:
        return str(_("%(title)s: room %(now)s", title=title, now=difference.now))
    if not difference.now:
        return str(_("%(title)s: no longer in room %(former)s", title=title, former=difference.former))
    return str(_("%(title)s: room %(now)s, previously %(former)s", title=title, now=difference.now, former=difference.former))


def new(difference: Difference, title: str, with_day: bool) -> str:
    return str(_("New: %(title)s, %(when)s", title=title, when=when(difference.now, with_day=with_day)))


def removed(difference: Difference, title: str, with_day: bool) -> str:
    return str(_("%(title)s, %(when)s: no longer on the agenda", title=title, when=when(difference.former, with_day=with_day)))


def cancelled(difference: Difference, title: str, with_day: bool) -> str:
    if difference.uid is None:
        return str(_("The event is cancelled."))
    return str(_("%(title)s, %(when)s: cancelled", title=title, when=when(difference.former, with_day=with_day)))


def reinstated(difference: Difference, title: str, with_day: bool) -> str:
    if difference.uid is None:
        return str(_("The event takes place after all: %(when)s", when=when(difference.now, with_day=True)))
    return str(_("%(title)s: takes place after all, %(when)s", title=title, when=when(difference.now, with_day=with_day)))


def postponed(difference: Difference, title: str, with_day: bool) -> str:
    return str(_("The event is postponed; there is no new date yet."))


def people(difference: Difference, title: str, with_day: bool) -> str:
    came, left = difference.now or [], difference.former or []
    parts = []
    if came:
        parts.append(ngettext("%(names)s will appear", "%(names)s will appear", len(came), names=", ".join(came)))
    if left:
        parts.append(ngettext("%(names)s will not appear", "%(names)s will not appear", len(left), names=", ".join(left)))
    return f"{title}: {'; '.join(parts)}"


Words = Callable[[Difference, str, bool], str]
SENTENCES: Mapping[Kind, Words] = {
    Kind.CANCELLED: cancelled,
    Kind.POSTPONED: postponed,
    Kind.REINSTATED: reinstated,
    Kind.MOVED: moved,
    Kind.ZONE: zone,
    Kind.PLACE: place,
    Kind.TITLE: renamed,
    Kind.NEW: new,
    Kind.ROOM: room,
    Kind.REMOVED: removed,
    Kind.PEOPLE: people,
}


def when(hours: Mapping[str, Any], *, with_day: bool = False, with_zone: bool = False) -> str:
    """11:15–12:45, with the weekday and the date before it, and the zone after it, where they are asked for."""
    starts, ends = local(hours, "starts_at"), local(hours, "ends_at")
    span = f"{moments.hour(starts)}\N{EN DASH}{moments.hour(ends)}"
    if (ends - timedelta(microseconds=1)).date() != starts.date():
        span = f"{day(starts)}, {moments.hour(starts)} \N{EN DASH} {day(ends)}, {moments.hour(ends)}"
    elif with_day:
        span = f"{day(starts)}, {span}"
    return f"{span}, {moments.zone_name(starts)}" if with_zone else span


def day(moment: datetime) -> str:
    """wtorek, 26 października / Tuesday, 26 October"""
    return str(format_date(moment, "EEEE, d MMMM", locale=str(get_locale())))


def local(hours: Mapping[str, Any], name: str) -> datetime:
    return datetime.fromisoformat(hours[name]).astimezone(ZoneInfo(hours["zone"]))
