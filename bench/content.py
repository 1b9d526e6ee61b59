"""What the measured sites show: the demonstration, 60 events more, a conference, and somebody who chose 200 of its sessions."""

from datetime import datetime, timedelta
from itertools import product
from typing import NamedTuple

import sqlalchemy as sa

from app import clock
from app.agenda.models import Appearance, Person, Role, Session, SessionKind
from app.cli import demo
from app.db import db, transaction
from app.events import uids
from app.events.models import Attendance, Event, EventStatus, Kind
from app.events.revisions import SiteRevision
from app.registration import consent, keys, signup
from app.registration.models import Purpose, Registration
from app.site import Site
from app.web import clause

SLUG, CONGRESS = "konferencja", "kongres"
DAYS, SLOTS = 3, 10
ROOMS = tuple(f"Sala {letter}" for letter in "ABCDEFG")
CONGRESS_DAYS, CONGRESS_ROOMS = 5, tuple(f"Sala {letter}" for letter in "ABCDEFGHIJKLMNOPQRST")
CHOSEN = 200
SPEAKERS = 60
EVENTS = 60
PLACES = 1_000_000
ABSTRACT = "Co miasta mierzą, na jakie pytania dane już odpowiadają i które wnioski da się wdrożyć w jeden rok. " * 3


class Content(NamedTuple):
    """Paths of what is asked for."""

    event: str
    event_file: str
    conference: str
    feed: str
    congress: str


def load(site: Site) -> Content:
    """Write everything; returns where it stands."""
    with transaction():
        workshop = demo.load(site)
        workshop.capacity = PLACES
        db.session.add_all(announced(site, workshop, number) for number in range(EVENTS))
        conference = convene(site, workshop)
        gather(site, workshop)
        consent.publish(*clause.texts())
    with transaction():
        feed = keys.token(enrol(conference, "feed", sessions=sessions_of(conference)[:CHOSEN]), Purpose.FEED)
    event = f"/events/{demo.SLUG}/"
    return Content(
        event=event,
        event_file=f"{event}event.ics",
        conference=f"/events/{SLUG}/",
        feed=f"/feeds/{feed}.ics",
        congress=f"/events/{CONGRESS}/agenda.ics",
    )


def announced(site: Site, like: Event, number: int) -> Event:
    """An event of the list, a week after the one before it."""
    starts_at = hour(21 + 7 * number, 10)
    ends_at = starts_at + timedelta(hours=2)
    return an_event(site, like, slug=f"spotkanie-{number}", title=f"Spotkanie {number}", starts_at=starts_at, ends_at=ends_at)


def convene(site: Site, like: Event) -> Event:
    """A conference of three days in seven rooms, 210 sessions in all (whoever chose all of them has one entry a day)."""
    starts_at = hour(60, 9)
    event = an_event(site, like, slug=SLUG, title="Konferencja miast", starts_at=starts_at, ends_at=hour(60 + DAYS - 1, 18))
    event.asks_sessions = True
    speakers = [Person(slug=f"prelegent-{number}", name=f"Prelegent {number}") for number in range(SPEAKERS)]
    sessions = [a_session(site, event, *place) for place in product(range(DAYS), range(SLOTS), ROOMS)]
    for number, session in enumerate(sessions):
        speaker = speakers[number % SPEAKERS]
        session.appearances.append(Appearance(person=speaker, role=Role.SPEAKER, printed_as="Urząd Miasta"))
    db.session.add(event)
    db.session.add_all(sessions)
    db.session.flush()
    return event


def gather(site: Site, like: Event) -> None:
    """A congress of five days in twenty rooms, 1,000 sessions in all."""
    ends_at = hour(90 + CONGRESS_DAYS - 1, 18)
    event = an_event(site, like, slug=CONGRESS, title="Kongres miast", starts_at=hour(90, 9), ends_at=ends_at)
    db.session.add(event)
    db.session.add_all(a_session(site, event, *place) for place in product(range(CONGRESS_DAYS), range(SLOTS), CONGRESS_ROOMS))


def an_event(site: Site, like: Event, *, slug: str, title: str, starts_at: datetime, ends_at: datetime) -> Event:
    return Event(
        uid=uids.fresh(site.calendar_domain),
        slug=slug,
        title=title,
        summary=ABSTRACT,
        kind=Kind.CONFERENCE,
        status=EventStatus.PUBLISHED,
        starts_at=starts_at,
        ends_at=ends_at,
        attendance=Attendance.ONLINE,
        place_name="Zoom",
        meeting_url="https://zoom.example.org/j/1",
        capacity=PLACES,
        contact_email="miasta@example.org",
        organiser=like.organiser,
    )


def a_session(site: Site, event: Event, day: int, slot: int, room: str) -> Session:
    starts_at = event.starts_at + timedelta(days=day, minutes=50 * slot)
    return Session(
        event=event,
        uid=uids.fresh(site.calendar_domain),
        slug=f"sesja-{day}-{slot}-{room[-1].lower()}",
        title=f"Dane w mieście, część {slot + 1} ({room})",
        abstract=ABSTRACT,
        kind=SessionKind.PRESENTATION,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=45),
        room=room,
    )


def hour(days: int, of_day: int) -> datetime:
    """An hour of Warsaw's clock so many days ahead."""
    return demo.at((clock.now() + timedelta(days=days)).date(), of_day)


def sessions_of(event: Event) -> list[int]:
    return list(db.session.scalars(sa.select(Session.id).where(Session.event_id == event.id).order_by(Session.id)))


def enrol(event: Event, person: str, *, sessions: list[int]) -> Registration:
    """One more registration, by the act that the form calls."""
    latest = consent.latest()
    submission = signup.register(
        event,
        idempotency_key=f"bench-{person}",
        name="Żaneta Łącka",
        email=f"{person}@example.org",
        organisation="Urząd Miasta",
        position="Specjalistka",
        needs=(),
        needs_note="",
        sessions=sessions,
        clause_version=latest.version if latest else 0,
        language="pl",
        network=person,
    )
    return submission.registration


def change() -> None:
    """Raise the revision of the public content, as any change by an organiser does."""
    with transaction():
        db.session.execute(sa.update(SiteRevision).values(number=SiteRevision.number + 1))
