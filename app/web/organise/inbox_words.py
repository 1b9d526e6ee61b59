"""Why mails are kept aside, in the reader's words."""

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.mail import inbox, reading
from app.replies import receiving

WHY: Mapping[str, LazyString] = {
    inbox.A_PERSONS: _l("A letter to a person: it holds no answer of a calendar"),
    inbox.TOO_LARGE: _l("Larger than 256 kB: only its head was kept"),
    reading.TOO_MANY_PARTS: _l("Cannot be read: it has too many parts"),
    reading.TOO_DEEP: _l("Cannot be read: its parts are nested too deeply"),
    reading.TANGLED: _l("Cannot be read: its parts are nested too deeply"),
    reading.LONG_HEADER: _l("Cannot be read: one of its headers is too long"),
    reading.NO_HEADERS: _l("Cannot be read: it has no headers"),
    receiving.NOT_OURS: _l("The entry that it answers is none of ours"),
}
SOURCES: Mapping[str, LazyString] = {
    "command": _l("handed over by the mail server (a command)"),
    "imap": _l("fetched from the mailbox (IMAP)"),
    "lmtp": _l("handed over by the mail server (LMTP)"),
    "smtp": _l("handed over by the mail server (SMTP)"),
}


def why(reason: str) -> str:
    """The reason; the program's own words where it is none of those that are to be expected."""
    return str(WHY[reason]) if reason in WHY else str(_("Could not be dealt with: %(why)s", why=reason))


def source(word: str) -> str:
    return str(SOURCES.get(word, word))
