"""Whose answer it is: beyond doubt only by the entry that we sent, the attendee's address, and a way in that is theirs."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import sqlalchemy as sa

from app.agenda.models import Session
from app.calendar.replies import Answer
from app.db import db
from app.events.models import Event
from app.mail import authenticity, own_address
from app.mail.addresses import in_unicode_domain
from app.mail.models import Message
from app.mail.reading import Mail
from app.panels import letters as panels
from app.panels.models import Engagement, PanelEntry
from app.registration import batch
from app.registration.models import Entry, Registration
from app.replies.models import Why

Guest: TypeAlias = Registration | Engagement
"""Somebody who may answer: a participant, or a speaker."""
AnEntry: TypeAlias = Entry | PanelEntry
DAY = re.compile(r"\d+\.")


@dataclass(frozen=True)
class Match:
    """Whose answer it is, or whose it may be where `why` says what is in doubt."""

    why: Why
    guest: Guest | None = None


def event_of(uid: str) -> Event | None:
    """The event that the entry is of: its own, one of its days', a session's, or one that is gone but was sent."""
    whole = DAY.sub("", uid, count=1)
    found = db.session.scalar(sa.select(Event).where(Event.uid.in_((uid, whole))))
    if found is None:
        found = db.session.scalar(sa.select(Event).join(Session).where(Session.uid == uid))
    for table, entries in ((Registration, Entry), (Engagement, PanelEntry)):
        if found is None:
            sent = sa.select(table.event_id).join(table.entries).where(entries.uid == uid)
            found = db.session.scalar(sa.select(Event).where(Event.id.in_(sent)).limit(1))
    return found


def match(event: Event, answer: Answer, mail: Mail) -> Match:
    """Whose answer it is, at this event."""
    tagged = by_tags(event, own_address.tags_in(mail.recipients))
    named = by_address(event, answer.attendee)
    if why := impossible(answer, mail):
        return Match(why, one(named))
    if not named:
        return Match(Why.UNKNOWN_ATTENDEE, tagged or answered(event, mail.in_reply_to))
    if own_address.tags_in(mail.recipients):
        return Match(Why.NONE, tagged) if tagged in named else Match(Why.OTHER_TAG, one(named))
    return by_sender(named, answer, mail)


def impossible(answer: Answer, mail: Mail) -> Why | None:
    """What says that it cannot be an answer to a letter of ours, whoever sent it."""
    if authenticity.has_failed(mail.authentication_results):
        return Why.NOT_AUTHENTIC
    if answer.organizer and not own_address.is_ours(answer.organizer):
        return Why.OTHER_ORGANIZER
    sent = last_sent(answer.uid)
    if sent is None:
        return Why.NOT_INVITED
    return Why.IMPOSSIBLE_SEQUENCE if answer.sequence is not None and answer.sequence > sent else None


def by_sender(named: Sequence[Guest], answer: Answer, mail: Mail) -> Match:
    """Of the people of this address the one who was sent this entry, if the mail comes from that address."""
    invited = [guest for guest in named if entry_of(guest, answer.uid)]
    if not invited:
        return Match(Why.NOT_INVITED, named[0])
    if len(invited) > 1:
        return Match(Why.SHARED_ADDRESS)
    is_theirs = own_address.compared(answer.attendee) in map(own_address.compared, senders(mail))
    return Match(Why.NONE if is_theirs else Why.OTHER_SENDER, invited[0])


def senders(mail: Mail) -> Sequence[str]:
    """Who may be believed to have sent it: whoever writes under a name of their own can put anybody's beside it."""
    return (mail.from_address,) if authenticity.is_checked() else (mail.from_address, mail.sender_address, *mail.reply_to)


def by_tags(event: Event, tags: Collection[str]) -> Guest | None:
    """Whose plus-address the mail came to, if they are of this event."""
    if not tags:
        return None
    people = sa.select(Registration).where(Registration.event_id == event.id, Registration.tag.in_(tags))
    speakers = sa.select(Engagement).where(Engagement.event_id == event.id, Engagement.tag.in_(tags))
    return db.session.scalar(people) or db.session.scalar(speakers)


def by_address(event: Event, address: str) -> list[Guest]:
    """Everybody at the event who is written to at this address; members of a party may share it."""
    written = in_unicode_domain(address)
    key = written.casefold()
    shared = Registration.email_key.startswith(f"{key}#", autoescape=True)
    of_event = Registration.event_id == event.id, Registration.erased_at.is_(None)
    people = sa.select(Registration).where(*of_event, (Registration.email_key == key) | shared).order_by(Registration.id)
    is_theirs = (sa.func.lower(Engagement.email) == key) | Engagement.email.in_({written, address})
    speakers = sa.select(Engagement).where(Engagement.event_id == event.id, is_theirs)
    return [*db.session.scalars(people), *db.session.scalars(speakers)]


def answered(event: Event, message_id: str) -> Guest | None:
    """To whom the letter went that this mail answers: of a forwarded invitation, whose it was."""
    if not message_id:
        return None
    thread = db.session.scalar(sa.select(Message.thread).where(Message.message_id == message_id)) or ""
    if thread.startswith(batch.ABOUT):
        of_letter = sa.select(Registration).where(Registration.uid == thread.removeprefix(batch.ABOUT))
        return db.session.scalar(of_letter.where(Registration.event_id == event.id, Registration.erased_at.is_(None)))
    asked = sa.select(Engagement).where(Engagement.uid == thread.removeprefix(panels.ABOUT))
    return db.session.scalar(asked.where(Engagement.event_id == event.id))


def entry_of(guest: Guest, uid: str) -> AnEntry | None:
    """The entry of this identity that we sent to somebody."""
    return next((entry for entry in guest.entries if entry.uid == uid), None)


def last_sent(uid: str) -> int | None:
    """The highest SEQUENCE at which this entry was ever sent to anybody; `None` if it never was."""
    numbers = (db.session.scalar(sa.select(sa.func.max(table.sequence)).where(table.uid == uid)) for table in (Entry, PanelEntry))
    return max((number for number in numbers if number is not None), default=None)


def one(named: Sequence[Guest]) -> Guest | None:
    """The only one; nobody where there are several."""
    return named[0] if len(named) == 1 else None
