"""The forms of registering and of one's own registration; what may be answered is decided by `registration.answers`."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from wtforms import (  # type: ignore[attr-defined]  # SelectChoice is newer than the types
    BooleanField,
    EmailField,
    Field,
    Form,
    HiddenField,
    RadioField,
    SelectChoice,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.form import BaseForm
from wtforms.widgets import CheckboxInput

from app.admission.models import Quota
from app.agenda.models import Session
from app.errors import Refused
from app.moments import hour
from app.registration import answers, choices
from app.registration.models import Clause, Need, Reason
from app.web import clause as texts
from app.web import speaking
from app.web.filters import date_short
from app.web.forms import PostedForm
from app.web.registration import entry_words, form_keys
from app.web.registration.entry import Entry
from app.web.registration.question_fields import QuestionFields

LONGEST_NUMBER = 9
KEY = re.compile(r"[A-Za-z0-9_-]{22,64}")
NEEDS = {
    Need.CAPTIONS.value: _l("Live captions"),
    Need.SIGN_LANGUAGE.value: _l("Interpretation into Polish Sign Language (PJM)"),
    Need.OTHER.value: _l("Something else, please contact me"),
}
REASONS = {
    Reason.DATE.value: _l("The date does not suit me"),
    Reason.COLLEAGUE.value: _l("A colleague will come instead of me"),
    Reason.TOPIC.value: _l("The topic is not for me"),
    Reason.OTHER.value: _l("Another reason"),
}


def cleaned(clean: Callable[[str], str]) -> Callable[[Form, Field], None]:
    """A validator that puts the clean answer in place of the typed one, or says what is wrong with it."""

    def check(form: Form, field: Field) -> None:
        try:
            field.data = clean(field.data or "")
        except Refused as refusal:
            raise ValidationError(refusal.message) from refusal

    return check


def address(text: str) -> str:
    return answers.address(text).written


def ticked(form: Form, field: Field) -> None:
    if not field.data:
        raise ValidationError(_l("Tick that you know how personal data is processed"))


def told(form: Form, field: Field) -> None:
    if not field.data:
        raise ValidationError(_l("Ask your colleague first, and tick that they know"))


def options(words: Mapping[str, object]) -> Any:
    """The choices of a field (WTForms 3.3 wants them as its own objects, which its types do not know yet)."""
    return [SelectChoice(value, label) for value, label in words.items()]


class Boxes(SelectMultipleField):
    """Several answers of a list, a box each."""

    option_widget = CheckboxInput()


class Parts(Boxes):
    """The sessions that somebody comes to, of those that are offered."""

    def __init__(self, **facts: Any) -> None:
        super().__init__(_l("Parts"), coerce=number, choices=(), **facts)

    def offer(self, sessions: Sequence[Session], entry: Entry | None = None) -> None:
        self.offered = sessions
        self.choices = options({str(session.id): label(session, entry) for session in sessions})

    def pre_validate(self, form: BaseForm) -> None:
        try:
            choices.among(self.offered, self.data or ())
        except Refused as refusal:
            raise ValidationError(refusal.message) from refusal


def number(text: str) -> int:
    """A number that a page carries; what somebody made of it by hand is none of ours."""
    return int(text) if text.isdecimal() and len(text) <= LONGEST_NUMBER else 0


class RefusableForm(PostedForm):
    """A form that can say why an act was refused."""

    def refuse(self, refusal: Refused) -> None:
        """Show a refusal at the field that it is about, or above all fields."""
        if refusal.field and refusal.field in self:
            self[refusal.field].errors = [refusal.message]
        else:
            self.form_errors.append(refusal.message)


class AnswersForm(RefusableForm):
    """What we ask of a person, at first and later."""

    name = StringField(_l("First name and surname"), [cleaned(answers.name)])
    email = EmailField(_l("E-mail address"), [cleaned(address)])
    organisation = StringField(_l("Institution"), [cleaned(answers.organisation)])
    position = StringField(_l("Position"), [cleaned(answers.position)])
    needs = Boxes(_l("Needs"), choices=options(NEEDS), validate_choice=False)
    needs_note = TextAreaField(_l("What should we know?"), [cleaned(answers.note)])

    @property
    def chosen_needs(self) -> list[Need]:
        return [Need(need) for need in self.needs.data or () if need in set(Need)]

    questions: QuestionFields | None = None
    """The event's own, where the form asks them."""

    def __iter__(self) -> Iterator[Any]:
        """All fields, the event's own questions among them."""
        yield from super().__iter__()
        yield from self.questions or ()

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        is_good = bool(super().validate(extra_validators))
        return (self.questions is None or self.questions.validate()) and is_good

    @property
    def is_wrong(self) -> bool:
        """Whether something is to be put right; a further step alone is nothing wrong."""
        return bool(self.form_errors) or any(field.errors for field in self)

    def refuse(self, refusal: Refused) -> None:
        """Show a refusal at the field that it is about, or above all fields."""
        asked = self.questions.by_name(refusal.field or "") if self.questions else None
        if asked is None:
            super().refuse(refusal)
        else:
            asked.errors = [refusal.message]


