"""The letters of a mailing, put together when they leave: the organiser's words in the frame of a registration's letters."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import sqlalchemy as sa

from app.db import db
from app.mail.letters import Letter
from app.mail.models import Message
from app.mail.own_words import Source
from app.mailings.models import Mailing, MailingStatus
from app.registration import letters as registration_letters
from app.registration.batch import Batch
from app.site import Site

LETTER = "message"
ORDER = ("pl", "en")
"""Which of the languages stands in for another that was not written."""


def composer(messages: Sequence[Message]) -> Callable[[Message, Site], Letter | None]:
    """`compose` for the letters of one batch."""
    return partial(compose, batch=Batch(messages), mailings=of(messages))


def of(messages: Sequence[Message]) -> Mapping[int, Mailing]:
    """The mailings that some messages belong to, by number."""
    numbers = {message.facts.get("mailing") for message in messages}
    return {mailing.id: mailing for mailing in db.session.scalars(sa.select(Mailing).where(Mailing.id.in_(numbers)))}


def compose(message: Message, site: Site, *, batch: Batch, mailings: Mapping[int, Mailing]) -> Letter | None:
    """The letter, or `None` where the mailing was stopped or the registration is gone."""
    registration, mailing = batch.registration(message), mailings.get(message.facts.get("mailing", 0))
    if registration is None or mailing is None or mailing.status is MailingStatus.STOPPED:
        return None
    return registration_letters.written(LETTER, registration, message, site, batch, source(mailing, message.language))


def source(mailing: Mailing, language: str) -> Source:
    """What a reader of this language gets: their own, else the one that was written."""
    written = sources(mailing)
    return written.get(language) or next(written[other] for other in ORDER if other in written)


def sources(mailing: Mailing) -> dict[str, Source]:
    """What was written, by language; at least one is whole (`drafts.check`)."""
    texts = {"pl": (mailing.subject, mailing.body), "en": (mailing.subject_en, mailing.body_en)}
    return {language: Source(subject, body, language) for language, (subject, body) in texts.items() if subject and body}
