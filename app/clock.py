"""The program's clock: the only place that asks what time it is."""

import os
import time
from datetime import UTC, datetime, timedelta

_shift = timedelta()
_ANCHOR = "PLENUM_CLOCK_ANCHOR"


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC) + _shift


def start(instant: datetime | None) -> None:
    """Let the clock run on from `instant`; `None` is the true time.

    The true moment of starting is kept in the environment, so that processes started by this one
    read the same time, and a process that is started again does not fall back to the beginning.
    """
    global _shift
    if instant is None:
        _shift = timedelta()
        return
    anchor = os.environ.setdefault(_ANCHOR, repr(time.time()))
    _shift = instant - datetime.fromtimestamp(float(anchor), UTC)


def stand_at(instant: datetime) -> None:
    """Set the clock so that it reads `instant` now and runs on (for tests)."""
    global _shift
    _shift = instant - datetime.now(UTC)
