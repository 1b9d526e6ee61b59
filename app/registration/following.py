"""Bringing somebody's calendar after their plan."""

from collections.abc import Sequence

from app.agenda.models import Session
from app.registration import entries, letters
from app.registration.models import Registration


def follow(registration: Registration, got: Sequence[Session] = (), agenda: Sequence[Session] | None = None) -> None:
    """Take out what left the plan, and invite to what is new; `got` are sessions in which a place came free for them."""
    wanted, told = entries.wanted(registration, agenda), entries.told(registration)
    wanted_uids, told_uids = {mark.uid for mark in wanted}, {mark.uid for mark in told}
    gone = [mark.uid for mark in told if mark.uid not in wanted_uids]
    new = [mark for mark in wanted if mark.uid not in told_uids]
    letters.withdraw(registration, entries.withdraw(registration, gone))
    invited = {mark.uid: mark for mark in entries.invite(registration, new)}
    for session in got:
        letters.session_place(registration, session, invited.pop(session.uid, None))
    letters.invite(registration, list(invited.values()))
