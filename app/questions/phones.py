"""Telephone numbers as ITU-T E.164 writes them: a plus, the country's code, fifteen digits at most."""

import re

from flask_babel import gettext as _

from app.errors import Refused

SEPARATORS = re.compile(r"[\s().\-/]")
WHOLE = re.compile(r"\+[1-9]\d{7,14}")
POLISH = re.compile(r"[1-9]\d{8}")
"""Nine digits without a code are a number in Poland."""

BY_THREE = re.compile(r"(?<=\d)(?=(?:\d{3})+$)")


def number(text: str) -> str:
    """+48221234567 from 22 123 45 67, +48 22 123 45 67 or 0048 (22) 123-45-67; raises `Refused`."""
    bare = SEPARATORS.sub("", text)
    bare = f"+{bare[2:]}" if bare.startswith("00") else bare
    if bare.isascii() and POLISH.fullmatch(bare):
        return f"+48{bare}"
    if not bare.isascii() or not WHOLE.fullmatch(bare) or (bare.startswith("+48") and not POLISH.fullmatch(bare[3:])):
        raise Refused(_("Enter a phone number, for example 600 100 200; from abroad with the country's code, +49 30 1234567"))
    return bare


def spaced(number: str) -> str:
    """+48 221 234 567; of other countries the number as it is, since each groups in its own way."""
    return f"+48 {BY_THREE.sub(' ', number[3:])}" if number.startswith("+48") else number
