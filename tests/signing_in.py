"""Signs in as a browser does: by the pages' own forms."""

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.accounts.models import User
from tests import make
from tests.forms import form_with

BASE = "https://plenum.example.org"
SIGN_IN = "/organise/sign-in"


class Visitor:
    """Somebody's browser: it opens pages and sends their forms."""

    def __init__(self, app: Flask, language: str = "en", network: str = "198.51.100.7") -> None:
        self.client: FlaskClient = app.test_client()
        self.headers = {"Accept-Language": language, "X-Forwarded-For": network}
        self.page: TestResponse | None = None

    def open(self, path: str) -> TestResponse:
        self.page = self.client.get(path.removeprefix(BASE), base_url=BASE, headers=self.headers)
        return self.page

    def send(self, field: str, path: str, button: str | None = None, /, **answers: str | None) -> TestResponse:
        """Fill the form of the open page that has this field, and send it to `path`."""
        assert self.page is not None
        return self.post(path, form_with(self.page.text, field).filled(button, **answers))

    def post(self, path: str, body: str, **headers: str) -> TestResponse:
        kind = "application/x-www-form-urlencoded"
        given = {**self.headers, "Referer": f"{BASE}{path}", **headers}
        self.page = self.client.post(path, data=body, content_type=kind, base_url=BASE, headers=given)
        return self.page

    def sign_in(self, user: User, password: str = make.PASSWORD, then: str = "") -> TestResponse:
        address = f"{SIGN_IN}?next={then}" if then else SIGN_IN
        self.open(address)
        return self.send("password", address, email=user.email, password=password)
