"""What a calendar entry is made from: the facts of an event, a session or a day, without their tables."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby

from babel.dates import format_date
from flask_babel import force_locale
from flask_babel import gettext as _

from app.agenda.models import GoneSession, Session, SessionStatus
from app.calendar import texts
from app.events.models import Attendance, Event
from app.moments import hour, zone_name
from app.site import Site


@dataclass(frozen=True)
class Slot:
    """One entry of a calendar; moments are aware, in UTC; `language` is that of the organiser's words."""

    uid: str
    sequence: int
    starts_at: datetime
    ends_at: datetime
    zone: str
    summary: str
    description: str
    location: str
    url: str
    is_cancelled: bool
    created_at: datetime
    modified_at: datetime
    language: str
    organizer_name: str
    attendance: Attendance = Attendance.ONLINE
    room: str | None = None
    is_postponed: bool = False


def of_event(event: Event, sessions: Sequence[Session], site: Site, language: str | None = None) -> Slot:
    """The event as one entry, its agenda in the description; in this language, or the one it was written in."""
    url, title = site.event(event.slug), event.named(language or event.language)
    summary = event.said("summary", title.language).text
    return Slot(
        uid=event.uid,
        sequence=event.sequence,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        zone=event.zone,
        summary=without_meeting(title.text, event, url),
        description=without_meeting(texts.paragraphs(summary, agenda(event, sessions, title.language), url), event, url),
        location=place(event, url),
        url=url,
        is_cancelled=event.is_cancelled or event.is_postponed,
        created_at=event.created_at,
        modified_at=latest(event, sessions),
        language=title.language,
        organizer_name=event.organiser.name,
        attendance=event.attendance,
        is_postponed=event.is_postponed,
    )


def of_session(session: Session, site: Site, language: str | None = None) -> Slot:
    """A session as an entry of its own; in this language, or the one it was written in.

    Its SEQUENCE counts the event's changes too: the event's zone, place and state are also the session's.
    """
    event, language = session.event, language or session.event.language
    url, title = site.session(event.slug, session.slug), session.said("title", language)
    abstract = session.said("abstract", language).text
    return Slot(
        uid=session.uid,
        sequence=session.sequence + event.sequence,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        zone=event.zone,
        summary=without_meeting(title.text, event, url),
        description=without_meeting(
            texts.paragraphs(abstract, people(session), f"{event.named(language).text}\n{url}"), event, url
        ),
        location=place(event, url, session.room),
        url=url,
        is_cancelled=session.is_cancelled or event.is_postponed,
        created_at=session.created_at,
        modified_at=latest(event, [session]),
        language=title.language,
        organizer_name=event.organiser.name,
        attendance=event.attendance,
        room=session.room,
        is_postponed=event.is_postponed and not session.is_cancelled,
    )


def of_gone(gone: GoneSession, site: Site, language: str | None = None) -> Slot:
    """A session that was taken off the agenda, as a cancelled entry of its own; it leads to the event's page."""
    event = gone.event
    url = site.event(event.slug)
    return Slot(
        uid=gone.uid,
        sequence=gone.sequence,
        starts_at=gone.starts_at,
        ends_at=gone.ends_at,
        zone=event.zone,
        summary=without_meeting(gone.title, event, url),
        description=without_meeting(texts.paragraphs(f"{event.named(language or event.language).text}\n{url}"), event, url),
        location=place(event, url, gone.room),
        url=url,
        is_cancelled=True,
        created_at=gone.created_at,
        modified_at=gone.gone_at,
        language=event.language,
        organizer_name=event.organiser.name,
        attendance=event.attendance,
        room=gone.room,
    )


def of_days(event: Event, sessions: Sequence[Session], site: Site, language: str | None = None) -> list[Slot]:
    """One entry a local day of an event of several days, numbered from 1 in the UID; of a shorter one, its only entry.

    A day's hours come from its sessions, so its SEQUENCE counts the changes of all of them.
    """
    whole = of_event(event, sessions, site, language)
    if event.takes_one_day:
        return [whole]
    sequence = event.sequence + sum(session.sequence for session in sessions)
    days = list(days_of(event))
    return [
        replace(
            whole,
            uid=f"{number}.{event.uid}",
            sequence=sequence,
            starts_at=starts_at,
            ends_at=ends_at,
            summary=f"{whole.summary} ({number}/{len(days)})",
        )
        for number, day in enumerate(days, start=1)
        for starts_at, ends_at in [hours(event, sessions, day)]
    ]


def days_of(event: Event) -> Iterator[date]:
    """The local dates on which the event is; midnight belongs to the day it closes."""
    day, last = event.local_starts_at.date(), (event.local_ends_at - timedelta(microseconds=1)).date()
    while day <= last:
        yield day
        day += timedelta(days=1)


def hours(event: Event, sessions: Sequence[Session], day: date) -> tuple[datetime, datetime]:
    """From the day's first session to the end of its last one; without sessions, the event's own hours."""
    on_day = [session for session in taking_place(sessions) if session.local_starts_at.date() == day]
    if on_day:
        return min(session.starts_at for session in on_day), max(session.ends_at for session in on_day)
    opens = datetime.combine(day, event.local_starts_at.time(), event.timezone)
    closes = datetime.combine(day, event.local_ends_at.time(), event.timezone)
    if opens >= closes:
        opens, closes = (datetime.combine(midnight, time.min, event.timezone) for midnight in (day, day + timedelta(days=1)))
    return opens.astimezone(UTC), closes.astimezone(UTC)


def taking_place(sessions: Iterable[Session]) -> list[Session]:
    """The sessions that were not called off by themselves, in order of time; a cancelled event keeps its agenda."""
    standing = (session for session in sessions if session.status is not SessionStatus.CANCELLED)
    return sorted(standing, key=lambda session: (session.starts_at, session.uid))


def latest(event: Event, sessions: Iterable[Session]) -> datetime:
    return max([event.modified_at, *(session.modified_at for session in sessions)])


def place(event: Event, url: str, room: str | None = None) -> str:
    """Where it is, from the room outwards."""
    parts = (room, event.place_name, event.place_address)
    return without_meeting(", ".join(texts.one_line(part) for part in parts if part), event, url)


def without_meeting(text: str, event: Event, url: str) -> str:
    """The text with the public page's address in place of the meeting's, should somebody have written it there."""
    return text.replace(event.meeting_url, url) if event.meeting_url else text


def people(session: Session) -> str:
    """Who appears, a line each, as printed on that day's agenda."""
    return "\n".join(", ".join(filter(None, (appearance.name, appearance.printed_as))) for appearance in session.appearances)


def agenda(event: Event, sessions: Sequence[Session], language: str) -> str:
    """Local hours and titles, under the name of the zone; by days where there are several."""
    items = taking_place(sessions)
    if not items:
        return ""
    with force_locale(language):
        heading = _("Agenda, %(zone)s:", zone=zone_name(event.local_starts_at))
    if event.takes_one_day:
        return "\n".join([heading, *(line(session, language) for session in items)])
    days = groupby(items, key=lambda session: session.local_starts_at.date())
    by_day = ([day_name(day, language), *(line(session, language) for session in of_day)] for day, of_day in days)
    return texts.paragraphs(heading, *map("\n".join, by_day))


def line(session: Session, language: str) -> str:
    """10:00–11:00 Title"""
    title = texts.one_line(session.said("title", language).text)
    return f"{hour(session.local_starts_at)}\N{EN DASH}{hour(session.local_ends_at)} {title}"


def day_name(day: date, language: str) -> str:
    return str(format_date(day, "EEEE, d MMMM y", locale=language))
