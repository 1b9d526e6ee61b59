"""Which sessions somebody may choose, and which are in somebody's plan."""

from collections.abc import Iterable, Sequence

import sqlalchemy as sa
from flask_babel import gettext as _

from app.agenda.models import Session, SessionKind
from app.agenda.queries import sessions_of
from app.db import db
from app.errors import Refused
from app.events.models import Event
from app.registration.models import Choice, Registration

AGENDA = (
    sa.select(Session).where(Session.event_id == sa.bindparam("event")).order_by(Session.starts_at, Session.ends_at, Session.id)
)


def is_offered(session: Session) -> bool:
    """Whether the session can be chosen in the form and later."""
    return session.can_be_chosen


def agenda(event: Event) -> Sequence[Session]:
    """What decides on choices and calendar entries: the sessions without their people, in the order of time.

    Nothing where the event is one entry whatever its agenda says.
    """
    if event.takes_one_day and not event.asks_sessions:
        return []
    return db.session.scalars(AGENDA, {"event": event.id}).all()


def offered(event: Event, sessions: Iterable[Session]) -> list[Session]:
    """The sessions that can be chosen; none where the event does not ask."""
    return [session for session in sessions if is_offered(session)] if event.asks_sessions else []


def among(sessions: Iterable[Session], session_ids: Iterable[int]) -> set[int]:
    """The choice, if it is one that can be made from these sessions; where there are none, it is nothing."""
    chosen, possible = set(session_ids), {session.id for session in sessions}
    if not possible:
        return set()
    if chosen - possible:
        raise Refused(_("Choose from the sessions of this event"), field="sessions")
    if not chosen:
        raise Refused(_("Choose at least one session"), field="sessions")
    return chosen


def keep(registration: Registration, session_ids: set[int]) -> None:
    """Make these the chosen sessions."""
    for choice in list(registration.chosen):
        if choice.session_id not in session_ids:
            registration.chosen.remove(choice)
    known = {choice.session_id for choice in registration.chosen}
    registration.chosen.extend(Choice(session_id=number) for number in sorted(session_ids - known))


def is_everything(registration: Registration, sessions: Iterable[Session]) -> bool:
    """Whether the plan leaves nothing out of what can be chosen."""
    return not registration.event.asks_sessions or {s.id for s in sessions if is_offered(s)} <= planned(registration)


def ids(registration: Registration) -> set[int]:
    """All that was chosen, also where it is full and they wait."""
    return {choice.session_id for choice in registration.chosen}


def planned(registration: Registration) -> set[int]:
    """What was chosen, without the sessions in whose queue they are."""
    return {choice.session_id for choice in registration.chosen if not choice.is_waiting}


def plan(registration: Registration, sessions: Iterable[Session]) -> list[Session]:
    """Of the event's sessions those in the plan, in the order of time; breaks are in every plan, queues in none."""
    if not registration.event.asks_sessions:
        return list(sessions)
    chosen = planned(registration)
    return [session for session in sessions if session.id in chosen or session.kind is SessionKind.BREAK]


def sessions(registration: Registration) -> Sequence[Session]:
    """The event's whole agenda, with its people."""
    return sessions_of(registration.event)
