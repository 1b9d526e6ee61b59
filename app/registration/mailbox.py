"""A lost link: one link, sent to an address that asks, opens all registrations of that address for an hour.

Whoever asks learns nothing: what is asked is kept and a letter is put in any case, and only when the letter is to leave is it
looked up whether the address is known. So neither the answer nor the time that it takes depends on it.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from app import clock, tokens
from app.db import db
from app.mail import outbox
from app.mail.letters import Letter
from app.mail.models import Message
from app.registration import answers, limits
from app.registration.models import Key, MailboxLink, Registration
from app.site import Site

LETTER = "my_registrations"
PURPOSE = "mailbox"
GOOD_FOR = timedelta(hours=1)
KEPT = timedelta(days=1)
PER_ADDRESS = 5
PER_NETWORK = 300

MADE = sa.select(MailboxLink.made_at)
OPENINGS = sa.select(
    limits.opening(MADE.where(MailboxLink.email_key == sa.bindparam("email_key")), MailboxLink.made_at, PER_ADDRESS),
    limits.opening(MADE.where(MailboxLink.network == sa.bindparam("network")), MailboxLink.made_at, PER_NETWORK),
)


def ask(email: str, *, language: str, network: str) -> MailboxLink:
    """Put the letter with the link, whether the address is known or not; raises `Refused`. A double click sends one letter."""
    address, network = answers.address(email), limits.network(network)
    check(address.key, network)
    link = MailboxLink(uid=str(uuid4()), email=address.written, email_key=address.key, network=network, made_at=clock.now())
    link.digest = tokens.digest(tokens.derive(PURPOSE, link.uid))
    db.session.add(link)
    once = f"{PURPOSE}:{limits.address(address.key)}:{int(clock.now().timestamp()) // 60}"
    outbox.put(LETTER, to_name="", to_address=address.written, language=language, thread=thread(link), once=once)
    db.session.flush()
    return link


def check(email_key: str, network: str) -> None:
    """Refuse the sixth wish of an hour for one address, and the 301st from one network."""
    sought = {"since": clock.now() - limits.STRETCH, "email_key": email_key, "network": network}
    by_address, by_network = db.session.execute(OPENINGS, sought).one()
    limits.refuse(by_address, by_network)


def thread(link: MailboxLink) -> str:
    """What the letter is about, for the outbox."""
    return f"{PURPOSE}:{link.uid}"


def find(token: str) -> MailboxLink:
    """Whose link this is; raises `NoResultFound`."""
    return db.session.scalars(sa.select(MailboxLink).where(MailboxLink.digest == tokens.digest(token))).one()


def good_until(link: MailboxLink) -> datetime:
    return link.made_at + GOOD_FOR


def is_over(link: MailboxLink) -> bool:
    """Whether its hour has passed; until then it opens as often as one likes."""
    return clock.now() >= good_until(link)


def of_address(email_key: str) -> sa.ColumnElement[bool]:
    """Registrations whose letters go to the address: its own, and those of a party that share it with a number after it."""
    return sa.or_(Registration.email_key == email_key, Registration.email_key.startswith(f"{email_key}#", autoescape=True))


def registrations(link: MailboxLink) -> list[Registration]:
    """All registrations of the address, by the beginning of their events."""
    with_keys = selectinload(Registration.keys).lazyload(Key.registration)
    found = db.session.scalars(sa.select(Registration).where(of_address(link.email_key)).options(with_keys)).all()
    return sorted(found, key=lambda registration: (registration.event.starts_at, registration.id))


def composer(messages: Sequence[Message]) -> Callable[[Message, Site], Letter | None]:
    """`compose` for the letters of one batch."""
    uids = {message.thread.partition(":")[2] for message in messages}
    found = db.session.scalars(sa.select(MailboxLink).where(MailboxLink.uid.in_(uids)))
    return partial(compose, links={thread(link): link for link in found})


def compose(message: Message, site: Site, links: dict[str, MailboxLink]) -> Letter | None:
    """The letter, if the link still opens something; nothing leaves to an address that is not known."""
    link = links.get(message.thread)
    if link is None or is_over(link) or not db.session.scalar(sa.select(sa.exists().where(of_address(link.email_key)))):
        return None
    return Letter.of(message, site, {"site": site, "url": site.mailbox(tokens.recall(PURPOSE, link.uid, link.digest))})


def forget_old() -> int:
    """Forget links of yesterday with their letters, most of all those to addresses that are not known; returns how many."""
    unsynchronized = {"synchronize_session": False}
    old = sa.delete(MailboxLink).where(MailboxLink.made_at < clock.now() - KEPT).returning(MailboxLink.uid)
    threads = [f"{PURPOSE}:{uid}" for uid in db.session.scalars(old, execution_options=unsynchronized)]
    db.session.execute(sa.delete(Message).where(Message.thread.in_(threads)), execution_options=unsynchronized)
    return len(threads)