class DetailsForm(AnswersForm):
    """One's own data."""

    @property
    def details(self) -> dict[str, Any]:
        """What `registration.details.change` takes."""
        return {
            "name": self.name.data,
            "organisation": self.organisation.data,
            "position": self.position.data,
            "needs": self.chosen_needs,
            "needs_note": self.needs_note.data,
            "answers_given": self.questions.given if self.questions else None,
        }


class RegisterForm(AnswersForm):
    """The registration form; `key`, given with the check of the answers, makes a second sending the same as the first."""

    quota = RadioField(_l("Group of participants"), choices=(), validate_choice=False)
    sessions = Parts()
    invitation = HiddenField()
    clause = BooleanField(_l("I know the information on personal data"), [ticked])
    clause_version = HiddenField()
    consents = Boxes(_l("Consents"), coerce=number, choices=(), validate_choice=False)
    key = HiddenField()
    trap = StringField(_l("Leave this field empty"))

    def prepare(self, sessions: Sequence[Session], entry: Entry) -> None:
        """Let these sessions be chosen; before the form is sent all of them are ticked. Once it is sent, it has a key."""
        self.entry = entry
        if self.is_submitted() and form_keys.given_at(self.key.data or "") is None:
            self.key.data = form_keys.give()
        self.sessions.offer(sessions, entry)
        self.quota.choices = groups(entry)
        if not self.is_submitted():
            self.sessions.data = [session.id for session in sessions]
            self.begin(entry)

    def begin(self, entry: Entry) -> None:
        """Fill in what the invitation says of the person."""
        if entry.invitee is not None:
            self.invitation.data, self.name.data, self.email.data = entry.token, entry.invitee.name, entry.invitee.email

    def tick(self, uids: Collection[str]) -> None:
        """Let only these sessions be ticked, as far as they can be chosen; with none of them the form stays as it is."""
        if known := [session.id for session in self.sessions.offered if session.uid in uids]:
            self.sessions.data = known

    def ask(self, clauses: Sequence[Clause]) -> None:
        """Let these consents be given; none is ticked before somebody ticks it."""
        self.asked = clauses
        self.consents.choices = options({str(clause.version): texts.label(clause) for clause in clauses})

    def carry(self, clause_version: int) -> None:
        """Show this version of the clause; a tick that was put under another is taken away."""
        if self.clause_version.data != str(clause_version):
            self.clause.data = False
        self.clause_version.data = str(clause_version)

    def validate_consents(self, field: Field) -> None:
        if not {one.version for one in self.asked}.issuperset(field.data or ()):
            raise ValidationError(_l("The text of a consent has changed. Read it again, and tick it if you agree."))

    def validate_quota(self, field: Field) -> None:
        if self.entry.asks_quota and self.chosen_quota is None:
            raise ValidationError(_l("Choose the group that you belong to"))

    @property
    def chosen_quota(self) -> Quota | None:
        return self.entry.quota(self.quota.data or "")

    @property
    def is_hasty(self) -> bool:
        """Whether the answers were confirmed sooner than anybody can have read them, or were never shown."""
        return form_keys.is_hasty(self.key.data or "")

    @property
    def sent(self) -> dict[str, Any]:
        """What `signup.register` takes from the form."""
        return {
            "idempotency_key": self.key.data,
            "name": self.name.data,
            "email": self.email.data,
            "organisation": self.organisation.data,
            "position": self.position.data,
            "needs": self.chosen_needs,
            "needs_note": self.needs_note.data,
            "sessions": self.sessions.data or (),
            "clause_version": number(self.clause_version.data or ""),
            "answers_given": self.questions.given if self.questions else None,
            "consents": self.consents.data or (),
            "quota": self.chosen_quota,
            "invitee": self.entry.invitee,
        }


class LostLinkForm(RefusableForm):
    """The address that the links are to be sent to."""

    email = EmailField(_l("E-mail address"), [cleaned(address)])


class HandForm(RefusableForm):
    """The colleague who gets the place."""

    name = StringField(_l("First name and surname"), [cleaned(answers.name)])
    email = EmailField(_l("E-mail address"), [cleaned(address)])
    is_told = BooleanField(_l("My colleague knows that I give this name and address"), [told])


class CancelForm(PostedForm):
    """The one question to somebody who cancels."""

    reason = RadioField(_l("Why are you cancelling?"), choices=options(REASONS), validate_choice=False)

    @property
    def chosen_reason(self) -> Reason | None:
        return Reason(self.reason.data) if self.reason.data in set(Reason) else None


def groups(entry: Entry) -> Any:
    """The groups to choose from, each with its free places."""
    if not entry.asks_quota:
        return []
    said = {str(quota.id): (speaking.said(quota, "name"), entry_words.left_in_group(entry, quota)) for quota in entry.quotas}
    return options({key: Markup('<b>{}</b> <span class="mute">{}</span>').format(*words) for key, words in said.items()})


def label(session: Session, entry: Entry | None = None) -> Markup:
    """A session's title over its hours, with the day where the event has several, and its places where they are counted."""
    starts, ends = session.local_starts_at, session.local_ends_at
    day = "" if session.event.takes_one_day else f"{date_short(starts)}, "
    title = speaking.said(session, "title")
    hall = entry.halls.get(session.id) if entry else None
    left = f", {entry_words.left_in_session(hall)}" if hall else ""
    return Markup('<b>{}</b> <span class="mute">{}{}–{}{}</span>').format(title, day, hour(starts), hour(ends), left)
