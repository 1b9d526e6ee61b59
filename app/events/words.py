"""What people type into the registers, made clean; what cannot be taken is refused in words that say what to do."""

import unicodedata
from urllib.parse import urlsplit

from email_validator import EmailNotValidError, validate_email
from flask_babel import gettext as _

from app.errors import Refused

INVISIBLE = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200B, 0xFEFF])
LONGEST_ADDRESS = 500
WEB = frozenset({"http", "https"})


def line(text: str) -> str:
    """The text on one line in its composed form, without control characters and invisible marks of direction."""
    composed = unicodedata.normalize("NFC", text).translate(INVISIBLE)
    printable = (" " if unicodedata.category(sign) in {"Cc", "Cs"} else sign for sign in composed)
    return " ".join("".join(printable).split())


def lines(text: str) -> str:
    """A text of several lines, without control characters; how it is indented stays, since Markdown reads it."""
    composed = unicodedata.normalize("NFC", text).translate(INVISIBLE).replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(sign for sign in composed if sign in "\n\t" or unicodedata.category(sign) not in {"Cc", "Cs"})
    return "\n".join(part.rstrip() for part in kept.split("\n")).strip("\n")


def within(text: str, most: int, field: str) -> str:
    """The text, if there is room for it."""
    if len(text) <= most:
        return text
    shorter = _("Shorten this answer to %(most)d characters; it has %(length)d now", most=most, length=len(text))
    raise Refused(shorter, field=field)


def name(text: str, field: str = "name") -> str:
    """The name of somebody who signs in, on one line."""
    typed = line(text)
    if not typed:
        raise Refused(_("Enter the first name and surname"), field=field)
    return within(typed, 200, field)


def mailbox(text: str, field: str = "email") -> str:
    """An e-mail address in the form that the library gives it: domain in lower case, IDN in Unicode (RFC 5891, RFC 6531)."""
    try:
        return validate_email(line(text), check_deliverability=False).normalized
    except EmailNotValidError as error:
        raise Refused(_("Enter an e-mail address with its domain, for example name@council.org"), field=field) from error


def web_address(text: str, field: str) -> str:
    """An address of the web, empty for none; one that was typed without its beginning gets https."""
    typed = line(text)
    if not typed:
        return ""
    whole = typed if "://" in typed else f"https://{typed}"
    try:
        parts = urlsplit(whole)
        is_good = parts.scheme.lower() in WEB and "." in (parts.hostname or "") and " " not in whole and not parts.username
    except ValueError:
        is_good = False
    if not is_good:
        raise Refused(_("Enter a web address that begins with https://, for example https://www.example.org"), field=field)
    return within(whole, LONGEST_ADDRESS, field)
