"""What follows from the rules of entry, in plain words."""

from collections.abc import Iterator, Sequence

from flask_babel import gettext as _
from flask_babel import ngettext

from app.admission.models import Quota, Rules
from app.events.models import Event


def told(event: Event, rules: Rules, quotas: Sequence[Quota]) -> list[str]:
    """The way of one person from the form to a place, a sentence a step."""
    return [*entry(rules), *proof(rules), *approval(rules), *places(event, rules, quotas), *others(event, rules, quotas)]


def entry(rules: Rules) -> Iterator[str]:
    if rules.is_by_invitation:
        yield _("Only people whom you invite can register, each by the link in their invitation.")
    elif rules.domains:
        yield _("Anybody can register whose address is of one of these domains: %(domains)s.", domains=", ".join(rules.domains))
    else:
        yield _("Anybody can register.")
    if rules.is_by_invitation and rules.domains:
        yield _("Their address must be of one of these domains: %(domains)s.", domains=", ".join(rules.domains))
    if rules.most_of_organisation:
        yield ngettext(
            "Of one institution %(num)d person can register; a further one is refused at the form.",
            "Of one institution %(num)d people can register; a further one is refused at the form.",
            rules.most_of_organisation,
        )


def proof(rules: Rules) -> Iterator[str]:
    if not rules.proves_address:
        return
    yield ngettext(
        "Whoever registers gets a letter with a link and opens it within %(num)d minute to confirm the address.",
        "Whoever registers gets a letter with a link and opens it within %(num)d minutes to confirm the address.",
        rules.proving_minutes,
    )
    if not rules.needs_approval:
        yield _("A free place is held for them until then. If the time runs out, it goes to the next person.")


def approval(rules: Rules) -> Iterator[str]:
    if rules.needs_approval:
        yield _(
            "Whoever registers waits for your approval and holds no place yet. You answer at the desk, and a letter tells them."
        )


def places(event: Event, rules: Rules, quotas: Sequence[Quota]) -> Iterator[str]:
    if not is_limited(event, quotas):
        yield (
            _("Whoever you approve gets a place, since their number has no limit.")
            if rules.needs_approval
            else _("Everybody gets a place, since their number has no limit.")
        )
        return
    if quotas:
        yield _("Everybody chooses a group. Who finds the group full has no place, though another group has places left.")
    if not event.has_waiting_list:
        yield (
            _("As long as there is a free place, you can approve somebody, and they get it.")
            if rules.needs_approval
            else _("As long as there is a free place, whoever comes gets it at once; after that nobody can register.")
        )
        return
    yield (
        _("Whoever you approve gets a free place at once; where there is none, they join the waiting list.")
        if rules.needs_approval
        else _("As long as there is a free place, whoever comes gets it at once; after that people join the waiting list.")
    )
    yield from queue(rules)


def is_limited(event: Event, quotas: Sequence[Quota]) -> bool:
    return event.capacity is not None or bool(quotas)


def queue(rules: Rules) -> Iterator[str]:
    yield _("A place that comes free goes by itself to whoever has waited longest and fits the rules.")
    if rules.accept_hours:
        yield ngettext(
            "They have %(num)d hour to accept it; then it goes to the next person.",
            "They have %(num)d hours to accept it; then it goes to the next person.",
            rules.accept_hours,
        )
    else:
        yield _("It is theirs at once; one click gives it to the next person.")


def others(event: Event, rules: Rules, quotas: Sequence[Quota]) -> Iterator[str]:
    if rules.takes_parties:
        yield together(rules, waits=is_limited(event, quotas) and event.has_waiting_list)
    yield declining(rules)
    if rules.may_hand_over:
        yield _("Whoever has a place can hand it over to a colleague.")


def declining(rules: Rules) -> str:
    """What comes of a no that somebody's calendar answers."""
    if not rules.decline_hours:
        return str(_("Whoever’s calendar answers no gives the place back at once."))
    return str(
        ngettext(
            "Whoever’s calendar answers no has %(num)d hour to take that back; then the place is given back.",
            "Whoever’s calendar answers no has %(num)d hours to take that back; then the place is given back.",
            rules.decline_hours,
        )
    )


def together(rules: Rules, *, waits: bool) -> str:
    if waits:
        return str(
            ngettext(
                "One person can register up to %(num)d person together: all of them get places, or all wait.",
                "One person can register up to %(num)d people together: all of them get places, or all wait.",
                rules.most_in_party,
            )
        )
    return str(
        ngettext(
            "One person can register up to %(num)d person together: all of them, or nobody.",
            "One person can register up to %(num)d people together: all of them, or nobody.",
            rules.most_in_party,
        )
    )
