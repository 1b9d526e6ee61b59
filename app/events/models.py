"""Tables of events and of those who hold them."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.event import listens_for
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app import clock
from app.db import Model, word
from app.events.revisions import Published
from app.events.translations import Said, Translated
from app.files.models import File
from app.folding import fold


class Kind(StrEnum):
    """What sort of meeting an event is."""

    WORKSHOP = "workshop"
    WEBINAR = "webinar"
    CONFERENCE = "conference"
    STUDY_VISIT = "study_visit"
    MEETING = "meeting"


class EventStatus(StrEnum):
    """How far an event is from the public."""

    DRAFT = "draft"
    PUBLISHED = "published"
    POSTPONED = "postponed"
    CANCELLED = "cancelled"


class Attendance(StrEnum):
    """Where one attends; the words of schema.org's eventAttendanceMode."""

    ONLINE = "online"
    OFFLINE = "offline"
    MIXED = "mixed"


class Part(StrEnum):
    """What an organisation is to an event, beside the one that holds it."""

    CO_ORGANISER = "co_organiser"
    PARTNER = "partner"
    PATRON = "patron"


class Organisation(Published, Model):
    """A ministry, municipality, firm or partner. `folded` is what the register is searched by."""

    __tablename__ = "organisations"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(sa.String(120), unique=True)
    name: Mapped[str]
    short_name: Mapped[str | None] = mapped_column(sa.String(120))
    url: Mapped[str | None]
    logo_id: Mapped[int | None] = mapped_column(sa.ForeignKey("files.id", ondelete="SET NULL"))
    folded: Mapped[str] = mapped_column(sa.String(700), default="", info={"audited": False})

    logo: Mapped[File | None] = relationship()


class Programme(Published, Model):
    """A multi-year undertaking that events belong to."""

    __tablename__ = "programmes"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(sa.String(120), unique=True)
    title: Mapped[str]


