"""What goes into somebody's calendar, and the SEQUENCE by which each letter about it is newer than the one before.

Everybody's SEQUENCE is their own: a cancellation for one person must not raise it for others, and a number once sent is
never sent again with another meaning (RFC 5546 2.1.4).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from app import clock
from app.agenda import gone
from app.agenda.models import Session, SessionKind
from app.calendar import slots as calendar
from app.calendar.slots import Slot
from app.calendar.words import Reply
from app.events.models import Event
from app.registration import choices
from app.registration.models import Entry, Registration
from app.site import Site

MOST = 3
ANYWHERE = Site(base_url="", calendar_domain="", sender_name="", sender_address="", operator_name="")


@dataclass(frozen=True)
class Mark:
    """One entry at one revision, as a letter keeps it among its facts."""

    uid: str
    sequence: int

    @property
    def facts(self) -> dict[str, str | int]:
        return {"uid": self.uid, "sequence": self.sequence}


def slots(registration: Registration, site: Site) -> list[Slot]:
    """The entries of this person: the event's, or one a chosen session or a day up to three.

    Whoever chose more than three, or comes for more than three days, gets the event's entry and the link of the own feed.
    """
    return shaped(registration, choices.sessions(registration), site)


def shaped(registration: Registration, sessions: Sequence[Session], site: Site) -> list[Slot]:
    """The entries, with the event's whole agenda in hand."""
    event = registration.event
    if chosen := apart(registration, sessions):
        return [calendar.of_session(session, site, registration.language) for session in chosen]
    if by_days(registration, sessions):
        return calendar.of_days(event, sessions, site, registration.language)
    return [calendar.of_event(event, choices.plan(registration, sessions), site, registration.language)]


def apart(registration: Registration, sessions: Sequence[Session]) -> list[Session]:
    """The sessions that are an entry each: up to three, chosen among others. Who waits for all of theirs has the event's.

    A session that was cancelled counts as if it stood, so that nobody's entries take another shape because of it.
    """
    if is_whole(registration, sessions):
        return []
    chosen = [session for session in choices.plan(registration, sessions) if session.kind is not SessionKind.BREAK]
    return [session for session in chosen if choices.is_offered(session)] if len(chosen) <= MOST else []


def is_whole(registration: Registration, sessions: Sequence[Session]) -> bool:
    """Whether they come to everything; whoever was sent the entries of a part leaves out a session that was cancelled since."""
    if not choices.is_everything(registration, sessions):
        return False
    planned = choices.plan(registration, sessions)
    if all(session in planned for session in sessions if not choices.is_offered(session)):
        return True
    of_parts = {session.uid for session in sessions} | (set() if registration.event.takes_one_day else {registration.event.uid})
    return of_parts.isdisjoint(entry.uid for entry in active(registration))


def by_days(registration: Registration, sessions: Sequence[Session]) -> bool:
    """Whether the days of the event are an entry each: up to three, and all of their sessions."""
    event = registration.event
    if event.takes_one_day or not is_whole(registration, sessions):
        return False
    return len(list(calendar.days_of(event))) <= MOST


def slot(registration: Registration, uid: str, sessions: Sequence[Session], site: Site) -> Slot | None:
    """The entry of this identity as it is now, wanted or not, or as it was when it left; `None` if nothing ever was."""
    event, language = registration.event, registration.language
    if uid == event.uid:
        return calendar.of_event(event, choices.plan(registration, sessions), site, language)
    if session := next((session for session in sessions if session.uid == uid), None):
        return calendar.of_session(session, site, language)
    if day := next((day for day in calendar.of_days(event, sessions, site, language) if day.uid == uid), None):
        return day
    former = gone.by_uid(uid)
    return calendar.of_gone(former, site, language) if former else None


def sequences(event: Event, sessions: Sequence[Session]) -> dict[str, int]:
    """The present SEQUENCE of every entry that the event can be in a calendar as, or lately could."""
    whole = calendar.of_event(event, [], ANYWHERE), *calendar.of_days(event, sessions, ANYWHERE)
    parts = (calendar.of_session(session, ANYWHERE) for session in sessions)
    former = {row.uid: row.sequence for row in gone.of(event)}
    return {**former, **{slot.uid: slot.sequence for slot in (*whole, *parts)}}


def wanted(registration: Registration, agenda: Sequence[Session] | None = None) -> list[Mark]:
    """The entries this person should have: as `shaped` has them, but reading and saying no more than their SEQUENCE needs.

    This runs while the event is locked; whoever has the agenda in hand gives it.
    """
    event = registration.event
    sessions = choices.agenda(event) if agenda is None else agenda
    is_whole = not apart(registration, sessions) and not by_days(registration, sessions)
    found = [calendar.of_event(event, [], ANYWHERE)] if is_whole else shaped(registration, sessions, ANYWHERE)
    return [Mark(slot.uid, slot.sequence) for slot in found]


def active(registration: Registration) -> list[Entry]:
    """The entries that this person has in the calendar by our mail."""
    return [entry for entry in registration.entries if entry.is_active]


def invite(registration: Registration, marks: Sequence[Mark]) -> list[Mark]:
    """Give these entries, each newer than anything said of it to this person before."""
    return [raised(registration, mark, is_active=True) for mark in marks]


