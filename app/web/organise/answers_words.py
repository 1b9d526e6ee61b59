"""Answers of calendars in words: what was answered, what became of it, and why."""

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.replies.models import Response, ResponseStatus, Why

SAID: Mapping[str, LazyString] = {
    "ACCEPTED": _l("Accepted"),
    "DECLINED": _l("Declined"),
    "TENTATIVE": _l("Maybe"),
    "DELEGATED": _l("Delegated"),
}
STATUSES: Mapping[ResponseStatus, LazyString] = {
    ResponseStatus.RECORDED: _l("Recorded"),
    ResponseStatus.PARKED: _l("Waits for you"),
    ResponseStatus.LOGGED: _l("Only put down"),
    ResponseStatus.REFUSED: _l("Refused"),
    ResponseStatus.SETTLED: _l("Settled"),
    ResponseStatus.DISMISSED: _l("Dismissed"),
}
WHY: Mapping[Why, LazyString] = {
    Why.NONE: _l("nothing was in doubt"),
    Why.OTHER_SENDER: _l("it came from another address than the one that was invited"),
    Why.UNKNOWN_ATTENDEE: _l("nobody was invited at this address"),
    Why.SHARED_ADDRESS: _l("several people have this address"),
    Why.OLD_TIME: _l("it answers a former version of the entry, so nothing was given back"),
    Why.WAVERING: _l("their calendar has declined many times within a day, so nothing was given back"),
    Why.COUNTER: _l("another time is proposed"),
    Why.DELEGATED: _l("somebody else is named in their place"),
    Why.SPEAKER: _l("a speaker declined"),
    Why.STALE: _l("a later answer was here already"),
    Why.NOT_INVITED: _l("this person has no such entry now"),
    Why.OTHER_TAG: _l("it came to the address of another person"),
    Why.OTHER_ORGANIZER: _l("it is addressed to another organiser"),
    Why.IMPOSSIBLE_SEQUENCE: _l("it answers something that was never sent"),
    Why.NOT_AUTHENTIC: _l("the mail server found that the sender is forged"),
}


def said(response: Response) -> str:
    """What was answered."""
    if response.method == "COUNTER":
        return str(_("Proposes another time"))
    return partstat(response.partstat)


def partstat(word: str) -> str:
    """What stands in the answer (RFC 5545 3.2.12), in words where it is an answer."""
    return str(SAID.get(word, word.casefold()))


def status(response: Response) -> str:
    return str(STATUSES[response.status])


def why(response: Response) -> str:
    return str(WHY[response.why])


def claimed(why: Why) -> str:
    """What came of it when somebody said whose answer it is."""
    if why is Why.NONE:
        return str(_("Recorded as the answer of this person."))
    if why in {Why.COUNTER, Why.OLD_TIME, Why.WAVERING, Why.SPEAKER}:
        return str(_("It is theirs now. There is one thing more to decide: %(why)s.", why=WHY[why]))
    return str(_("It is put down as theirs, and nothing else was changed: %(why)s.", why=WHY[why]))
