"""Letters about an account."""

from collections.abc import Callable, Sequence
from functools import partial

import sqlalchemy as sa

from app import clock
from app.accounts import links
from app.accounts.models import User
from app.db import db
from app.mail import outbox
from app.mail.letters import Letter
from app.mail.models import Message
from app.site import Site

EVERY = 300
"""Seconds: a second wish for a new password within them sends no second letter."""
GOOD_FOR = {"password_reset": links.AFTER_RESET, "account_opened": links.FOR_A_NEW_ACCOUNT}


def reset(user: User) -> bool:
    """Send the link by which a new password is set."""
    stretch = int(clock.now().timestamp()) // EVERY
    return put("password_reset", user, once=f"password_reset:{user.id}:{stretch}")


def opened(user: User) -> bool:
    """Tell somebody of their new account, with the link by which a password is set."""
    return put("account_opened", user)


def password_changed(user: User) -> bool:
    """Tell the owner that the password is a new one, in case it was somebody else."""
    return put("password_changed", user)


def put(letter: str, user: User, once: str | None = None) -> bool:
    return outbox.put(
        letter, to_name=user.name, to_address=user.email, language=user.language, thread=f"account:{user.id}", once=once
    )


def composer(messages: Sequence[Message]) -> Callable[[Message, Site], Letter | None]:
    """`compose` for the letters of one batch."""
    numbers = {int(message.thread.partition(":")[2]) for message in messages}
    users = {user.id: user for user in db.session.scalars(sa.select(User).where(User.id.in_(numbers)))}
    return partial(compose, users=users)


def compose(message: Message, site: Site, users: dict[int, User]) -> Letter | None:
    """The letter as it should leave now; nothing is sent to an account that is shut. The link's time begins here."""
    user = users.get(int(message.thread.partition(":")[2]))
    if user is None or not user.active:
        return None
    facts: dict[str, object] = {"user": user, "site": site}
    if good_for := GOOD_FOR.get(message.letter):
        facts["url"] = site.password(links.key(user, good_for))
    return Letter.of(message, site, facts)
