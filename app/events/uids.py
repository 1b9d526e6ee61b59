"""Calendar identities, made once and never derived from anything that may change."""

from uuid import uuid4


def fresh(domain: str) -> str:
    """A UID for ever (RFC 7986 5.3): random, in the calendar domain of the day it is made."""
    return f"{uuid4()}@{domain}"
