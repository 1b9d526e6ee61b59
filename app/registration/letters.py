"""Letters about a registration: put into the outbox with the act, put together when they leave.

A calendar letter keeps its UID and SEQUENCE from the moment of the act, so that every try of it says the same.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import sqlalchemy as sa

from app import clock
from app.agenda.models import Session
from app.calendar import invitations
from app.calendar.slots import Slot
from app.db import db
from app.events.models import Attendance, EventStatus
from app.mail import outbox
from app.mail.letters import CalendarPart, Letter
from app.mail.models import Message
from app.mail.own_words import Source
from app.registration import choices, entries, keys, placeholders, queries
from app.registration.batch import Batch
from app.registration.entries import Mark
from app.registration.models import Entry, Purpose, Registration, Status
from app.site import Site

RESENT_EVERY = 600
"""Seconds."""
LATEST_DAY_REMINDER = timedelta(hours=2)
REMINDERS = ("reminder_day", "reminder_hour")
METHODS = {
    "confirmation": "REQUEST",
    "promoted": "REQUEST",
    "session_place": "REQUEST",
    "invitation": "REQUEST",
    "handed_over": "REQUEST",
    "new_link": "REQUEST",
    "already_registered": "REQUEST",
    "withdrawal": "CANCEL",
    "cancellation": "CANCEL",
    "event_cancelled": "CANCEL",
    "event_postponed": "CANCEL",
    "event_moved": "REQUEST",
}
UNSETTLED = {Status.UNCONFIRMED: "proof", Status.PENDING: "pending"}
"""What is sent again to who has neither a place nor a wait yet."""
ANSWERS = {**UNSETTLED, Status.DECLINED: "declined"}
"""What a second form is answered with where there is nothing to remind of."""


APPROVED, RAN_OUT, HANDED_OVER, LEFT, ONCE_MORE = "approved", "ran_out", "handed_over", "left", "once_more"
"""Words that an ordinary letter says beside."""


def confirm(registration: Registration, marks: Sequence[Mark], *, word: str | None = None) -> None:
    """Tell of the place, with the first entry; each further entry goes in a letter of its own (CALENDAR.md, rule 1).

    Whoever is still to accept it is told so once more.
    """
    first, *further = marks
    put(of_place(registration), registration, with_word(first.facts, word))
    invite(registration, further)


def of_place(registration: Registration) -> str:
    """The letter that tells of a place: one that is theirs, or one that is to be accepted."""
    return "promoted" if registration.accept_by else "confirmation"


def promoted(registration: Registration, marks: Sequence[Mark]) -> None:
    """Tell somebody who waited that a place is theirs, with the first entry."""
    first, *further = marks
    put("promoted", registration, first.facts)
    invite(registration, further)


def session_place(registration: Registration, session: Session, mark: Mark | None) -> None:
    """Tell of a place in a session that was full, with its entry where it is one of its own."""
    put("session_place", registration, {"session": session.id, **(mark.facts if mark else {})})


def proof(registration: Registration) -> None:
    """Ask the address of a new registration to prove itself."""
    put("proof", registration)


def pending(registration: Registration) -> None:
    """Tell that the organiser decides."""
    put("pending", registration)


def declined(registration: Registration, note: str) -> None:
    """Tell of the organiser's no, with their words if there are any."""
    put("declined", registration, {"note": note} if note else None)


def with_word(facts: Mapping[str, Any] | None, word: str | None) -> dict[str, Any]:
    return {**(facts or {}), **({"word": word} if word else {})}


def invite(registration: Registration, marks: Sequence[Mark]) -> None:
    for mark in marks:
        put("invitation", registration, mark.facts)


def withdraw(registration: Registration, marks: Sequence[Mark], address: str | None = None) -> None:
    """Take entries out of the calendar, at a former address if one is given."""
    for mark in marks:
        put("withdrawal", registration, mark.facts, address=address)


def waitlisted(registration: Registration, *, word: str | None = None) -> None:
    put("waiting", registration, with_word(None, word))


