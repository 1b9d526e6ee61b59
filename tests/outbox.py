"""The letters that the worker has carried into the folder."""

from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from flask import Flask

from tests.signing_in import BASE


def letters(app: Flask) -> list[str]:
    """The texts of the letters that have left, the newest last."""
    folder = Path(app.config["SETTINGS"].instance) / "mail"
    found = sorted(folder.glob("*.eml"), key=lambda path: int(path.stem.split("-")[1]))
    mails = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in found]
    return [text_of(mail) for mail in mails]


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body
    return str(body.get_content())


def link_in(text: str) -> str:
    """The address of the desk that a letter leads to."""
    return next(word for word in text.split() if word.startswith(f"{BASE}/organise/"))
