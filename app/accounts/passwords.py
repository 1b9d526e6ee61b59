"""What is taken as a password, and how it is kept."""

import unicodedata

from flask_babel import gettext as _
from flask_babel import ngettext
from flask_security import hash_password, verify_password

from app.accounts.models import User
from app.errors import Refused

SHORTEST = 12
LONGEST = 128
FEWEST_SIGNS = 5


def checked(text: str) -> str:
    """A new password, if it is long enough; a long one needs no special signs (NIST SP 800-63B, 5.1.1.2)."""
    password = unicodedata.normalize("NFKD", text)
    if not password:
        raise Refused(_("Choose a password"))
    if len(password) < SHORTEST:
        raise Refused(
            ngettext(
                "Make the password at least %(num)d character long. A few words are easy to remember.",
                "Make the password at least %(num)d characters long. A few words are easy to remember.",
                SHORTEST,
            )
        )
    if len(password) > LONGEST:
        raise Refused(_("Shorten the password to %(most)d characters", most=LONGEST))
    if len(set(password)) < FEWEST_SIGNS:
        raise Refused(_("This password repeats a few signs. Choose one that is harder to guess."))
    return password


def hashed(password: str) -> str:
    """What is kept of a password. It is slow on purpose: call it before the transaction that writes it."""
    return str(hash_password(password))


def is_right(user: User, text: str) -> bool:
    """Whether this is the account's password. Slow, as `hashed` is."""
    kept = user.password
    return bool(kept and verify_password(unicodedata.normalize("NFKD", text), kept))
