"""The information on personal data, by version: published once, never edited."""

from hashlib import sha256

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from app.db import db
from app.registration.models import Clause

IN_FORCE = sa.select(sa.func.max(Clause.version))


def is_in_force(version: int) -> bool:
    """Whether this is the version that is to be accepted now; its texts are not read."""
    return db.session.scalar(IN_FORCE) == version


def latest() -> Clause | None:
    """The version in force."""
    return db.session.scalar(sa.select(Clause).order_by(Clause.version.desc()).limit(1))


def current(text_pl: str, text_en: str) -> Clause | None:
    """The version in force, if these are its texts."""
    clause = latest()
    return clause if clause and clause.digest == digest(clause.version, text_pl, text_en) else None


def publish(text_pl: str, text_en: str) -> Clause:
    """Put these texts in force; texts that are in force already stay the version they are."""
    former = latest()
    if former and former.digest == digest(former.version, text_pl, text_en):
        return former
    version = former.version + 1 if former else 1
    facts = {"text_pl": text_pl, "text_en": text_en, "number": version}
    clause = Clause(version=version, digest=digest(version, text_pl, text_en), **facts)
    try:
        with db.session.begin_nested():
            db.session.add(clause)
    except IntegrityError:
        return publish(text_pl, text_en)
    return clause


def digest(version: int, text_pl: str, text_en: str) -> str:
    """Of the version too, so that a text that comes back into force is a version of its own."""
    return sha256("\0".join((str(version), text_pl, text_en)).encode()).hexdigest()
