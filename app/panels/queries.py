"""Who appears at an event, what they answered, and what waits for the organiser."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

import sqlalchemy as sa
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import contains_eager

from app.agenda.models import Answer, Appearance, Person, Session, SessionStatus
from app.db import db
from app.events.models import Event
from app.panels.models import Engagement, PanelEntry

STANDS = Session.status != SessionStatus.CANCELLED


class State(StrEnum):
    """How far somebody is with their answer, over all their sessions."""

    NOT_ASKED = "not_asked"
    ASKED = "asked"
    OPENED = "opened"
    ACCEPTED = "accepted"
    DECLINED = "declined"


@dataclass(frozen=True)
class Part:
    """One session of one person, with all the roles in which they are on it."""

    session: Session
    appearances: Sequence[Appearance]

    @property
    def answer(self) -> Answer | None:
        """What was said of the session; roles are answered together."""
        return next((appearance.answer for appearance in self.appearances if appearance.answer), None)

    @property
    def printed_as(self) -> str:
        return next((appearance.printed_as for appearance in self.appearances if appearance.printed_as), "")


@dataclass(frozen=True)
class Speaker:
    """One person at one event, with what they were asked."""

    person: Person
    parts: Sequence[Part]
    engagement: Engagement | None

    @property
    def answers(self) -> list[Answer | None]:
        return [part.answer for part in self.parts if not part.session.is_cancelled]

    @property
    def state(self) -> State:
        answers = self.answers
        if Answer.DECLINED in answers:
            return State.DECLINED
        if answers and set(answers) == {Answer.ACCEPTED}:
            return State.ACCEPTED
        if self.engagement is None or set(answers) == {None}:
            return State.NOT_ASKED
        return State.OPENED if self.engagement.opened_at else State.ASKED

    @property
    def is_to_be_asked(self) -> bool:
        """Whether there is a session of which nobody has asked them yet."""
        return None in self.answers

    @property
    def printed_as(self) -> str:
        return next((part.printed_as for part in self.parts if part.printed_as), "")


def speakers(event: Event) -> list[Speaker]:
    """Everybody who appears, by surname, in two statements however many they are."""
    query = (
        sa.select(Appearance)
        .join(Appearance.session)
        .join(Appearance.person)
        .where(Session.event_id == event.id)
        .options(contains_eager(Appearance.session), contains_eager(Appearance.person))
        .order_by(Person.sort_key, Person.id, Session.starts_at, Session.id, Appearance.rank)
    )
    appearances = db.session.scalars(query).unique().all()
    engaged = sa.select(Engagement).where(Engagement.event_id == event.id)
    engagements = {engagement.person_id: engagement for engagement in db.session.scalars(engaged)}
    by_person = groupby(appearances, key=lambda appearance: appearance.person_id)
    return [speaker(list(of_one), engagements) for _, of_one in by_person]


def speaker(appearances: Sequence[Appearance], engagements: dict[int, Engagement]) -> Speaker:
    person = appearances[0].person
    if person is None:
        raise LookupError("an appearance without a person")
    return Speaker(person, parts(appearances), engagements.get(person.id))


def parts(appearances: Sequence[Appearance]) -> list[Part]:
    """The appearances of one person by their sessions."""
    by_session = groupby(appearances, key=lambda appearance: appearance.session)
    return [Part(session, list(on_it)) for session, on_it in by_session]


def appearances_of(event_id: int, person_id: int) -> Sequence[Appearance]:
    """Where one person appears at one event, in the order of time."""
    query = (
        sa.select(Appearance)
        .join(Appearance.session)
        .where(Session.event_id == event_id, Appearance.person_id == person_id)
        .options(contains_eager(Appearance.session))
        .order_by(Session.starts_at, Session.id, Appearance.rank)
    )
    return db.session.scalars(query).unique().all()


def one(event: Event, person_id: int) -> Speaker:
    """Somebody who appears at the event; raises `NoResultFound`."""
    person = db.session.execute(sa.select(Person).where(Person.id == person_id)).scalar_one()
    found = parts(appearances_of(event.id, person_id))
    engagement = engagement_of(event, person)
    if not found and engagement is None:
        raise NoResultFound
    return Speaker(person, found, engagement)


def engagement_of(event: Event, person: Person) -> Engagement | None:
    query = sa.select(Engagement).where(Engagement.event_id == event.id, Engagement.person_id == person.id)
    return db.session.scalar(query)


def in_calendars(event: Event) -> list[tuple[str, int]]:
    """How many speakers have each entry of the event in the calendar by our mail, by its UID."""
    standing = sa.select(PanelEntry.uid, sa.func.count()).join(Engagement)
    standing = standing.where(Engagement.event_id == event.id, PanelEntry.is_active).group_by(PanelEntry.uid)
    return [(uid, number) for uid, number in db.session.execute(standing)]


def by_uids(uids: set[str]) -> Sequence[Engagement]:
    """The engagements behind some letters."""
    return db.session.scalars(sa.select(Engagement).where(Engagement.uid.in_(uids))).all()


def people_who(event: Event, *answers: sa.ColumnElement[bool]) -> int:
    """How many people have a session that stands of which one of these is true."""
    query = (
        sa.select(sa.func.count(sa.distinct(Appearance.person_id)))
        .join(Appearance.session)
        .where(Session.event_id == event.id, Appearance.person_id.is_not(None), STANDS, sa.or_(*answers))
    )
    return db.session.scalar(query) or 0


def unanswered(event: Event) -> int:
    """How many people have not said whether they come to one of their sessions, asked or not."""
    return people_who(event, Appearance.answer.is_(None), Appearance.answer == Answer.ASKED)


def declined(event: Event) -> int:
    """How many people said no to one of their sessions."""
    return people_who(event, Appearance.answer == Answer.DECLINED)


def proposals(event: Event) -> int:
    """How many people proposed changes that nobody has decided on."""
    query = sa.select(sa.func.count()).where(Engagement.event_id == event.id, Engagement.proposal.is_not(None))
    return db.session.scalar(query) or 0
