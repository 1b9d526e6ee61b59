"""Fixtures of the mail room's tests."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from app.db import db, transaction
from app.mail import outbox
from app.mail.models import Message

Put = Callable[..., Message]


@pytest.fixture
def put(app: Flask) -> Put:
    """Puts one letter and returns its row."""

    def put_one(letter: str = "confirmation", **facts: Any) -> Message:
        fields = {"to_name": "Jan", "to_address": "jan@example.org", "language": "pl", "thread": "registration:1", **facts}
        with transaction():
            assert outbox.put(letter, **fields)
        found = db.session.query(Message).order_by(Message.id.desc()).first()
        assert found is not None
        return found

    return put_one
