"""What the rules of an event ask of whoever has its form open: an invitation, a group, places that are left."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.admission import invitees, quotas
from app.admission import rules as admission
from app.admission.models import Invitee, Quota, Rules
from app.agenda.models import Session
from app.events.models import Event
from app.registration import fitting, session_places
from app.registration.session_places import Hall


@dataclass(frozen=True)
class Entry:
    """The rules, the groups with their free places, the counted places of sessions, and the invitation that the form came by.

    `token` is the key in the address, whether or not it opens anything; `invitee` is whose it is while it is good.
    """

    rules: Rules
    quotas: Sequence[Quota]
    left: Mapping[int, int]
    halls: Mapping[int, Hall]
    has_queue: bool
    token: str
    known: Invitee | None

    @property
    def invitee(self) -> Invitee | None:
        return self.known if self.known is not None and self.known.revoked_at is None else None

    @property
    def is_open(self) -> bool:
        """Whether this reader may register at all."""
        return self.invitee is not None or not (self.rules.is_by_invitation or self.token)

    @property
    def asks_quota(self) -> bool:
        """Whether the person chooses a group; an invitation may name one."""
        return bool(self.quotas) and (self.invitee is None or self.invitee.quota_id is None)

    def is_full(self, quota: Quota | None) -> bool:
        """Whether the group that was chosen, or that the invitation names, has no place left."""
        number = quota.id if quota else self.invitee.quota_id if self.invitee else None
        return bool(self.quotas) and number is not None and self.left.get(number, 0) <= 0

    def quota(self, number: str) -> Quota | None:
        """The group that was chosen, if it is one of them."""
        return next((quota for quota in self.quotas if str(quota.id) == number), None)


def of(event: Event, sessions: Sequence[Session], token: str = "") -> Entry:
    """What is asked now; what an event does not have costs no statement."""
    rules, has_quotas = admission.with_quotas(event)
    return Entry(
        rules=rules,
        quotas=quotas.of(event) if has_quotas else (),
        left=fitting.quotas_left(event) if has_quotas else {},
        halls=halls(event, sessions),
        has_queue=event.has_waiting_list,
        token=token,
        known=invitees.find(event, token) if token else None,
    )


def halls(event: Event, sessions: Sequence[Session]) -> Mapping[int, Hall]:
    """The places of the sessions that people choose and that count them."""
    if not event.asks_sessions:
        return {}
    return session_places.halls([session.id for session in sessions if session.capacity is not None])
