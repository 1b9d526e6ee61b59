"""The letter that invites somebody to register, put together when it leaves."""

from collections.abc import Callable, Sequence
from functools import partial

import sqlalchemy as sa

from app.admission import invitees
from app.admission.models import Invitee
from app.db import db
from app.events.models import Event, EventStatus
from app.mail.letters import Letter
from app.mail.models import Message
from app.site import Site

ABOUT = "invitee:"


def composer(messages: Sequence[Message]) -> Callable[[Message, Site], Letter | None]:
    """`compose` for the letters of one batch, whose invitations and events are read together."""
    uids = {message.thread.removeprefix(ABOUT) for message in messages}
    query = sa.select(Invitee, Event).join(Event, Event.id == Invitee.event_id).where(Invitee.uid.in_(uids))
    found = {f"{ABOUT}{invitee.uid}": (invitee, event) for invitee, event in db.session.execute(query)}
    return partial(compose, found=found)


def compose(message: Message, site: Site, found: dict[str, tuple[Invitee, Event]]) -> Letter | None:
    """The letter as it should leave now; `None` when the link in it would be good no more."""
    if message.thread not in found:
        return None
    invitee, event = found[message.thread]
    if invitee.revoked_at or event.status is not EventStatus.PUBLISHED or event.has_begun:
        return None
    return Letter.of(
        message,
        site,
        {
            "event": event,
            "invitee": invitee,
            "register_url": site.register_by(event.slug, invitees.token(invitee)),
            "site": site,
        },
        by=event.organiser.name,
    )
