"""Tables of registrations and of what belongs to one."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.event import listens_for
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app import clock
from app.admission.models import Quota
from app.agenda.models import Session
from app.calendar.words import Reply
from app.db import BY_BYTES, Model, word
from app.events.models import Event
from app.folding import fold, order_key, sort_key
from app.questions.models import Question, Wording


class Status(StrEnum):
    """What a registration has.

    UNCONFIRMED waits for its address to prove itself, PENDING for the organiser's word; DECLINED got a no from the organiser.
    """

    UNCONFIRMED = "unconfirmed"
    PENDING = "pending"
    CONFIRMED = "confirmed"
    WAITING = "waiting"
    CANCELLED = "cancelled"
    DECLINED = "declined"


class Need(StrEnum):
    """What somebody needs in order to take part."""

    CAPTIONS = "captions"
    SIGN_LANGUAGE = "sign_language"
    OTHER = "other"


class Reason(StrEnum):
    """Why somebody gave the place back."""

    DATE = "date"
    COLLEAGUE = "colleague"
    TOPIC = "topic"
    OTHER = "other"


class Purpose(StrEnum):
    """What a key in an address opens; each opens nothing else."""

    MY = "my"
    FEED = "feed"
    JOIN = "join"
    ADDRESS = "address"
    PROOF = "proof"


class Clause(Model):
    """One version of a text that people take note of or agree to, in both languages. Never edited.

    `name` says what it is a version of: "information" (art. 13 GDPR), or a consent that may be given or not. It is the
    event's own, the organisation's for all its events, or the operator's where it belongs to neither. `version` numbers all
    texts of the installation, `number` the versions of this one. A consent that is no longer asked for has `retired_at`.
    """

    __tablename__ = "clauses"
    __table_args__ = (
        sa.CheckConstraint("event_id IS NULL OR organisation_id IS NULL", name="one_owner"),
        sa.Index("ix_clauses_event_id", "event_id"),
        sa.Index("ix_clauses_organisation_id", "organisation_id"),
    )

    version: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(64), default="information")
    number: Mapped[int]
    event_id: Mapped[int | None] = mapped_column(sa.ForeignKey("events.id", ondelete="CASCADE"))
    organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisations.id", ondelete="CASCADE"))
    digest: Mapped[str] = mapped_column(sa.String(64), unique=True)
    label_pl: Mapped[str] = mapped_column(default="")
    label_en: Mapped[str] = mapped_column(default="")
    text_pl: Mapped[str] = mapped_column(sa.Text)
    text_en: Mapped[str] = mapped_column(sa.Text)
    published_at: Mapped[datetime] = mapped_column(default=clock.now)
    retired_at: Mapped[datetime | None]


class Party(Model):
    """People registered together by one of them or by somebody else: all get places, or all wait."""

    __tablename__ = "parties"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(sa.String(64), unique=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("events.id", ondelete="CASCADE"), index=True)
    contact_name: Mapped[str] = mapped_column(sa.String(200))
    contact_email: Mapped[str] = mapped_column(sa.String(320))
    made_at: Mapped[datetime] = mapped_column(default=clock.now)


class Registration(Model):
    """One person's place, or wait, at one event.

    `number` is the order of first arrival, `arrival` the place in the queue (a new one at each coming back). `turned_at`
    is when the place was last got or given up, `turns` how often after the first time: the own feed's SEQUENCE rises by it.
    `held_until` is when a place held for an address that has not proved itself is given back, `accept_by` until when
    somebody who came from the waiting list may accept; `holds_place` is true of whoever is counted among the taken places.
    `email` is where letters go; members of a party may share it, so `email_key` is the address as it is compared, and of
    those who share the contact's address with a number after it. `tag` is what a plus-address of ours has after the plus,
    where the answers of this person's calendar come to one; it stays for ever. Of an erased person only counts and numbers
    are left.
    """

    __tablename__ = "registrations"
    __table_args__ = (
        sa.UniqueConstraint("event_id", "email_key"),
        sa.UniqueConstraint("event_id", "number"),
        sa.Index("ix_registrations_event_id_status_arrival", "event_id", "status", "arrival"),
        sa.Index("ix_registrations_event_id_sort_key", "event_id", "sort_key"),
        sa.Index("ix_registrations_email_key", "email_key", postgresql_ops={"email_key": "varchar_pattern_ops"}),
        sa.Index("ix_registrations_event_id_organisation_key", "event_id", "organisation_key"),
        sa.CheckConstraint("status <> 'confirmed' OR holds_place", name="confirmed_holds_place"),
        sa.CheckConstraint("NOT holds_place OR status IN ('confirmed', 'unconfirmed')", name="holds_place_by_status"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(sa.String(64), unique=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("events.id"))
    number: Mapped[int]
    arrival: Mapped[int]
    name: Mapped[str] = mapped_column(sa.String(200))
    email: Mapped[str] = mapped_column(sa.String(320))
    email_key: Mapped[str] = mapped_column(sa.String(320))
    tag: Mapped[str | None] = mapped_column(sa.String(32), unique=True, info={"audited": False})
    pending_email: Mapped[str | None] = mapped_column(sa.String(320))
    organisation: Mapped[str] = mapped_column(sa.String(200), default="")
    position: Mapped[str] = mapped_column(sa.String(200), default="")
    needs: Mapped[list[str]] = mapped_column(sa.JSON, default=list)
    needs_note: Mapped[str] = mapped_column(sa.String(1000), default="")
    language: Mapped[str] = mapped_column(sa.String(8))
    status: Mapped[Status] = mapped_column(word(Status))
    holds_place: Mapped[bool] = mapped_column(default=False, info={"audited": False})
    held_until: Mapped[datetime | None] = mapped_column(index=True)
    accept_by: Mapped[datetime | None] = mapped_column(index=True)
    quota_id: Mapped[int | None] = mapped_column(sa.ForeignKey("quotas.id", ondelete="SET NULL"), index=True)
    party_id: Mapped[int | None] = mapped_column(sa.ForeignKey("parties.id", ondelete="SET NULL"), index=True)
    invitee_id: Mapped[int | None] = mapped_column(sa.ForeignKey("invitees.id", ondelete="SET NULL"), index=True)
    wants_reminders: Mapped[bool] = mapped_column(default=True)
    revision: Mapped[int] = mapped_column(default=0)
    touched_at: Mapped[datetime | None] = mapped_column(info={"audited": False})
    turns: Mapped[int] = mapped_column(default=0)
    turned_at: Mapped[datetime | None]
    registered_at: Mapped[datetime] = mapped_column(default=clock.now)
    cancelled_at: Mapped[datetime | None]
    cancel_reason: Mapped[Reason | None] = mapped_column(word(Reason))
    joined_at: Mapped[datetime | None]
    reply: Mapped[Reply] = mapped_column(word(Reply), default=Reply.NONE)
    replied_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(sa.Text, default="")
    is_added_by_hand: Mapped[bool] = mapped_column(default=False)
    erased_at: Mapped[datetime | None]
    folded: Mapped[str] = mapped_column(sa.String(1000), default="", info={"audited": False})
    sort_key: Mapped[str] = mapped_column(BY_BYTES, default="", info={"audited": False})
    organisation_key: Mapped[str] = mapped_column(BY_BYTES, default="", info={"audited": False})

    event: Mapped[Event] = relationship(lazy="joined", innerjoin=True)
    chosen: Mapped[list["Choice"]] = relationship(cascade="all, delete-orphan", passive_deletes=True)
    entries: Mapped[list["Entry"]] = relationship(cascade="all, delete-orphan", passive_deletes=True, order_by="Entry.id")
    keys: Mapped[list["Key"]] = relationship(cascade="all, delete-orphan", passive_deletes=True, order_by="Key.id")
    consents: Mapped[list["Consent"]] = relationship(cascade="all, delete-orphan", passive_deletes=True, order_by="Consent.id")
    answers: Mapped[list["Answer"]] = relationship(cascade="all, delete-orphan", passive_deletes=True, order_by="Answer.id")
    party: Mapped[Party | None] = relationship()
    quota: Mapped[Quota | None] = relationship()

    def touch(self) -> None:
        """Raise the revision: every act that changes what the person's own pages or feed show calls this."""
        self.revision += 1
        self.touched_at = clock.now()

    def turn(self, status: Status) -> None:
        """Get the place, or give it up."""
        if self.turned_at is not None:
            self.turns += 1
        self.turned_at = clock.now()
        self.status = status
        self.holds_place = status is Status.CONFIRMED
        self.touch()

    @property
    def address_key(self) -> str:
        """The address as it is compared, also where others share it."""
        mailbox, at, domain = self.email_key.rpartition("@")
        return f"{mailbox}{at}{domain.partition('#')[0]}"

    @property
    def reference(self) -> str:
        """The number that a person can read out on the phone: the year of registering and the number at the event."""
        return f"{self.registered_at.astimezone(self.event.timezone):%y}-{self.number:04d}"

    @property
    def thread(self) -> str:
        """What this registration's letters are about, for the outbox."""
        return f"registration:{self.uid}"

    @property
    def shares_address(self) -> bool:
        """Whether the letters go to whoever registered this person, who has no address of their own."""
        return "#" in (self.email_key or "").rpartition("@")[2]  # the person of a sample letter has no key

    @property
    def is_erased(self) -> bool:
        return self.erased_at is not None

    @property
    def is_confirmed(self) -> bool:
        return self.status is Status.CONFIRMED

    @property
    def is_waiting(self) -> bool:
        return self.status is Status.WAITING

    @property
    def is_cancelled(self) -> bool:
        return self.status is Status.CANCELLED

    @property
    def waits_in(self) -> frozenset[int]:
        """The sessions of the own plan in which there is no place yet."""
        return frozenset(choice.session_id for choice in self.chosen if choice.is_waiting)

    @property
    def is_pending(self) -> bool:
        return self.status is Status.PENDING

    @property
    def is_unconfirmed(self) -> bool:
        return self.status is Status.UNCONFIRMED

    @property
    def has_ended(self) -> bool:
        """Whether there is neither a place nor a wait of any kind."""
        return self.status in {Status.CANCELLED, Status.DECLINED}


