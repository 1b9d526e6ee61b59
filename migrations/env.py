"""Alembic's environment: one set of migrations for both databases."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from alembic import context
from sqlalchemy import Connection

import app.accounts.models
import app.admission.models
import app.agenda.models
import app.agenda.steps
import app.audit.models
import app.changes.models
import app.events.members
import app.events.models
import app.events.texts
import app.files.models
import app.ledger.models
import app.mail.models
import app.mailings.models
import app.panels.models
import app.participants.models
import app.plans.models
import app.privacy.models
import app.questions.models
import app.registration.models
import app.replies.models
import app.transfer.models  # noqa: F401 - the tables must be known before they are compared
from app.db import Base, db


def run_online() -> None:
    with db.engine.connect() as connection, without_foreign_keys(connection):
        context.configure(connection=connection, target_metadata=Base.metadata, **options(connection.dialect.name))
        with context.begin_transaction():
            context.run_migrations()


@contextmanager
def without_foreign_keys(connection: Connection) -> Iterator[None]:
    """SQLite copies a table to alter it and drops the former one, which must not take with it what refers to it."""
    if connection.dialect.name != "sqlite":
        yield
        return
    driver: Any = connection.connection.driver_connection
    driver.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
        if orphans := driver.execute("PRAGMA foreign_key_check").fetchall():
            raise RuntimeError(f"rows that refer to nothing after the migration: {orphans[:5]}")
    finally:
        driver.execute("PRAGMA foreign_keys=ON")


def run_offline() -> None:
    context.configure(
        url=str(db.engine.url), target_metadata=Base.metadata, literal_binds=True, **options(db.engine.dialect.name)
    )
    with context.begin_transaction():
        context.run_migrations()


def options(dialect: str) -> dict[str, Any]:
    """SQLite alters tables by copying them (batch mode), PostgreSQL in place."""
    return {"render_as_batch": True, "compare_type": True, "transaction_per_migration": dialect == "postgresql"}


run_offline() if context.is_offline_mode() else run_online()
