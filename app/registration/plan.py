"""Somebody's own plan: the sessions they come to, and what of it stands in their calendar."""

from collections.abc import Iterable

from flask_babel import gettext as _

from app.errors import Refused
from app.ledger.chain import Step
from app.registration import choices, places, session_places, states
from app.registration.following import follow
from app.registration.models import Registration
from app.registration.states import Because


def choose(registration: Registration, session_ids: Iterable[int], because: Because | None = None) -> None:
    """Change the plan; entries that leave it are withdrawn, new ones are invited to, the rest hears nothing.

    Places in sessions that have a number of them are given back and taken, or waited for; `because` is why any is given back.
    """
    states.hold(registration)
    event = registration.event
    if event.is_cancelled or event.is_over or registration.has_ended or not event.asks_sessions:
        raise Refused(_("This plan cannot be changed any more."))
    chosen = choices.among(choices.offered(event, choices.agenda(event)), session_ids)
    if chosen == choices.ids(registration):
        return
    if registration.holds_place:
        places.record(event, exchange(registration, chosen, because))
    else:
        choices.keep(registration, chosen)
    registration.touch()
    if registration.is_confirmed:
        follow(registration)
    session_places.fill(event)


def exchange(registration: Registration, chosen: set[int], because: Because | None = None) -> list[Step]:
    """Give back what is left out, and take what is new, as far as it is free."""
    former = choices.ids(registration)
    freed = session_places.release([registration], former - chosen, because)
    choices.keep(registration, chosen)
    return [*freed, *session_places.take(registration.event, [registration], only=chosen - former)]
