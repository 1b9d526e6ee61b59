"""Programmes: found, made and renamed."""

import sqlalchemy as sa

from app.accounts.models import User
from app.db import db
from app.events import slugs, team
from app.events.members import Post
from app.events.models import Event, Programme
from app.events.queries import public


def create(title: str, owner: User) -> Programme:
    """A new programme, with its owner."""
    programme = Programme(slug=slugs.fresh(Programme.slug, title, "programme"), title=title)
    db.session.add(programme)
    db.session.flush()
    team.add(programme, owner, Post.OWNER)
    return programme


def by_slug(slug: str) -> Programme:
    """The programme, if anything of it is public; raises `NoResultFound`."""
    is_public = sa.exists().where(Event.programme_id == Programme.id, public())
    return db.session.scalars(sa.select(Programme).where(Programme.slug == slug, is_public)).one()


def rename(programme: Programme, title: str) -> None:
    """Give the programme another title; its address stays."""
    programme.title = title
