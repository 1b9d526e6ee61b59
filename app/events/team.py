"""Who works on an event or a programme: posts given, changed and taken; an owner is always left."""

from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from flask_babel import gettext as _

from app.accounts.models import User
from app.db import db
from app.errors import Refused
from app.events.members import Membership, Post
from app.events.models import Event, Programme

Scope = Event | Programme


def of(scope: Scope) -> Mapping[str, int]:
    """What a membership or an invitation keeps of what it is for."""
    return {"event_id": scope.id} if isinstance(scope, Event) else {"programme_id": scope.id}


def members(scope: Scope) -> Sequence[Membership]:
    """The members by name."""
    query = sa.select(Membership).join(Membership.user).where(*belonging(scope))
    return db.session.scalars(query.order_by(User.name, User.id)).all()


def by_id(scope: Scope, number: int) -> Membership:
    """A membership of this event or programme; raises `NoResultFound`."""
    return db.session.scalars(sa.select(Membership).where(Membership.id == number, *belonging(scope))).one()


def add(scope: Scope, user: User, post: Post) -> Membership:
    """Give somebody a post; who has one keeps the higher of the two."""
    lock(scope)
    theirs = db.session.scalar(sa.select(Membership).where(Membership.user_id == user.id, *belonging(scope)))
    if theirs is None:
        theirs = Membership(user_id=user.id, post=post, **of(scope))
        db.session.add(theirs)
    elif RANK[post] > RANK[theirs.post]:
        theirs.post = post
    return theirs


def change_post(scope: Scope, number: int, post: Post) -> Membership:
    """Give a member another post; refused for the last owner."""
    lock(scope)
    member = by_id(scope, number)
    if post is not Post.OWNER:
        keep_an_owner(scope, member)
    member.post = post
    return member


def remove(scope: Scope, number: int) -> Membership:
    """Take a member off the team; refused for the last owner."""
    lock(scope)
    member = by_id(scope, number)
    keep_an_owner(scope, member)
    db.session.delete(member)
    return member


def keep_an_owner(scope: Scope, member: Membership) -> None:
    """Refuse to lose the last owner."""
    owners = sa.select(sa.func.count()).select_from(Membership).where(Membership.post == Post.OWNER, *belonging(scope))
    if member.post is Post.OWNER and db.session.scalar(owners) == 1:
        raise Refused(_("This is the only owner. Make somebody else an owner first."))


def lock(scope: Scope) -> None:
    """Hold the event's or the programme's row until commit, so that two owners do not go at once."""
    table = type(scope)
    db.session.execute(sa.select(table.id).where(table.id == scope.id).with_for_update())


def belonging(scope: Scope) -> list[sa.ColumnElement[bool]]:
    """The condition that a membership is of this event or programme."""
    return [getattr(Membership, column) == value for column, value in of(scope).items()]


RANK = {Post.VIEWER: 0, Post.CHECK_IN: 1, Post.EDITOR: 2, Post.OWNER: 3}
