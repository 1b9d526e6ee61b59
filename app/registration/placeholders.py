"""What can stand in braces in an organiser's own words, letter by letter, and what is put in its place."""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date
from flask_babel import force_locale

from app import moments
from app.calendar.slots import Slot
from app.events.models import Attendance, Event
from app.mail import own_words
from app.mail.own_words import Source, Words
from app.questions import form
from app.registration import answered
from app.registration.models import Registration

ANSWER = "answer."
ALWAYS = ("name", "event", "date", "hours", "place", "organiser", "contact", "number")
MY, JOIN, POSITION = "my_link", "join_link", "position"
FURTHER: Mapping[str, tuple[str, ...]] = {
    "confirmation": (MY, JOIN),
    "invitation": (MY, JOIN),
    "handed_over": (MY, JOIN),
    "new_link": (MY,),
    "already_registered": (MY,),
    "waiting": (MY, POSITION),
    "promoted": (MY, JOIN),
    "session_place": (MY, JOIN),
    "proof": (),
    "pending": (MY,),
    "declined": (),
    "declined_by_calendar": (MY,),
    "reminder_day": (MY, JOIN),
    "reminder_hour": (MY, JOIN),
    "cancellation": (MY,),
    "event_cancelled": (MY,),
    "event_postponed": (MY,),
    "event_moved": (MY,),
    "withdrawal": (),
    "new_address": (),
    "message": (MY, JOIN),
}
"""By letter; a link stands only in letters that have it anyway, so that no key goes where none went before."""


def allowed(letter: str, event: Event) -> tuple[str, ...]:
    """The placeholders of one letter about this event; there is nothing to join where one comes in person.

    Each question of the event's form has one by its short name: {answer.diet}.
    """
    further = (name for name in FURTHER[letter] if name != JOIN or event.attendance is not Attendance.OFFLINE)
    return (*ALWAYS, *further, *(f"{ANSWER}{question.name}" for question in form.of(event).questions))


def fill(source: Source, registration: Registration, facts: Mapping[str, object]) -> Words:
    """The own words for one person, with the facts that the letter's templates get."""
    with force_locale(source.language):
        values = {**about_event(registration.event, source.language), **about_person(registration, facts)}
        if tells_answers(source):
            values.update(about_answers(registration, source.language))
        if isinstance(slot := facts.get("slot"), Slot):
            values.update(when(slot.starts_at, slot.ends_at, slot.zone, source.language))
    return own_words.fill(source, values)


def tells_answers(source: Source) -> bool:
    """Whether these words ask for anything that the person answered."""
    return f"{{{ANSWER}" in f"{source.subject} {source.body}"


def about_event(event: Event, language: str) -> dict[str, str]:
    contact = (event.contact_name, event.contact_email, event.contact_phone)
    return {
        "event": event.said("title", language).text,
        "place": place(event, language),
        "organiser": event.organiser.name,
        "contact": ", ".join(filter(None, contact)),
        **when(event.starts_at, event.ends_at, event.zone, language),
    }


def about_person(registration: Registration, facts: Mapping[str, object]) -> dict[str, str]:
    """Without a place there is nothing to join yet: the link leads to the own page, which says so."""
    join_url = facts["join_url"] if registration.is_confirmed else None
    return {
        "name": registration.name,
        "number": registration.reference,
        "my_link": str(facts["my_url"]),
        "join_link": str(join_url or facts["my_url"]),
        "position": str(facts.get("position", "")),
    }


def about_answers(registration: Registration, language: str) -> dict[str, str]:
    """What the person answered; a question that they were not asked is empty."""
    return {f"{ANSWER}{answer.question.name}": answered.text(answer, language) for answer in registration.answers}


def place(event: Event, language: str) -> str:
    name = event.said("place_name", language).text
    return name if event.attendance is Attendance.ONLINE else ", ".join(filter(None, (name, event.place_address)))


def when(starts_at: datetime, ends_at: datetime, zone: str, language: str) -> dict[str, str]:
    """The day or the days, and the hours, by the clock of the event."""
    starts, ends = (moment.astimezone(ZoneInfo(zone)) for moment in (starts_at, ends_at))
    first, last = (format_date(local.date(), "d MMMM y", locale=language) for local in (starts, ends))
    return {"date": first if first == last else f"{first} – {last}", "hours": f"{moments.hour(starts)}–{moments.hour(ends)}"}
