"""Who may do what: one table."""

from collections.abc import Mapping
from enum import StrEnum

import sqlalchemy as sa

from app.accounts.models import User
from app.agenda import people
from app.agenda.models import Person
from app.db import db
from app.events.members import Membership, Post
from app.events.models import Event, Programme


class Act(StrEnum):
    """What somebody may want to do at the desk."""

    USE_DESK = "use_desk"
    CREATE_EVENT = "create_event"
    CREATE_PROGRAMME = "create_programme"
    EDIT_PEOPLE = "edit_people"
    EDIT_TEXTS = "edit_texts"
    ADMINISTER = "administer"
    VIEW_PROGRAMME = "view_programme"
    EDIT_PROGRAMME = "edit_programme"
    MANAGE_PROGRAMME_TEAM = "manage_programme_team"
    VIEW_EVENT = "view_event"
    EDIT_EVENT = "edit_event"
    PUBLISH_EVENT = "publish_event"
    END_EVENT = "end_event"
    MANAGE_TEAM = "manage_team"
    VIEW_AUDIT = "view_audit"
    EDIT_AGENDA = "edit_agenda"
    EDIT_FORM = "edit_form"
    EDIT_MATERIALS = "edit_materials"
    VIEW_PARTICIPANTS = "view_participants"
    EDIT_PARTICIPANTS = "edit_participants"
    EXPORT_PARTICIPANTS = "export_participants"
    VIEW_LETTERS = "view_letters"
    WRITE_LETTERS = "write_letters"


ANYBODY = frozenset(Post)
TEAM = frozenset({Post.OWNER, Post.EDITOR})
READERS = TEAM | {Post.VIEWER}
OWNERS = frozenset({Post.OWNER})

ON_AN_EVENT: Mapping[Act, frozenset[Post]] = {
    Act.VIEW_EVENT: ANYBODY,
    Act.EDIT_EVENT: TEAM,
    Act.PUBLISH_EVENT: TEAM,
    Act.END_EVENT: OWNERS,
    Act.MANAGE_TEAM: OWNERS,
    Act.VIEW_AUDIT: TEAM,
    Act.EDIT_AGENDA: TEAM,
    Act.EDIT_FORM: TEAM,
    Act.EDIT_MATERIALS: TEAM,
    Act.VIEW_PARTICIPANTS: ANYBODY,
    Act.EDIT_PARTICIPANTS: TEAM,
    Act.EXPORT_PARTICIPANTS: TEAM,
    Act.VIEW_LETTERS: READERS,
    Act.WRITE_LETTERS: TEAM,
}
"""Which posts on the event, or on its programme, give the right. Administrators have every right."""
ON_A_PROGRAMME: Mapping[Act, frozenset[Post]] = {
    Act.VIEW_PROGRAMME: ANYBODY,
    Act.EDIT_PROGRAMME: OWNERS,
    Act.MANAGE_PROGRAMME_TEAM: OWNERS,
}
"""The same for the programme itself."""
ANYWHERE = frozenset({Act.USE_DESK, Act.CREATE_EVENT, Act.CREATE_PROGRAMME, Act.EDIT_PEOPLE, Act.EDIT_TEXTS, Act.ADMINISTER})
"""What belongs to no event and no programme; `acts_anywhere` says who may."""


def posts(user: User, event: Event) -> frozenset[Post]:
    """The user's posts on the event and on its programme, in one statement."""
    of_event = Membership.event_id == event.id
    of_either = of_event | (Membership.programme_id == event.programme_id) if event.programme_id else of_event
    return frozenset(db.session.scalars(sa.select(Membership.post).where(Membership.user_id == user.id, of_either)))


def acts_on(user: User, event: Event) -> frozenset[Act]:
    """Everything that the user may do on the event; empty for whom the event does not exist."""
    if user.is_administrator:
        return frozenset(ON_AN_EVENT)
    held = posts(user, event)
    return frozenset(act for act, able in ON_AN_EVENT.items() if held & able)


def acts_on_programme(user: User, programme: Programme) -> frozenset[Act]:
    """Everything that the user may do on the programme; empty for whom the desk does not show it."""
    if user.is_administrator:
        return frozenset(ON_A_PROGRAMME)
    theirs = Membership.user_id == user.id, Membership.programme_id == programme.id
    held = frozenset(db.session.scalars(sa.select(Membership.post).where(*theirs)))
    return frozenset(act for act, able in ON_A_PROGRAMME.items() if held & able)


def acts_anywhere(user: User) -> frozenset[Act]:
    """What the user may do that belongs to no event."""
    if user.is_administrator:
        return ANYWHERE
    found = {Act.USE_DESK}
    if user.creates_events:
        found.update({Act.CREATE_PROGRAMME, Act.EDIT_TEXTS})
    held = db.session.execute(sa.select(Membership.post, Membership.programme_id).where(Membership.user_id == user.id)).all()
    if user.creates_events or any(post in TEAM and programme_id for post, programme_id in held):
        found.add(Act.CREATE_EVENT)
    if user.creates_events or any(post in TEAM for post, _ in held):
        found.add(Act.EDIT_PEOPLE)
    return frozenset(found)


def programmes(user: User) -> sa.Select[Programme]:
    """The programmes in which the user may create an event."""
    query = sa.select(Programme).order_by(Programme.title)
    if user.is_administrator or user.creates_events:
        return query
    mine = sa.select(Membership.programme_id).where(Membership.user_id == user.id, Membership.post.in_(TEAM))
    return query.where(Programme.id.in_(mine))


def visible_events(user: User) -> sa.Select[Event]:
    """The events at which the user has a post, themselves or by their programme."""
    query = sa.select(Event)
    if user.is_administrator:
        return query
    mine = sa.select(Membership.event_id).where(Membership.user_id == user.id)
    of_programmes = sa.select(Membership.programme_id).where(Membership.user_id == user.id)
    return query.where(Event.id.in_(mine) | Event.programme_id.in_(of_programmes))


def may_see_address(user: User, person: Person) -> bool:
    """Whether a speaker's e-mail address is theirs to see: they edit an event at which the person appears.

    Of somebody who appears nowhere yet, whoever edits the register may: they have just written it there.
    """
    if user.is_administrator:
        return True
    events = people.events_with(person.id)
    if not db.session.scalar(sa.select(events.exists())):
        return True
    held = sa.select(Membership.id).where(Membership.user_id == user.id, Membership.post.in_(TEAM))
    of_programmes = sa.select(Event.programme_id).where(Event.id.in_(events))
    mine = held.where(Membership.event_id.in_(events) | Membership.programme_id.in_(of_programmes))
    return db.session.scalar(mine.limit(1)) is not None


def visible_programmes(user: User) -> sa.Select[Programme]:
    """The programmes in which the user has a post."""
    query = sa.select(Programme).order_by(Programme.title, Programme.id)
    if user.is_administrator:
        return query
    return query.where(Programme.id.in_(sa.select(Membership.programme_id).where(Membership.user_id == user.id)))
