"""The key of a speaker's link: derived when needed, kept as a digest; one that was replaced is remembered."""

import sqlalchemy as sa

from app import tokens
from app.db import db
from app.panels.models import Engagement, FormerLink

PURPOSE = "panel"


class Revoked(Exception):
    """The key was replaced by a newer one."""


def give(engagement: Engagement) -> None:
    """Let the present generation's key be the one that opens the page."""
    engagement.digest = tokens.digest(tokens.derive(PURPOSE, subject(engagement)))


def replace(engagement: Engagement) -> None:
    """Give the next key; the former one opens nothing any more."""
    engagement.former_links.append(FormerLink(digest=engagement.digest))
    engagement.generation += 1
    give(engagement)


def token(engagement: Engagement) -> str:
    """The token of the key in use, for a link."""
    return tokens.recall(PURPOSE, subject(engagement), engagement.digest)


def find(token: str) -> Engagement:
    """Whose key this is; raises `NoResultFound` for an unknown one and `Revoked` for one that was replaced."""
    digest = tokens.digest(token)
    if db.session.scalar(sa.select(FormerLink.id).where(FormerLink.digest == digest)):
        raise Revoked
    return db.session.execute(sa.select(Engagement).where(Engagement.digest == digest)).scalar_one()


def subject(engagement: Engagement) -> str:
    """What a token is derived from, beside its purpose."""
    return f"{engagement.uid}:{engagement.generation}"
