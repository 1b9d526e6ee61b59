"""What happened to one registration: its own steps, and what was done with it at the desk."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.audit.models import Change
from app.participants import queries, words
from app.registration.models import Registration, Reply, Status

ACTS: dict[str, LazyString] = {
    "participants.add": _l("Added by hand"),
    "participants.edit": _l("Details changed"),
    "participants.cancel": _l("Cancelled by an organiser"),
    "participants.bulk_cancel": _l("Cancelled by an organiser, among others"),
    "participants.reinstate": _l("Brought back by an organiser"),
    "participants.confirm": _l("Moved from the waiting list"),
    "participants.bulk_confirm": _l("Moved from the waiting list, among others"),
    "participants.resend": _l("Letter sent again"),
    "participants.bulk_resend": _l("Letter sent again, to others too"),
    "participants.undo": _l("Undone by an organiser"),
    "participants.note": _l("Note changed"),
    "participants.reply": _l("Answer recorded by hand"),
}
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


def of(person: Registration) -> list[Moment]:
    """Everything, the newest first."""
    found = [*own_steps(person), *(done(change) for change in queries.changes(person))]
    return sorted(found, key=lambda moment: moment.at, reverse=True)


def own_steps(person: Registration) -> Iterator[Moment]:
    """What the registration itself remembers."""
    yield Moment(person.registered_at, _("Registered"))
    if person.turned_at and person.is_confirmed:
        yield Moment(person.turned_at, _("Got a place"))
    if person.cancelled_at:
        yield Moment(person.cancelled_at, _("Cancelled"))
    if person.joined_at:
        yield Moment(person.joined_at, _("Joined the meeting"))
    if person.replied_at:
        yield Moment(person.replied_at, f"{_('Answer to the invitation')}: {words.reply(person)}")


def done(change: Change) -> Moment:
    """One act at the desk, with the values before and after."""
    record = change.record
    before, after = change.before or {}, change.after or {}
    return Moment(
        at=record.at,
        what=str(ACTS.get(record.act, _("Changed at the desk"))),
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
