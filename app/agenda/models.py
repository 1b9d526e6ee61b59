"""Tables of sessions, the people on them, and materials."""

from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.event import listens_for
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app import clock
from app.db import BY_BYTES, Model, word
from app.events.models import Event, Organisation
from app.events.revisions import Published
from app.events.translations import Said, Translated
from app.files.models import File
from app.folding import fold, sort_key


class SessionKind(StrEnum):
    """What sort of item of the agenda a session is."""

    PRESENTATION = "presentation"
    PANEL = "panel"
    WORKSHOP = "workshop"
    DISCUSSION = "discussion"
    BREAK = "break"


class SessionStatus(StrEnum):
    """Whether a session takes place."""

    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"


class Role(StrEnum):
    """In what role somebody appears."""

    SPEAKER = "speaker"
    PANELIST = "panelist"
    MODERATOR = "moderator"
    HOST = "host"
    AUTHOR = "author"


class Answer(StrEnum):
    """What somebody who is to appear said to it."""

    ASKED = "asked"
    ACCEPTED = "accepted"
    DECLINED = "declined"


class MaterialKind(StrEnum):
    """What sort of material it is."""

    DOCUMENT = "document"
    SLIDES = "slides"
    RECORDING = "recording"
    LINK = "link"


class Visibility(StrEnum):
    """Who may see a material, and when."""

    PUBLIC = "public"
    REGISTERED = "registered"
    AFTER = "after"


