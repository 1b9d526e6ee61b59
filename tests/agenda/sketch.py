"""An agenda as a few words: what a test wants to see of it."""

from datetime import datetime, timedelta
from typing import Any

from app.agenda import editing, steps
from app.agenda.models import Session, SessionKind
from app.db import db, transaction
from app.events.models import Event
from tests import make

DOMAIN = "cal.plenum.example.org"
BY = "Olga Organizacyjna"


def hours(event: Event) -> list[str]:
    """10:00-11:00 Prezentacja, in the order of time."""
    db.session.rollback()
    return [f"{s.local_starts_at:%H:%M}-{s.local_ends_at:%H:%M} {s.title}" for s in steps.rows(event)]


def whole(event: Event) -> list[tuple[Any, ...]]:
    """Everything about the agenda that an undo must bring back."""
    db.session.rollback()
    return [
        (
            *(s.uid, s.slug, s.title, s.kind, s.status, s.starts_at, s.ends_at, s.room, s.track, s.abstract, s.translations),
            [(a.name, a.role, a.printed_as) for a in s.appearances],
        )
        for s in sorted(steps.rows(event), key=lambda session: (session.starts_at, session.ends_at, session.uid))
    ]


def an_agenda(*titles: str, length: int = 60, **facts: Any) -> Event:
    """An event whose sessions follow one another from 10:00, an hour each."""
    event = make.an_event(ends_at=make.at("2021-10-26 20:00"), **facts)
    for number, title in enumerate(titles):
        starts_at = event.starts_at + timedelta(minutes=length * number)
        make.a_session(
            event, title=title, slug=title.casefold(), starts_at=starts_at, ends_at=starts_at + timedelta(minutes=length)
        )
    return event


def named(event: Event, title: str) -> Session:
    return next(session for session in steps.rows(event) if session.title == title)


def at(hour: str) -> datetime:
    return make.at(f"2021-10-26 {hour}")


def add(event: Event, title: str, start: str, end: str, **facts: Any) -> Session:
    with transaction():
        kind = facts.pop("kind", SessionKind.PRESENTATION)
        return editing.add(event, by=BY, domain=DOMAIN, title=title, kind=kind, hours=(at(start), at(end)), **facts)


def change(event: Event, which: str, /, **facts: Any) -> None:
    with transaction():
        session = named(event, which)
        editing.change(event, session.id, by=BY, version=session.version, facts=facts, parts={})


def undo(event: Event, **facts: Any) -> None:
    with transaction():
        latest = steps.latest(event)
        steps.undo(event, latest.number if latest else 0, **facts)


def redo(event: Event, **facts: Any) -> None:
    with transaction():
        undone = steps.next_undone(event)
        steps.redo(event, undone.number if undone else 0, **facts)
