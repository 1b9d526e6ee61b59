"""Letters as another room would compose them, from rows that no database holds."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from app import clock
from app.accounts.models import User
from app.agenda.models import Appearance, Person, Role, Session, SessionKind
from app.calendar import slots
from app.changes.letters import Told
from app.events.members import Invitation, Post
from app.events.models import Attendance, Event, Kind, Organisation
from app.mail.letters import CalendarPart, Letter
from app.mail.models import Message
from app.mail.own_words import Source, Words, fill
from app.privacy.retention import Due
from app.questions.models import Question
from app.registration.models import Registration, Status
from app.site import Site
from tests.make import at

SITE = Site(
    base_url="https://plenum.example.org",
    calendar_domain="cal.plenum.example.org",
    sender_name="Plenum",
    sender_address="plenum@example.org",
    operator_name="Ministerstwo",
)
MEETING = "https://meeting.example.com/j/81234567890?pwd=hidden"
ICS = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nSUMMARY:Zażółć gęślą jaźń\r\nEND:VCALENDAR\r\n".encode()


def a_letter(name: str = "confirmation", **changes: Any) -> Letter:
    """A letter in Polish with every fact that a letter of its name has."""
    fields: dict[str, Any] = {
        "name": name,
        "language": "pl",
        "message_id": "<1@cal.plenum.example.org>",
        "to_name": "Żaneta Łącka",
        "to_address": "zaneta.lacka@example.org",
        "from_name": "Dni Otwartych Źródeł",
        "from_address": "plenum@example.org",
        "facts": facts(),
    }
    return Letter(**{**fields, **changes})


def an_invitation(method: str = "REQUEST", ics: bytes = ICS) -> CalendarPart:
    return CalendarPart(method, ics.replace(b"METHOD:REQUEST", f"METHOD:{method}".encode()))


def own_words(event: Event, language: str) -> Words:
    """What an organiser wrote, with the event's title in it."""
    return fill(Source("{event}", "**{event}**", language), {"event": event.title})


def facts(**changes: Any) -> dict[str, Any]:
    """What the registration's letters say, all kinds of them together."""
    event = changes.pop("event", None) or an_event()
    sessions = changes.pop("sessions", None) or an_agenda(event)
    found: dict[str, Any] = {
        "event": event,
        "sessions": sessions,
        "slot": slots.of_session(sessions[-1], SITE),
        "registration": a_registration(event),
        "site": SITE,
        "position": 3,
        "is_moved": False,
        "is_announced": False,
        "stays": False,
        "queues": [],
        "my_url": SITE.my("mytoken"),
        "cancel_url": SITE.cancel("mytoken"),
        "join_url": SITE.join("jointoken"),
        "feed_url": SITE.feed("feedtoken"),
        "giver": "Maria Zalewska",
        "address_url": SITE.new_address("addresstoken"),
        **facts_of_rules(sessions[-1]),
        **facts_of_changes(sessions[-1]),
        **facts_of_the_desk(event),
    }
    return {**found, **changes}


def facts_of_rules(session: Session) -> dict[str, Any]:
    """What letters say where an event has rules of entry."""
    links = {"proof_url": SITE.proof("prooftoken"), "accept_url": SITE.accept("mytoken")}
    links["keep_url"] = SITE.keep("mytoken")
    links["register_url"] = SITE.register_by("smart-city", "inviteetoken")
    return {"word": None, "note": "", "session": session, "declined": None, "leaves_at": at("2021-10-25 10:20"), **links}


def facts_of_changes(session: Session) -> dict[str, Any]:
    """What letters say of an agenda that moved."""
    sentences = [f"{session.title}: 11:10–12:40, wcześniej 11:00–12:30"]
    return {"told": Told(sentences, session.title, session.local_starts_at, is_all_gone=False), "method": "REQUEST"}


def facts_of_the_desk(event: Event) -> dict[str, Any]:
    """What letters to speakers, to colleagues and about accounts say."""
    invitation = Invitation(
        email="jan@example.org", post=Post.EDITOR, invited_by="Olga Nowak", event=event, expires_at=at("2021-10-25 10:00")
    )
    return {
        "person": Person(name="Anna Cieśla"),
        "is_online": True,
        "speak_url": SITE.speak("speaktoken"),
        "user": User(email="olga@example.org", name="Olga Nowak"),
        "invitation": invitation,
        "scope": event,
        "url": SITE.colleague("colleaguetoken"),
        "on": date(2021, 12, 25),
        "going": [Due(date(2021, 12, 25), None, 2, 5), Due(date(2021, 12, 25), Question(id=7), 1, 1)],
        "labels": {7: "Czym przyjedziesz?"},
    }


def an_event(**changes: Any) -> Event:
    starts_at = changes.setdefault("starts_at", at("2021-10-26 10:00"))
    columns: dict[str, Any] = {
        "uid": "event@cal.plenum.example.org",
        "slug": "smart-city",
        "title": "Smart City - doświadczenia i wyzwania",
        "subtitle": "Wyniki ewaluacji realizacji koncepcji Smart City w krajach V4",
        "kind": Kind.WORKSHOP,
        "language": "pl",
        "zone": "Europe/Warsaw",
        "ends_at": starts_at + timedelta(hours=2, minutes=30),
        "attendance": Attendance.ONLINE,
        "place_name": "Zoom",
        "meeting_url": MEETING,
        "meeting_opens_minutes": 15,
        "asks_sessions": False,
        "sequence": 0,
        "summary": "",
        "contact_email": "organiser@example.org",
        "status_note": "",
        "created_at": clock.now(),
        "modified_at": clock.now(),
        "organiser": Organisation(name="Departament Strategii, Ministerstwo Funduszy i Polityki Regionalnej"),
    }
    return Event(**{**columns, **changes})


def an_agenda(event: Event) -> list[Session]:
    """A presentation of an hour, then a panel of two until the end."""
    later = event.starts_at + timedelta(hours=1)
    presentation = a_session(event, 1, "Prezentacja wyników badania", event.starts_at, later)
    panel = a_session(event, 2, "Panel ekspertów", later, event.ends_at)
    panel.appearances = [
        Appearance(person=Person(name=name), role=Role.PANELIST) for name in ("Anna Cieśla", "Włodzimierz Łoziński")
    ]
    return [presentation, panel]


def a_session(event: Event, number: int, title: str, starts_at: Any, ends_at: Any) -> Session:
    return Session(
        uid=f"session-{number}@cal.plenum.example.org",
        event=event,
        slug=f"session-{number}",
        title=title,
        abstract="",
        kind=SessionKind.PRESENTATION,
        starts_at=starts_at,
        ends_at=ends_at,
        sequence=0,
        created_at=clock.now(),
        modified_at=clock.now(),
    )


def a_registration(event: Event, **changes: Any) -> Registration:
    columns: dict[str, Any] = {"uid": "r1", "number": 187, "status": Status.CONFIRMED}
    columns.update(registered_at=at("2021-10-20 14:03"), held_until=at("2021-10-20 15:03"), accept_by=at("2021-10-21 14:00"))
    return Registration(event=event, **{**columns, **changes})


def composer(**changes: Any) -> Callable[[Message, Site], Letter | None]:
    """Composes each message as a letter with these fields."""
    shared: Mapping[str, Any] = facts()

    def compose(message: Message, site: Site) -> Letter | None:
        addressee = {"message_id": message.message_id, "to_name": message.to_name, "to_address": message.to_address}
        return a_letter(message.letter, **{"facts": shared, **addressee, **changes})

    return compose
