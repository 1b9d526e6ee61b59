"""Whom a list of participants is about: one filter for the table, the exports, acts on many people and the letters to them."""

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeVar

import sqlalchemy as sa

from app.calendar.words import Reply
from app.events.models import Event
from app.folding import fold
from app.mail import bounces
from app.mail.models import Message, MessageStatus
from app.questions import values
from app.questions.models import FIELD, Question
from app.registration.models import Answer, Choice, Need, Registration, Status

LONGEST_QUERY = 200
MOST_ANSWERS = 20
LONGEST_NUMBER = 9
Word = TypeVar("Word", bound=StrEnum)


class State(StrEnum):
    """Whose registrations: REGISTERED are those who have a place or wait for one."""

    REGISTERED = "registered"
    CONFIRMED = "confirmed"
    WAITING = "waiting"
    UNCONFIRMED = "unconfirmed"
    PENDING = "pending"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    ALL = "all"

    @property
    def statuses(self) -> frozenset[Status]:
        """The registrations' own states that are meant."""
        if self is State.ALL:
            return frozenset(Status)
        return frozenset({Status.CONFIRMED, Status.WAITING}) if self is State.REGISTERED else frozenset({Status(self.value)})


class Wanted(StrEnum):
    """Who needs something in order to take part; ANY is whoever needs anything at all."""

    ANY = "any"
    CAPTIONS = Need.CAPTIONS.value
    SIGN_LANGUAGE = Need.SIGN_LANGUAGE.value
    OTHER = Need.OTHER.value


@dataclass(frozen=True)
class Filter:
    """A selection among the participants of an event, as an address carries it; empty, it means all who are registered.

    `answers` are names of the form's questions, each with the answer that is looked for.
    `numbers` are picked people (`Registration.number`); where there are none, everybody is meant whom the rest lets through.
    """

    text: str = ""
    state: State = State.REGISTERED
    session: int | None = None
    group: int | None = None
    needs: Wanted | None = None
    reply: Reply | None = None
    is_unreached: bool = False
    numbers: tuple[int, ...] = ()
    answers: tuple[tuple[str, str], ...] = ()

    @classmethod
    def from_args(cls, args: Mapping[str, str]) -> "Filter":
        """The filter that a query string says; what it says that cannot be is passed over."""
        return cls(
            text=" ".join(args.get("q", "").replace("\0", " ").split())[:LONGEST_QUERY],
            state=chosen(State, args.get("state")) or State.REGISTERED,
            session=number(args.get("session", "")),
            group=number(args.get("group", "")),
            needs=chosen(Wanted, args.get("needs")),
            reply=chosen(Reply, args.get("reply")),
            is_unreached=args.get("letters") == "failed",
            numbers=tuple(sorted({found for part in args.get("numbers", "").split(".") if (found := number(part))})),
            answers=answers_of(args),
        )

    def as_query(self) -> dict[str, str]:
        """The query string that says this filter; `from_args` reads it back."""
        said = {
            "q": self.text,
            "state": "" if self.state is State.REGISTERED else self.state.value,
            "session": str(self.session or ""),
            "group": str(self.group or ""),
            "needs": self.needs.value if self.needs else "",
            "reply": self.reply.value if self.reply else "",
            "letters": "failed" if self.is_unreached else "",
            "numbers": ".".join(map(str, self.numbers)),
            **{f"{FIELD}{name}": value for name, value in self.answers},
        }
        return {name: value for name, value in said.items() if value}

    def but(self, **facts: object) -> "Filter":
        """The same filter with something else in it."""
        return replace(self, **facts)  # type: ignore[arg-type]  # the names are checked by dataclasses.replace

    @property
    def is_narrow(self) -> bool:
        """Whether it leaves out anybody beside those whom the state leaves out."""
        return bool(self.but(state=State.REGISTERED).as_query())

    def condition(self, event: Event) -> sa.ColumnElement[bool]:
        """What a row of registrations must be; to be put into `where`."""
        return sa.and_(*self.parts(event))

    def parts(self, event: Event) -> Iterator[sa.ColumnElement[bool]]:
        yield Registration.event_id == event.id
        if self.state is not State.ALL:
            yield Registration.status.in_(sorted(self.state.statuses))
        if self.numbers:
            yield Registration.number.in_(self.numbers)
        yield from (Registration.folded.contains(word, autoescape=True) for word in fold(self.text).split())
        if self.session is not None:
            yield sa.exists().where(Choice.registration_id == Registration.id, Choice.session_id == self.session)
        if self.group is not None:
            yield Registration.quota_id == self.group
        if self.needs is not None:
            yield needing(self.needs)
        if self.reply is not None:
            yield Registration.reply == self.reply
        if self.is_unreached:
            yield unreached()
        yield from (answering(event, name, value) for name, value in self.answers)


def needing(wanted: Wanted) -> sa.ColumnElement[bool]:
    """Needs are a JSON list of words; as text it is the same on both databases."""
    needs = sa.cast(Registration.needs, sa.String)
    if wanted is Wanted.ANY:
        return sa.or_(needs != "[]", Registration.needs_note != "")
    noted = [Registration.needs_note != ""] if wanted is Wanted.OTHER else []
    return sa.or_(needs.contains(f'"{wanted.value}"', autoescape=True), *noted)


def answers_of(args: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """The answers that a query string asks for, by the names of questions."""
    asked = ((name.removeprefix(FIELD), args[name]) for name in args if name.startswith(FIELD) and args[name])
    return tuple(sorted((name, value[:LONGEST_QUERY]) for name, value in asked))[:MOST_ANSWERS]


def answering(event: Event, name: str, value: str) -> sa.ColumnElement[bool]:
    """Whether the person chose this answer. An answer is JSON, whose text is the same on both databases."""
    stored = sa.cast(Answer.value, sa.String)
    chosen = [stored.contains(json.dumps(value), autoescape=True)]
    if value in {values.YES, values.NO}:
        chosen.append(stored == json.dumps(value == values.YES))
    of_question = Question.event_id == event.id, Question.name == name, Answer.question_id == Question.id
    return sa.exists().where(Answer.registration_id == Registration.id, *of_question, sa.or_(*chosen))


def unreached() -> sa.ColumnElement[bool]:
    """Whether a letter could not be brought to the address that the person has now, or came back from there."""
    thread = sa.literal("registration:", sa.String) + Registration.uid
    is_dead = Message.status == MessageStatus.DEAD
    is_undelivered = sa.exists().where(Message.thread == thread, is_dead, Message.to_address == Registration.email)
    return sa.or_(is_undelivered, bounces.stops(Registration.email))


def chosen(words: type[Word], text: str | None) -> Word | None:
    """The word, if it is one of them."""
    return words(text) if text in set(words) else None


def number(text: str) -> int | None:
    """A positive number of a reasonable length."""
    return int(text) or None if text.isascii() and text.isdecimal() and len(text) <= LONGEST_NUMBER else None


def of(numbers: Collection[int]) -> Filter:
    """These people, whatever their state."""
    return Filter(state=State.ALL, numbers=tuple(sorted(numbers)))
