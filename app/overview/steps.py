"""The next steps at an event, computed from what is there; nobody ticks them off."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa

from app import clock
from app.agenda.models import Answer, Appearance, Material, MaterialKind, Session, SessionKind
from app.changes.news import News
from app.db import db
from app.events.models import Attendance, Event
from app.mail import bounces
from app.mail.models import Message, MessageStatus
from app.panels import queries as panels
from app.registration import reminders
from app.registration.models import Registration, Status
from app.replies import queries as replies

RECORDING_WITHIN = timedelta(days=14)
"""For captions of what was broadcast live: the Polish act on digital accessibility of 2019, art. 3(2)(3)."""


class StepKind(StrEnum):
    """What is to be done."""

    DESCRIBE = "describe"
    TRANSLATE = "translate"
    AGENDA = "agenda"
    CONTACT = "contact"
    PUBLISH = "publish"
    MEETING_LINK = "meeting_link"
    ASK_SPEAKERS = "ask_speakers"
    ANSWERS = "answers"
    DECLINED = "declined"
    PROPOSALS = "proposals"
    UNTOLD = "untold"
    FAILED_LETTERS = "failed_letters"
    RETURNED_LETTERS = "returned_letters"
    APPROVE = "approve"
    CALENDARS = "calendars"
    FREE_PLACES = "free_places"
    REMINDER = "reminder"
    RECORDING = "recording"
    MATERIALS = "materials"


@dataclass(frozen=True)
class Step:
    """One step: whether it is done, by when it is to be (or when it was), and how many people or things it is about."""

    kind: StepKind
    done: bool = False
    due_at: datetime | None = None
    count: int = 0


@dataclass(frozen=True)
class Facts:
    """What the steps are computed from, beside the event's own columns."""

    sessions: int
    speakers: int
    not_asked: int
    unanswered: int
    declined: int
    proposals: int
    recordings: int
    materials: int
    failed_letters: int
    returned_letters: int
    pending: int
    parked: int


def of(event: Event, news: News | None = None) -> list[Step]:
    """The steps of an event, those to be done first, the nearest before others; `news` is what people do not know yet."""
    found = list(computed(event, facts(event)))
    if news and news.people:
        found.append(Step(StepKind.UNTOLD, due_at=news.due_at, count=news.people))
    return sorted(found, key=lambda step: (step.done, step.due_at is None, step.due_at or clock.now()))


def computed(event: Event, known: Facts) -> Iterator[Step]:
    """Of what was cancelled only letters matter; before the end it is prepared, after it is it told about."""
    if known.failed_letters:
        yield Step(StepKind.FAILED_LETTERS, count=known.failed_letters)
    if known.parked and not event.is_cancelled:
        yield Step(StepKind.CALENDARS, count=known.parked)
    if known.returned_letters:
        yield Step(StepKind.RETURNED_LETTERS, count=known.returned_letters)
    if event.is_cancelled:
        return
    if not event.is_over:
        yield from preparing(event, known)
        yield from speakers(known)
        yield from registering(event, known)
    yield from telling(event, known)


def preparing(event: Event, known: Facts) -> Iterator[Step]:
    yield Step(StepKind.DESCRIBE, done=bool(event.summary or event.description))
    if others := [language for language in event.languages or () if language != event.language]:
        missing = sum(not is_said(event, language) for language in others)
        yield Step(StepKind.TRANSLATE, done=not missing, count=missing)
    yield Step(StepKind.AGENDA, done=known.sessions > 0, count=known.sessions)
    yield Step(StepKind.CONTACT, done=bool(event.contact_email))
    yield Step(StepKind.PUBLISH, done=event.is_public, due_at=event.published_at if event.is_public else None)
    if event.attendance is not Attendance.OFFLINE:
        yield Step(StepKind.MEETING_LINK, done=bool(event.meeting_url), due_at=event.meeting_opens_at)


