"""Alembic's environment: one set of migrations for both databases."""

from typing import Any

from alembic import context

import app.agenda.models
import app.events.models
import app.mail.models
import app.registration.models  # noqa: F401 - the tables must be known before they are compared
from app.db import Base, db


def run_online() -> None:
    with db.engine.connect() as connection:
        context.configure(connection=connection, target_metadata=Base.metadata, **options(connection.dialect.name))
        with context.begin_transaction():
            context.run_migrations()


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
