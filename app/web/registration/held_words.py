"""What is held about a person in words: the names of its parts, of their facts, and the values as people read them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.calendar.words import Reply
from app.mail.models import MessageStatus
from app.moments import hour
from app.participants import words
from app.privacy.held import Facts
from app.registration.models import Need, Purpose, Reason, Status
from app.web import letters_words
from app.web.filters import date

PARTS: dict[str, LazyString] = {
    "registration": _l("The registration itself"),
    "answers": _l("Answers to the organiser's questions"),
    "consents": _l("Information and consents"),
    "sessions": _l("Chosen parts"),
    "letters": _l("Letters"),
    "calendar": _l("Entries in the calendar"),
    "responses": _l("Answers of your calendar"),
    "keys": _l("Links that open your pages"),
    "history": _l("What organisers did"),
    "forms": _l("Forms sent during the last day"),
    "party": _l("Registered together"),
    "invitation": _l("Personal invitation to register"),
    "links": _l("Links sent to your mailbox"),
    "returned": _l("Letters that came back"),
    "mails": _l("Mails from you that are kept"),
}
FACTS: dict[str, LazyString] = {
    "accept_by": _l("Place to be accepted by"),
    "after": _l("After"),
    "answer": _l("Answer"),
    "answered_at": _l("Answered"),
    "at": _l("When"),
    "attendee": _l("Who answers"),
    "before": _l("Before"),
    "bytes": _l("Size in bytes"),
    "cancel_reason": _l("Reason given"),
    "cancelled_at": _l("Registration cancelled"),
    "comment": _l("Comment"),
    "cleared_at": _l("Sending tried again"),
    "consent": _l("Text"),
    "contact_email": _l("Address of the contact"),
    "contact_name": _l("Name of the contact"),
    "created_at": _l("Made"),
    "delegate": _l("Delegated to"),
    "email": _l("E-mail address"),
    "entry": _l("Entry"),
    "event": _l("Event"),
    "file": _l("File"),
    "first_at": _l("For the first time"),
    "given_at": _l("Accepted"),
    "group": _l("Group of participants"),
    "held_until": _l("Place held until"),
    "invited_at": _l("Invited"),
    "is_active": _l("Stands in the calendar"),
    "is_added_by_hand": _l("Added by an organiser"),
    "is_waiting": _l("Waits for a place"),
    "joined_at": _l("Joined the meeting"),
    "language": _l("Language of letters"),
    "leaves_at": _l("Given back on"),
    "last_at": _l("For the last time"),
    "letter": _l("Letter"),
    "made_at": _l("Made"),
    "name": _l("First name and surname"),
    "needs": _l("Needs"),
    "needs_note": _l("What should we know?"),
    "note": _l("Note of the organisers"),
    "number": _l("Number"),
    "opened_at": _l("Opened"),
    "opens": _l("Opens"),
    "organisation": _l("Institution"),
    "pending_email": _l("Asked to change to"),
    "people": _l("People"),
    "position": _l("Position"),
    "proposed_at": _l("Proposed beginning"),
    "put_at": _l("Written"),
    "question": _l("Question"),
    "received_at": _l("Received"),
    "registered_at": _l("Registered"),
    "replied_at": _l("Answered the invitation"),
    "reply": _l("Answer to the invitation"),
    "reply_word": _l("Answer to the invitation"),
    "revoked_at": _l("Taken out of use"),
    "sender": _l("From the address"),
    "sent_at": _l("Sent"),
    "sequence": _l("Version"),
    "session": _l("Part"),
    "starts_at": _l("Begins"),
    "state": _l("State"),
    "status": _l("State"),
    "status_code": _l("Code"),
    "text": _l("The text of that version"),
    "to_address": _l("To the address"),
    "to_name": _l("To"),
    "trouble": _l("What went wrong"),
    "version": _l("Version"),
    "wants_reminders": _l("Reminders"),
    "withdrawn_at": _l("Withdrawn"),
}
OPENS: dict[Purpose, LazyString] = {
    Purpose.MY: _l("the page of the registration"),
    Purpose.FEED: _l("the own agenda in a calendar"),
    Purpose.JOIN: _l("the meeting"),
    Purpose.ADDRESS: _l("the change of the address"),
    Purpose.PROOF: _l("the proof of the address"),
}
LETTERS: dict[MessageStatus, LazyString] = {
    MessageStatus.QUEUED: _l("Waiting to leave"),
    MessageStatus.SENDING: _l("On its way"),
    MessageStatus.SENT: _l("Sent"),
    MessageStatus.DEAD: _l("Not delivered"),
    MessageStatus.DROPPED: _l("Not needed any more"),
}


@dataclass(frozen=True)
class Part:
    """One part with its rows of labels and values."""

    name: str
    title: str
    rows: list[list[tuple[str, str]]]


def shown(parts: dict[str, list[Facts]], zone: ZoneInfo) -> list[Part]:
    """Everything in the page's language, moments by the event's clock."""
    return [Part(name, str(PARTS[name]), [row(facts, zone) for facts in rows]) for name, rows in parts.items()]


def row(facts: Facts, zone: ZoneInfo) -> list[tuple[str, str]]:
    return [(str(FACTS[name]), value(name, held, zone)) for name, held in facts.items() if name in FACTS]


def value(name: str, held: Any, zone: ZoneInfo) -> str:
    """One value as people read it; nothing for nothing."""
    if held is None or held == "":
        return ""
    if isinstance(held, bool):
        return str(_("yes") if held else _("no"))
    if isinstance(held, datetime):
        local = held.astimezone(zone)
        return f"{date(local)}, {hour(local)}"
    if isinstance(held, StrEnum):
        return state(held)
    if isinstance(held, dict):
        return "; ".join(f"{FACTS[key]}: {former(key, one)}" for key, one in held.items() if key in FACTS)
    if isinstance(held, list):
        return ", ".join(words.said(Need(one)) if one in set(Need) else str(one) for one in held)
    return said(name, str(held))


def state(held: StrEnum) -> str:
    if isinstance(held, Purpose):
        return str(OPENS[held])
    if isinstance(held, Reason):
        return str(words.REASONS[held])
    return str(LETTERS[held]) if isinstance(held, MessageStatus) else words.said(held)


def said(name: str, held: str) -> str:
    """Words of the program that stand as plain text."""
    if name == "letter":
        return letters_words.letter(held)
    return words.language(held) if name == "language" else held


def former(name: str, held: Any) -> str:
    """One value of the history, which keeps states as their words."""
    if name == "status":
        return state(Status(held))
    if name == "reply":
        return state(Reply(held))
    if isinstance(held, list):
        return ", ".join(map(str, held))
    return said(name, "–" if held in (None, "") else str(held))
