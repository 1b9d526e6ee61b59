"""The form by which one person registers others: who writes, and the people one after another."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, EmailField, Field, HiddenField, RadioField, StringField, ValidationError

from app.agenda.models import Session
from app.errors import Refused
from app.questions.form import Form
from app.registration import answers
from app.registration.parties import Contact, Member
from app.web.forms import PostedForm
from app.web.registration import form_keys, question_fields
from app.web.registration.entry import Entry
from app.web.registration.forms import AnswersForm, Parts, address, cleaned, groups, number, options, ticked
from app.web.registration.question_fields import QuestionField, QuestionFields

LONGEST_GROUP = 100
ONE_KNOWS = _l("This person knows the information on personal data")
ALL_KNOW = _l("These people know the information on personal data")
WAITS = {
    "wait": _l("Let all of us wait for places together"),
    "none": _l("Register nobody"),
}


def perhaps_address(text: str) -> str:
    return address(text) if text.strip() else ""


@dataclass(frozen=True)
class Asked:
    """What is asked about each of the people: the sessions to choose from, what the rules want, the event's own questions.

    `has_more` where the event has further questions, which everybody answers for themselves.
    """

    sessions: Sequence[Session]
    entry: Entry
    questions: Form
    has_more: bool


class MemberForm(AnswersForm):
    """One of the people, with the number that the refusals of `parties.register` say."""

    email = EmailField(_l("E-mail address"), [cleaned(perhaps_address)])
    quota = RadioField(_l("Group of participants"), choices=(), validate_choice=False)
    sessions = Parts()
    questions: QuestionFields

    def __init__(self, place: int, asked: Asked, values: dict[str, Any] | None = None) -> None:
        """`values` are those of a form that is not as it was sent: a new one, or one that moved up."""
        fresh = {"formdata": None, "data": values} if values is not None else {}
        super().__init__(prefix=f"m{place}-", **fresh)
        self.place, self.entry = place, asked.entry
        self.sessions.offer(asked.sessions, asked.entry)
        self.quota.choices = groups(asked.entry)
        typed = None if values is None else values.get("answers", {})
        self.questions = question_fields.about(asked.questions, f"m{place}-", typed)

    def validate_quota(self, field: Field) -> None:
        if self.entry.asks_quota and self.entry.quota(field.data or "") is None:
            raise ValidationError(_l("Choose the group that this person belongs to"))

    @property
    def values(self) -> dict[str, Any]:
        """What was typed, to be put into another form."""
        chosen = [str(number) for number in self.sessions.data or ()]
        return {**self.data, "sessions": chosen, "answers": self.questions.typed}

    @property
    def member(self) -> Member:
        return Member(
            name=self.name.data or "",
            email=self.email.data or "",
            organisation=self.organisation.data or "",
            position=self.position.data or "",
            needs=self.chosen_needs,
            needs_note=self.needs_note.data or "",
            sessions=self.sessions.data or (),
            quota=self.entry.quota(self.quota.data or ""),
            answers=self.questions.given,
        )

    def field(self, name: str) -> Any:
        """The field of a refusal, or nothing."""
        return self.questions.by_name(name) or self._fields.get(name)


class GroupForm(PostedForm):
    """Who registers, for how many, and what happens where there are too few places."""

    contact_name = StringField(_l("Your first name and surname"), [cleaned(answers.name)])
    contact_email = EmailField(_l("Your e-mail address"), [cleaned(address)])
    people = HiddenField()
    waits = RadioField(_l("If there are not enough places for all"), choices=options(WAITS), validate_choice=False)
    clause = BooleanField(validators=[ticked])
    clause_version = HiddenField()
    invitation = HiddenField()
    key = HiddenField()
    trap = StringField(_l("Leave this field empty"))

    def prepare(self, asked: Asked, most: int) -> None:
        """Ask this about as many people as the form says."""
        self.asked, self.entry = asked, asked.entry
        if form_keys.given_at(self.key.data or "") is None:
            self.key.data = form_keys.give()
        wish = number(self.people.data or "") or number(request.args.get("people", "")) or 2
        self.most = most
        sent = self.is_submitted()
        size = max(1, min(wish, LONGEST_GROUP if sent else most))
        self.members = [self.newcomer(place) if not sent else MemberForm(place, asked) for place in range(size)]
        self.count()

    def newcomer(self, place: int) -> MemberForm:
        """An empty form, with all sessions ticked."""
        return MemberForm(place, self.asked, {"sessions": [str(session.id) for session in self.asked.sessions]})

    def add(self) -> None:
        self.members.append(self.newcomer(len(self.members)))
        self.count()

    def drop(self, place: int) -> None:
        """Take one of the people out; those after them move up, with what was typed."""
        kept = [member.values for member in self.members if member.place != place] or [self.members[0].values]
        self.members = [MemberForm(number, self.asked, values) for number, values in enumerate(kept)]
        self.count()

    def count(self) -> None:
        self.clause.label.text = ONE_KNOWS if len(self.members) == 1 else ALL_KNOW
        self.people.data = str(len(self.members))

    def is_good(self) -> bool:
        """Whether every answer is; each form is looked at, so that all that is wrong is said at once."""
        return all([self.validate(), *(member.validate() for member in self.members)])

    def refuse(self, refusal: Refused) -> None:
        """Show a refusal at the field that it is about: `email-0` is the first person's."""
        name, _dash, place = (refusal.field or "").rpartition("-")
        member = self.members[int(place)] if name and place.isdecimal() and int(place) < len(self.members) else None
        field = self._fields.get(refusal.field or "") if member is None else member.field(name)
        if field is None:
            self.form_errors.append(refusal.message)
        else:
            field.errors = [refusal.message]

    def wrong(self) -> Iterator[Field]:
        """The fields that something is wrong with, in the order of the page."""
        for form in (self, *self.members):
            yield from (field for field in form if field.errors and field is not self.clause)
        yield from [self.clause] if self.clause.errors else []

    @property
    def further(self) -> list[QuestionField]:
        """What the answers call for and was not asked yet."""
        return [one for member in self.members for one in member.questions.further]

    def whose(self, field: Any) -> str:
        """Which of several people a field is about, as an opening of what is said of it; nothing for what is about all."""
        place = next((one.place for one in self.members if field.id.startswith(one._prefix)), None)
        return "" if place is None or len(self.members) == 1 else _("Person %(number)d: ", number=place + 1)

    @property
    def is_wrong(self) -> bool:
        """Whether something is to be put right; a further step alone is nothing wrong."""
        return bool(self.form_errors) or any(True for _field in self.wrong())

    @property
    def is_hasty(self) -> bool:
        """Whether the form comes back sooner than anybody can have filled it in."""
        return form_keys.is_hasty(self.key.data or "")

    @property
    def contact(self) -> Contact:
        return Contact(self.contact_name.data or "", self.contact_email.data or "")

    @property
    def sent(self) -> dict[str, Any]:
        """What `parties.register` takes beside the people."""
        return {
            "idempotency_key": self.key.data,
            "waits": len(self.members) == 1 or self.waits.data != "none",
            "clause_version": number(self.clause_version.data or ""),
            "invitee": self.entry.invitee,
        }
