"""What waits to be told at one event, in numbers, and the mark of what an organiser has looked at."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from flask_babel import gettext as _

from app.agenda.models import Session
from app.changes import untold, versions
from app.changes.differences import Difference
from app.changes.models import Version
from app.errors import Refused
from app.events.models import Event


@dataclass(frozen=True)
class News:
    """So many differences that so many people do not know of, and when they are told; `None` for by hand.

    A moment that somebody chose stands, whatever is edited until then.
    """

    changes: int
    people: int
    due_at: datetime | None
    is_chosen: bool = False


def of(event: Event, sessions: Sequence[Session] | None = None) -> News | None:
    """Nothing where everything is told; the number of statements does not grow with the agenda or its people."""
    found = untold.of(event, sessions)
    if not found:
        return None
    concerned = untold.concerned(event, found)
    is_chosen = untold.settings(event).due_at is not None
    return News(len(found), concerned.people + concerned.speakers, untold.due_at(event), is_chosen)


def mark(last: Version | None, found: Sequence[Difference]) -> str:
    """What tells these differences from any others: the number of the version that they follow, and a hash of them."""
    facts = json.dumps([difference.to_json() for difference in found], sort_keys=True)
    return f"{last.number if last else 0}-{sha256(facts.encode()).hexdigest()[:16]}"


def expect(event: Event, seen: str) -> None:
    """Raise `Refused` unless what was looked at is what there is now; whoever calls holds the event."""
    found = untold.of(event)
    if not found:
        raise Refused(_("Everything has been told already, so nobody gets a letter."))
    if mark(versions.last(event), found) != seen:
        raise Refused(_("The agenda has changed since this page was opened. Look at the changes below, and tell them then."))
