"""Sites to measure: each a folder, a database with content, and an application in this process that looks into it."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import flask_migrate
import psycopg
from flask import Flask

import config
from app.factory import create_app
from bench import content
from bench.content import Content
from tests import postgres

SECRET = secrets.token_hex(32)
"""One for all installations of a run, so that forms can be sent as if people had read them."""
DURABLE = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on", "autovacuum": "on", "shared_buffers": "128MB"}


@dataclass(frozen=True)
class Installation:
    """A site over one database; `environment` is what its processes are started with."""

    name: str
    environment: dict[str, str]
    app: Flask
    content: Content


@contextmanager
def on_postgres(folder: Path) -> Iterator[Installation]:
    """A site over a PostgreSQL of our own that commits as durably as an operator's does."""
    postgres.OPTIONS.update(DURABLE)
    server = postgres.Postgres()
    server.start()
    try:
        with psycopg.connect(server.conninfo("postgres"), autocommit=True) as connection:
            connection.execute("CREATE DATABASE plenum")
            version = connection.info.server_version // 10_000
        site = install(f"PostgreSQL {version}", folder, f"postgresql+psycopg://plenum@/plenum?host={server.folder}")
        yield site
        release(site)
    finally:
        server.stop()


@contextmanager
def on_sqlite(folder: Path) -> Iterator[Installation]:
    """A site over SQLite, as it is installed by default."""
    site = install("SQLite", folder, f"sqlite:///{folder / 'plenum.db'}")
    yield site
    release(site)


def install(name: str, folder: Path, database_url: str) -> Installation:
    """Make the tables and write the content."""
    folder.mkdir()
    environment = {
        "PLENUM_ENV": "test",
        "PLENUM_CLOCK": "",
        "PLENUM_INSTANCE": str(folder),
        "DATABASE_URL": database_url,
        "SECRET_KEY": SECRET,
        "BASE_URL": "http://127.0.0.1",
        "TRUSTED_PROXIES": "1",
        "MAIL_SERVER": "",
        "MAIL_USE_TLS": "",
        "MAIL_USE_SSL": "",
        "MAIL_USERNAME": "",
    }
    app = create_app(config.read(environment))
    with app.app_context():
        flask_migrate.upgrade(directory=str(config.ROOT / "migrations"))
        found = content.load(app.config["SITE"])
    return Installation(name, environment, app, found)


def release(site: Installation) -> None:
    """Let go of the database's connections."""
    from app.db import db

    with site.app.app_context():
        for engine in db.engines.values():
            engine.dispose()
