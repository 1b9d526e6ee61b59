"""An event's own words in its letters: kept, changed by one organiser at a time, taken back."""

from collections.abc import Mapping

import sqlalchemy as sa
from flask_babel import gettext as _

from app import clock
from app.db import db
from app.errors import Refused
from app.events.models import Event
from app.events.texts import LetterText
from app.mail.own_words import Source

LANGUAGES = ("pl", "en")


class ChangedMeanwhile(Refused):
    """Somebody else changed the words since they were shown; `now` is what stands there, `None` for the standard text."""

    def __init__(self, now: LetterText | None) -> None:
        super().__init__(_("Somebody else has changed this text meanwhile. Compare both and save again."))
        self.now = now


def of_event(event_id: int) -> dict[tuple[str, str], LetterText]:
    """All own words of an event, by letter and language, in one statement."""
    rows = db.session.scalars(sa.select(LetterText).where(LetterText.event_id == event_id))
    return {(row.letter, row.language): row for row in rows}


def sources(event_id: int) -> Mapping[tuple[str, str], Source]:
    """The same, as letters take them."""
    return {key: source(text) for key, text in of_event(event_id).items()}


def source(text: LetterText) -> Source:
    return Source(text.subject, text.body, text.language)


def find(event: Event, letter: str, language: str) -> LetterText | None:
    """The own words of one letter in one language."""
    key = {"event_id": event.id, "letter": letter, "language": language}
    return db.session.scalar(sa.select(LetterText).filter_by(**key).with_for_update())


def stamp(text: LetterText | None) -> str:
    """What tells one state of the words from another; empty for the standard text."""
    return text.modified_at.isoformat() if text else ""


def keep(event: Event, letter: str, language: str, *, subject: str, body: str, seen: str) -> LetterText | None:
    """Put these words in place of those that were seen; where both are empty, the standard text stands again."""
    text = find(event, letter, language)
    if stamp(text) != seen:
        raise ChangedMeanwhile(text)
    if not subject and not body:
        take_back(event, letter, language)
        return None
    if text is None:
        text = LetterText(event_id=event.id, letter=letter, language=language)
        db.session.add(text)
    text.subject, text.body, text.modified_at = subject, body, clock.now()
    return text


def take_back(event: Event, letter: str, language: str) -> None:
    """Let the standard text stand again."""
    if text := find(event, letter, language):
        db.session.delete(text)
