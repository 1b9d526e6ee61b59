"""Makes what a test needs; a test states only what matters to it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import count
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from app.accounts.models import User
from app.agenda.models import Appearance, Material, Person, Role, Session, SessionKind
from app.db import db, transaction
from app.events.members import Membership, Post
from app.events.models import Attendance, Event, EventStatus, Kind, Organisation, Programme
from app.files.models import File
from app.questions.models import Asks, Question, Section, Wording
from app.registration import consent, signup
from app.registration.models import Clause, Registration

Row = TypeVar("Row")
numbers = count(1)
PASSWORD = "zielony parasol na deszcz"
PASSWORD_HASH = "$argon2id$v=19$m=8,t=1,p=1$4awhehU/PH2RyUU3pdZKEg$SQgZ/idf8rWUhoO033eJN2XH2E4GgemHpDgaUbjVjyU"


def at(local: str, zone: str = "Europe/Warsaw") -> datetime:
    """The moment when the clocks of a zone show `local`, such as "2021-10-26 10:00"."""
    return datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(zone))


def an_organisation(**facts: Any) -> Organisation:
    number = next(numbers)
    return kept(Organisation, facts, slug=f"organisation-{number}", name=f"Organisation {number}")


def a_programme(**facts: Any) -> Programme:
    return kept(Programme, facts, slug=f"programme-{next(numbers)}", title="Partnerska Inicjatywa Miast 2021-2023")


def an_event(**facts: Any) -> Event:
    """A workshop on 26 October 2021, 10:00-12:30 Polish time, open for registration."""
    number = next(numbers)
    if not {"organiser", "organiser_id"} & facts.keys():
        facts["organiser_id"] = an_organisation().id
    zone = facts.get("zone", "Europe/Warsaw")
    starts_at = facts.setdefault("starts_at", at("2021-10-26 10:00", zone))
    return kept(
        Event,
        facts,
        uid=f"event-{number}@cal.plenum.example.org",
        slug=f"event-{number}",
        title="Smart City - doświadczenia i wyzwania",
        kind=Kind.WORKSHOP,
        status=EventStatus.PUBLISHED,
        ends_at=starts_at + timedelta(hours=2, minutes=30),
        attendance=Attendance.ONLINE,
        place_name="Zoom",
        meeting_url="https://meeting.example.com/j/81234567890?pwd=hidden",
        capacity=300,
        contact_email="organiser@example.org",
    )


def a_session(event: Event, **facts: Any) -> Session:
    """The first hour of the event, unless said otherwise."""
    number = next(numbers)
    starts_at = facts.setdefault("starts_at", event.starts_at)
    return kept(
        Session,
        facts,
        uid=f"session-{number}@cal.plenum.example.org",
        event_id=event.id,
        slug=f"session-{number}",
        title="Prezentacja wyników badania",
        kind=SessionKind.PRESENTATION,
        ends_at=starts_at + timedelta(hours=1),
    )


def a_person(**facts: Any) -> Person:
    return kept(Person, facts, slug=f"person-{next(numbers)}", name="Anna Cieśla")


def an_appearance(session: Session, **facts: Any) -> Appearance:
    """A person on a session, as a panelist; with `organisation=` the organisation instead."""
    if not {"person", "person_id", "organisation", "organisation_id"} & facts.keys():
        facts["person_id"] = a_person().id
    return kept(Appearance, facts, session_id=session.id, role=Role.PANELIST, printed_as="coFounder VOOOM", rank=next(numbers))


def a_material(event: Event, **facts: Any) -> Material:
    return kept(
        Material,
        facts,
        event_id=event.id,
        title="Raport z ewaluacji",
        url="https://www.example.org/report.pdf",
        rank=next(numbers),
    )


def a_user(**facts: Any) -> User:
    """Somebody who signs in with the password of `tests.make.PASSWORD`; without a membership they may do nothing."""
    number = next(numbers)
    return kept(
        User,
        facts,
        email=f"organiser.{number}@example.org",
        name="Olga Organizacyjna",
        password=PASSWORD_HASH,
        fs_uniquifier=f"uniquifier-{number}",
    )


def a_membership(user: User, event: Event | Programme, post: Post = Post.OWNER) -> Membership:
    """A post on an event or a programme."""
    of = {"event_id": event.id} if isinstance(event, Event) else {"programme_id": event.id}
    return kept(Membership, {"user_id": user.id, **of}, post=post)


def a_file(**facts: Any) -> File:
    """An uploaded file of a few bytes."""
    content = facts.setdefault("content", b"%PDF-1.7 of the test")
    return kept(
        File,
        facts,
        key=f"file-{next(numbers)}",
        name="raport.pdf",
        media_type="application/pdf",
        size=len(content),
        digest=sha256(content).hexdigest(),
    )


def a_clause() -> Clause:
    """The information clause in force; one is published if there is none."""
    text = "Administratorem danych osobowych jest organizator."
    with transaction():
        return consent.latest() or consent.publish(text, text)


def a_registration(event: Event, **facts: Any) -> Registration:
    """Somebody's registration, made by the act that the form calls; each call is another person, who chooses all sessions."""
    number = next(numbers)
    answers: dict[str, Any] = {
        "idempotency_key": f"key-{number}",
        "name": "Żaneta Łącka",
        "email": f"zaneta.lacka.{number}@example.org",
        "organisation": "Urząd Miasta Gdyni",
        "position": "Specjalistka",
        "needs": (),
        "needs_note": "",
        "sessions": sessions_of(event) if event.asks_sessions else (),
        "language": "pl",
        "network": f"198.51.{number // 250 % 250}.{number % 250}",
        **facts,
    }
    answers.setdefault("clause_version", a_clause().version)
    with transaction():
        return signup.register(event, **answers).registration


def sessions_of(event: Event) -> list[int]:
    return list(db.session.scalars(sa.select(Session.id).where(Session.event_id == event.id)))


def kept(table: Callable[..., Row], facts: dict[str, Any], **defaults: Any) -> Row:
    """A row with these facts, committed."""
    with transaction():
        row = table(**{**defaults, **facts})
        db.session.add(row)
    return row


def a_section(event: Event, pl: str = "Dojazd", **facts: Any) -> Section:
    """A section of the event's form."""
    return kept(Section, facts, event_id=event.id, title={"pl": pl}, rank=next(numbers))


def a_question(event: Event, asks: Asks = Asks.LINE, label: str = "Skąd jedziesz?", **facts: Any) -> Question:
    """A question at the end of the event's form; `options="vegan meat"`, `shown=(question, "yes")`."""
    source, *shown = facts.pop("shown", (None,))
    options = [{"value": value, "pl": value.capitalize(), "en": f"{value} (en)"} for value in facts.pop("options", "").split()]
    wording = Wording(asks=asks, label={"pl": label}, options=options, limits=facts.pop("limits", {}))
    depends = {"shown_when_id": source.id, "shown_values": shown} if source else {}
    number = next(numbers)
    return kept(Question, {**depends, **facts}, event_id=event.id, name=f"q{number}", rank=number, wordings=[wording])
