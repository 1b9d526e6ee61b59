"""What an erasure leaves behind outside of the rows: files of letters, and deleted text in the database's own files."""

from collections.abc import Collection

import sqlalchemy as sa

from app import clock
from app.db import db
from app.mail import folder
from app.mail.models import Message
from app.privacy.models import Deletion

NOBODY = ""
IS_ERASED = sa.and_(Message.to_address == NOBODY, Message.leased_until.is_not(None))
"""A letter to somebody erased whose file may still be there: a worker that was writing it then puts it down later."""


def are_left() -> bool:
    """Whether something was deleted that is not out of the files yet."""
    return db.session.scalar(sa.select(Deletion.id).where(Deletion.wiped_at.is_(None)).limit(1)) is not None


def mark(letters: Collection[int]) -> None:
    """Let the files of these letters be removed, now and once no worker can be writing one any more."""
    until = sa.func.coalesce(Message.leased_until, clock.now())
    marked = sa.update(Message).where(Message.id.in_(letters)).values(leased_until=until)
    db.session.execute(marked, execution_options={"synchronize_session": False})


def remove_files() -> None:
    """Remove the files of letters to those who were erased; they come again as long as a worker may be writing one."""
    letters = db.session.scalars(sa.select(Message.id).where(IS_ERASED)).all()
    folder.remove(letters)
    done = sa.update(Message).where(IS_ERASED, Message.leased_until <= clock.now()).values(leased_until=None)
    db.session.execute(done, execution_options={"synchronize_session": False})


def are_gone() -> None:
    """Put down that nothing is left, unless a letter may still be on its way into a file."""
    if db.session.scalar(sa.select(Message.id).where(IS_ERASED).limit(1)) is None:
        gone = sa.update(Deletion).where(Deletion.wiped_at.is_(None)).values(wiped_at=clock.now())
        db.session.execute(gone, execution_options={"synchronize_session": False})
