"""SQL statements of a request, counted in this process by the engines' events."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from flask import Flask
from sqlalchemy import event

from app.db import db
from bench.conversations import Answer, Conversation, Request

FRAMING = ("BEGIN", "SAVEPOINT", "RELEASE")


@contextmanager
def counted(app: Flask) -> Iterator[list[str]]:
    """The statements of both of its engines while the block lasts; BEGIN and savepoints are not counted."""
    said: list[str] = []

    def note(connection: sa.Connection, cursor: object, statement: str, *rest: object) -> None:
        if not statement.startswith(FRAMING):
            said.append(statement)

    with app.app_context():
        engines = list(db.engines.values())
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", note)


def of_each(app: Flask, conversation: Conversation, times: int) -> list[tuple[int, Answer]]:
    """The first answers of a conversation, each with the number of its statements."""
    found: list[tuple[int, Answer]] = []
    request = next(conversation)
    while True:
        with counted(app) as said:
            answer = reply(app, request)
        found.append((len(said), answer))
        if len(found) == times:
            return found
        request = conversation.send(answer)


def reply(app: Flask, request: Request) -> Answer:
    """The application's answer in this process."""
    client = app.test_client(use_cookies=False)
    answer = client.open(request.path, method=request.method, headers=list(request.headers.items()), data=request.body)
    head = "\r\n".join(f"{name}: {value}" for name, value in answer.headers)
    return Answer(answer.status_code, head.encode("latin-1"), answer.data)
