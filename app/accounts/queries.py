"""Finding accounts."""

import sqlalchemy as sa

from app.accounts.models import User
from app.db import db
from app.folding import fold


def chosen(words: str = "") -> sa.Select[User]:
    """Accounts by name, or those in whose name or address every word stands; neither case nor diacritics matter."""
    query = sa.select(User).order_by(User.name, User.id)
    if wanted := fold(words).split():
        query = query.where(User.id.in_(matching(wanted)))
    return query


def matching(wanted: list[str]) -> list[int]:
    """Ids of the accounts in which every folded word occurs; databases differ in folding, so it is done here."""
    rows = db.session.execute(sa.select(User.id, User.name, User.email))
    return [number for number, name, email in rows if all(word in fold(f"{name} {email}") for word in wanted)]
