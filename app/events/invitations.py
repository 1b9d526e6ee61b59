"""Colleagues asked by mail to join the team of an event or a programme."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial

import sqlalchemy as sa
from flask_babel import gettext as _

from app import clock, tokens
from app.accounts import accounts
from app.accounts.models import User
from app.db import db
from app.errors import Refused
from app.events import team
from app.events.members import Invitation, Membership, Post
from app.events.team import Scope
from app.mail import outbox
from app.mail.letters import Letter
from app.mail.models import Message
from app.site import Site

GOOD_FOR = timedelta(days=14)
PURPOSE = "colleague"
LETTER = "colleague_invitation"
EVERY = 60
"""Seconds: a second wish to send the letter again within them sends none."""


class Unusable(Refused):
    """The link was good once; the message says what became of it and what to do."""


def invite(scope: Scope, *, email: str, name: str, post: Post, language: str, by: User) -> Invitation:
    """Ask somebody to join, by a letter with a link; refused for members and for those who are asked already."""
    team.lock(scope)
    refuse_double(scope, email.casefold())
    uid = tokens.random()
    invitation = Invitation(
        uid=uid,
        digest=tokens.digest(tokens.derive(PURPOSE, uid)),
        email=email.casefold(),
        name=name,
        language=language,
        post=post,
        invited_by=by.name,
        expires_at=clock.now() + GOOD_FOR,
        **team.of(scope),
    )
    db.session.add(invitation)
    db.session.flush()
    send(invitation)
    return invitation


def refuse_double(scope: Scope, email: str) -> None:
    user = accounts.by_email(email)
    if user and any(member.user_id == user.id for member in team.members(scope)):
        raise Refused(_("This person is on the team already"), field="email")
    if any(invitation.email == email for invitation in open_ones(scope)):
        raise Refused(_("This person is invited already; you can send the letter again"), field="email")


def open_ones(scope: Scope) -> Sequence[Invitation]:
    """Invitations that are neither accepted nor taken back, the newest first; those out of time among them."""
    return db.session.scalars(those_open(scope).order_by(Invitation.id.desc())).all()


def by_id(scope: Scope, number: int) -> Invitation:
    """An open invitation of this event or programme; raises `NoResultFound`."""
    return db.session.scalars(those_open(scope).where(Invitation.id == number)).one()


def those_open(scope: Scope) -> sa.Select[Invitation]:
    of_scope = (getattr(Invitation, column) == value for column, value in team.of(scope).items())
    return sa.select(Invitation).where(*of_scope, Invitation.accepted_at.is_(None), Invitation.revoked_at.is_(None))


def resend(scope: Scope, number: int) -> Invitation:
    """Send the same link once more, good for its whole time again."""
    invitation = by_id(scope, number)
    invitation.expires_at = clock.now() + GOOD_FOR
    send(invitation)
    return invitation


def revoke(scope: Scope, number: int) -> Invitation:
    """Take an invitation back: its link is good no more."""
    invitation = by_id(scope, number)
    invitation.revoked_at = clock.now()
    return invitation


def find(token: str) -> Invitation:
    """The invitation of this link; raises `NoResultFound` for an unknown one and `Unusable` for one good no more."""
    invitation = db.session.scalars(sa.select(Invitation).where(Invitation.digest == tokens.digest(token))).one()
    who = invitation.invited_by
    if invitation.revoked_at:
        raise Unusable(_("The invitation was taken back. If you think this is a mistake, write to %(name)s.", name=who))
    if invitation.accepted_at:
        raise Unusable(_("The invitation is accepted already. Sign in with your address and your password."))
    if invitation.expires_at < clock.now():
        raise Unusable(_("The invitation was good for 14 days. Ask %(name)s to send it again.", name=who))
    return invitation


def accept(token: str, user: User) -> Membership:
    """Give the post to whom it was offered: the account with the address that the letter went to."""
    invitation = find(token)
    if user.email != invitation.email:
        raise Refused(_("The invitation is for another address. Sign out, and sign in with that one."))
    invitation.accepted_at = clock.now()
    return team.add(scope_of(invitation), user, invitation.post)


def scope_of(invitation: Invitation) -> Scope:
    """The event or the programme that somebody is invited to."""
    scope = invitation.event or invitation.programme
    if scope is None:
        raise LookupError("an invitation is to an event or to a programme")
    return scope


def send(invitation: Invitation) -> bool:
    stretch = int(clock.now().timestamp()) // EVERY
    return outbox.put(
        LETTER,
        to_name=invitation.name,
        to_address=invitation.email,
        language=invitation.language,
        thread=f"invitation:{invitation.id}",
        once=f"invitation:{invitation.id}:{stretch}",
    )


def composer(messages: Sequence[Message]) -> Callable[[Message, Site], Letter | None]:
    """`compose` for the letters of one batch."""
    numbers = {int(message.thread.partition(":")[2]) for message in messages}
    found = db.session.scalars(sa.select(Invitation).where(Invitation.id.in_(numbers)))
    return partial(compose, invitations={invitation.id: invitation for invitation in found})


def compose(message: Message, site: Site, invitations: dict[int, Invitation]) -> Letter | None:
    """The letter as it should leave now; `None` when the link in it would be good no more."""
    invitation = invitations.get(int(message.thread.partition(":")[2]))
    if invitation is None or invitation.revoked_at or invitation.accepted_at:
        return None
    token = tokens.recall(PURPOSE, invitation.uid, invitation.digest)
    return Letter.of(
        message, site, {"invitation": invitation, "scope": scope_of(invitation), "url": site.colleague(token), "site": site}
    )
