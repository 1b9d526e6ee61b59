"""The migrations make the tables that the models say, and lead back, with content in every table."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import flask_migrate
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask

import config
from app.db import Base, db, transaction
from app.factory import create_app
from app.mail import outbox
from app.registration import plan
from tests import make
from tests.conftest import dispose
from tests.defaults import SETTINGS, START

VERSIONS = [script.revision for script in ScriptDirectory(str(config.ROOT / "migrations")).walk_revisions()]


@pytest.fixture
def empty(empty_database: str, tmp_path: Path, clock) -> Iterator[Flask]:
    """The application over a database with nothing in it."""
    settings = {**SETTINGS, "DATABASE_URL": empty_database, "PLENUM_INSTANCE": str(tmp_path / "instance")}
    application = create_app(config.read(settings))
    clock.stand_at(datetime.fromisoformat(START))
    with application.app_context():
        yield application
    dispose(application)


def tables() -> list[sa.Table]:
    return Base.metadata.sorted_tables


def fill() -> None:
    """Put something into every table."""
    event = make.an_event(programme_id=make.a_programme().id, asks_sessions=True)
    session = make.a_session(event)
    make.an_appearance(session)
    make.a_material(event, session_id=session.id)
    registration = make.a_registration(event, sessions=[session.id])
    with transaction():
        plan.choose(registration, [session.id])
        outbox.put("confirmation", to_name="", to_address="a@example.org", language="pl", thread="of the test")


def contents() -> dict[str, int]:
    """How many rows each table holds."""
    counts = {
        table.name: db.session.scalar(sa.select(sa.func.count()).select_from(table)) for table in Base.metadata.sorted_tables
    }
    db.session.rollback()
    return {name: count or 0 for name, count in counts.items()}


def shape(engine: sa.Engine) -> dict[str, Any]:
    """The tables of a database, as the database itself tells them."""
    inspector = sa.inspect(engine)
    return {table: shape_of(inspector, table) for table in inspector.get_table_names() if table != "alembic_version"}


def shape_of(inspector: sa.Inspector, table: str) -> dict[str, Any]:
    def named(rows: list[Any]) -> list[Any]:
        return sorted(rows, key=lambda row: str(row["name"]))

    return {
        "columns": {row["name"]: (str(row["type"]), row["nullable"], row["default"]) for row in inspector.get_columns(table)},
        "primary key": inspector.get_pk_constraint(table),
        "foreign keys": named(inspector.get_foreign_keys(table)),
        "unique": named(inspector.get_unique_constraints(table)),
        "checks": named(inspector.get_check_constraints(table)),
        "indexes": named(inspector.get_indexes(table)),
    }


def test_the_migrations_are_one_line():
    assert len(ScriptDirectory(str(config.ROOT / "migrations")).get_heads()) == 1


def test_they_lead_down_and_up_again_with_content_in_every_table(empty: Flask):
    flask_migrate.upgrade()
    fill()
    assert {name for name, count in contents().items() if count == 0} == set()
    full = shape(db.engine)

    for _ in VERSIONS:
        flask_migrate.downgrade()
    assert sa.inspect(db.engine).get_table_names() == ["alembic_version"]

    flask_migrate.upgrade()
    fill()
    assert (shape(db.engine), {name for name, count in contents().items() if count == 0}) == (full, set())


def test_they_agree_with_the_models_by_alembic(app: Flask):
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        differences = compare_metadata(context, Base.metadata)

    assert differences == []


def test_they_agree_with_the_models_by_the_database(empty: Flask):
    Base.metadata.create_all(db.engine)
    by_models = shape(db.engine)
    Base.metadata.drop_all(db.engine)

    flask_migrate.upgrade()

    assert shape(db.engine) == by_models
