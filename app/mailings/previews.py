"""Letters as somebody would get them, shown to organisers: true in everything but the keys, which open nothing.

A preview is made from a copy of the registration that no database holds, whose keys are its own.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import wraps
from inspect import signature
from typing import Any, cast

import sqlalchemy as sa
from flask_babel import force_locale
from flask_babel import gettext as _

from app import clock
from app.agenda.models import Session
from app.calendar.words import Reply
from app.changes import facts, people
from app.changes import letters as changes
from app.changes.differences import Difference
from app.changes.models import Version
from app.changes.whom import Positions
from app.db import db
from app.events.models import Event
from app.folding import fold
from app.mail.letters import Letter
from app.mail.models import Message
from app.mail.own_words import Source
from app.mailings.letters import LETTER
from app.registration import choices, entries, keys, letters
from app.registration.batch import Batch
from app.registration.models import Answer, Choice, Purpose, Registration, Status
from app.registration.models import Entry as Held
from app.registration.renewing import Turn
from app.site import Site

MASK = "example"
KEYS = {"token", "key"}
"""How the site's methods call a key."""

STATES: Mapping[str, Status] = {
    "waiting": Status.WAITING,
    "cancellation": Status.CANCELLED,
    "proof": Status.UNCONFIRMED,
    "pending": Status.PENDING,
    "declined": Status.DECLINED,
}
"""What somebody has who gets a letter; for all others, a place."""

AN_HOUR, A_DAY = timedelta(hours=1), timedelta(days=1)
NEW_ADDRESS = "new.address@example.org"
CALENDAR = frozenset(letters.METHODS)


@dataclass(frozen=True)
class Subject:
    """Whose data a preview shows; `is_real` unless there is nobody, `is_sought` unless nobody has the words that were typed."""

    registration: Registration
    is_real: bool
    is_sought: bool = True


def subject(event: Event, who: str = "", condition: sa.ColumnElement[bool] | None = None) -> Subject:
    """The latest who registered, among those whose name or address has these words; somebody made up where there is none."""
    query = sa.select(Registration).where(Registration.event_id == event.id if condition is None else condition)
    words = [Registration.folded.contains(word, autoescape=True) for word in fold(who).split()]
    found = db.session.scalars(query.where(*words).order_by(Registration.number.desc()).limit(1)).first()
    if found is None and words:
        return replace(subject(event, "", condition), is_sought=False)
    return Subject(found or made_up(event), is_real=found is not None)


def made_up(event: Event) -> Registration:
    """Somebody to show a letter with, in the words of the page's language."""
    return Registration(
        event_id=event.id,
        event=event,
        number=1,
        arrival=event.arrivals + 1,
        name=_("Jan Example"),
        email="jan@example.org",
        language="pl",
        status=Status.CONFIRMED,
        registered_at=clock.now(),
        wants_reminders=True,
    )


def stand_in(registration: Registration, event: Event, status: Status) -> Registration:
    """A copy with other keys, in the state that the letter speaks of."""
    facts = {name: getattr(registration, name) for name in ("number", "arrival", "name", "email", "language", "registered_at")}
    chosen = [Choice(session_id=choice.session_id) for choice in registration.chosen]
    told = [Answer(question=answer.question, wording=answer.wording, value=answer.value) for answer in registration.answers]
    copy = Registration(uid="preview", event_id=event.id, event=event, status=status, chosen=chosen, answers=told, **facts)
    if status is Status.WAITING and not registration.is_waiting:
        copy.arrival = event.arrivals + 1
    keys.issue(copy)
    copy.held_until = clock.now() + AN_HOUR if status is Status.UNCONFIRMED else None
    for purpose in (Purpose.ADDRESS, Purpose.PROOF):
        keys.add(copy, purpose, generation=1)
    return copy


def of_kind(letter: str, language: str, of: Subject, site: Site, source: Source | None = None) -> Letter | None:
    """An automatic letter with somebody's data; with a source, the organiser's words in it, kept already or not."""
    event = of.registration.event
    status = of.registration.status if letter == "already_registered" else STATES.get(letter, Status.CONFIRMED)
    copy = stand_in(
        of.registration, event, Status.CONFIRMED if status is Status.CANCELLED and letter != "cancellation" else status
    )
    with force_locale(language):
        return letters.written(letter, copy, message(letter, language, copy, site), masked(site), Batch([]), source)


