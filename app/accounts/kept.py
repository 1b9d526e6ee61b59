"""What somebody had typed when their session ended, kept for them until they have signed in again."""

from collections.abc import Iterable
from datetime import timedelta

import sqlalchemy as sa

from app import clock, tokens
from app.accounts.models import KeptForm, User
from app.db import db

FOR = timedelta(days=1)
EACH = 10
"""How many forms are kept for one person; the oldest make way."""
MOST_FIELDS = 3000
LONGEST = 200_000
SECRETS = frozenset({"csrf_token", "kept_for", "restore", "credential", "code"})


def worth(fields: Iterable[tuple[str, str]]) -> list[list[str]]:
    """What is kept of a form: no token, no password, and only as much as somebody types."""
    kept = [[name, value] for name, value in fields if name not in SECRETS and "password" not in name]
    size = sum(len(name) + len(value) for name, value in kept)
    return kept if len(kept) <= MOST_FIELDS and size <= LONGEST else []


def keep(user: User, path: str, fields: list[list[str]]) -> str:
    """Keep a form that was to go to `path`; returns the key by which it is found."""
    former = sa.select(KeptForm).where(KeptForm.user_id == user.id).order_by(KeptForm.id.desc()).offset(EACH - 1)
    for row in db.session.scalars(former).all():
        db.session.delete(row)
    key = tokens.random()
    db.session.add(KeptForm(key=key, user_id=user.id, path=path, fields=fields))
    return key


def find(user: User, key: str) -> KeptForm:
    """A person's own kept form; raises `NoResultFound`."""
    return db.session.scalars(sa.select(KeptForm).where(KeptForm.key == key, KeptForm.user_id == user.id)).one()


def forget_old() -> int:
    """Forget forms kept for more than a day; returns how many."""
    old = sa.delete(KeptForm).where(KeptForm.kept_at < clock.now() - FOR).returning(KeptForm.id)
    return len(db.session.scalars(old, execution_options={"synchronize_session": False}).all())
