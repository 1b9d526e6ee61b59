"""The key of a form whose answers are checked: random, with the moment at which it was given, and signed.

The empty form is one page for all and carries nothing, so the clock begins when the answers are shown for checking.
"""

import re
from datetime import UTC, datetime, timedelta

from app import clock, tokens

PURPOSE = "form"
KEY = re.compile(r"(?P<moment>[0-9a-f]{11})(?P<random>[A-Za-z0-9_-]{16})(?P<seal>[A-Za-z0-9_-]{32})")
QUICKEST = timedelta(seconds=1)
"""Nobody reads the answers and presses the button sooner; whoever does is shown them once more, and nothing is lost."""


def give(at: datetime | None = None) -> str:
    """A new key, given now unless said otherwise."""
    moment = f"{int((at or clock.now()).timestamp() * 1000):011x}{tokens.random()[:16]}"
    return moment + tokens.derive(PURPOSE, moment)


def given_at(key: str) -> datetime | None:
    """When we gave the key; nothing for one of somebody's own making."""
    found = KEY.fullmatch(key)
    if found is None or not tokens.matches(found["seal"], PURPOSE, found["moment"] + found["random"]):
        return None
    return datetime.fromtimestamp(int(found["moment"], 16) / 1000, UTC)


def is_hasty(key: str) -> bool:
    """Whether the key was given so lately that no person can have read what came with it."""
    given = given_at(key)
    return given is None or clock.now() - given < QUICKEST
