"""Whether somebody fits into what is free: places at all, places of a quota, people of one organisation, a party as a whole.

Whoever calls holds the event's lock. Of one organisation at most so many people may be registered, whether they have a place
or wait; since names of organisations change later and limits too, promotion counts those with a place once more.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import ngettext

from app.admission.models import Quota, Rules
from app.db import db
from app.errors import Refused
from app.events.models import Event
from app.folding import order_key
from app.registration.models import Registration, Status

STANDING = (Status.UNCONFIRMED, Status.PENDING, Status.CONFIRMED, Status.WAITING)


class Why(StrEnum):
    """Why somebody has no place now."""

    FULL = "full"
    PARTY = "party"
    QUOTA = "quota"
    ORGANISATION = "organisation"


@dataclass(frozen=True)
class Seeker:
    """What of a person decides on whether they fit."""

    quota: int | None = None
    organisation: str = ""


@dataclass
class Vacancies:
    """What is free; `places` is `None` where there is no limit. `take` counts who got something meanwhile."""

    places: int | None
    quotas: dict[int, int] = field(default_factory=dict)
    most: int | None = None
    organisations: Counter[str] = field(default_factory=Counter)

    def why_not(self, seekers: Sequence[Seeker]) -> Why | None:
        """Why these people, all together, get no places; `None` if they do."""
        if self.places is not None and self.places < len(seekers):
            return Why.PARTY if self.places else Why.FULL
        of_quotas = Counter(seeker.quota for seeker in seekers if seeker.quota is not None)
        if any(self.quotas.get(quota, 0) < number for quota, number in of_quotas.items()):
            return Why.QUOTA
        of_organisations = Counter(seeker.organisation for seeker in seekers if seeker.organisation)
        if self.most is not None and any(
            self.organisations[name] + number > self.most for name, number in of_organisations.items()
        ):
            return Why.ORGANISATION
        return None

    def take(self, seekers: Sequence[Seeker]) -> None:
        if self.places is not None:
            self.places -= len(seekers)
        for seeker in seekers:
            if seeker.quota is not None:
                self.quotas[seeker.quota] -= 1
            self.organisations[seeker.organisation] += 1


def vacancies(event: Event, rules: Rules, seekers: Sequence[Seeker]) -> Vacancies:
    """What is free for these people; what does not matter to them is not asked for."""
    free = None if event.capacity is None else max(0, event.capacity - event.taken)
    quotas = quotas_left(event) if any(seeker.quota is not None for seeker in seekers) else {}
    names = {seeker.organisation for seeker in seekers if seeker.organisation} if rules.most_of_organisation else set()
    held = of_organisations(event, names, Registration.holds_place.is_(True)) if names else Counter()
    return Vacancies(free, quotas, rules.most_of_organisation, held)


def quotas_left(event: Event) -> dict[int, int]:
    """The free places of each quota of the event."""
    held = sa.and_(Registration.quota_id == Quota.id, Registration.holds_place)
    query = sa.select(Quota.id, Quota.capacity - sa.func.count(Registration.id)).outerjoin(Registration, held)
    rows = db.session.execute(query.where(Quota.event_id == event.id).group_by(Quota.id, Quota.capacity))
    return {number: int(left) for number, left in rows}


def of_organisations(event: Event, names: set[str], who: sa.ColumnElement[bool]) -> Counter[str]:
    """How many people of each of these organisations there are."""
    query = sa.select(Registration.organisation_key, sa.func.count()).where(
        Registration.event_id == event.id, Registration.organisation_key.in_(names), who
    )
    return Counter({name: int(number) for name, number in db.session.execute(query.group_by(Registration.organisation_key))})


def seeker(registration: Registration) -> Seeker:
    return Seeker(registration.quota_id, order_key(registration.organisation))


def refuse_crowd(event: Event, rules: Rules, organisations: Sequence[str], besides: Registration | None = None) -> None:
    """Refuse where these newcomers would be too many people of one organisation, as names are compared; none is no name."""
    coming = Counter(key for organisation in organisations if (key := order_key(organisation)))
    most = rules.most_of_organisation
    if most is None or not coming:
        return
    others = sa.and_(Registration.status.in_(STANDING), Registration.id != (besides.id if besides else 0))
    there = of_organisations(event, set(coming), others)
    if any(there[name] + number > most for name, number in coming.items()):
        raise Refused(
            ngettext(
                "At most %(num)d person of one institution can register for this event.",
                "At most %(num)d people of one institution can register for this event.",
                most,
            ),
            field="organisation",
        )


def sentence(why: Why) -> str:
    """Why there is no place, for the reader, where there is no waiting list either."""
    said: dict[Why, str] = {
        Why.FULL: _("All places are taken."),
        Why.PARTY: _("There are fewer free places than people in the group."),
        Why.QUOTA: _("All places of this group of participants are taken."),
        Why.ORGANISATION: _("Your institution has all the places that it can have."),
    }
    return said[why]
