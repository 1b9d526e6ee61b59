"""Why mails are kept aside, in the reader's words."""

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.calendar import replies
from app.mail import inbox, reading
from app.replies import receiving

WHY: Mapping[str, LazyString] = {
    inbox.A_PERSONS: _l("A letter to a person: it holds no answer of a calendar"),
    inbox.TOO_LARGE: _l("Larger than 256 kB: only its head was kept"),
    receiving.NOT_OURS: _l("An answer of a calendar about an entry that was not sent from here"),
    receiving.SAYS_NOTHING: _l("An answer of a calendar that says neither yes nor no"),
    replies.NO_ANSWER: _l("Its calendar is no answer but an invitation or another notice"),
    replies.NOT_ONE_ENTRY: _l("An answer of a calendar that is about no entry, or about several"),
    replies.NO_UID: _l("An answer of a calendar that does not say which entry it is about"),
    replies.NOT_ONE_PERSON: _l("An answer of a calendar that names nobody, or several people"),
    replies.NO_ADDRESS: _l("An answer of a calendar that does not say who answers"),
    replies.TOO_LARGE: _l("Its calendar cannot be read: it is too large"),
    replies.TOO_MANY_LINES: _l("Its calendar cannot be read: it is too large"),
    replies.TOO_MANY_COMPONENTS: _l("Its calendar cannot be read: it has too many parts"),
    replies.CROSSED: _l("Its calendar cannot be read: its form is broken"),
    replies.BROKEN: _l("Its calendar cannot be read: its form is broken"),
    reading.TOO_MANY_PARTS: _l("Cannot be read: it has too many parts"),
    reading.TOO_DEEP: _l("Cannot be read: its parts are nested too deeply"),
    reading.TANGLED: _l("Cannot be read: its parts are nested too deeply"),
    reading.LONG_HEADER: _l("Cannot be read: one of its headers is too long"),
    reading.NO_HEADERS: _l("Cannot be read: it has no headers"),
    reading.BROKEN: _l("Cannot be read: its form is broken"),
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
