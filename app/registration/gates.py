"""Who may register at all: by the rules of the event, before there is any talk of places."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from flask_babel import gettext as _

from app.admission import rules as admission
from app.admission.models import Invitee, Quota, Rules
from app.db import db
from app.errors import Refused
from app.events.models import Event
from app.registration.answers import Address
from app.registration.models import Registration


class Uninvited(Refused):
    """The event is for invited people, and this is not the link of one."""


@dataclass(frozen=True)
class Pass:
    """What the rules say of one form: which they are, the quota it counts in, and whose invitation it came by."""

    rules: Rules
    quota: Quota | None = None
    invitee: Invitee | None = None

    def has_proven(self, address: Address) -> bool:
        """Whether nothing is to be proven: the personal link was sent to this very address."""
        is_invited = self.invitee is not None and self.invitee.email_key == address.key
        return is_invited or not self.rules.proves_address


def check(event: Event, address: Address, *, quota: Quota | None, invitee: Invitee | None) -> Pass:
    """Let the form of one person in, or refuse it with the sentence at its field."""
    rules, has_quotas = admission.with_quotas(event)
    refuse_uninvited(event, rules, invitee)
    refuse_domain(rules, address)
    return Pass(rules, quota_of(event, quota, invitee, has_quotas=has_quotas), invitee)


def quota_of(event: Event, quota: Quota | None, invitee: Invitee | None, *, has_quotas: bool) -> Quota | None:
    """The quota that somebody counts in: the invitation's, or the one chosen; where there are some, one is to be chosen."""
    if invitee is not None and invitee.quota_id is not None:
        quota = db.session.get(Quota, invitee.quota_id)
    if has_quotas and (quota is None or quota.event_id != event.id):
        raise Refused(_("Choose the group that you belong to"), field="quota")
    return quota if has_quotas else None


def refuse_uninvited(event: Event, rules: Rules, invitee: Invitee | None) -> None:
    if not rules.is_by_invitation:
        return
    if invitee is None or invitee.event_id != event.id or invitee.revoked_at is not None:
        raise Uninvited(_("This event is by invitation. Open the link in your invitation to register."))


def refuse_used(event: Event, rules: Rules, addresses: Sequence[Address], invitee: Invitee | None) -> None:
    """An invitation is for one form; whoever has used it may send the form again. Whoever calls holds the event's lock."""
    if invitee is None or not rules.is_by_invitation:
        return
    used = sa.exists().where(
        Registration.event_id == event.id,
        Registration.invitee_id == invitee.id,
        Registration.status.not_in(("cancelled", "declined")),
        Registration.email_key.not_in([address.key for address in addresses]),
    )
    if db.session.scalar(sa.select(used)):
        raise Uninvited(_("This invitation has been used for another address."), field="email")


def refuse_domain(rules: Rules, address: Address) -> None:
    """An address is of a domain, or of a subdomain of it."""
    domain = address.key.rpartition("@")[2]
    allowed = [name.casefold().removeprefix("@") for name in rules.domains]
    if allowed and not any(domain == name or domain.endswith(f".{name}") for name in allowed):
        names = ", ".join(sorted(allowed))
        raise Refused(_("Only addresses of these domains can register: %(domains)s", domains=names), field="email")