def withdraw(registration: Registration, uids: Sequence[str], agenda: Sequence[Session] | None = None) -> list[Mark]:
    """Take these entries back, each newer than anything said of it to this person or to others.

    Whoever has the agenda in hand gives it.
    """
    is_whole = set(uids) <= {registration.event.uid}
    sessions = [] if is_whole else choices.sessions(registration) if agenda is None else agenda
    found = [(uid, slot(registration, uid, sessions, ANYWHERE)) for uid in uids]
    return [raised(registration, Mark(uid, slot.sequence if slot else 0), is_active=False) for uid, slot in found]


def withdraw_all(registration: Registration, agenda: Sequence[Session] | None = None) -> list[Mark]:
    """Take back every entry that the person has."""
    return withdraw(registration, [entry.uid for entry in active(registration)], agenda)


def raised(registration: Registration, mark: Mark, *, is_active: bool) -> Mark:
    """The entry's next revision for this person, remembered; of whoever leaves altogether it stays known what they answered."""
    entry = next((entry for entry in registration.entries if entry.uid == mark.uid), None)
    if entry is None:
        entry = Entry(uid=mark.uid, sequence=mark.sequence)
        registration.entries.append(entry)
    else:
        entry.sequence = max(mark.sequence, entry.sequence + 1)
    entry.is_active, entry.stamped_at, entry.leaves_at = is_active, clock.now(), None
    if active(registration):
        ask_anew(registration, entry)
    return Mark(entry.uid, entry.sequence)


def ask_anew(registration: Registration, entry: Entry) -> None:
    """Let go what the calendar answered: it was said of an entry that is another now (RFC 5546 3.2.2.1)."""
    if entry.reply not in {None, Reply.NONE}:
        entry.reply = Reply.NONE
        summarise(registration)


def summarise(registration: Registration) -> None:
    """What the person answered as a whole, and when last: yes if to anything, no if to all."""
    said = [entry.reply for entry in active(registration)]
    if said and set(said) == {Reply.DECLINED}:
        reply = Reply.DECLINED
    else:
        reply = next((one for one in (Reply.ACCEPTED, Reply.TENTATIVE) if one in said), Reply.NONE)
    moments = [entry.replied_at for entry in active(registration) if entry.replied_at and entry.reply is reply]
    registration.reply, registration.replied_at = reply, max(moments, default=None) if reply is not Reply.NONE else None


def answered(registration: Registration, uid: str) -> Reply:
    """What the calendar answered to this entry as it is now."""
    return next((entry.reply for entry in registration.entries if entry.uid == uid), Reply.NONE)


def told(registration: Registration) -> list[Mark]:
    """The entries as they were last sent, to send them again with nothing new."""
    return [Mark(entry.uid, entry.sequence) for entry in active(registration)]


def owned(registration: Registration, site: Site) -> list[Slot]:
    """The entries as this person has them; none for who never had a place."""
    if registration.turned_at is None:
        return []
    return [own(registration, slot) for slot in slots(registration, site)]


def feed(registration: Registration, site: Site) -> list[Slot]:
    """The own feed: an entry for each session of the plan, or the event's where there are none, and what was there of late.

    Whoever never had a place has none. A cancelled registration keeps them as cancelled ones, newer by a SEQUENCE.
    """
    if registration.turned_at is None:
        return []
    agenda = choices.sessions(registration)
    event, language = registration.event, registration.language
    planned = [session for session in choices.plan(registration, agenda) if session.kind is not SessionKind.BREAK]
    found = [calendar.of_session(session, site, language) for session in planned]
    held = [own(registration, slot) for slot in found or [calendar.of_event(event, [], site, language)]]
    return [*held, *left(registration, [session for session in agenda if session not in planned], site)]


def changed_at(registration: Registration, held: Sequence[Slot]) -> datetime | None:
    """When the own feed last became what it is: by a change of an entry, or of what stands in it."""
    moments = [slot.modified_at for slot in held]
    return max([*moments, *([registration.touched_at] if registration.touched_at else [])], default=None)


def left(registration: Registration, others: Sequence[Session], site: Site) -> list[Slot]:
    """As cancelled for thirty days: sessions that left the agenda, and those that this person had by our mail and left."""
    language = registration.language
    had = {entry.uid: entry for entry in registration.entries}
    off = [session for session in gone.of(registration.event) if session.uid in had or not registration.event.asks_sessions]
    slots = [own(registration, calendar.of_gone(session, site, language)) for session in off]
    for session in others:
        entry = had.get(session.uid)
        if entry and not entry.is_active and entry.stamped_at >= clock.now() - gone.KEPT:
            slot = own(registration, calendar.of_session(session, site, language))
            slots.append(replace(slot, is_cancelled=True, modified_at=max(slot.modified_at, entry.stamped_at)))
    return slots


def own(registration: Registration, slot: Slot) -> Slot:
    """The slot as this person's: cancelled if they cancelled, and newer each time they give the place up or get it back."""
    sent = max((entry.sequence for entry in registration.entries if entry.uid == slot.uid), default=0)
    turned_at = registration.turned_at if registration.turns else None
    return replace(
        slot,
        sequence=max(slot.sequence + registration.turns, sent),
        is_cancelled=slot.is_cancelled or not registration.is_confirmed,
        modified_at=max(slot.modified_at, turned_at or slot.modified_at),
    )
