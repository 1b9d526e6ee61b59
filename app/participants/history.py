"""What happened to one registration: its own steps, and what was done with it at the desk."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.audit.models import Change
from app.calendar.words import Reply
from app.participants import queries, words
from app.registration.models import Registration, Status

FIELDS: dict[str, LazyString] = {
    "name": _l("First name and surname"),
    "email": _l("E-mail address"),
    "organisation": _l("Institution"),
    "position": _l("Position"),
    "needs_note": _l("What they wrote"),
    "language": _l("Language of letters"),
    "status": _l("State"),
    "reply": _l("Answer to the invitation"),
    "note": _l("Internal note"),
}


@dataclass(frozen=True)
class Value:
    """One value that changed; `None` where there was none, or where it was personal and is erased."""

    label: str
    before: str | None
    after: str | None


@dataclass(frozen=True)
class Moment:
    """Something that happened, with who did it where that was at the desk."""

    at: datetime
    what: str
    who: str = ""
    values: list[Value] = field(default_factory=list)
    is_erased: bool = False


def of(person: Registration, name_of_act: Callable[[str], str]) -> list[Moment]:
    """Everything, the newest first; `name_of_act` says the acts of the desk in the reader's language.

    What falls into one second is one act and what followed from it: the act stands above.
    """
    own = reversed(list(own_steps(person)))
    found = [*(done(change, name_of_act) for change in queries.changes(person)), *own]
    return sorted(found, key=lambda moment: moment.at.replace(microsecond=0), reverse=True)


def own_steps(person: Registration) -> Iterator[Moment]:
    """What the registration itself remembers."""
    yield Moment(person.registered_at, _("Registered"))
    if person.turned_at and person.is_confirmed:
        yield Moment(person.turned_at, _("Got a place"))
    if person.cancelled_at:
        yield Moment(person.cancelled_at, _("Registration cancelled"))
    if person.joined_at:
        yield Moment(person.joined_at, _("Joined the meeting"))
    if person.replied_at:
        yield Moment(person.replied_at, _("Answer to the invitation") + f": {words.reply(person)}")


def done(change: Change, name_of_act: Callable[[str], str]) -> Moment:
    """One act at the desk, with the values before and after."""
    record = change.record
    before, after = change.before or {}, change.after or {}
    return Moment(
        at=record.at,
        what=name_of_act(record.act),
        who=record.user_name,
        values=[value(name, before.get(name), after.get(name)) for name in FIELDS if name in {*before, *after}],
        is_erased=change.erased_at is not None,
    )


def value(name: str, before: Any, after: Any) -> Value:
    return Value(str(FIELDS[name]), shown(name, before), shown(name, after))


def shown(name: str, value: Any) -> str | None:
    """A recorded value in words."""
    if value in (None, ""):
        return None
    if name == "status":
        return words.said(Status(value))
    if name == "reply":
        return words.said(Reply(value))
    return words.language(value) if name == "language" else str(value)
