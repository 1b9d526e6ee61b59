"""The demonstration: the ministry's workshop as it was announced.

What the announcement does not say (the meeting's address, the report's address, the number of places) is made up at
example.org; nobody is added whom it does not name.
"""

from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

import click
import sqlalchemy as sa
from flask import current_app
from flask.cli import with_appcontext

import config
from app import clock
from app.accounts import passwords
from app.agenda.models import Appearance, Material, Person, Role, Session, SessionKind
from app.changes import versions
from app.cli import demo_organiser
from app.db import db, transaction
from app.events import uids
from app.events.models import Attendance, Event, EventStatus, Kind, Organisation, Programme
from app.site import Site

SLUG = "smart-city-v4"
WARSAW = ZoneInfo("Europe/Warsaw")
AS_PUBLISHED = date(2021, 10, 26)
AHEAD = timedelta(weeks=2)
REPORT = "https://www.example.org/raport-smart-city-v4.pdf"
STUDY = "Ewaluacja realizacji koncepcji Smart City w państwach Grupy Wyszehradzkiej"


class Panelist(NamedTuple):
    """Somebody on the panel, in the nominative, with the position as printed."""

    slug: str
    name: str
    printed_as: str


PANEL = (
    Panelist(
        "anna-ciesla",
        "Anna Cieśla",
        "Naczelnik Wydziału Pomocy Technicznej EOG i Komunikacji, Departament Programów Pomocowych, MFiPR",
    ),
    Panelist(
        "joanna-krukowska",
        "Joanna Krukowska",
        "Kierowniczka Działu UrbanLab Gdynia - Laboratorium Innowacji Społecznych",
    ),
    Panelist("bartosz-dominiak", "Bartosz Dominiak", "Zastępca Burmistrza Dzielnicy Ursynów m.st. Warszawy"),
    Panelist("robert-bednarski", "Robert Bednarski", "Dyrektor Biura Zarządzania Projektami Urzędu Miasta Wrocławia"),
    Panelist("wlodzimierz-lozinski", "Włodzimierz Łoziński", "coFounder VOOOM"),
)
AUTHORS = (("wolanski", "Wolański Sp. z o.o."), ("ego", "EGO s.c."), ("lbe", "LB&E Sp. z o.o."))


@click.command()
@click.option("--as-published", is_flag=True, help="Put the workshop on 26 October 2021, as announced.")
@with_appcontext
def demo(as_published: bool) -> None:
    """Load the demonstration; a second time changes nothing but a date that has passed."""
    site: Site = current_app.config["SITE"]
    settings: config.Settings = current_app.config["SETTINGS"]
    hashed = None if settings.in_production else passwords.hashed(demo_organiser.password(settings))
    with transaction():
        event = load(site, as_published=as_published)
        if hashed:
            demo_organiser.appoint(event, hashed)
        address, starts_at = site.event(event.slug), event.local_starts_at
    click.echo(f"{address}  {starts_at:%Y-%m-%d %H:%M} {event.zone}")


def load(site: Site, *, as_published: bool = False) -> Event:
    """Make the workshop, or bring the one that is there to its day; returns it."""
    event = db.session.scalar(sa.select(Event).where(Event.slug == SLUG))
    if event is None:
        event = make(site, AS_PUBLISHED if as_published else next_day())
        versions.begin(event, "")
    elif as_published:
        move(event, AS_PUBLISHED)
    elif event.is_over:
        move(event, next_day())
    versions.settle(event, "")
    return event


def next_day() -> date:
    """The next 26 October that is at least two weeks ahead."""
    this_year = clock.now().astimezone(WARSAW).year
    days = (date(year, 10, 26) for year in (this_year, this_year + 1, this_year + 2))
    return next(day for day in days if at(day, 10) >= clock.now() + AHEAD)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """An hour of Warsaw's wall clock on that day."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=WARSAW).astimezone(UTC)


def move(event: Event, day: date) -> None:
    """Put the workshop and its sessions on another day; their hours by the wall clock stay."""
    if event.local_starts_at.date() == day:
        return
    for session in db.session.scalars(sa.select(Session).where(Session.event_id == event.id)):
        starts, ends = session.local_starts_at, session.local_ends_at
        session.starts_at, session.ends_at = at(day, starts.hour, starts.minute), at(day, ends.hour, ends.minute)
    event.starts_at, event.ends_at = at(day, 10), at(day, 12, 30)
    event.registration_closes_at = event.starts_at


def make(site: Site, day: date) -> Event:
    """Write the workshop, its agenda, people and material."""
    event = announce(site, day)
    study = Session(
        event=event,
        uid=uids.fresh(site.calendar_domain),
        slug="prezentacja-wynikow-badania",
        title="Prezentacja wyników badania",
        abstract=f"„{STUDY}”, badanie zrealizowane dla MFiPR przez konsorcjum.",
        kind=SessionKind.PRESENTATION,
        starts_at=at(day, 10),
        ends_at=at(day, 11),
    )
    panel = Session(
        event=event,
        uid=uids.fresh(site.calendar_domain),
        slug="panel-ekspertow",
        title="Panel ekspertów",
        kind=SessionKind.PANEL,
        starts_at=at(day, 11),
        ends_at=at(day, 12, 30),
    )
    db.session.add_all([study, panel])
    for rank, (slug, name) in enumerate(AUTHORS):
        firm = Organisation(slug=slug, name=name)
        db.session.add(Appearance(session=study, organisation=firm, role=Role.AUTHOR, rank=rank))
    for rank, panelist in enumerate(PANEL):
        person = Person(slug=panelist.slug, name=panelist.name)
        db.session.add(Appearance(session=panel, person=person, role=Role.PANELIST, printed_as=panelist.printed_as, rank=rank))
    db.session.add(Material(event=event, session=study, title=f"Raport „{STUDY}”", url=REPORT))
    db.session.flush()
    return event


def announce(site: Site, day: date) -> Event:
    """The event itself, published, with registration open until it begins."""
    ministry = Organisation(
        slug="departament-strategii-mfipr",
        name="Departament Strategii, Ministerstwo Funduszy i Polityki Regionalnej",
        short_name="Departament Strategii MFiPR",
    )
    event = Event(
        uid=uids.fresh(site.calendar_domain),
        slug=SLUG,
        title="Smart City - doświadczenia i wyzwania",
        subtitle="Wyniki ewaluacji realizacji koncepcji Smart City w krajach V4",
        summary="Zachęcamy przedstawicieli miast do udziału: prezentacja wyników badania i panel ekspertów.",
        description="Zapraszamy również wszystkich zainteresowanych do zapoznania się z raportem i jego wnioskami.",
        kind=Kind.WORKSHOP,
        status=EventStatus.PUBLISHED,
        starts_at=at(day, 10),
        ends_at=at(day, 12, 30),
        attendance=Attendance.ONLINE,
        place_name="Zoom",
        meeting_url="https://zoom.example.org/j/81234567890?pwd=smartcity",
        capacity=300,
        registration_closes_at=at(day, 10),
        asks_sessions=True,
        contact_email="miasta@example.org",
        organiser=ministry,
        programme=Programme(slug="pim-2021-2023", title="Partnerska Inicjatywa Miast (PIM) 2021-2023"),
    )
    db.session.add(event)
    return event
