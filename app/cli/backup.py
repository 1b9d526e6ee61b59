"""A consistent copy of the database while the system runs."""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import click
from flask.cli import with_appcontext
from sqlalchemy.engine import URL

from app.db import db


@click.command()
@click.argument("target", type=click.Path(dir_okay=False, path_type=Path))
@with_appcontext
def backup(target: Path) -> None:
    """Write a consistent copy of the database to TARGET (SQLite: a database file; PostgreSQL: pg_dump's own format)."""
    if target.exists():
        raise click.ClickException(f"{target} is there already; nothing was written.")
    url = db.engine.url
    if url.get_backend_name() == "sqlite":
        copy_sqlite(str(url.database), target)
    else:
        dump_postgresql(url, target)
    click.echo(f"{target}: {target.stat().st_size} bytes")


def copy_sqlite(database: str, target: Path) -> None:
    """SQLite's online backup: consistent also while others write."""
    with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy)


def dump_postgresql(url: URL, target: Path) -> None:
    """One snapshot by pg_dump; the password goes by the environment of the call, not by its visible arguments."""
    program = shutil.which("pg_dump")
    if program is None:
        raise click.ClickException("pg_dump was not found; install PostgreSQL's client programs.")
    command = [program, "--format=custom", f"--file={target}"]
    result = subprocess.run(command, env={**os.environ, **libpq(url)}, capture_output=True, text=True, check=False)  # noqa: S603 - found by its name
    if result.returncode:
        target.unlink(missing_ok=True)
        raise click.ClickException(f"pg_dump: {result.stderr.strip()}")


def libpq(url: URL) -> dict[str, str]:
    """The address in libpq's own variables."""
    parts = {
        "PGHOST": url.host or url.query.get("host"),
        "PGPORT": url.port or url.query.get("port"),
        "PGUSER": url.username or url.query.get("user"),
        "PGPASSWORD": url.password,
        "PGDATABASE": url.database,
    }
    return {name: str(part) for name, part in parts.items() if part}
