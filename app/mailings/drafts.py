"""Writing a mailing: what it says, whom it means, and that two organisers do not overwrite each other."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import sqlalchemy as sa
from flask_babel import gettext as _

from app.db import db
from app.errors import Refused
from app.events.models import Event
from app.events.words import line, lines, within
from app.mail import own_words
from app.mailings.letters import LETTER
from app.mailings.models import Mailing, MailingStatus
from app.participants.filters import Filter
from app.registration import placeholders

LONGEST_SUBJECT = 200
LONGEST_BODY = 10_000
FIELDS = {"pl": ("subject", "body"), "en": ("subject_en", "body_en")}


class ChangedMeanwhile(Refused):
    """Somebody else changed the mailing since it was shown; `now` is how it stands."""

    def __init__(self, now: Mailing) -> None:
        super().__init__(_("Somebody else has changed this message meanwhile. Compare both and save again."))
        self.now = now


@dataclass(frozen=True)
class Wording:
    """What was typed, in both languages; one may be left empty."""

    subject: str
    body: str
    subject_en: str = ""
    body_en: str = ""

    def clean(self, event: Event) -> "Wording":
        """The same, tidied; raises `Refused` for what cannot be sent."""
        tidy = Wording(line(self.subject), lines(self.body), line(self.subject_en), lines(self.body_en))
        if not any((tidy.subject_en, tidy.body_en)) or any((tidy.subject, tidy.body)):
            check(event, tidy, "pl")
        if any((tidy.subject_en, tidy.body_en)):
            check(event, tidy, "en")
        return tidy


def check(event: Event, wording: Wording, language: str) -> None:
    """Raises `Refused` at the field that is empty, too long or has a placeholder that there is not."""
    subject, body = FIELDS[language]
    if not getattr(wording, subject):
        raise Refused(_("Write a subject"), subject)
    if not getattr(wording, body):
        raise Refused(_("Write the text"), body)
    known = placeholders.allowed(LETTER, event)
    own_words.check_subject(within(getattr(wording, subject), LONGEST_SUBJECT, subject), known, subject)
    own_words.check(within(getattr(wording, body), LONGEST_BODY, body), known, body)


def make(event: Event, wording: Wording, selection: Filter, made_by: str) -> Mailing:
    """Keep a new draft; raises `Refused`."""
    words = wording.clean(event)
    mailing = Mailing(uid=uuid4().hex, event_id=event.id, made_by=made_by, **facts(words, selection))
    db.session.add(mailing)
    db.session.flush()
    return mailing


def facts(words: Wording, selection: Filter) -> dict[str, Any]:
    return {**vars(words), "selection": selection.as_query()}


def change(mailing: Mailing, wording: Wording, selection: Filter, version: int) -> None:
    """Put new words in place of those of this version, while nothing has been put."""
    words = wording.clean(mailing.event)
    expect(mailing, version)
    if mailing.put_at is not None:
        raise Refused(_("This message has been handed over for sending and can be changed no more."))
    for name, value in facts(words, selection).items():
        setattr(mailing, name, value)
    mailing.version += 1


def expect(mailing: Mailing, version: int) -> None:
    """Raises `ChangedMeanwhile` where what was shown is not what stands there."""
    if mailing.version != version:
        raise ChangedMeanwhile(mailing)


def delete(mailing: Mailing) -> None:
    """Throw away what was never sent."""
    if mailing.put_at is not None or mailing.status is MailingStatus.SCHEDULED:
        raise Refused(_("Only a draft can be deleted."))
    db.session.delete(mailing)


def hold(event: Event, mailing_id: int) -> Mailing:
    """A mailing of the event, held until the transaction ends; raises `NoResultFound`."""
    found = sa.select(Mailing).where(Mailing.id == mailing_id, Mailing.event_id == event.id)
    return db.session.execute(found.with_for_update(), execution_options={"populate_existing": True}).scalar_one()
