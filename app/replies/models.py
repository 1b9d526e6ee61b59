"""The table of what calendars answered."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app import clock
from app.db import Model, word
from app.events.models import Event
from app.mail.models import Incoming
from app.panels.models import Engagement
from app.registration.models import Registration


class ResponseStatus(StrEnum):
    """What became of an answer: PARKED waits for the organiser, SETTLED and DISMISSED are what the organiser made of it."""

    RECORDED = "recorded"
    PARKED = "parked"
    LOGGED = "logged"
    REFUSED = "refused"
    SETTLED = "settled"
    DISMISSED = "dismissed"


class Why(StrEnum):
    """Why an answer was not simply recorded."""

    NONE = "none"
    OTHER_SENDER = "other_sender"
    UNKNOWN_ATTENDEE = "unknown_attendee"
    SHARED_ADDRESS = "shared_address"
    OLD_TIME = "old_time"
    WAVERING = "wavering"
    COUNTER = "counter"
    DELEGATED = "delegated"
    SPEAKER = "speaker"
    STALE = "stale"
    NOT_INVITED = "not_invited"
    OTHER_TAG = "other_tag"
    OTHER_ORGANIZER = "other_organizer"
    IMPOSSIBLE_SEQUENCE = "impossible_sequence"
    NOT_AUTHENTIC = "not_authentic"


class Response(Model):
    """One answer of a calendar (RFC 5546 3.2.3, 3.2.7) about one entry of an event.

    `registration` or `engagement` is whose answer it is, or of a parked one whose it may be. Nothing that it proposes is ever
    applied by itself.
    """

    __tablename__ = "responses"
    __table_args__ = (sa.Index("ix_responses_event_id_status", "event_id", "status"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    incoming_id: Mapped[int | None] = mapped_column(sa.ForeignKey("incoming.id", ondelete="SET NULL"), index=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("events.id", ondelete="CASCADE"))
    registration_id: Mapped[int | None] = mapped_column(sa.ForeignKey("registrations.id", ondelete="CASCADE"), index=True)
    engagement_id: Mapped[int | None] = mapped_column(sa.ForeignKey("engagements.id", ondelete="CASCADE"), index=True)
    uid: Mapped[str] = mapped_column(sa.String(255))
    method: Mapped[str] = mapped_column(sa.String(16))
    partstat: Mapped[str] = mapped_column(sa.String(32), default="")
    attendee: Mapped[str] = mapped_column(sa.String(320), default="")
    attendee_name: Mapped[str] = mapped_column(sa.String(200), default="")
    sender: Mapped[str] = mapped_column(sa.String(320), default="")
    comment: Mapped[str] = mapped_column(sa.String(1000), default="")
    sequence: Mapped[int | None]
    stamp: Mapped[datetime | None]
    proposed_starts_at: Mapped[datetime | None]
    proposed_ends_at: Mapped[datetime | None]
    delegate: Mapped[str] = mapped_column(sa.String(320), default="")
    status: Mapped[ResponseStatus] = mapped_column(word(ResponseStatus))
    why: Mapped[Why] = mapped_column(word(Why), default=Why.NONE)
    received_at: Mapped[datetime] = mapped_column(default=clock.now)
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[str] = mapped_column(sa.String(200), default="")

    event: Mapped[Event] = relationship()
    incoming: Mapped[Incoming | None] = relationship()
    registration: Mapped[Registration | None] = relationship()
    engagement: Mapped[Engagement | None] = relationship()
