"""What a person typed, made clean; what cannot be taken is refused in words that say what to do."""

from dataclasses import dataclass

from flask_babel import gettext as _

from app.errors import Refused
from app.events.words import line, mailbox, within
from app.mail import own_address

LINE = 200
NOTE = 1000


@dataclass(frozen=True)
class Address:
    """An e-mail address as it is written to, and the key by which two spellings are one address."""

    written: str
    key: str


def name(text: str) -> str:
    """A name of any script; refused where it is empty, too long, or carries a link into letters to other people."""
    cleaned = line(text)
    if not cleaned:
        raise Refused(_("Enter your first name and surname"), field="name")
    if "://" in cleaned or "www." in cleaned.casefold():
        raise Refused(_("Enter your first name and surname without a web address"), field="name")
    return within(cleaned, LINE, "name")


def organisation(text: str) -> str:
    return within(line(text), LINE, "organisation")


def position(text: str) -> str:
    return within(line(text), LINE, "position")


def note(text: str) -> str:
    """A text of several lines."""
    lines = (line(part) for part in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    return within("\n".join(lines).strip(), NOTE, "needs_note")


def address(text: str) -> Address:
    """An address as it is written to, and its key; refused where it is our own mailbox."""
    if not line(text):
        raise Refused(_("Enter your e-mail address"), field="email")
    written = mailbox(text)
    if own_address.is_ours(written):  # an ORGANIZER cannot be their own ATTENDEE (RFC 5546 3.2.2)
        raise Refused(_("Our letters come from this address. Enter your own."), field="email")
    return Address(written, written.casefold())