class Choice(Model):
    """A session in somebody's own plan; where its places are counted, a place in it or a wait, in the order of `arrival`."""

    __tablename__ = "choices"
    __table_args__ = (sa.Index("ix_choices_session_id_is_waiting_arrival", "session_id", "is_waiting", "arrival"),)

    registration_id: Mapped[int] = mapped_column(sa.ForeignKey("registrations.id", ondelete="CASCADE"), primary_key=True)
    session_id: Mapped[int] = mapped_column(sa.ForeignKey("sessions.id", ondelete="CASCADE"), primary_key=True, index=True)
    is_waiting: Mapped[bool] = mapped_column(default=False)
    arrival: Mapped[int] = mapped_column(default=0, info={"audited": False})

    session: Mapped[Session] = relationship()


class Entry(Model):
    """An entry that a person has in the calendar by our mail: the last SEQUENCE sent to this person for this UID.

    `reply` is the last answer of the person's calendar to it, with the SEQUENCE and DTSTAMP of that answer; after a decline
    the place is given back at `leaves_at`, unless the person takes it back before.
    """

    __tablename__ = "entries"
    __table_args__ = (
        sa.UniqueConstraint("registration_id", "uid"),
        sa.CheckConstraint("sequence >= 0", name="sequence_not_negative"),
        {"info": {"audited": False}},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(sa.ForeignKey("registrations.id", ondelete="CASCADE"))
    uid: Mapped[str] = mapped_column(sa.String(255))
    sequence: Mapped[int]
    is_active: Mapped[bool]
    stamped_at: Mapped[datetime]
    reply: Mapped[Reply] = mapped_column(word(Reply), default=Reply.NONE)
    reply_sequence: Mapped[int | None]
    reply_stamp: Mapped[datetime | None]
    replied_at: Mapped[datetime | None]
    leaves_at: Mapped[datetime | None] = mapped_column(index=True)


class Consent(Model):
    """Which text was accepted, by version, when, and when it was withdrawn."""

    __tablename__ = "consents"
    __table_args__ = (sa.UniqueConstraint("registration_id", "clause_version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(sa.ForeignKey("registrations.id", ondelete="CASCADE"))
    clause_version: Mapped[int] = mapped_column(sa.ForeignKey("clauses.version"))
    given_at: Mapped[datetime] = mapped_column(default=clock.now)
    withdrawn_at: Mapped[datetime | None]


class Answer(Model):
    """What somebody answered to one question, in the words of the version that was asked.

    `value` is text, a number, a boolean or a list of values of options; `text` is the same as people read, search and sort it.
    """

    __tablename__ = "answers"
    __table_args__ = (
        sa.UniqueConstraint("registration_id", "question_id"),
        sa.Index("ix_answers_question_id_text", "question_id", "text"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(sa.ForeignKey("registrations.id", ondelete="CASCADE"))
    question_id: Mapped[int] = mapped_column(sa.ForeignKey("questions.id", ondelete="CASCADE"))
    wording_id: Mapped[int] = mapped_column(sa.ForeignKey("question_wordings.id"))
    value: Mapped[Any] = mapped_column(sa.JSON)
    text: Mapped[str] = mapped_column(sa.String(4000), default="")
    file_id: Mapped[int | None] = mapped_column(sa.ForeignKey("files.id", ondelete="SET NULL"), index=True)
    answered_at: Mapped[datetime] = mapped_column(default=clock.now)

    question: Mapped[Question] = relationship()
    wording: Mapped[Wording] = relationship()


class MailboxLink(Model):
    """A link sent to an address that opens all registrations of that address for a while; `email_key` as it is compared."""

    __tablename__ = "mailbox_links"
    __table_args__ = ({"info": {"audited": False}},)

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(sa.String(64), unique=True)
    digest: Mapped[str] = mapped_column(sa.String(64), unique=True)
    email: Mapped[str] = mapped_column(sa.String(320))
    email_key: Mapped[str] = mapped_column(sa.String(320), index=True)
    network: Mapped[str] = mapped_column(sa.String(64))
    made_at: Mapped[datetime] = mapped_column(default=clock.now, index=True)


class Key(Model):
    """A key of one registration for one purpose, as a digest; a revoked one is remembered, so that it answers 410."""

    __tablename__ = "keys"
    __table_args__ = (sa.UniqueConstraint("registration_id", "purpose", "generation"), {"info": {"audited": False}})

    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(sa.ForeignKey("registrations.id", ondelete="CASCADE"))
    purpose: Mapped[Purpose] = mapped_column(word(Purpose))
    generation: Mapped[int] = mapped_column(default=1)
    digest: Mapped[str] = mapped_column(sa.String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    revoked_at: Mapped[datetime | None]

    registration: Mapped[Registration] = relationship(back_populates="keys", lazy="joined", innerjoin=True)


class Submission(Model):
    """One sent form, kept for a day: it answers a second sending of itself, and limits count it.

    `status` and `position` are what the sender was told, which does not depend on whether the address was known.
    """

    __tablename__ = "submissions"
    __table_args__ = (
        sa.UniqueConstraint("event_id", "idempotency_key"),
        sa.Index("ix_submissions_network_sent_at", "network", "sent_at"),
        sa.Index("ix_submissions_address_sent_at", "address", "sent_at"),
        {"info": {"audited": False}},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("events.id", ondelete="CASCADE"))
    idempotency_key: Mapped[str] = mapped_column(sa.String(64))
    registration_id: Mapped[int] = mapped_column(sa.ForeignKey("registrations.id", ondelete="CASCADE"))
    email: Mapped[str] = mapped_column(sa.String(320))
    status: Mapped[Status] = mapped_column(word(Status))
    position: Mapped[int | None]
    address: Mapped[str] = mapped_column(sa.String(64))
    network: Mapped[str] = mapped_column(sa.String(64))
    sent_at: Mapped[datetime] = mapped_column(default=clock.now, index=True)

    registration: Mapped[Registration] = relationship()
    event: Mapped[Event] = relationship()


@listens_for(Registration, "before_insert")
@listens_for(Registration, "before_update")
def fold_registration(mapper: object, connection: object, registration: Registration) -> None:
    """Keep what the table of participants is searched and sorted by."""
    registration.folded = fold(f"{registration.name} {registration.email} {registration.organisation or ''}")[:1000]
    registration.sort_key = sort_key(registration.name)
    registration.organisation_key = order_key(registration.organisation or "")
