"""Erasing people: whatever says who they were goes, everywhere; counts, numbers and the ledger stay as they are."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from app import clock
from app.accounts.models import KeptForm
from app.admission.models import Invitee
from app.audit import records as audit
from app.db import Model, db
from app.events.models import Event
from app.files import store
from app.files.models import File
from app.mail import bounces, inbox, reading
from app.mail.models import Message, MessageStatus
from app.mailings.models import Mailing
from app.participants.models import BulkStep
from app.privacy import records, traces
from app.privacy.models import By
from app.registration import mailbox, signup, states
from app.registration.models import Answer, Entry, MailboxLink, Party, Registration, Status, Submission
from app.replies.models import Response, ResponseStatus
from app.transfer.models import Import

LIVE = frozenset({Status.UNCONFIRMED, Status.PENDING, Status.CONFIRMED, Status.WAITING})
OF_OTHERS = ("registration:", "account:", "panel:", "invitation:", "retention:")
"""Letters of these threads are about a registration, or about somebody's work at the desk or on a panel."""


@dataclass(frozen=True)
class Traits:
    """What somebody is known by, kept while they are being erased."""

    name: str
    addresses: frozenset[str]
    keys: frozenset[str]

    @classmethod
    def of(cls, registration: Registration) -> "Traits":
        addresses = frozenset(filter(None, (registration.email, registration.pending_email)))
        return cls(registration.name, addresses, frozenset({registration.address_key}))

    @property
    def spellings(self) -> frozenset[str]:
        """The addresses as they were written and as they are compared."""
        return self.addresses | self.keys | frozenset(address.casefold() for address in self.addresses)

    @property
    def words(self) -> frozenset[str]:
        """By which a text that tells about them is found."""
        found = (self.name, *self.addresses, *self.keys)
        return frozenset(word.casefold() for word in found if len(word) > 2)


def erase(registration: Registration, by: By) -> None:
    """Erase one person; a place or a wait that they still have goes on first. A second time changes nothing."""
    states.hold(registration)
    if registration.erased_at is not None:
        return
    event = registration.event
    if registration.status in LIVE and not (event.is_cancelled or event.is_over):
        signup.cancel(registration, None, tells=False)
    scrub([registration])
    records.person(event, by)


def scrub(registrations: Collection[Registration]) -> None:
    """Take what is personal out of these registrations of one event, and out of all that tells about them.

    Whoever calls holds the event's lock.
    """
    traits = {registration.id: Traits.of(registration) for registration in registrations}
    forget_answers([registration.id for registration in registrations])
    for registration in registrations:
        known, event = traits[registration.id], registration.event
        blank(registration)
        forget_letters(Message.thread == registration.thread)
        if is_shared(registration, known):
            forget_name_of_contact(event, known)
        else:
            forget_address(event, known)
    forget_forms(traits.values())
    forget_responses(registrations, traits)
    forget_returned(traits.values())
    forget_mails(traits.values())
    forget_tables(registrations)
    forget_steps(registrations, traits.values())
    forget_searches(registrations, traits)


def blank(registration: Registration) -> None:
    """The registration itself, its keys and entries, and its values in the history."""
    registration.name = registration.email = registration.organisation = registration.position = ""
    registration.email_key = f"erased:{registration.uid}"
    registration.pending_email = registration.invitee_id = registration.party_id = None
    registration.needs, registration.needs_note, registration.note = [], "", ""
    registration.wants_reminders = False
    registration.erased_at = clock.now()
    for key in registration.keys:
        key.revoked_at = key.revoked_at or clock.now()
    registration.touch()
    db.session.flush()
    delete(Submission, Submission.registration_id == registration.id)
    delete(Entry, Entry.registration_id == registration.id)
    audit.erase(Registration.__tablename__, registration.id)


def is_shared(registration: Registration, known: Traits) -> bool:
    """Whether somebody else at the event is written to at the same address, and so still needs it."""
    others = sa.select(Registration.id).where(Registration.event_id == registration.event_id)
    return db.session.scalar(others.where(Registration.email.in_(known.addresses)).limit(1)) is not None