def cancelled(registration: Registration, marks: Sequence[Mark], *, word: str | None = None) -> None:
    """Tell of the end, and take every entry out of the calendar; who waited had none."""
    put("cancellation", registration, with_word(marks[0].facts if marks else None, word))
    withdraw(registration, marks[1:])


def already_registered(registration: Registration, once: str | None = None) -> None:
    """Answer a second form from an address that is known, without saying so on the page."""
    if registration.status in ANSWERS:
        put(ANSWERS[registration.status], registration, with_word(None, ONCE_MORE), once=once)
        return
    told = entries.told(registration)
    if put("already_registered", registration, told[0].facts if told else None, once=once):
        invite(registration, told[1:])


def handed_over(registration: Registration, giver: Registration, marks: Sequence[Mark]) -> None:
    """Tell somebody of the place that another person handed over to them, and who that was."""
    first, *further = marks
    put("handed_over", registration, {**first.facts, "giver": giver.uid})
    invite(registration, further)


def new_link(registration: Registration, marks: Sequence[Mark]) -> None:
    """Send the new link of the own page; the entries in the calendar get the new link to the meeting."""
    put("new_link", registration, marks[0].facts if marks else None)
    invite(registration, marks[1:])


def new_address(registration: Registration, address: str, once: str | None = None) -> None:
    """Ask a new address to prove itself."""
    put("new_address", registration, address=address, once=once)


def stretch() -> int:
    """The number of the present ten minutes, for letters that go out once in so long."""
    return int(clock.now().timestamp()) // RESENT_EVERY


def again(registration: Registration, *, however_lately: bool = False) -> bool:
    """Send what somebody has once more, with nothing new in it; `False` if that was done less than ten minutes ago."""
    once = None if however_lately else f"again:{registration.uid}:{registration.revision}:{stretch()}"
    if registration.is_waiting or registration.status in UNSETTLED:
        return put(UNSETTLED.get(registration.status, "waiting"), registration, once=once)
    letter_of_first = [of_place(registration), *["invitation"] * entries.MOST]
    told = zip(letter_of_first, entries.told(registration), strict=False)
    return all(put(letter, registration, mark.facts, once=once and f"{once}:{mark.uid}") for letter, mark in told)


def declined_by_calendar(registration: Registration, entry: Entry, *, goes: str) -> None:
    """Tell at once that the calendar declined, and until when that can be taken back; `goes` says what is given back then."""
    leaves_at = entry.leaves_at.isoformat() if entry.leaves_at else ""
    put("declined_by_calendar", registration, {"entry": entry.uid, "leaves_at": leaves_at, "goes": goes})


def declines_told(registration: Registration) -> int:
    """How many letters of the last day told this person that their calendar declined."""
    told = Message.thread == registration.thread, Message.letter == "declined_by_calendar"
    lately = sa.select(sa.func.count()).where(*told, Message.put_at > clock.now() - timedelta(days=1))
    return db.session.scalar(lately) or 0


def put(
    letter: str,
    registration: Registration,
    facts: Mapping[str, Any] | None = None,
    *,
    address: str | None = None,
    once: str | None = None,
) -> bool:
    return outbox.put(
        letter,
        to_name=registration.name,
        to_address=address or registration.email,
        language=registration.language,
        thread=registration.thread,
        topic=f"event:{registration.event.id}",
        facts=facts,
        once=once,
    )


def composer(messages: Sequence[Message]) -> Callable[[Message, Site], Letter | None]:
    """`compose` for the letters of one batch."""
    return partial(compose, batch=Batch(messages))


def compose(message: Message, site: Site, batch: Batch | None = None) -> Letter | None:
    """The letter as it should leave now, or `None` if it has nothing true to say any more."""
    batch = batch or Batch([message])
    registration = batch.registration(message)
    if registration is None:
        return None
    name = kind_now(registration, message)
    if name is None:
        return None
    return written(name, registration, message, site, batch, batch.source(registration, name, message.language))


