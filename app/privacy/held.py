"""Everything that is held about one registration, as plain data: for the person's own page and for their JSON."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import sqlalchemy as sa

from app.admission.models import Invitee
from app.agenda.models import Session
from app.audit.models import Change, Record
from app.db import db
from app.files.models import File
from app.mail import bounces, inbox
from app.mail.models import Message
from app.questions import values
from app.registration import consent
from app.registration.models import Answer, Choice, Consent, Entry, MailboxLink, Party, Registration, Submission
from app.replies.models import Response

Facts = dict[str, Any]
ABOUT = (
    *("name", "email", "pending_email", "organisation", "position", "needs", "needs_note", "language", "status"),
    *("registered_at", "cancelled_at", "cancel_reason", "joined_at", "reply", "replied_at", "wants_reminders"),
    *("held_until", "accept_by", "is_added_by_hand", "note"),
)


def everything(registration: Registration) -> dict[str, list[Facts]]:
    """Parts by their names, each a list of rows; a part with nothing in it stands there too, so that one sees that."""
    return {part: list(rows(registration)) for part, rows in PARTS.items()}


def own(registration: Registration) -> Iterator[Facts]:
    event = registration.event
    group = registration.quota.name if registration.quota else None
    about = {name: getattr(registration, name) for name in ABOUT}
    yield {"number": registration.reference, "event": event.full_title, **about, "group": group}


def answers(registration: Registration) -> Iterator[Facts]:
    query = sa.select(Answer, File).outerjoin(File, File.id == Answer.file_id).where(Answer.registration_id == registration.id)
    for answer, file in db.session.execute(query.order_by(Answer.id)):
        asked = values.said(answer.wording.label, registration.language) or answer.question.name
        attached = {"file": file.name, "bytes": file.size} if answer.file_id else {}
        yield {"question": asked, "answer": answer.text or answer.value, "answered_at": answer.answered_at, **attached}


def consents(registration: Registration) -> Iterator[Facts]:
    for given in consent.given(registration):
        clause = given.clause
        label, text = (clause.label_pl, clause.text_pl) if registration.language == "pl" else (clause.label_en, clause.text_en)
        facts = {"version": clause.number, "given_at": given.consent.given_at, "withdrawn_at": given.consent.withdrawn_at}
        yield {"consent": label or clause.name, **facts, "text": text}


def sessions(registration: Registration) -> Iterator[Facts]:
    query = sa.select(Session, Choice).join(Choice, Choice.session_id == Session.id)
    for session, choice in db.session.execute(query.where(Choice.registration_id == registration.id).order_by(Session.starts_at)):
        yield {"session": session.title, "starts_at": session.starts_at, "is_waiting": choice.is_waiting}


def letters(registration: Registration) -> Iterator[Facts]:
    for message in db.session.scalars(sa.select(Message).where(Message.thread == registration.thread).order_by(Message.id)):
        told = {"to_name": message.to_name, "to_address": message.to_address, "put_at": message.put_at}
        went = {"sent_at": message.sent_at, "state": message.status, "trouble": message.last_error}
        yield {"letter": message.letter, **told, **went}


def calendar(registration: Registration) -> Iterator[Facts]:
    for entry in db.session.scalars(sa.select(Entry).where(Entry.registration_id == registration.id).order_by(Entry.id)):
        sent = {"entry": entry.uid, "sequence": entry.sequence, "is_active": entry.is_active, "sent_at": entry.stamped_at}
        yield {**sent, "reply": entry.reply, "replied_at": entry.replied_at, "leaves_at": entry.leaves_at}


def responses(registration: Registration) -> Iterator[Facts]:
    """What the person's calendar answered, as it came in."""
    mine = sa.select(Response).where(Response.registration_id == registration.id).order_by(Response.id)
    for response in db.session.scalars(mine):
        who = {"attendee": response.attendee, "name": response.attendee_name, "sender": response.sender}
        what = {"reply_word": response.partstat or response.method, "comment": response.comment, "delegate": response.delegate}
        yield {"entry": response.uid, **who, **what, "proposed_at": response.proposed_starts_at, "at": response.received_at}


def keys(registration: Registration) -> Iterator[Facts]:
    """That there are keys, and not the keys: whoever got hold of the file could open what they open."""
    for key in registration.keys:
        yield {"opens": key.purpose, "created_at": key.created_at, "revoked_at": key.revoked_at}


def history(registration: Registration) -> Iterator[Facts]:
    """What was done at the desk with the values before and after; who did it there is the data of others."""
    rows = sa.tuple_(Change.subject, Change.row_id).in_(numbers(registration))
    query = sa.select(Change, Record).join(Record, Record.id == Change.record_id).where(rows).order_by(Change.id)
    for change, record in db.session.execute(query):
        yield {"act": record.act, "at": record.at, "before": change.before, "after": change.after}


def numbers(registration: Registration) -> list[tuple[str, int]]:
    """The rows that are about this person."""
    of = {table: sa.select(table.id).where(table.registration_id == registration.id) for table in (Answer, Consent)}
    belonging = [(table.__tablename__, number) for table, query in of.items() for number in db.session.scalars(query)]
    return [(Registration.__tablename__, registration.id), *belonging]


def forms(registration: Registration) -> Iterator[Facts]:
    mine = sa.select(Submission).where(Submission.registration_id == registration.id).order_by(Submission.id)
    for form in db.session.scalars(mine):
        yield {"email": form.email, "sent_at": form.sent_at, "status": form.status, "position": form.position}


def party(registration: Registration) -> Iterator[Facts]:
    if registration.party_id and (found := db.session.get(Party, registration.party_id)):
        others = sa.select(sa.func.count()).where(Registration.party_id == found.id)
        contact = {"contact_name": found.contact_name, "contact_email": found.contact_email}
        yield {**contact, "made_at": found.made_at, "people": db.session.scalar(others)}


def invitation(registration: Registration) -> Iterator[Facts]:
    mine = Invitee.event_id == registration.event_id, Invitee.email_key == registration.address_key
    asked = sa.select(Invitee).where(*mine)
    for invitee in db.session.scalars(asked):
        when = {"invited_at": invitee.invited_at, "opened_at": invitee.opened_at, "revoked_at": invitee.revoked_at}
        yield {"name": invitee.name, "email": invitee.email, **when}


def links(registration: Registration) -> Iterator[Facts]:
    mine = sa.select(MailboxLink).where(MailboxLink.email_key == registration.address_key)
    for link in db.session.scalars(mine.order_by(MailboxLink.id)):
        yield {"email": link.email, "made_at": link.made_at}


def returned(registration: Registration) -> Iterator[Facts]:
    """That letters to the address came back."""
    found = bounces.of(registration.email) if registration.email else None
    if found:
        when = {"first_at": found.first_at, "last_at": found.last_at, "cleared_at": found.cleared_at}
        yield {"email": found.address, "status_code": found.status, "trouble": found.words, **when}


def mails(registration: Registration) -> Iterator[Facts]:
    """Mails from the address that came in and are still here."""
    for incoming in inbox.still_here(registration.email) if registration.email else ():
        yield {"received_at": incoming.received_at, "bytes": incoming.size}


PARTS: Mapping[str, Callable[[Registration], Iterator[Facts]]] = {
    "registration": own,
    "answers": answers,
    "consents": consents,
    "sessions": sessions,
    "letters": letters,
    "calendar": calendar,
    "responses": responses,
    "keys": keys,
    "history": history,
    "forms": forms,
    "party": party,
    "invitation": invitation,
    "links": links,
    "returned": returned,
    "mails": mails,
}
