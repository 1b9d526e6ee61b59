"""Addresses that letters came back from: none leaves for one until somebody at the desk lets them."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from app import clock
from app.db import db
from app.mail.addresses import in_ascii_domain
from app.mail.inbox import KEPT, printable
from app.mail.models import Bounce, Message, MessageStatus
from app.mail.reading import DSN, Outcome

LEFT = (MessageStatus.SENT, MessageStatus.SENDING)
"""A notification can be faster than the worker that puts down that the letter has left."""


def take(report: DSN) -> str | None:
    """Mark the addresses that a notification says no letter can ever reach; or the reason why none was marked.

    Only one of our own letters counts, and only the address that it went to: whoever does not have that letter cannot
    know its Message-ID, and so cannot silence anybody.
    """
    letter = letter_of(report)
    if letter is None:
        return "It reports on a letter that is not ours."
    told = [outcome for outcome in report.outcomes if is_about(outcome, letter)]
    if not told:
        return "It reports on an address that the letter did not go to."
    final = next(filter(is_final, told), None)
    if final is None:
        return "It reports on a delay or a delivery."
    return mark(letter, final)


def letter_of(report: DSN) -> Message | None:
    """The letter that a notification is about, if it is one that has left."""
    found = sa.select(Message).where(Message.message_id.in_(report.message_ids), Message.status.in_(LEFT))
    letters = {letter.message_id: letter for letter in db.session.scalars(found)}
    return next((letters[number] for number in report.message_ids if number in letters), None)


def is_about(outcome: Outcome, letter: Message) -> bool:
    return bool(letter.to_address) and compared(letter.to_address) in map(compared, outcome.recipients)


def is_final(outcome: Outcome) -> bool:
    """Whether no further try can help: a failure for good (RFC 3463 class 5), or one without a class."""
    return outcome.action == "failed" and not outcome.status.startswith(("2", "4"))


def mark(letter: Message, outcome: Outcome) -> str | None:
    """Put down that letters to the letter's address come back; not for one that left before somebody let them again."""
    facts = {
        "status": outcome.status,
        "words": printable(outcome.words)[:1000],
        "message_id": letter.message_id,
        "last_at": clock.now(),
    }
    bounce = of(letter.to_address)
    if bounce is None:
        db.session.add(Bounce(address_key=key(letter.to_address), address=letter.to_address, **facts))
        db.session.flush()
        return None
    if bounce.cleared_at and (letter.sent_at or letter.put_at) <= bounce.cleared_at:
        return "It reports on a letter that left before letters to its address were let again."
    bounce.count += 1
    bounce.cleared_at = None
    for name, value in facts.items():
        setattr(bounce, name, value)
    return None


def of(address: str) -> Bounce | None:
    """What is known of an address, whether letters to it are let again or not."""
    return db.session.scalar(sa.select(Bounce).where(Bounce.address_key == key(address)))


def paused(addresses: Iterable[str]) -> Mapping[str, Bounce]:
    """Those of these addresses that no letter leaves for, as they are written here."""
    written = {address: key(address) for address in addresses if address}
    found = sa.select(Bounce).where(Bounce.address_key.in_(set(written.values())), Bounce.cleared_at.is_(None))
    known = {bounce.address_key: bounce for bounce in db.session.scalars(found)}
    return {address: known[unique] for address, unique in written.items() if unique in known}


def clear(address: str) -> bool:
    """Let letters leave for this address again, those that waited too; `False` if they were not stopped."""
    bounce = of(address)
    if bounce is None or bounce.cleared_at is not None:
        return False
    bounce.cleared_at = clock.now()
    return True


def stopped() -> list[Bounce]:
    """Every address that no letter leaves for, the newest first."""
    found = sa.select(Bounce).where(Bounce.cleared_at.is_(None))
    return list(db.session.scalars(found.order_by(Bounce.last_at.desc(), Bounce.id.desc())))


def forget_old() -> int:
    """Forget addresses that letters have been let for again, after a while; returns how many."""
    over = sa.delete(Bounce).where(Bounce.cleared_at <= clock.now() - KEPT).returning(Bounce.id)
    return len(db.session.execute(over, execution_options={"synchronize_session": False}).all())


def forget(addresses: Collection[str]) -> None:
    """Forget what is known of the addresses of somebody who is erased."""
    gone = sa.delete(Bounce).where(Bounce.address_key.in_({key(address) for address in addresses}))
    db.session.execute(gone, execution_options={"synchronize_session": False})


def stops(address: Any) -> sa.ColumnElement[bool]:
    """For a query: whether letters to the address in this column are stopped.

    Not EXISTS: PostgreSQL, as long as it has no statistics of new letters, would then look through all marks for each of them.
    """
    return sa.func.lower(address).in_(sa.select(Bounce.address_key).where(Bounce.cleared_at.is_(None)))


def key(address: str) -> str:
    """The address as a database compares it: it lowers the letters of ASCII alone."""
    return "".join(sign.lower() if sign.isascii() else sign for sign in address)[:320]


def compared(address: str) -> str:
    """The address as two servers may write it."""
    try:
        return in_ascii_domain(address).casefold()
    except UnicodeError:
        return address.casefold()