def written(
    name: str, registration: Registration, message: Message, site: Site, batch: Batch, source: Source | None
) -> Letter | None:
    """The letter of this name, true or not, with the organiser's own words if there are any; `None` if its entry is gone."""
    site, agenda = site.written_by(registration.tag), batch.agenda(registration)
    slot = entries.slot(registration, message.facts["uid"], agenda, site) if "uid" in message.facts else None
    if slot is None and name in {"invitation", "withdrawal"}:
        return None
    if name == "session_place" and session_of(message, agenda) is None:
        return None
    if source and placeholders.tells_answers(source):
        batch.read_answers()
    facts = {**facts_of(registration, message, agenda, site), **({"slot": slot} if slot else {})}
    return Letter.of(
        message,
        site,
        facts,
        by=registration.event.organiser.name,
        name=name,
        calendar=calendar_part(registration, message, slot, site, METHODS[message.letter]) if slot else None,
        unsubscribe=site.reminders(keys.token(registration, Purpose.MY)) if message.letter in REMINDERS else None,
        in_reply_to=batch.opening(message),
        own=placeholders.fill(source, registration, facts) if source else None,
    )


def kind_now(registration: Registration, message: Message) -> str | None:
    """What it leaves as. A cancellation or a delay that is true no more still takes its entry out, unless that came back."""
    if STILL_TRUE[message.letter](registration, message):
        return message.letter
    takes_out = message.letter in {"cancellation", "event_postponed"} and "uid" in message.facts
    return "withdrawal" if takes_out and is_withdrawn(registration, message) else None


def facts_of(registration: Registration, message: Message, agenda: Sequence[Session], site: Site) -> dict[str, object]:
    """What the templates may say; keys only in letters to the address that the registration has now."""
    facts: dict[str, object] = {
        "registration": registration,
        "event": registration.event,
        "sessions": choices.plan(registration, agenda),
        "site": site,
        "is_moved": message.to_address != registration.email,
        "word": message.facts.get("word"),
        "stays": stays(registration, message, agenda),
        **links_of(registration, message, site),
    }
    if registration.is_waiting:
        facts["position"] = queries.position(registration)
    if registration.is_confirmed:
        facts["queues"] = queues(registration, agenda)
    if message.letter in FURTHER:
        facts.update(FURTHER[message.letter](registration, message, agenda, site))
    return facts


def queues(registration: Registration, agenda: Sequence[Session]) -> list[tuple[Session, int]]:
    """The full sessions in whose queues they are, each with the position."""
    positions = queries.session_positions(registration)
    return [(session, positions[session.id]) for session in agenda if session.id in positions]


def stays(registration: Registration, message: Message, agenda: Sequence[Session]) -> bool:
    """Whether what leaves the calendar is still in the plan, in an entry of another shape."""
    dropped = {session.uid for session in agenda} - {session.uid for session in choices.plan(registration, agenda)}
    return is_confirmed(registration, message) and message.facts.get("uid") not in dropped


def address_link(registration: Registration, message: Message, agenda: Sequence[Session], site: Site) -> dict[str, object]:
    return {"address_url": site.new_address(keys.token(registration, Purpose.ADDRESS))}


def proof_link(registration: Registration, message: Message, agenda: Sequence[Session], site: Site) -> dict[str, object]:
    return {"proof_url": site.proof(keys.token(registration, Purpose.PROOF))}


def accept_link(registration: Registration, message: Message, agenda: Sequence[Session], site: Site) -> dict[str, object]:
    return {"accept_url": site.accept(keys.token(registration, Purpose.MY))}


def words_of_organiser(registration: Registration, message: Message, agenda: Sequence[Session], site: Site) -> dict[str, object]:
    return {"note": message.facts.get("note", "")}


def giver_of(registration: Registration, message: Message, agenda: Sequence[Session], site: Site) -> dict[str, object]:
    """Whoever handed the place over, by the name that they have now; nothing of somebody erased."""
    found = queries.by_uids([message.facts["giver"]]) if "giver" in message.facts else []
    return {"giver": found[0].name if found else ""}


