"""The letters of one event as the desk lists them: how many of each kind are in which state, who got what."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

import sqlalchemy as sa

from app import clock
from app.db import db
from app.events.lists import Listed, listed
from app.events.models import Event
from app.folding import fold
from app.mail import bounces
from app.mail.models import Message, MessageStatus
from app.mailings.models import Mailing, MailingStatus
from app.mailings.sending import retry_each
from app.registration.models import Registration

THREAD = sa.literal("registration:", sa.String) + Registration.uid


class State(StrEnum):
    """Where a letter is, in the words of the desk."""

    QUEUED = "queued"
    HELD = "held"
    SENDING = "sending"
    SENT = "sent"
    PAUSED = "paused"
    FAILED = "failed"
    DROPPED = "dropped"


SAME = {
    MessageStatus.SENDING: State.SENDING,
    MessageStatus.SENT: State.SENT,
    MessageStatus.DEAD: State.FAILED,
    MessageStatus.DROPPED: State.DROPPED,
}


def states_of(messages: Iterable[Message]) -> Callable[[Message], State]:
    """Tells the state of any of these letters.

    One that waits for its hour is held; one whose address others came back from is paused; one that waits for its next try is
    queued.
    """
    paused = bounces.paused({message.to_address for message in messages if message.status is MessageStatus.QUEUED})

    def state_of(message: Message) -> State:
        if same := SAME.get(message.status):
            return same
        if message.due_at > clock.now() and not message.attempts:
            return State.HELD
        return State.PAUSED if message.to_address in paused else State.QUEUED

    return state_of


def is_in(state: State) -> sa.ColumnElement[bool]:
    """The same, asked of the database."""
    held = sa.and_(Message.due_at > clock.now(), Message.attempts == 0)
    queued = Message.status == MessageStatus.QUEUED
    paused = bounces.stops(Message.to_address)
    waiting = {State.HELD: (held,), State.PAUSED: (~held, paused), State.QUEUED: (~held, ~paused)}
    if state in waiting:
        return sa.and_(queued, *waiting[state])
    return Message.status == next(status for status, same in SAME.items() if same is state)


@dataclass(frozen=True)
class Tally:
    """How many letters are in each state: by kind, and by batch for those that were put together."""

    by_letter: Mapping[str, Counter[State]]
    by_batch: Mapping[str, Counter[State]]

    def of(self, letter: str) -> Counter[State]:
        return self.by_letter.get(letter, Counter())

    def of_batch(self, batch: str) -> Counter[State]:
        return self.by_batch.get(batch, Counter())

    @property
    def all(self) -> Counter[State]:
        return sum(self.by_letter.values(), Counter())


def topic(event: Event) -> str:
    return f"event:{event.id}"


def tally(event: Event) -> Tally:
    """One grouped statement over all letters of the event."""
    state = sa.case(*((is_in(state), state.value) for state in State))
    columns = (Message.letter, Message.batch, state.label("state"))
    grouped = sa.select(*columns, sa.func.count()).where(Message.topic == topic(event)).group_by(*columns)
    by_letter: dict[str, Counter[State]] = {}
    by_batch: dict[str, Counter[State]] = {}
    for letter, batch, word, number in db.session.execute(grouped):
        by_letter.setdefault(letter, Counter())[State(word)] += number
        if batch:
            by_batch.setdefault(batch, Counter())[State(word)] += number
    return Tally(by_letter, by_batch)


@dataclass(frozen=True)
class Sought:
    """What the table of letters is narrowed to."""

    text: str = ""
    letter: str | None = None
    state: State | None = None
    batch: str | None = None


def page(event: Event, sought: Sought, number: int) -> Listed[Message]:
    """A page of the letters, the newest first."""
    query = sa.select(Message).where(Message.topic == topic(event), *conditions(event, sought))
    return listed(query.order_by(Message.id.desc()), number)


def counts(event: Event, sought: Sought) -> Counter[State]:
    """How many letters are in each state among those that the rest of what is sought lets through."""
    state = sa.case(*((is_in(state), state.value) for state in State))
    where = (Message.topic == topic(event), *conditions(event, replace(sought, state=None)))
    rows = db.session.execute(sa.select(state.label("state"), sa.func.count()).where(*where).group_by("state"))
    return Counter({State(word): number for word, number in rows})


def conditions(event: Event, sought: Sought) -> list[sa.ColumnElement[bool]]:
    exact = ((Message.letter, sought.letter), (Message.batch, sought.batch))
    found = [column == wanted for column, wanted in exact if wanted]
    if sought.state:
        found.append(is_in(sought.state))
    return [*found, *named(event, sought.text)]


def named(event: Event, text: str) -> list[sa.ColumnElement[bool]]:
    """Letters to whoever is registered under these words now, or whose name or address on the letter has them."""
    if not (words := fold(text).split()):
        return []
    known = [Registration.folded.contains(word, autoescape=True) for word in words]
    threads = sa.select(THREAD).where(Registration.event_id == event.id, *known)
    written = sa.func.lower(Message.to_name + sa.literal(" ") + Message.to_address)
    on_letter = sa.and_(*(written.contains(word, autoescape=True) for word in text.lower().split()))
    return [sa.or_(Message.thread.in_(threads), on_letter)]


def registrations(event: Event, messages: Collection[Message]) -> dict[str, int]:
    """The numbers of the registrations that some letters are about, by thread."""
    uids = {message.thread.removeprefix("registration:") for message in messages}
    query = sa.select(THREAD.label("thread"), Registration.number).where(
        Registration.event_id == event.id, Registration.uid.in_(uids)
    )
    return {row.thread: row.number for row in db.session.execute(query)}


def one(event: Event, message_id: int) -> Message:
    """A letter of the event; raises `NoResultFound`."""
    return db.session.execute(sa.select(Message).where(Message.id == message_id, Message.topic == topic(event))).scalar_one()


def mailings(event: Event) -> list[Mailing]:
    """What organisers wrote, the newest first."""
    return list(db.session.scalars(sa.select(Mailing).where(Mailing.event_id == event.id).order_by(Mailing.id.desc())))


def mailing_of(event: Event, batch: str) -> Mailing | None:
    """What an organiser wrote, by the batch of its letters."""
    return db.session.scalar(sa.select(Mailing).where(Mailing.event_id == event.id, Mailing.uid == batch))


def retry_all(event: Event) -> int:
    """Send every letter of the event that failed once more, but not those of a mailing that was stopped."""
    stopped = sa.select(Mailing.uid).where(Mailing.event_id == event.id, Mailing.status == MailingStatus.STOPPED)
    failed = sa.select(Message.id).where(
        Message.topic == topic(event),
        Message.status == MessageStatus.DEAD,
        sa.or_(Message.batch.is_(None), Message.batch.not_in(stopped)),
    )
    return retry_each(db.session.scalars(failed).all())
