"""A backup is a database that can be opened, and overwrites nothing."""

import sqlite3
from contextlib import closing
from pathlib import Path

from flask.testing import FlaskCliRunner

from tests import make
from tests.defaults import one_database


@one_database
def test_a_copy_of_sqlite_holds_what_was_committed(runner: FlaskCliRunner, tmp_path: Path):
    make.an_event(title="W kopii")

    result = runner.invoke(args=["backup", str(tmp_path / "copy.db")])

    assert result.exit_code == 0, result.output
    with closing(sqlite3.connect(tmp_path / "copy.db")) as copy:
        assert copy.execute("SELECT title FROM events").fetchall() == [("W kopii",)]


def test_a_file_that_is_there_stays_as_it_is(runner: FlaskCliRunner, tmp_path: Path):
    target = tmp_path / "copy.db"
    target.write_text("older")

    result = runner.invoke(args=["backup", str(target)])

    assert (result.exit_code, target.read_text()) == (1, "older")
