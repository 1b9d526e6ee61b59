"""Keeping uploaded files, each under a random name that says nothing about it."""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterator
from datetime import timedelta
from hashlib import sha256

import sqlalchemy as sa

from app import clock, tokens
from app.db import Model, db
from app.files.models import File

LONGEST_NAME = 120
KEPT = timedelta(days=1)
FORBIDDEN = re.compile(r'[\\/:*?"<>|]+')


def put(name: str, media_type: str, content: bytes, *, width: int | None = None, height: int | None = None) -> File:
    """Keep a file in the caller's transaction; whoever refers to it decides who may see it."""
    file = File(
        key=tokens.random(),
        name=cleaned(name),
        media_type=media_type,
        size=len(content),
        digest=sha256(content).hexdigest(),
        content=content,
        width=width,
        height=height,
    )
    db.session.add(file)
    db.session.flush()
    return file


def cleaned(name: str) -> str:
    """The last part of a path, without what file systems and headers refuse; its extension outlives the shortening."""
    last = re.split(r"[\\/]", unicodedata.normalize("NFC", name))[-1]
    printable = "".join(letter for letter in last if unicodedata.category(letter)[0] not in "CZ" or letter == " ")
    stem, dot, extension = FORBIDDEN.sub("-", " ".join(printable.split())).strip(". ").rpartition(".")
    if not dot or len(extension) > 10:
        stem, extension = f"{stem}{dot}{extension}", ""
    kept = stem[: LONGEST_NAME - len(extension) - 1].strip(". ") or "file"
    return f"{kept}.{extension}" if extension else kept


def by_key(key: str) -> File:
    """The file of this key; raises `NoResultFound`."""
    return db.session.execute(sa.select(File).where(File.key == key)).scalar_one()


def is_needed(file: File) -> bool:
    """Whether any row refers to the file."""
    named = [sa.exists().where(column == file.id) for column in references()]
    return bool(db.session.scalar(sa.select(sa.or_(*named))))


def remove(file: File) -> None:
    """Forget a file that nothing refers to any more."""
    db.session.delete(file)


def unneeded_bytes() -> int:
    """The size of all files that no row refers to (yet)."""
    is_named = [sa.exists().where(column == File.id) for column in references()]
    return db.session.scalar(sa.select(sa.func.sum(File.size)).where(~sa.or_(*is_named))) or 0


def nothing() -> Collection[int]:
    return ()


def remove_orphans(kept: Callable[[], Collection[int]] = nothing) -> int:
    """Forget the files older than a day that no row refers to and that are not among `kept`; returns how many."""
    is_named = [sa.exists().where(column == File.id) for column in references()]
    old = File.created_at < clock.now() - KEPT
    gone = sa.delete(File).where(old, ~sa.or_(*is_named), File.id.not_in(kept())).returning(File.id)
    return len(db.session.scalars(gone, execution_options={"synchronize_session": False}).all())


def references() -> Iterator[sa.Column[int]]:
    """Every column of every table that refers to a file."""
    for table in Model.metadata.tables.values():
        yield from (column for column in table.columns if any(key.column is File.__table__.c.id for key in column.foreign_keys))
