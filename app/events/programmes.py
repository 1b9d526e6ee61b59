"""Programmes: made and renamed."""

from app.accounts.models import User
from app.db import db
from app.events import slugs, team
from app.events.members import Post
from app.events.models import Programme


def create(title: str, owner: User) -> Programme:
    """A new programme, with its owner."""
    programme = Programme(slug=slugs.fresh(Programme.slug, title, "programme"), title=title)
    db.session.add(programme)
    db.session.flush()
    team.add(programme, owner, Post.OWNER)
    return programme


def rename(programme: Programme, title: str) -> None:
    """Give the programme another title; its address stays."""
    programme.title = title
