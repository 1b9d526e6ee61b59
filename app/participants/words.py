"""The words of participants' states, needs and replies, for the table and for the files alike."""

from enum import StrEnum

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.mail.models import Message, MessageStatus
from app.registration.models import Need, Reason, Registration, Reply, Status

WORDS: dict[tuple[type[StrEnum], str], LazyString] = {
    (Status, Status.CONFIRMED): _l("Confirmed"),
    (Status, Status.WAITING): _l("On the waiting list"),
    (Status, Status.CANCELLED): _l("Registration cancelled"),
    (Status, Status.UNCONFIRMED): _l("Address not confirmed yet"),
    (Status, Status.PENDING): _l("Waits for approval"),
    (Status, Status.DECLINED): _l("Declined by the organiser"),
    (Need, Need.CAPTIONS): _l("Live captions"),
    (Need, Need.SIGN_LANGUAGE): _l("Interpretation into Polish Sign Language (PJM)"),
    (Need, Need.OTHER): _l("Something else"),
    (Reply, Reply.NONE): _l("No answer"),
    (Reply, Reply.ACCEPTED): _l("Accepted"),
    (Reply, Reply.TENTATIVE): _l("Maybe"),
    (Reply, Reply.DECLINED): _l("Declined"),
    (MessageStatus, MessageStatus.QUEUED): _l("Waiting to leave"),
    (MessageStatus, MessageStatus.SENDING): _l("On its way"),
    (MessageStatus, MessageStatus.SENT): _l("Sent"),
    (MessageStatus, MessageStatus.DEAD): _l("Did not arrive"),
    (MessageStatus, MessageStatus.DROPPED): _l("Stopped"),
}
LETTERS: dict[str, LazyString] = {
    "confirmation": _l("Confirmation"),
    "invitation": _l("Invitation to the calendar"),
    "withdrawal": _l("Withdrawal from the calendar"),
    "waiting": _l("Waiting list"),
    "cancellation": _l("Cancellation"),
    "promoted": _l("A place from the waiting list"),
    "session_place": _l("A place in a session"),
    "proof": _l("Confirmation of the address"),
    "pending": _l("Waits for approval"),
    "declined": _l("Declined by the organiser"),
    "already_registered": _l("Already registered"),
    "new_address": _l("New address"),
    "reminder_day": _l("Reminder the day before"),
    "reminder_hour": _l("Reminder an hour before"),
}
REASONS: dict[Reason, LazyString] = {
    Reason.DATE: _l("The date does not suit"),
    Reason.COLLEAGUE: _l("A colleague comes instead"),
    Reason.TOPIC: _l("The topic does not suit"),
    Reason.OTHER: _l("Another reason"),
}


def status(registration: Registration) -> str:
    return said(registration.status)


def reply(registration: Registration) -> str:
    return said(registration.reply)


def needs(registration: Registration) -> list[str]:
    """What the person needs, in words; what they wrote of it themselves is `needs_note`."""
    return [said(need) for need in Need if need.value in registration.needs]


def reason(registration: Registration) -> str:
    """Why the person cancelled, if they said so."""
    return str(REASONS[registration.cancel_reason]) if registration.cancel_reason else ""


def said(word: StrEnum) -> str:
    return str(WORDS[type(word), word.value])


def letter(message: Message) -> str:
    """What kind of letter it is; those that have no name of their own were written by organisers."""
    return str(LETTERS.get(message.letter, _("Message from the organisers")))


def language(code: str) -> str:
    """The language of somebody's letters."""
    return str({"pl": _("Polish"), "en": _("English")}.get(code, code))
