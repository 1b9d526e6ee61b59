"""Somebody's own plan: the sessions they come to, and what of it stands in their calendar."""

from collections.abc import Iterable

from flask_babel import gettext as _

from app.errors import Refused
from app.registration import choices, entries, letters, states
from app.registration.models import Registration


def choose(registration: Registration, session_ids: Iterable[int]) -> None:
    """Change the plan; entries that leave it are withdrawn, new ones are invited to, the rest hears nothing."""
    states.hold(registration)
    event = registration.event
    if event.is_cancelled or event.is_over or registration.is_cancelled or not event.asks_sessions:
        raise Refused(_("This plan cannot be changed any more."))
    chosen = choices.among(choices.offered(event, choices.agenda(event)), session_ids)
    if chosen == choices.ids(registration):
        return
    choices.keep(registration, chosen)
    registration.touch()
    if registration.is_confirmed:
        follow(registration)


def follow(registration: Registration) -> None:
    """Bring the calendar after the plan."""
    wanted, told = entries.wanted(registration), entries.told(registration)
    wanted_uids, told_uids = {mark.uid for mark in wanted}, {mark.uid for mark in told}
    gone = [mark.uid for mark in told if mark.uid not in wanted_uids]
    new = [mark for mark in wanted if mark.uid not in told_uids]
    letters.withdraw(registration, entries.withdraw(registration, gone))
    letters.invite(registration, entries.invite(registration, new))
