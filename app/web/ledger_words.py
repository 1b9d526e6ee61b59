"""The ledger of places in words: for the person whose lines they are, and for the organisers of the event."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.ledger.models import Line, What

References = Mapping[int, str] | None


@dataclass(frozen=True)
class Told:
    """One line: when by the event's clocks, and what happened."""

    line: Line
    at: datetime
    words: str

    @property
    def clock(self) -> str:
        """With seconds, since in a rush they decide."""
        return f"{self.at:%H:%M:%S}"


def told(lines: Iterable[Line], zone: ZoneInfo, titles: Mapping[int, str], references: References = None) -> list[Told]:
    """The lines in words; `titles` are those of sessions, `references` the numbers that others may be called by here."""
    return [Told(line, line.at.astimezone(zone), sentence(line, titles, references)) for line in lines]


def sentence(line: Line, titles: Mapping[int, str], references: References) -> str:
    """What happened; in a session, under its title."""
    reasoned = REASONED.get(line.what)
    said = str(reasoned(line, references) if reasoned else FIXED[line.what])
    if line.session_id is None:
        return said
    title = titles.get(line.session_id) or _("a session that is no more")
    return f"{title}: {said}"


def placed(line: Line, references: References) -> object:
    because = line.because
    if because.get("by"):
        return _("A place from the organiser, over the limit") if because.get("over") else _("A place from the organiser")
    if because.get("after") == "approval":
        return _("Approved by the organiser, with a place")
    if because.get("after") == "proof":
        return _("The address is confirmed, with a place")
    return _("A place, at once")


def queued(line: Line, references: References) -> object:
    because = line.because
    if "position" not in because:
        return _("Joined the queue")
    if because.get("after") == "approval":
        return _("Approved by the organiser, number %(position)d in the queue", position=because["position"])
    return _("Joined the queue as number %(position)d", position=because["position"])


def asked(line: Line, references: References) -> object:
    if line.because.get("waits_for") == "approval":
        return _("Registered, to be approved by the organiser")
    return _("Registered, the address to be confirmed")


def promoted(line: Line, references: References) -> object:
    because = line.because
    if because.get("by"):
        return _("A place from the organiser, ahead of others")
    if because.get("capacity"):
        return _("A place from the queue, as places were added")
    givers = because.get("given_back_by")
    if givers and references is not None:
        return _("A place from the queue, given back by no. %(numbers)s", numbers=numbered(givers, references))
    if givers or because.get("given_back"):
        return _("A place from the queue, which somebody gave back")
    return _("A place from the queue")


def numbered(givers: int | Collection[int], references: Mapping[int, str]) -> str:
    numbers = [givers] if isinstance(givers, int) else givers
    return ", ".join(references.get(number, str(number)) for number in numbers)


def given_back(line: Line, references: References) -> object:
    if line.because.get("by") == "calendar":
        return _("The place is given back, as the calendar declined")
    return _("The organiser took the place back") if line.because.get("by") else _("The place is given back")


def left(line: Line, references: References) -> object:
    if line.because.get("by") == "calendar":
        return _("Gone from the queue, as the calendar declined")
    if line.because.get("by"):
        return _("The organiser ended the registration")
    return _("Gone from the queue") if line.waiting else _("The registration is withdrawn")


def handed_over(line: Line, references: References) -> object:
    if "from" not in line.because:
        return _("The place is handed over to a colleague")
    return _("A place, handed over by a colleague")


def capacity(line: Line, references: References) -> object:
    because = line.because
    if "capacity" not in because:
        return _("Places are not counted any more")
    former, now = (_("no limit") if number is None else str(number) for number in because["capacity"])
    return _("Number of places: %(former)s → %(now)s", former=former, now=now)


FIXED: Mapping[What, LazyString] = {
    What.CARRIED_OVER: _l("Taken over from the time before the ledger"),
    What.HELD: _l("A place, held until the address is confirmed"),
    What.ACCEPTED: _l("The place is accepted"),
    What.RAN_OUT: _l("The time to answer ran out"),
    What.DECLINED: _l("Declined by the organiser"),
    What.TAKEN_BACK: _l("The organiser undid the last step"),
}
REASONED: Mapping[What, Callable[[Line, References], object]] = {
    What.PLACED: placed,
    What.QUEUED: queued,
    What.ASKED: asked,
    What.PROMOTED: promoted,
    What.GIVEN_BACK: given_back,
    What.LEFT: left,
    What.HANDED_OVER: handed_over,
    What.CAPACITY: capacity,
}
