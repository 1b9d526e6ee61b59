"""What a person typed, made clean; what cannot be taken is refused in words that say what to do."""

import unicodedata
from dataclasses import dataclass

from email_validator import EmailNotValidError, validate_email
from flask_babel import gettext as _

from app.errors import Refused

LINE = 200
NOTE = 1000
INVISIBLE = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200B, 0xFEFF])


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
    """An address in the form that the library gives it: domain in lower case, IDN in Unicode (RFC 5891, RFC 6531)."""
    typed = line(text)
    if not typed:
        raise Refused(_("Enter your e-mail address"), field="email")
    try:
        written = validate_email(typed, check_deliverability=False).normalized
    except EmailNotValidError as error:
        raise Refused(_("Enter an e-mail address with its domain, for example name@council.org"), field="email") from error
    return Address(written, written.casefold())


def line(text: str) -> str:
    """The text on one line in its composed form, without control characters and invisible marks of direction."""
    composed = unicodedata.normalize("NFC", text).translate(INVISIBLE)
    printable = (" " if unicodedata.category(sign) in {"Cc", "Cs"} else sign for sign in composed)
    return " ".join("".join(printable).split())


def within(text: str, most: int, field: str) -> str:
    """The text, if there is room for it."""
    if len(text) <= most:
        return text
    shorter = _("Shorten this answer to %(most)d characters; it has %(length)d now", most=most, length=len(text))
    raise Refused(shorter, field=field)
