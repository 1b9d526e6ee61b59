"""The forms of registering and of one's own registration; what may be answered is decided by `registration.answers`."""

import re
from collections.abc import Callable, Mapping, Sequence
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
from wtforms.widgets import CheckboxInput

from app.agenda.models import Session
from app.errors import Refused
from app.moments import hour
from app.registration import answers, choices
from app.registration.models import Need, Reason
from app.web import speaking
from app.web.filters import date_short
from app.web.forms import PostedForm
from app.web.registration import form_keys

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
        }


class RegisterForm(AnswersForm):
    """The registration form; `key`, given with the check of the answers, makes a second sending the same as the first."""

    sessions = Boxes(_l("Parts"), coerce=number, choices=(), validate_choice=False)
    clause = BooleanField(_l("I know the information on personal data"), [ticked])
    clause_version = HiddenField()
    key = HiddenField()
    trap = StringField(_l("Leave this field empty"))

    def prepare(self, sessions: Sequence[Session]) -> None:
        """Let these sessions be chosen; before the form is sent all of them are ticked. Once it is sent, it has a key."""
        if self.is_submitted() and form_keys.given_at(self.key.data or "") is None:
            self.key.data = form_keys.give()
        self.offered = sessions
        self.sessions.choices = options({str(session.id): label(session) for session in sessions})
        if not self.is_submitted():
            self.sessions.data = [session.id for session in sessions]

    def carry(self, clause_version: int) -> None:
        """Show this version of the clause; a tick that was put under another is taken away."""
        if self.clause_version.data != str(clause_version):
            self.clause.data = False
        self.clause_version.data = str(clause_version)

    def validate_sessions(self, field: Field) -> None:
        try:
            choices.among(self.offered, field.data or ())
        except Refused as refusal:
            raise ValidationError(refusal.message) from refusal

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


def label(session: Session) -> Markup:
    """A session's title over its hours, with the day where the event has several."""
    starts, ends = session.local_starts_at, session.local_ends_at
    day = "" if session.event.takes_one_day else f"{date_short(starts)}, "
    title = speaking.said(session, "title")
    return Markup('<b>{}</b> <span class="mute">{}{}–{}</span>').format(title, day, hour(starts), hour(ends))
