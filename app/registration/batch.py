"""What the letters of one batch tell about, read together: a letter alone costs nine statements, fifty cost thirteen."""

from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from app.agenda.models import Session
from app.db import db
from app.events import letter_texts
from app.mail.models import Message, MessageStatus
from app.mail.own_words import Source
from app.registration import answered, choices, queries
from app.registration.models import Registration

ABOUT = "registration:"


class Batch:
    """The registrations, agendas and first letters behind some messages, as they are at this moment."""

    def __init__(self, messages: Sequence[Message]) -> None:
        threads = {message.thread for message in messages}
        found = queries.by_uids({thread.removeprefix(ABOUT) for thread in threads})
        self.registrations = {registration.thread: registration for registration in found}
        self.agendas: dict[int, Sequence[Session]] = {}
        self.sources: dict[int, Mapping[tuple[str, str], Source]] = {}
        self.openings = openings(threads)
        self.has_answers = False

    def registration(self, message: Message) -> Registration | None:
        """Whom the message is about; `None` also for somebody erased since, to whom there is nothing to say."""
        registration = self.registrations.get(message.thread)
        return None if registration is None or registration.is_erased else registration

    def agenda(self, registration: Registration) -> Sequence[Session]:
        """The event's sessions with their people, read once for all who come to it."""
        if registration.event_id not in self.agendas:
            self.agendas[registration.event_id] = choices.sessions(registration)
        return self.agendas[registration.event_id]

    def source(self, registration: Registration, letter: str, language: str) -> Source | None:
        """The organiser's own words of this letter, read once for all letters of the event."""
        if registration.event_id not in self.sources:
            self.sources[registration.event_id] = letter_texts.sources(registration.event_id)
        return self.sources[registration.event_id].get((letter, language))

    def read_answers(self) -> None:
        """What all these people answered to the organiser's questions, for letters whose words ask for it."""
        if not self.has_answers:
            answered.read_together(list(self.registrations.values()))
            self.has_answers = True

    def opening(self, message: Message) -> str | None:
        """The Message-ID that opened the conversation with this mailbox."""
        number, message_id = self.openings.get((message.thread, message.to_address), (message.id, None))
        return message_id if number < message.id else None


def openings(threads: set[str]) -> dict[tuple[str, str], tuple[int, str]]:
    """The first letter sent to each mailbox in each thread: its number and its Message-ID."""
    sent = sa.select(Message.thread, Message.to_address, Message.id, Message.message_id).where(
        Message.thread.in_(threads), Message.status == MessageStatus.SENT
    )
    latest_first = db.session.execute(sent.order_by(Message.id.desc()))
    return {(thread, address): (number, message_id) for thread, address, number, message_id in latest_first}