def session_got(registration: Registration, message: Message, agenda: Sequence[Session], site: Site) -> dict[str, object]:
    return {"session": session_of(message, agenda)}


def way_to_keep(registration: Registration, message: Message, agenda: Sequence[Session], site: Site) -> dict[str, object]:
    """What the calendar declined, until when it is kept, and where that is taken back."""
    declined = next((session for session in agenda if session.uid == message.facts["entry"]), None)
    return {
        "declined": declined if message.facts["goes"] == "session" else None,
        "leaves_at": datetime.fromisoformat(message.facts["leaves_at"]),
        "keep_url": site.keep(keys.token(registration, Purpose.MY)),
    }


def session_of(message: Message, agenda: Sequence[Session]) -> Session | None:
    """The session that the letter is about, if there still is one."""
    return next((session for session in agenda if session.id == message.facts["session"]), None)


FURTHER: Mapping[str, Callable[[Registration, Message, Sequence[Session], Site], dict[str, object]]] = {
    "new_address": address_link,
    "proof": proof_link,
    "promoted": accept_link,
    "already_registered": accept_link,
    "declined": words_of_organiser,
    "session_place": session_got,
    "handed_over": giver_of,
    "declined_by_calendar": way_to_keep,
}
"""What single letters say beside."""


def links_of(registration: Registration, message: Message, site: Site) -> dict[str, str | None]:
    """The person's own links, or the public page for an address that is not theirs, not yet or no more."""
    if message.to_address != registration.email:
        page = site.event(registration.event.slug)
        return {"my_url": page, "cancel_url": page, "feed_url": page, "join_url": None}
    my = keys.token(registration, Purpose.MY)
    return {
        "my_url": site.my(my),
        "cancel_url": site.cancel(my),
        "feed_url": site.feed(keys.token(registration, Purpose.FEED)),
        "join_url": join_url(registration, site),
    }


def join_url(registration: Registration, site: Site) -> str | None:
    """The personal link that leads to the meeting at its hour; none where one comes in person."""
    if registration.event.attendance is Attendance.OFFLINE:
        return None
    return site.join(keys.token(registration, Purpose.JOIN))


def calendar_part(registration: Registration, message: Message, slot: Slot, site: Site, method: str) -> CalendarPart:
    """The entry at the SEQUENCE and with the stamp of the act, however often and late the letter is tried."""
    person: dict[str, Any] = {
        "site": site,
        "name": message.to_name,
        "address": message.to_address,
        "sequence": message.facts["sequence"],
        "stamp": message.put_at,
        "language": message.language,
    }
    if method == "CANCEL":
        return CalendarPart("CANCEL", invitations.cancel(slot, **person))
    my_url = site.my(keys.token(registration, Purpose.MY))
    partstat = entries.answered(registration, slot.uid)
    ics = invitations.request(slot, join_url=join_url(registration, site), my_url=my_url, partstat=partstat, **person)
    return CalendarPart("REQUEST", ics)


def is_confirmed(registration: Registration, message: Message) -> bool:
    """Whether the place is held, at an event that takes place, by whoever reads this address."""
    is_theirs = message.to_address == registration.email
    return is_theirs and registration.is_confirmed and registration.event.status is EventStatus.PUBLISHED


def is_invited(registration: Registration, message: Message) -> bool:
    """Whether the entry is still in the plan, and nothing newer was said of it."""
    mark = Mark(message.facts["uid"], message.facts["sequence"])
    return is_confirmed(registration, message) and mark in entries.told(registration)


def is_withdrawn(registration: Registration, message: Message) -> bool:
    """Whether the entry has not come back into the same mailbox's calendar."""
    is_theirs = message.to_address == registration.email
    return not (is_theirs and message.facts["uid"] in {mark.uid for mark in entries.told(registration)})


def is_leaving(registration: Registration, message: Message) -> bool:
    """Whether the decline still waits to be taken back."""
    declined = {entry.uid for entry in entries.active(registration) if entry.leaves_at}
    return is_confirmed(registration, message) and message.facts["entry"] in declined