def forget_answers(registration_ids: Collection[int], question_id: int | None = None) -> int:
    """The answers of these registrations with the files among them, to one question or to all; returns how many there were."""
    meant: list[sa.ColumnElement[bool]] = [Answer.registration_id.in_(registration_ids)]
    meant += [Answer.question_id == question_id] if question_id is not None else []
    gone = db.session.execute(sa.delete(Answer).where(*meant).returning(Answer.id, Answer.file_id)).all()
    for answer_id, file_id in gone:
        audit.erase(Answer.__tablename__, answer_id)
        if file_id and (file := db.session.get(File, file_id)) and not store.is_needed(file):
            delete(File, File.id == file_id)
            audit.erase(File.__tablename__, file_id)
    return len(gone)


def forget_letters(meant: sa.ColumnElement[bool]) -> None:
    """To whom letters went and what they said; those that have not left stay here."""
    waiting = sa.update(Message).where(meant, Message.status.in_((MessageStatus.QUEUED, MessageStatus.SENDING)))
    execute(waiting.values(status=MessageStatus.DROPPED))
    letters = db.session.scalars(sa.select(Message.id).where(meant, Message.to_address != traces.NOBODY)).all()
    traces.mark(letters)
    blanked = sa.update(Message).where(Message.id.in_(letters))
    execute(blanked.values(to_name="", to_address=traces.NOBODY, facts={}, last_error=None, once=None))


def forget_address(event: Event, known: Traits) -> None:
    """What is kept by address: links to a mailbox, sent forms, an invitation, being the contact of a party, other letters."""
    delete(MailboxLink, MailboxLink.email_key.in_(known.keys))
    delete(Submission, Submission.event_id == event.id, is_of(Submission.email, known.spellings))
    invited = sa.select(Invitee).where(Invitee.event_id == event.id, Invitee.email_key.in_(known.keys))
    for invitee in db.session.scalars(invited).all():
        forget_invitee(invitee)
    for party in parties_of(event, known):
        forget_contact(party)
    forget_letters(told(event.id, known.spellings))


def forget_name_of_contact(event: Event, known: Traits) -> None:
    """Their own name, where others at the event are still written to at their address."""
    for party in parties_of(event, known):
        if party.contact_name.casefold() == known.name.casefold():
            party.contact_name = ""
            db.session.flush()
            audit.erase(Party.__tablename__, party.id)


def parties_of(event: Event, known: Traits) -> Sequence[Party]:
    """The parties whose contact has one of these addresses."""
    of_event = sa.select(Party).where(Party.event_id == event.id)
    return db.session.scalars(of_event.where(is_of(Party.contact_email, known.spellings))).all()


def is_of(column: InstrumentedAttribute[str], spellings: Collection[str]) -> sa.ColumnElement[bool]:
    """Whether an address is one of these; as it is written too, since databases lower the letters of ASCII alone."""
    return column.in_(spellings) | sa.func.lower(column).in_(spellings)


def told(event_id: int, spellings: Collection[str]) -> sa.ColumnElement[bool]:
    """Letters to an address that are about no registration: invitations to register, links to a mailbox."""
    of_event = Message.topic.is_(None) | (Message.topic == f"event:{event_id}")
    to_them = is_of(Message.to_address, spellings)
    return sa.and_(of_event, to_them, *(~Message.thread.startswith(word) for word in OF_OTHERS))


def forget_invitee(invitee: Invitee) -> None:
    """Somebody asked to register; the personal link answers as one taken back."""
    spellings = {invitee.email, invitee.email.casefold()}
    invitee.name = invitee.email = ""
    invitee.email_key = f"erased:{invitee.uid}"
    invitee.revoked_at = invitee.revoked_at or clock.now()
    db.session.flush()
    audit.erase(Invitee.__tablename__, invitee.id)
    forget_letters(told(invitee.event_id, spellings))


def forget_contact(party: Party) -> None:
    party.contact_name = party.contact_email = ""
    db.session.flush()
    audit.erase(Party.__tablename__, party.id)


def forget_forms(traits: Iterable[Traits]) -> None:
    """Forms that an organiser had filled in about them when a session ended."""
    words = frozenset().union(*(known.words for known in traits))
    for form in db.session.scalars(sa.select(KeptForm)).all():
        if mentions([form.path, form.fields], words):
            db.session.delete(form)