class Person(Published, Translated, Model):
    """Somebody who appears. `email` is for our letters only; `folded` is what the register is searched by."""

    __tablename__ = "people"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(sa.String(120), unique=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    bio: Mapped[str] = mapped_column(sa.Text, default="")
    language: Mapped[str] = mapped_column(sa.String(8), default="pl")
    url: Mapped[str | None]
    links: Mapped[list[dict[str, str]]] = mapped_column(sa.JSON, default=list)
    position: Mapped[str] = mapped_column(sa.String(500), default="")
    organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisations.id", ondelete="SET NULL"), index=True)
    email: Mapped[str | None] = mapped_column(sa.String(320))
    photo_id: Mapped[int | None] = mapped_column(sa.ForeignKey("files.id", ondelete="SET NULL"))
    photo_alt: Mapped[str] = mapped_column(sa.String(300), default="")
    version: Mapped[int] = mapped_column(default=1)
    folded: Mapped[str] = mapped_column(sa.String(1200), default="", index=True, info={"audited": False})
    sort_key: Mapped[str] = mapped_column(BY_BYTES, default="", index=True, info={"audited": False})

    organisation: Mapped[Organisation | None] = relationship()
    photo: Mapped[File | None] = relationship(lazy="joined")

    def said(self, name: str, language: str) -> Said:
        """The text in this language, else in the original, else in whatever language there is one."""
        found = super().said(name, language)
        others = ((text[name], other) for other, text in (self.translations or {}).items() if text.get(name))
        return found if found.text else next((Said(*other) for other in others), found)

    @property
    def initials(self) -> str:
        """First letters of the first and the last name, as a monogram."""
        names = self.name.split()
        return "".join(name[0] for name in names[:: max(1, len(names) - 1)][:2]).upper()


class Session(Published, Translated, Model):
    """An item of an event's agenda."""

    __tablename__ = "sessions"
    __table_args__ = (
        sa.UniqueConstraint("event_id", "slug"),
        sa.CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        sa.CheckConstraint("capacity > 0", name="capacity_positive"),
        sa.Index("ix_sessions_event_id_starts_at", "event_id", "starts_at"),
    )
    calendar_facts: ClassVar[frozenset[str]] = frozenset({"title", "status", "starts_at", "ends_at", "room"})

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(sa.String(255), unique=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("events.id", ondelete="CASCADE"))
    slug: Mapped[str] = mapped_column(sa.String(120))
    title: Mapped[str]
    abstract: Mapped[str] = mapped_column(sa.Text, default="")
    kind: Mapped[SessionKind] = mapped_column(word(SessionKind))
    status: Mapped[SessionStatus] = mapped_column(word(SessionStatus), default=SessionStatus.CONFIRMED)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    room: Mapped[str | None] = mapped_column(sa.String(120))
    track: Mapped[str | None] = mapped_column(sa.String(120))
    capacity: Mapped[int | None]
    version: Mapped[int] = mapped_column(default=1)
    sequence: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    modified_at: Mapped[datetime] = mapped_column(default=clock.now)

    event: Mapped[Event] = relationship()
    appearances: Mapped[list["Appearance"]] = relationship(
        back_populates="session", order_by="Appearance.rank", cascade="all, delete-orphan", passive_deletes=True
    )
    materials: Mapped[list["Material"]] = relationship(back_populates="session", order_by="Material.rank", passive_deletes=True)

    @property
    def original_language(self) -> str:
        """The language of the columns: the event's."""
        return self.event.language

    @property
    def timezone(self) -> ZoneInfo:
        return self.event.timezone

    @property
    def local_starts_at(self) -> datetime:
        return self.starts_at.astimezone(self.timezone)

    @property
    def local_ends_at(self) -> datetime:
        return self.ends_at.astimezone(self.timezone)

    @property
    def minutes(self) -> int:
        """How long it lasts, in minutes that pass (not by the wall clock)."""
        return int((self.ends_at - self.starts_at).total_seconds() // 60)

    @property
    def is_cancelled(self) -> bool:
        return self.status is SessionStatus.CANCELLED or self.event.is_cancelled

    @property
    def can_be_chosen(self) -> bool:
        """Whether people put it into their plans: it takes place, and it is no break."""
        return self.status is SessionStatus.CONFIRMED and self.kind is not SessionKind.BREAK

    @property
    def is_on_now(self) -> bool:
        return not self.is_cancelled and not self.event.is_postponed and self.starts_at <= clock.now() < self.ends_at

    @property
    def people(self) -> list["Appearance"]:
        """Appearances of persons, in the printed order."""
        return [appearance for appearance in self.appearances if appearance.person is not None]

    @property
    def organisations(self) -> list["Appearance"]:
        """Appearances of organisations, in the printed order."""
        return [appearance for appearance in self.appearances if appearance.organisation is not None]


class GoneSession(Published, Model):
    """A session that was taken off a public agenda, as it was: calendars are told for a while that it is cancelled.

    `sequence` is the one by which its last entry is newer than all before, the event's changes included.
    """

    __tablename__ = "gone_sessions"
    __table_args__ = ({"info": {"audited": False}},)

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(sa.String(255), unique=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("events.id", ondelete="CASCADE"), index=True)
    slug: Mapped[str] = mapped_column(sa.String(120))
    title: Mapped[str]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    room: Mapped[str | None] = mapped_column(sa.String(120))
    sequence: Mapped[int]
    created_at: Mapped[datetime]
    gone_at: Mapped[datetime] = mapped_column(default=clock.now)

    event: Mapped[Event] = relationship()


class Appearance(Published, Model):
    """A person or an organisation on a session, with position and affiliation as printed on that day's agenda."""

    __tablename__ = "appearances"
    __table_args__ = (
        sa.UniqueConstraint("session_id", "person_id", "role"),
        sa.UniqueConstraint("session_id", "organisation_id", "role"),
        sa.CheckConstraint("(person_id IS NULL) <> (organisation_id IS NULL)", name="person_or_organisation"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(sa.ForeignKey("sessions.id", ondelete="CASCADE"))
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisations.id"), index=True)
    role: Mapped[Role] = mapped_column(word(Role))
    printed_as: Mapped[str] = mapped_column(sa.String(500), default="")
    rank: Mapped[int] = mapped_column(default=0)
    answer: Mapped[Answer | None] = mapped_column(word(Answer))

    session: Mapped[Session] = relationship(back_populates="appearances")
    person: Mapped[Person | None] = relationship(lazy="joined")
    organisation: Mapped[Organisation | None] = relationship(lazy="joined")

    @property
    def name(self) -> str:
        """The name of whoever appears."""
        subject = self.person or self.organisation
        return subject.name if subject else ""


class Material(Published, Model):
    """A link or a file of an event or a session, with a text that says what it leads to."""

    __tablename__ = "materials"
    __table_args__ = (
        sa.Index("ix_materials_event_id_rank", "event_id", "rank"),
        sa.CheckConstraint("(url IS NULL) <> (file_id IS NULL)", name="link_or_file"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("events.id", ondelete="CASCADE"))
    session_id: Mapped[int | None] = mapped_column(sa.ForeignKey("sessions.id", ondelete="SET NULL"), index=True)
    title: Mapped[str]
    kind: Mapped[MaterialKind] = mapped_column(word(MaterialKind), default=MaterialKind.DOCUMENT)
    url: Mapped[str | None] = mapped_column(sa.String(2000))
    file_id: Mapped[int | None] = mapped_column(sa.ForeignKey("files.id"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    language: Mapped[str] = mapped_column(sa.String(8), default="pl")
    visibility: Mapped[Visibility] = mapped_column(word(Visibility), default=Visibility.PUBLIC)
    rank: Mapped[int] = mapped_column(default=0)

    file: Mapped[File | None] = relationship(lazy="joined")
    event: Mapped[Event] = relationship()
    session: Mapped[Session | None] = relationship(back_populates="materials")


@listens_for(Person, "before_insert")
@listens_for(Person, "before_update")
def fold_person(mapper: object, connection: object, person: Person) -> None:
    """Keep what the register is searched and sorted by; the address is not shown to all who search, so it is not in it."""
    person.folded = fold(f"{person.name} {person.position or ''}")[:1200]
    person.sort_key = sort_key(person.name)


@listens_for(orm.Session, "before_flush")
def restamp(session: orm.Session, flush: orm.UOWTransaction, instances: Any) -> None:
    """Move LAST-MODIFIED of the sessions whose entries name whoever this flush changes."""
    shown_in_entries = [
        row for row in (*session.new, *session.deleted, *session.dirty) if isinstance(row, (Appearance, Person, Organisation))
    ]
    changed = [row for row in shown_in_entries if is_shown_otherwise(session, row)]
    for row in changed:
        if isinstance(row, Appearance) and row.session is not None:
            row.session.modified_at = clock.now()
    people = [row.id for row in changed if isinstance(row, Person) and row.id]
    organisations = [row.id for row in changed if isinstance(row, Organisation) and row.id]
    if people or organisations:
        named = Appearance.person_id.in_(people) | Appearance.organisation_id.in_(organisations)
        for shown in session.scalars(sa.select(Session).join(Appearance).where(named)):
            shown.modified_at = clock.now()


def is_shown_otherwise(session: orm.Session, row: Appearance | Person | Organisation) -> bool:
    """Whether an entry that names them says something else now; what somebody answered stands in none."""
    if row in session.new or row in session.deleted or not isinstance(row, Appearance):
        return session.is_modified(row) or row in session.deleted
    attributes = sa.inspect(row).attrs
    return any(attribute.history.has_changes() for attribute in attributes if attribute.key != "answer")
