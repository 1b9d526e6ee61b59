"""Fixtures: the application on each database, its clock, a mail server, and a running site."""

import contextvars
import shutil
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import flask_migrate
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner
from jinja2 import FileSystemBytecodeCache
from werkzeug.test import TestResponse

import config
from app import clock as the_clock
from app.db import db
from app.factory import create_app
from tests.applications import Applications, dispose
from tests.defaults import SETTINGS, START
from tests.live import Live, a_listener, address_of
from tests.mailbox import Mailbox
from tests.postgres import Databases, Migrated, Postgres

DATABASES = ("sqlite", "postgresql")
POSTGRES = pytest.StashKey[Postgres]()


def pytest_configure(config: pytest.Config) -> None:
    """Let a run that is told to end (by a time limit, say) still stop what it started."""
    if not hasattr(config, "workerinput"):
        signal.signal(signal.SIGTERM, signal.default_int_handler)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """One PostgreSQL for all processes of the run: the first process starts it and tells the others where it is."""
    node.workerinput["postgres"] = str(postgres_of(node.config).folder)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long ones first: the processes of the run then end at about the same time."""
    items.sort(key=lambda item: item.get_closest_marker("processes") is None)


def pytest_unconfigure(config: pytest.Config) -> None:
    if server := config.stash.get(POSTGRES, None):
        server.stop()


def postgres_of(config: pytest.Config) -> Postgres:
    """The run's PostgreSQL, started when it is first asked for."""
    if POSTGRES not in config.stash:
        server = Postgres()
        server.start()
        config.stash[POSTGRES] = server
    return config.stash[POSTGRES]


@pytest.fixture(scope="session")
def postgres(pytestconfig: pytest.Config, worker_id: str) -> Iterator[Databases]:
    """The databases of this process on the run's PostgreSQL."""
    given = getattr(pytestconfig, "workerinput", {}).get("postgres")
    databases = Databases(given or str(postgres_of(pytestconfig).folder), worker_id)
    yield databases
    databases.close()


@pytest.fixture(scope="session")
def postgres_database(postgres: Databases, tmp_path_factory: pytest.TempPathFactory) -> Migrated:
    """This process's migrated database on PostgreSQL, one test's after the other."""
    name = postgres.new()
    migrate(postgres.url(name), tmp_path_factory.mktemp("postgres"))
    return Migrated(postgres, name)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database to copy."""
    folder = tmp_path_factory.mktemp("sqlite")
    migrate(f"sqlite:///{folder / 'template.db'}", folder)
    return folder / "template.db"


def migrate(url: str, instance: Path) -> None:
    """Bring a database to the present by the real migrations."""
    application = create_app(config.read({**SETTINGS, "DATABASE_URL": url, "PLENUM_INSTANCE": str(instance)}))
    with application.app_context():
        flask_migrate.upgrade()
    dispose(application)


@pytest.fixture(params=DATABASES)
def engine_name(request: pytest.FixtureRequest) -> str:
    """Which database the test runs on; each test runs on both."""
    return str(request.param)


@pytest.fixture
def home(engine_name: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site's folder, empty: in the same place for every test of the process, so that tests can share an application."""
    folder = tmp_path_factory.getbasetemp() / f"home-{engine_name}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    return folder


@pytest.fixture
def database(engine_name: str, home: Path, request: pytest.FixtureRequest) -> str:
    """The address of a migrated database that nobody has written to."""
    if engine_name == "sqlite":
        shutil.copyfile(request.getfixturevalue("sqlite_template"), home / "plenum.db")
        return f"sqlite:///{home / 'plenum.db'}"
    migrated: Migrated = request.getfixturevalue("postgres_database")
    migrated.empty()
    return migrated.url


@pytest.fixture
def empty_database(engine_name: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database with nothing in it."""
    if engine_name == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    databases: Databases = request.getfixturevalue("postgres")
    name = databases.new()
    yield databases.url(name)
    databases.drop(name)


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """The socket at which the test's running site answers."""
    with a_listener() as listening:
        yield listening


@pytest.fixture
def environ(database: str, home: Path, request: pytest.FixtureRequest) -> dict[str, str]:
    """The settings of the test: letters go to `smtp` if the test asks for it, addresses lead to `live` if it does."""
    settings = {**SETTINGS, "DATABASE_URL": database, "PLENUM_INSTANCE": str(home / "instance")}
    if "smtp" in request.fixturenames:
        mailbox: Mailbox = request.getfixturevalue("smtp")
        settings.update(MAIL_SERVER=mailbox.host, MAIL_PORT=str(mailbox.port))
    if "live" in request.fixturenames:
        settings["BASE_URL"] = address_of(request.getfixturevalue("listener"))
    return settings


@pytest.fixture
def app(
    environ: dict[str, str], clock: ModuleType, applications: Applications, request: pytest.FixtureRequest
) -> Iterator[Flask]:
    """The application on a migrated database of its own, with a context pushed; the clock stands at `START`."""
    is_shared = not {"smtp", "live", "own_app"} & set(request.fixturenames)
    application = applications.shared(environ) if is_shared else applications.new(environ)
    clock.stand_at(datetime.fromisoformat(START))
    with application.app_context():
        yield application
    dispose(application)
    if is_shared:
        applications.check(application)


@pytest.fixture
def own_app() -> None:
    """For a test that changes the application: it gets one that no other test gets."""


@pytest.fixture(scope="session")
def applications(tmp_path_factory: pytest.TempPathFactory) -> Applications:
    return Applications(FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates"))), Client)


class Client(FlaskClient):
    """Asks as a stranger does: each request has its own context and database session, nothing of the test's.

    What the test holds is read anew after each request.
    """

    def open(self, *arguments: Any, **options: Any) -> TestResponse:
        db.session.rollback()
        options.setdefault("buffered", True)
        return contextvars.Context().run(super().open, *arguments, **options)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def runner(app: Flask) -> FlaskCliRunner:
    """Runs `flask` commands."""
    return app.test_cli_runner()


@pytest.fixture
def clock() -> Iterator[ModuleType]:
    """The program's clock, set to two weeks before the workshop; `clock.stand_at(...)` sets it otherwise."""
    the_clock.stand_at(datetime.fromisoformat(START))
    yield the_clock
    the_clock.start(None)


@pytest.fixture
def statements(app: Flask) -> Callable[[], AbstractContextManager[list[str]]]:
    """`with statements() as said:` collects the SQL statements, without BEGIN, that run inside."""

    @contextmanager
    def collect() -> Iterator[list[str]]:
        said: list[str] = []

        def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
            if not statement.startswith("BEGIN"):
                said.append(statement)

        engines = list(db.engines.values())
        for engine in engines:
            sa.event.listen(engine, "before_cursor_execute", note)
        try:
            yield said
        finally:
            for engine in engines:
                sa.event.remove(engine, "before_cursor_execute", note)

    return collect


@pytest.fixture
def smtp() -> Iterator[Mailbox]:
    """A mail server; the application and the running site of the test deliver to it."""
    mailbox = Mailbox()
    mailbox.start()
    yield mailbox
    mailbox.stop()


@pytest.fixture
def live(app: Flask, environ: dict[str, str], listener: socket.socket, tmp_path: Path) -> Iterator[Live]:
    """The site running at `live.url` over the test's database; `live.start_worker()` adds the worker."""
    site = Live({**environ, "PLENUM_CLOCK": START}, listener, tmp_path)
    try:
        site.start_web()
        yield site
    finally:
        site.stop()