def forget_responses(registrations: Collection[Registration], traits: Mapping[int, Traits]) -> None:
    """What their calendars answered, also where it was parked and nobody said whose it is."""
    events = {registration.event_id for registration in registrations}
    spellings = frozenset().union(*(known.spellings for known in traits.values()))
    theirs = Response.registration_id.in_(list(traits))
    addressed = is_of(Response.attendee, spellings) | is_of(Response.sender, spellings) | is_of(Response.delegate, spellings)
    forget_answers_of_calendars(Response.event_id.in_(events) & (theirs | addressed))


def forget_answers_of_calendars(meant: sa.ColumnElement[bool]) -> int:
    """Who answered, and what they wrote; that there was an answer, and what became of it, stays. Returns how many there were."""
    told = (Response.attendee != "") | (Response.sender != "") | (Response.comment != "") | (Response.delegate != "")
    blanked = sa.update(Response).where(meant, told).values(attendee="", attendee_name="", sender="", comment="", delegate="")
    gone = db.session.execute(blanked.returning(Response.id), execution_options={"synchronize_session": False}).scalars().all()
    for number in gone:
        audit.erase(Response.__tablename__, number)
    closed = sa.update(Response).where(Response.id.in_(gone), Response.status == ResponseStatus.PARKED)
    execute(closed.values(status=ResponseStatus.DISMISSED))
    return len(gone)


def forget_mails(traits: Iterable[Traits]) -> None:
    """Mails that came in and are still here, from them or with their address in it."""
    spellings = frozenset().union(*(known.spellings for known in traits))

    def tells_of_them(raw: bytes) -> bool:
        text = reading.searched(raw)
        return any(word in text for word in spellings)

    inbox.forget(tells_of_them)


def forget_returned(traits: Iterable[Traits]) -> None:
    """That letters to them came back, where nobody else is registered at their address."""
    for known in traits:
        others = sa.or_(*(mailbox.of_address(key) for key in known.keys))
        if db.session.scalar(sa.select(Registration.id).where(others).limit(1)) is None:
            bounces.forget(known.spellings)


def forget_tables(registrations: Collection[Registration]) -> None:
    """Uploaded tables of people, which are kept for a day and cannot be read here."""
    delete(Import, Import.event_id.in_({registration.event_id for registration in registrations}))


def forget_steps(registrations: Collection[Registration], traits: Iterable[Traits]) -> None:
    """Acts on many people that could still be undone, where one of them is named."""
    words = frozenset().union(*(known.words for known in traits))
    of_event = BulkStep.event_id.in_({registration.event_id for registration in registrations})
    for step in db.session.scalars(sa.select(BulkStep).where(of_event)).all():
        if mentions(step.facts, words):
            db.session.delete(step)


def forget_searches(registrations: Collection[Registration], traits: Mapping[int, Traits]) -> None:
    """Searches that chose whom a message goes to, where one of them was sought: it means their number, which nobody has."""
    of_event = Mailing.event_id.in_({registration.event_id for registration in registrations})
    for mailing in db.session.scalars(sa.select(Mailing).where(of_event)).all():
        for registration in registrations:
            words = traits[registration.id].words
            if mentions(mailing.selection, words):
                kept = {name: value for name, value in mailing.selection.items() if not mentions(value, words)}
                mailing.selection = {**kept, "numbers": str(registration.number)}
                db.session.flush()
                audit.erase(Mailing.__tablename__, mailing.id)


def mentions(value: object, words: Collection[str]) -> bool:
    """Whether one of these words stands in a value that is kept as JSON."""
    text = json.dumps(value, ensure_ascii=False).casefold()
    return any(word in text for word in words)


def delete(table: type[Model], *meant: sa.ColumnElement[bool]) -> None:
    """Past the ORM, so that the history does not keep what goes."""
    db.session.execute(sa.delete(table).where(*meant), execution_options={"synchronize_session": False})


def execute(statement: sa.Update) -> None:
    db.session.execute(statement, execution_options={"synchronize_session": False})
