"""The forms of the rules of entry; what may be answered is decided by `app.admission`."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, TypeVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, FileField, HiddenField, RadioField, SelectField, StringField, TextAreaField

from app.admission import editing, quotas
from app.admission.models import Quota, Rules
from app.errors import Refused
from app.events.editing import number
from app.events.words import line, within
from app.web.organise.forms import DeskForm, cleaned
from app.web.registration.forms import options

Answer = TypeVar("Answer")
FLAGS = ("needs_approval", "is_by_invitation", "proves_address", "may_hand_over", "takes_parties")
LONGEST_PROOF = 7 * 24 * 60
LONGEST_ACCEPT = 14 * 24
LONGEST_DECLINE = 14 * 24
MOST_IN_PARTY = 100
SPEECHES = {"pl": _l("Polish"), "en": _l("English")}


class RulesForm(DeskForm):
    """Who may register, and what happens until they have a place."""

    version = HiddenField()
    is_by_invitation = BooleanField(_l("Only people whom you invite by a personal link"))
    domains = TextAreaField(_l("Only addresses of these domains"))
    most_of_organisation = StringField(_l("At most so many people of one institution"))
    proves_address = BooleanField(_l("The e-mail address is confirmed first"))
    proving_minutes = StringField(_l("A place is held for so many minutes"))
    needs_approval = BooleanField(_l("You decide about each person"))
    accept_hours = StringField(_l("So many hours to accept a place from the waiting list"))
    decline_hours = StringField(_l("So many hours to take back what a calendar declined"))
    takes_parties = BooleanField(_l("One person can register several"))
    most_in_party = StringField(_l("At most so many people together"))
    may_hand_over = BooleanField(_l("A place can be handed over to a colleague"))

    def facts(self) -> dict[str, Any]:
        """What was answered, by column; what cannot be taken is said at its field."""
        facts: dict[str, Any] = {name: bool(self[name].data) for name in FLAGS}
        facts["domains"] = self.read("domains", editing.domains) or []
        facts["most_of_organisation"] = self.number("most_of_organisation", most=1000)
        facts["proving_minutes"] = self.number("proving_minutes", least=5, most=LONGEST_PROOF) or 60
        facts["accept_hours"] = self.number("accept_hours", most=LONGEST_ACCEPT)
        declining = self.number("decline_hours", least=0, most=LONGEST_DECLINE)
        facts["decline_hours"] = 24 if declining is None else declining
        facts["most_in_party"] = self.number("most_in_party", least=2, most=MOST_IN_PARTY) or 10
        return facts

    def number(self, name: str, *, most: int, least: int = 1) -> int | None:
        return self.read(name, partial(number, least=least, most=most))

    def read(self, name: str, clean: Callable[[str, str], Answer]) -> Answer | None:
        """The clean answer; what cannot be taken is said at its field, where what was typed stays."""
        try:
            return clean(self[name].data or "", name)
        except Refused as refusal:
            self.refuse(refusal)
            return None

    @property
    def is_good(self) -> bool:
        return not any(field.errors for field in self)


def values_of(rules: Rules) -> dict[str, Any]:
    """The rules as their form shows them."""
    numbers = ("most_of_organisation", "proving_minutes", "accept_hours", "decline_hours", "most_in_party", "version")
    shown = {name: "" if (value := getattr(rules, name)) is None else str(value) for name in numbers}
    return {**shown, **{name: getattr(rules, name) for name in FLAGS}, "domains": "\n".join(rules.domains)}


class QuotaForm(DeskForm):
    """One group of participants, with its places. The fields of a group that is there carry its number."""

    name = StringField(_l("Name of the group"), [cleaned(quotas.named)])
    name_en = StringField(_l("Name in English"), [cleaned(lambda text: within(line(text), quotas.NAME, "name_en"))])
    capacity = StringField(_l("Number of places"))

    def facts(self) -> dict[str, Any] | None:
        """What was answered; `None` where something of it cannot be taken."""
        try:
            capacity = number(self.capacity.data or "", "capacity")
            if capacity is None:
                raise Refused(_("Enter the number of places of this group"), "capacity")
        except Refused as refusal:
            self.refuse(refusal)
            return None
        return {"name": self.name.data, "name_en": self.name_en.data, "capacity": capacity}


def of_a_quota(quota: Quota, *, fresh: bool = False) -> QuotaForm:
    """The form of a group as it is, or as it was sent."""
    values = {"name": quota.name, "name_en": quota.said("name", quotas.OTHER).text, "capacity": str(quota.capacity)}
    if not (quota.translations or {}).get(quotas.OTHER):
        values["name_en"] = ""
    return QuotaForm(**({"formdata": None} if fresh else {}), prefix=f"q{quota.id}-", data=values)


class InviteesForm(DeskForm):
    """A list of people to be invited."""

    people = TextAreaField(_l("People to invite, a line each"))
    file = FileField(_l("Or a file with such lines (CSV, text)"))
    language = RadioField(_l("Language of the invitation"), choices=options(SPEECHES), validate_choice=False)
    quota = SelectField(_l("Group of participants"), validate_choice=False)

    def offer(self, groups: Sequence[Quota]) -> None:
        """Let people be invited into one of these groups."""
        self.groups = {str(quota.id): quota for quota in groups}
        self.quota.choices = options({"": _("They choose themselves"), **{str(q.id): q.name for q in groups}})

    @property
    def chosen_quota(self) -> Quota | None:
        return self.groups.get(self.quota.data or "")

    @property
    def chosen_language(self) -> str:
        return self.language.data if self.language.data in SPEECHES else "pl"
