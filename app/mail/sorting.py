"""Sorts one mail that came in: what is about a delivery, what answers by itself, what a calendar answers, what is a person's."""

from collections.abc import Callable

from app.mail import bounces, inbox, reading
from app.mail.models import Incoming
from app.mail.reading import Mail, Unreadable

Meaning = Callable[[Incoming, Mail], str | None]
"""Carries out what a mail with a calendar says, in the same transaction; or the reason why it is kept aside."""


class Overtaken(Exception):
    """Another worker has dealt with the mail meanwhile: whatever was done here must not stay."""


def opened(incoming: Incoming) -> Mail | Unreadable:
    """What a mail says, or why it cannot be read. Not within a transaction: a hostile one takes a while."""
    try:
        return reading.read(incoming.raw or b"", incoming.envelope_to)
    except Unreadable as error:
        return error


def sort(incoming: Incoming, mail: Mail | Unreadable, meaning: Meaning) -> None:
    """Deal with a mail that was claimed, in the caller's transaction: its state and what it brings about stand or fall together.

    The row is written last, after whatever else is locked. Raises `Overtaken`.
    """
    if not sorted_out(incoming, mail, meaning):
        raise Overtaken


def sorted_out(incoming: Incoming, mail: Mail | Unreadable, meaning: Meaning) -> bool:
    if isinstance(mail, Unreadable):
        return inbox.aside(incoming.id, str(mail))
    if mail.report:
        why = bounces.take(mail.report)
        return inbox.ignored(incoming.id, why) if why else inbox.done(incoming.id)
    if mail.is_automatic or (mail.calendar is None and mail.auto_submitted == "auto-generated"):
        return inbox.ignored(incoming.id, "It is an automatic reply.")
    if mail.calendar is None:
        return inbox.aside(incoming.id, inbox.A_PERSONS)
    why = meaning(incoming, mail)
    return inbox.aside(incoming.id, why) if why else inbox.done(incoming.id)