def is_waiting(registration: Registration, message: Message) -> bool:
    """Whether they wait, for an event that takes place."""
    is_theirs = message.to_address == registration.email
    return is_theirs and registration.is_waiting and registration.event.status is EventStatus.PUBLISHED


def is_cancelled(registration: Registration, message: Message) -> bool:
    return registration.is_cancelled and message.to_address == registration.email


def is_registered(registration: Registration, message: Message) -> bool:
    """Whether there is a state to remind of."""
    return is_waiting(registration, message) or is_confirmed(registration, message)


def is_still_coming(registration: Registration, message: Message) -> bool:
    """Whether there is anything for a new date to be told about."""
    return is_registered(registration, message) or is_pending(registration, message)


def is_unproven(registration: Registration, message: Message) -> bool:
    """Whether the address is still to prove itself."""
    return registration.is_unconfirmed and is_open_to(registration, message) and bool(keys.in_use(registration, Purpose.PROOF))


def is_pending(registration: Registration, message: Message) -> bool:
    """Whether the organiser is still to decide."""
    return registration.is_pending and is_open_to(registration, message)


def is_declined(registration: Registration, message: Message) -> bool:
    return registration.status is Status.DECLINED and is_open_to(registration, message)


def is_open_to(registration: Registration, message: Message) -> bool:
    """Whether the event takes place, and the letter goes to the registration's own address."""
    return message.to_address == registration.email and registration.event.status is EventStatus.PUBLISHED


def has_session(registration: Registration, message: Message) -> bool:
    """Whether the place in the session is still theirs, and nothing newer was said of its entry."""
    theirs = {choice.session_id for choice in registration.chosen if not choice.is_waiting}
    is_theirs = is_confirmed(registration, message) and message.facts["session"] in theirs
    return is_theirs and ("uid" not in message.facts or is_invited(registration, message))


def is_current(registration: Registration, message: Message) -> bool:
    """Whether it goes to whoever has the link, with an entry that is still theirs if it has one."""
    return is_invited(registration, message) if "uid" in message.facts else message.to_address == registration.email


def is_called_off(registration: Registration, message: Message) -> bool:
    """Whether the event is still cancelled; every mailbox that has the entry is told."""
    return registration.event.is_cancelled and not registration.has_ended


def is_postponed(registration: Registration, message: Message) -> bool:
    """Whether there are no new dates yet."""
    return registration.event.is_postponed and not registration.has_ended


def is_asked(registration: Registration, message: Message) -> bool:
    """Whether this is the address that the registration is to be moved to."""
    return registration.pending_email == message.to_address and keys.in_use(registration, Purpose.ADDRESS) is not None


def is_due(registration: Registration, message: Message) -> bool:
    """Whether the reminder is still wanted and speaks of the hour at which the event is now to begin."""
    event = registration.event
    is_same_hour = datetime.fromisoformat(message.facts["starts_at"]) == event.starts_at
    margin = LATEST_DAY_REMINDER if message.letter == "reminder_day" else timedelta()
    in_time = clock.now() < event.starts_at - margin
    return is_confirmed(registration, message) and registration.wants_reminders and is_same_hour and in_time


STILL_TRUE: Mapping[str, Callable[[Registration, Message], bool]] = {
    "confirmation": is_confirmed,
    "promoted": is_confirmed,
    "session_place": has_session,
    "proof": is_unproven,
    "pending": is_pending,
    "declined": is_declined,
    "invitation": is_invited,
    "withdrawal": is_withdrawn,
    "waiting": is_waiting,
    "cancellation": is_cancelled,
    "already_registered": is_registered,
    "new_address": is_asked,
    "handed_over": is_confirmed,
    "declined_by_calendar": is_leaving,
    "new_link": is_current,
    "event_cancelled": is_called_off,
    "event_postponed": is_postponed,
    "event_moved": is_still_coming,
    "reminder_day": is_due,
    "reminder_hour": is_due,
}
