"""Looking for somebody everywhere that the program keeps or shows anything."""

import json
from pathlib import Path

import sqlalchemy as sa

from app.db import db
from tests.desk import Desk


def everywhere(database: str, folder: Path, words: list[str]) -> list[str]:
    """Where one of these words stands: in rows of the database, in its files (SQLite), in any file of the instance, in logs."""
    return [*in_rows(words), *in_files(database, folder, words)]


def in_rows(words: list[str]) -> list[str]:
    """The tables whose rows hold one of the words, as text or as JSON."""
    db.session.rollback()
    found = []
    for table in db.metadata.tables.values():
        for row in db.session.execute(sa.select(table)):
            text = " ".join(said(value) for value in row).casefold()
            found += [f"{table.name}: {word}" for word in words if word.casefold() in text]
    db.session.rollback()
    return found


def said(value: object) -> str:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return json.dumps(value, ensure_ascii=False, default=str)


def in_files(database: str, folder: Path, words: list[str]) -> list[str]:
    """Files whose bytes hold one of the words, in UTF-8 or as JSON escapes them: the database, its log, letters, logs."""
    spellings = {word: {word.encode(), json.dumps(word)[1:-1].encode()} for word in words}
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert not database.startswith("sqlite") or Path(database.removeprefix("sqlite:///")) in files
    read = {path: path.read_bytes() for path in files}
    found = [(path.name, word) for path, content in read.items() for word, ways in spellings.items() if holds(content, ways)]
    return [f"{name}: {word}" for name, word in found]


def holds(content: bytes, ways: set[bytes]) -> bool:
    return any(way in content for way in ways)


def on_pages(desk: Desk, event_id: int, number: int, words: list[str]) -> list[str]:
    """Pages and exports of the desk on which one of the words stands; every one of them opens."""
    of_event = f"/organise/events/{event_id}"
    pages = (
        *("", "/participants?state=all", f"/participants/{number}", "/participants/export.csv", "/participants/attendance.pdf"),
        *("/letters", "/letters/messages", "/history", "/privacy", "/agenda"),
    )
    found = []
    for page in pages:
        answer = desk.get(f"{of_event}{page}")
        assert answer.status_code in {200, 308}, (page, answer.status_code)
        found += [f"{page}: {word}" for word in words if word in answer.get_data().decode("utf-8", "replace")]
    return found
