"""What a speaker has in the calendar: an entry for each session they accepted, at a SEQUENCE of their own."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa

from app import clock
from app.agenda import gone
from app.agenda.models import Answer, Appearance, Session, SessionStatus
from app.agenda.steps import Step
from app.calendar import slots as calendar
from app.calendar.slots import Slot
from app.calendar.words import Reply
from app.db import db
from app.events.models import Event, EventStatus
from app.panels.models import Engagement, PanelEntry
from app.site import Site

ANYWHERE = Site(base_url="", calendar_domain="", sender_name="", sender_address="", operator_name="")
CALLED_OFF = frozenset({EventStatus.CANCELLED, EventStatus.POSTPONED})


@dataclass(frozen=True)
class Mark:
    """One entry at one revision, as a letter keeps it among its facts."""

    uid: str
    sequence: int

    @property
    def facts(self) -> dict[str, str | int]:
        return {"uid": self.uid, "sequence": self.sequence}


def wanted(engagement: Engagement, appearances: Sequence[Appearance]) -> list[Session]:
    """The sessions that they accepted and that take place, each once; none without an address to write to."""
    if not engagement.email or engagement.event.status in CALLED_OFF:
        return []
    accepted = [appearance.session for appearance in appearances if appearance.answer is Answer.ACCEPTED]
    return [session for session in dict.fromkeys(accepted) if not session.is_cancelled]


def astray() -> sa.Select[Engagement]:
    """Engagements at events to come whose entries are not those `wanted`.

    In the order of their ids, so that two at once wait for one another and not in a ring.
    """
    outside = Engagement, Event
    accepted = (
        sa.select(Session.uid)
        .join(Appearance)
        .correlate(*outside)
        .where(
            Session.event_id == Engagement.event_id,
            Session.status != SessionStatus.CANCELLED,
            Appearance.person_id == Engagement.person_id,
            Appearance.answer == Answer.ACCEPTED,
        )
    )
    held = sa.select(PanelEntry.uid).correlate(*outside).where(PanelEntry.engagement_id == Engagement.id, PanelEntry.is_active)
    is_on = Event.status.not_in(CALLED_OFF)
    too_many = held.where(~(is_on & PanelEntry.uid.in_(accepted))).exists()
    too_few = accepted.where(is_on, Engagement.email != "", Session.uid.not_in(held)).exists()
    to_come = (Event.ends_at > clock.now()) | (Event.status == EventStatus.POSTPONED)
    return sa.select(Engagement).join(Engagement.event).where(to_come, too_many | too_few).order_by(Engagement.id)


def at_rest_since(moment: datetime) -> sa.ColumnElement[bool]:
    """Whether nobody has edited the agenda of an engagement's event since."""
    edited = (Step.made_at > moment) | (Step.undone_at > moment)
    return ~sa.select(Step.id).where(Step.event_id == Engagement.event_id, edited).exists()


def active(engagement: Engagement) -> list[PanelEntry]:
    """The entries that this person has in the calendar by our mail."""
    return [entry for entry in engagement.entries if entry.is_active]


def invite(engagement: Engagement, sessions: Sequence[Session]) -> list[Mark]:
    """Give these entries, each newer than anything said of it to this person before."""
    revisions = [(session.uid, calendar.of_session(session, ANYWHERE).sequence) for session in sessions]
    return [raised(engagement, uid, sequence, is_active=True) for uid, sequence in revisions]


def withdraw(engagement: Engagement, entries: Sequence[PanelEntry]) -> list[Mark]:
    """Take these entries back, each newer than anything said of it to this person or to others."""
    return [raised(engagement, entry.uid, sequence_of(entry.uid), is_active=False) for entry in entries]


def sequence_of(uid: str) -> int:
    """The present SEQUENCE, or that by which the session left the agenda."""
    if session := session_of(uid):
        return calendar.of_session(session, ANYWHERE).sequence
    former = gone.by_uid(uid)
    return former.sequence if former else 0


def session_of(uid: str) -> Session | None:
    return db.session.scalar(sa.select(Session).where(Session.uid == uid))


def raised(engagement: Engagement, uid: str, sequence: int, *, is_active: bool, asks_anew: bool = True) -> Mark:
    """The entry's next revision for this person, remembered; `asks_anew` unless its hours are the same, and the answer holds."""
    entry = next((entry for entry in engagement.entries if entry.uid == uid), None)
    if entry is None:
        entry = PanelEntry(uid=uid, sequence=sequence)
        engagement.entries.append(entry)
    else:
        entry.sequence = max(sequence, entry.sequence + 1)
    entry.is_active, entry.stamped_at = is_active, clock.now()
    if asks_anew:
        entry.reply = Reply.NONE
    return Mark(entry.uid, entry.sequence)


def answered(engagement: Engagement, uid: str) -> Reply:
    """What the calendar answered to this entry as it is now."""
    return next((entry.reply for entry in engagement.entries if entry.uid == uid), Reply.NONE)


def told(engagement: Engagement) -> list[Mark]:
    """The entries as they were last sent."""
    return [Mark(entry.uid, entry.sequence) for entry in active(engagement)]


def slot(engagement: Engagement, uid: str, site: Site) -> Slot:
    """The entry of this identity as it is now, or was; what left a draft has only the event's hours for its cancellation."""
    if session := session_of(uid):
        return calendar.of_session(session, site)
    if former := gone.by_uid(uid):
        return calendar.of_gone(former, site)
    return replace(calendar.of_event(engagement.event, [], site), uid=uid)