class Event(Published, Translated, Model):
    """A workshop, webinar, conference, study visit or meeting.

    `taken`, `waiting` and `arrivals` count registrations; only `registration.places` writes them, under the row's
    lock, and each such write raises `places_revision`.
    """

    __tablename__ = "events"
    __table_args__ = (
        sa.CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        sa.CheckConstraint("capacity > 0", name="capacity_positive"),
        sa.CheckConstraint("taken >= 0 AND waiting >= 0 AND arrivals >= 0", name="counts_not_negative"),
        sa.CheckConstraint("registration_closes_at > registration_opens_at", name="registration_window"),
        sa.CheckConstraint("meeting_opens_minutes >= 0", name="meeting_opens_before"),
        sa.Index("ix_events_status_starts_at", "status", "starts_at"),
    )
    calendar_facts: ClassVar[frozenset[str]] = frozenset(
        {"title", "status", "zone", "starts_at", "ends_at", "attendance", "place_name", "place_address"}
    )
    calendar_presence: ClassVar[frozenset[str]] = frozenset({"meeting_url"})

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(sa.String(255), unique=True)
    slug: Mapped[str] = mapped_column(sa.String(120), unique=True)
    title: Mapped[str]
    subtitle: Mapped[str | None]
    summary: Mapped[str] = mapped_column(sa.Text, default="")
    description: Mapped[str] = mapped_column(sa.Text, default="")
    accessibility: Mapped[str] = mapped_column(sa.Text, default="")
    kind: Mapped[Kind] = mapped_column(word(Kind))
    status: Mapped[EventStatus] = mapped_column(word(EventStatus), default=EventStatus.DRAFT)
    language: Mapped[str] = mapped_column(sa.String(8), default="pl")
    languages: Mapped[list[str]] = mapped_column(sa.JSON, default=list)
    zone: Mapped[str] = mapped_column(sa.String(64), default="Europe/Warsaw")
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    attendance: Mapped[Attendance] = mapped_column(word(Attendance), default=Attendance.ONLINE)
    place_name: Mapped[str]
    place_address: Mapped[str | None]
    meeting_url: Mapped[str | None] = mapped_column(sa.String(2000))
    meeting_opens_minutes: Mapped[int] = mapped_column(default=15)
    capacity: Mapped[int | None]
    has_waiting_list: Mapped[bool] = mapped_column(default=True)
    registration_opens_at: Mapped[datetime | None]
    registration_closes_at: Mapped[datetime | None]
    asks_sessions: Mapped[bool] = mapped_column(default=False)
    registration_is_closed: Mapped[bool] = mapped_column(default=False)
    contact_name: Mapped[str] = mapped_column(sa.String(200), default="")
    contact_email: Mapped[str] = mapped_column(sa.String(320))
    contact_phone: Mapped[str] = mapped_column(sa.String(64), default="")
    is_recorded: Mapped[bool] = mapped_column(default=False)
    is_template: Mapped[bool] = mapped_column(default=False)
    status_note: Mapped[str] = mapped_column(sa.String(1000), default="")
    archived_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    organiser_id: Mapped[int] = mapped_column(sa.ForeignKey("organisations.id"))
    programme_id: Mapped[int | None] = mapped_column(sa.ForeignKey("programmes.id"))
    version: Mapped[int] = mapped_column(default=1)
    sequence: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    modified_at: Mapped[datetime] = mapped_column(default=clock.now)
    taken: Mapped[int] = mapped_column(default=0)
    waiting: Mapped[int] = mapped_column(default=0)
    arrivals: Mapped[int] = mapped_column(default=0)
    places_revision: Mapped[int] = mapped_column(default=0)

    organiser: Mapped[Organisation] = relationship(lazy="joined")
    programme: Mapped[Programme | None] = relationship(lazy="joined")
    partners: Mapped[list["Partner"]] = relationship(
        cascade="all, delete-orphan", passive_deletes=True, order_by="Partner.rank", back_populates="event"
    )

    @property
    def full_title(self) -> str:
        """Title and subtitle, for where there is one line."""
        return f"{self.title}. {self.subtitle}" if self.subtitle else self.title

    def said(self, name: str, language: str) -> Said:
        """The text of a column, or `full_title`, in this language, else in the original."""
        return self.named(language) if name == "full_title" else super().said(name, language)

    def named(self, language: str) -> Said:
        """Title and subtitle in one language: a subtitle that has not been put into the title's is left out."""
        title = super().said("title", language)
        subtitle = super().said("subtitle", title.language)
        is_whole = subtitle.text and subtitle.language == title.language
        return Said(f"{title.text}. {subtitle.text}", title.language) if is_whole else title

    @property
    def timezone(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    @property
    def local_starts_at(self) -> datetime:
        return self.starts_at.astimezone(self.timezone)

    @property
    def local_ends_at(self) -> datetime:
        return self.ends_at.astimezone(self.timezone)

    @property
    def takes_one_day(self) -> bool:
        """Whether it begins and ends on one date in its own zone; midnight still belongs to the day it closes."""
        return (self.local_ends_at - timedelta(microseconds=1)).date() == self.local_starts_at.date()

    @property
    def meeting_opens_at(self) -> datetime:
        return self.starts_at - timedelta(minutes=self.meeting_opens_minutes)

    @property
    def is_public(self) -> bool:
        return self.status is not EventStatus.DRAFT

    @property
    def is_cancelled(self) -> bool:
        return self.status is EventStatus.CANCELLED

    @property
    def is_postponed(self) -> bool:
        """Whether it will take place at another time that is not known yet."""
        return self.status is EventStatus.POSTPONED

    @property
    def has_begun(self) -> bool:
        return not self.is_postponed and clock.now() >= self.starts_at

    @property
    def is_over(self) -> bool:
        """Whether it has taken place, or was to; what was postponed has not."""
        return not self.is_postponed and clock.now() >= self.ends_at

    @property
    def places_left(self) -> int | None:
        """Places that a newcomer could take now; `None` where there is no limit.

        Whoever waits while a place is free does not fit into it (their group's places are taken, their party is too large): who
        fits got it at the moment when it came free.
        """
        return None if self.capacity is None else max(0, self.capacity - self.taken)


class Partner(Published, Model):
    """An organisation beside the one that holds the event."""

    __tablename__ = "event_partners"
    __table_args__ = (sa.UniqueConstraint("event_id", "organisation_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("events.id", ondelete="CASCADE"))
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisations.id"), index=True)
    part: Mapped[Part] = mapped_column(word(Part))
    rank: Mapped[int] = mapped_column(default=0)

    event: Mapped[Event] = relationship(back_populates="partners")
    organisation: Mapped[Organisation] = relationship(lazy="joined")


class FormerSlug(Published, Model):
    """An address that something public had before; it leads to the present one. `kind` is a table's name."""

    __tablename__ = "former_slugs"
    __table_args__ = (sa.UniqueConstraint("kind", "slug"), sa.Index("ix_former_slugs_kind_row_id", "kind", "row_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(64), info={"audited": False})
    slug: Mapped[str] = mapped_column(sa.String(120))
    row_id: Mapped[int]


@listens_for(Organisation, "before_insert")
@listens_for(Organisation, "before_update")
def fold_organisation(mapper: object, connection: object, organisation: Organisation) -> None:
    """Keep what the register is searched by."""
    organisation.folded = fold(f"{organisation.name} {organisation.short_name or ''}")[:700]
