"""Somebody at the desk: a signed-in client that sends forms with their token."""

from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from werkzeug.test import TestResponse

from app.accounts.models import User

RAW_TOKEN = "0" * 40


class Desk:
    """One person's browser at the desk: `desk.get("/organise/...")`, `desk.post("/organise/...", {...})`."""

    def __init__(self, app: Flask, user: User) -> None:
        self.client: FlaskClient = app.test_client()
        self.user = user
        self.token = str(URLSafeTimedSerializer(app.secret_key, salt="wtf-csrf-token").dumps(RAW_TOKEN))  # type: ignore[arg-type]
        with self.client.session_transaction(base_url="https://plenum.example.org/organise/") as session:
            session.update(_user_id=user.fs_uniquifier, _fresh=True, csrf_token=RAW_TOKEN, fs_cc="set")

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.client.get(path, base_url="https://plenum.example.org", **options)

    def post(self, path: str, data: Any = None, **options: Any) -> TestResponse:
        headers = {"Referer": "https://plenum.example.org/organise/", "X-CSRFToken": self.token, **options.pop("headers", {})}
        return self.client.post(path, data=data, base_url="https://plenum.example.org", headers=headers, **options)
