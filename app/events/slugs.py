"""The last part of an address: made once from a name, in letters that need no quoting."""

import re
from itertools import chain, count

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from app.db import db
from app.events.models import FormerSlug
from app.folding import fold

LONGEST = 100
APART = re.compile(r"[^a-z0-9]+")


def of(text: str) -> str:
    """Anna Cieśla gives anna-ciesla; a text without Latin letters gives an empty one."""
    return APART.sub("-", fold(text))[:LONGEST].strip("-")


def fresh(column: InstrumentedAttribute[str], text: str, kind: str) -> str:
    """A slug for `text` that no row of this kind has or had; numbered from 2 where the plain one is taken."""
    plain = of(text) or kind
    taken = set(db.session.scalars(sa.select(column).where(column.startswith(plain, autoescape=True))))
    former = sa.select(FormerSlug.slug).where(FormerSlug.kind == kind, FormerSlug.slug.startswith(plain, autoescape=True))
    taken.update(db.session.scalars(former))
    return next(slug for slug in chain([plain], (f"{plain}-{number}" for number in count(2))) if slug not in taken)
