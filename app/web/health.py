"""Whether this process can serve: the database answers, and its tables are of this version."""

from functools import lru_cache

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.exc import SQLAlchemyError

import config
from app.db import db


@lru_cache(maxsize=1)
def newest_version() -> frozenset[str]:
    """The heads of the migrations that came with this code."""
    return frozenset(ScriptDirectory(str(config.ROOT / "migrations")).get_heads())


def is_ready() -> bool:
    try:
        with db.engine.connect() as connection:
            return frozenset(MigrationContext.configure(connection).get_current_heads()) == newest_version()
    except SQLAlchemyError:
        return False