def of_mailing(source: Source, language: str, of: Subject, site: Site) -> Letter | None:
    """A message to several with the data of one of them."""
    copy = stand_in(of.registration, of.registration.event, of.registration.status)
    with force_locale(language):
        return letters.written(LETTER, copy, message(LETTER, language, copy, site), masked(site), Batch([]), source)


def of_changes(
    event: Event, sessions: Sequence[Session], found: Sequence[Difference], told: Positions, site: Site
) -> Letter | None:
    """What waits to be told, as the one of these people gets it whom most of it concerns; `None` where it concerns nobody."""
    if not told:
        return None
    number = max(told, key=lambda one: (len(told[one]), one))
    somebody = db.session.get_one(Registration, number)
    copy = stand_in(somebody, event, somebody.status)
    effects = [people.effect(event, found[position], sessions) for position in told[number]]
    turned = people.turns(event, {entry.uid: entry.is_active for entry in somebody.entries}, effects)
    put = message(people.LETTER, somebody.language, copy, site)
    put.facts = {"version": 0, "changes": list(told[number]), **turn(copy, turned, somebody)}
    version = Version(facts=facts.taken(event, sessions), changes=[difference.to_json() for difference in found])
    with force_locale(somebody.language):
        return changes.written(people.LETTER, copy, put, masked(site), Batch([]), version)


def turn(copy: Registration, turned: Mapping[str, Turn], somebody: Registration) -> dict[str, Any]:
    """The first of these entries, as the letter keeps it among its facts, with the copy at the same revision."""
    for uid, what in turned.items():
        method = people.METHODS[what]
        reply = entries.answered(somebody, uid) if what is Turn.RENEWED else Reply.NONE
        copy.entries = [Held(uid=uid, sequence=1, is_active=method == "REQUEST", reply=reply)]
        return {"uid": uid, "sequence": 1, "method": method}
    return {}


def message(letter: str, language: str, registration: Registration, site: Site) -> Message:
    """The outbox's row as it would be, put nowhere."""
    return Message(
        id=0,
        message_id="<preview>",
        letter=letter,
        language=language,
        to_name=registration.name,
        to_address=NEW_ADDRESS if letter == "new_address" else registration.email,
        thread=registration.thread,
        facts=facts_of(letter, registration, site),
        put_at=clock.now(),
    )


def facts_of(letter: str, registration: Registration, site: Site) -> dict[str, Any]:
    """What the act would have kept with the letter."""
    has_entry = letter in CALENDAR and registration.status is not Status.WAITING
    facts = entry(registration, site) if has_entry else {}
    if letter == "session_place":
        offered = [session for session in choices.sessions(registration) if choices.is_offered(session)]
        facts["session"] = offered[0].id if offered else 0
    if letter == "declined_by_calendar":
        leaves_at = min(clock.now() + A_DAY, registration.event.starts_at)
        facts = {"entry": registration.event.uid, "leaves_at": leaves_at.isoformat(), "goes": "place"}
    return facts


def entry(registration: Registration, site: Site) -> dict[str, Any]:
    """The first entry of the person's calendar, as a letter keeps it among its facts."""
    first = entries.shaped(registration, choices.sessions(registration), site)[0]
    return {"uid": first.uid, "sequence": first.sequence}


def blind(method: Callable[..., str]) -> Callable[..., str]:
    """The method, which passes over the key that it is given."""

    @wraps(method)
    def without_key(site: Site, key: str) -> str:
        return method(site, MASK)

    return without_key


def is_keyed(method: object) -> bool:
    return callable(method) and bool(KEYS & signature(method).parameters.keys())


Masked = cast(type[Site], type("Masked", (Site,), {name: blind(made) for name, made in vars(Site).items() if is_keyed(made)}))
"""The site, whose addresses for one person hold no key."""


def masked(site: Site) -> Site:
    return Masked(**vars(site))


@dataclass(frozen=True)
class Entry:
    """What a letter does to the reader's calendar."""

    takes_out: bool
    summary: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    location: str


def calendar_entry(letter: Letter) -> Entry | None:
    """The calendar part in a form for words; `None` where there is none."""
    slot: Any = letter.facts.get("slot")
    if letter.calendar is None or slot is None:
        return None
    is_cancel = letter.calendar.method == "CANCEL"
    return Entry(is_cancel, slot.summary, slot.starts_at, slot.ends_at, slot.zone, slot.location)
