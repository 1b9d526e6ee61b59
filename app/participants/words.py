"""The words of participants' states, needs and replies, for the table and for the files alike."""

from enum import StrEnum

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.calendar.words import Reply
from app.registration.models import Need, Reason, Registration, Status

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


def language(code: str) -> str:
    """The language of somebody's letters."""
    return str({"pl": _("Polish"), "en": _("English")}.get(code, code))