def is_said(event: Event, language: str) -> bool:
    """Whether title and description are there in this language, as far as they are there at all."""
    names = [name for name in ("title", "summary", "description") if getattr(event, name)]
    return all(event.said(name, language).language == language for name in names)


def speakers(known: Facts) -> Iterator[Step]:
    if known.speakers:
        yield Step(StepKind.ASK_SPEAKERS, done=not known.not_asked, count=known.not_asked)
    if known.speakers > known.not_asked:
        yield Step(StepKind.ANSWERS, done=not known.unanswered, count=known.unanswered)
    if known.declined:
        yield Step(StepKind.DECLINED, count=known.declined)
    if known.proposals:
        yield Step(StepKind.PROPOSALS, count=known.proposals)


def registering(event: Event, known: Facts) -> Iterator[Step]:
    if known.pending:
        yield Step(StepKind.APPROVE, count=known.pending)
    free = event.waiting if event.capacity is None else min(event.waiting, event.capacity - event.taken)
    if free > 0 and not event.has_begun:
        yield Step(StepKind.FREE_PLACES, count=free)
    if event.is_public and not event.has_begun and not event.is_postponed:
        yield Step(StepKind.REMINDER, done=True, due_at=reminders.day_before(event))


def telling(event: Event, known: Facts) -> Iterator[Step]:
    if event.is_recorded:
        due = None if event.is_postponed else event.ends_at + RECORDING_WITHIN
        yield Step(StepKind.RECORDING, done=known.recordings > 0, due_at=due)
    if event.is_public:
        others = known.materials - known.recordings
        yield Step(StepKind.MATERIALS, done=others > 0, count=others)


def facts(event: Event) -> Facts:
    """In seven statements, however large the event is."""
    sessions = sa.select(sa.func.count()).where(Session.event_id == event.id, Session.kind != SessionKind.BREAK)
    kinds = sa.select(sa.func.count(), count_of(Material.kind == MaterialKind.RECORDING)).where(Material.event_id == event.id)
    materials, recordings = db.session.execute(kinds).one()
    pending = sa.select(sa.func.count()).where(Registration.event_id == event.id, Registration.status == Status.PENDING)
    people = answers(event)
    return Facts(
        sessions=db.session.scalar(sessions) or 0,
        speakers=len(people),
        not_asked=sum(None in said for said in people),
        unanswered=sum(Answer.ASKED in said for said in people),
        declined=sum(Answer.DECLINED in said for said in people),
        proposals=panels.proposals(event),
        recordings=recordings,
        materials=materials,
        failed_letters=failed_letters(event),
        returned_letters=returned_letters(event),
        pending=db.session.scalar(pending) or 0,
        parked=replies.waiting(event),
    )


def count_of(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.func.coalesce(sa.func.sum(sa.case((condition, 1), else_=0)), 0)


def answers(event: Event) -> Sequence[set[Answer | None]]:
    """What each person said of their sessions that take place."""
    query = (
        sa.select(Appearance.person_id, Appearance.answer)
        .join(Appearance.session)
        .where(Session.event_id == event.id, Appearance.person_id.is_not(None), panels.STANDS)
        .distinct()
    )
    found: dict[int | None, set[Answer | None]] = {}
    for person_id, answer in db.session.execute(query):
        found.setdefault(person_id, set()).add(answer)
    return list(found.values())


def failed_letters(event: Event) -> int:
    """How many addresses a letter about the event could not reach."""
    query = sa.select(sa.func.count(sa.distinct(Message.to_address))).where(
        Message.topic == f"event:{event.id}", Message.status == MessageStatus.DEAD
    )
    return db.session.scalar(query) or 0


def returned_letters(event: Event) -> int:
    """At how many addresses of people who are registered letters come back."""
    theirs = sa.select(sa.func.count(sa.distinct(Registration.email))).where(Registration.event_id == event.id)
    counted = Registration.status.not_in((Status.CANCELLED, Status.DECLINED))
    return db.session.scalar(theirs.where(counted, bounces.stops(Registration.email))) or 0
