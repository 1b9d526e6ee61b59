"""The demonstration's organiser: an account with a password that is made once and kept beside the database."""

import os
import secrets
from contextlib import suppress
from pathlib import Path

import config
from app.accounts import accounts
from app.events import team
from app.events.members import Post
from app.events.models import Event

ADDRESS = "organizator@example.org"
NAME = "Organizator demonstracji"


def file(settings: config.Settings) -> Path:
    """Where the password is kept."""
    return settings.instance / "organiser_password"


def password(settings: config.Settings) -> str:
    """The password, made when it is first asked for and readable by the owner of the file only."""
    path = file(settings)
    with suppress(FileExistsError), os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as new:
        new.write("-".join(secrets.token_hex(2) for _ in range(4)))
    return path.read_text().strip()


def appoint(event: Event, hashed: str) -> None:
    """Make the organiser an owner of the event, with an account if there is none."""
    user = accounts.by_email(ADDRESS) or accounts.open_account(email=ADDRESS, name=NAME, password=hashed, creates=True)
    team.add(event, user, Post.OWNER)
