"""The database: one typed base, moments in UTC, and the writing unit."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import Enum, StrEnum
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import event
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.pool import ConnectionPoolEntry

WRITING = "plenum_writing"
READER = "reader"
PATIENCE = 500
"""Milliseconds that `compact` waits for readers, since all who write wait for it."""


class Moment(sa.TypeDecorator[datetime]):
    """A moment, stored in UTC; a naive value is refused."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a moment must be aware, and {value!r} is not")
        in_utc = value.astimezone(UTC)
        return in_utc.replace(tzinfo=None) if dialect.name == "sqlite" else in_utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def word(kind: type[StrEnum]) -> sa.Enum:
    """A column type that stores an enum's word and checks it in the database."""

    def words(members: type[Enum]) -> list[str]:
        return [str(member.value) for member in members]

    return sa.Enum(kind, native_enum=False, create_constraint=True, length=32, values_callable=words, name=kind.__name__.lower())


BY_BYTES = sa.String(400).with_variant(sa.String(400, collation="C"), "postgresql")
"""A column type that sorts by code points on both databases, for keys made in Python (`folding.sort_key`)."""


class Base(DeclarativeBase):
    """The base of every table."""

    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


db = SQLAlchemy(model_class=Base)
if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model
Model.registry.update_type_annotation_map({datetime: Moment(), str: sa.String(500)})


def engine_options(url: str) -> dict[str, object]:
    """Engine settings by database; errors hide their parameters, which may be personal. `prepare` says BEGIN."""
    if url.startswith("sqlite"):
        return {"connect_args": {"timeout": 30, "isolation_level": None}, "pool_size": 8, "hide_parameters": True}
    return {"pool_size": 8, "max_overflow": 4, "pool_pre_ping": True, "hide_parameters": True}


def reader_options(url: str) -> dict[str, object]:
    """A second, small pool for single questions: no transaction around them, no check before them."""
    if url.startswith("sqlite"):
        return {"url": url, "connect_args": {"timeout": 30, "isolation_level": None}, "pool_size": 4}
    return {"url": url, "isolation_level": "AUTOCOMMIT", "pool_size": 4, "pool_pre_ping": False}


def prepare(engine: sa.Engine) -> None:
    """Make SQLite safe under several processes: WAL, foreign keys, and BEGIN IMMEDIATE for whoever writes."""
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def connected(connection: Any, entry: ConnectionPoolEntry) -> None:
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "busy_timeout=30000"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        writing = connection.get_execution_options().get(WRITING, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


@contextmanager
def transaction() -> Iterator[None]:
    """One writing unit: all or nothing, and on SQLite alone with the pen from its first statement.

    Whatever was read before is read anew inside, so that an act decides on what is true now.
    """
    session = db.session()
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("changes made outside of transaction() would be lost")
    session.rollback()
    with in_turn(db.engine):
        session.connection(execution_options={WRITING: True})
        try:
            yield
            session.commit()
        except BaseException:
            session.rollback()
            raise


def compact() -> bool:
    """Leave nothing deleted in the files of a SQLite database: neither in free pages nor in its log.

    SQLite's own `secure_delete` leaves copies where pages were split, so the file is written anew. `False` if somebody
    was reading what the log still holds; then it is to be tried again. PostgreSQL's own vacuum does its part.
    """
    if db.engine.dialect.name != "sqlite":
        return True
    with in_turn(db.engine), db.engines[READER].connect() as connection:
        connection.exec_driver_sql(f"PRAGMA busy_timeout={PATIENCE}")
        try:
            connection.exec_driver_sql("VACUUM")
            return not connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").scalar_one()
        except OperationalError:
            return False
        finally:
            connection.exec_driver_sql("PRAGMA busy_timeout=30000")


@contextmanager
def in_turn(engine: sa.Engine) -> Iterator[None]:
    """Let the writers of a SQLite file queue in order: its own wait sleeps up to 100 ms and favours whoever comes last."""
    path = engine.url.database
    if engine.dialect.name != "sqlite" or not path or path == ":memory:":
        yield
        return
    with open(f"{path}-turn", "ab") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        yield
