"""The form by which one person registers others: who writes, and the people one after another."""

from collections.abc import Iterator, Sequence
from typing import Any

from flask import request
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, EmailField, Field, HiddenField, RadioField, StringField, ValidationError

from app.agenda.models import Session
from app.errors import Refused
from app.registration import answers, choices
from app.registration.parties import Contact, Member
from app.web.forms import PostedForm
from app.web.registration import form_keys
from app.web.registration.entry import Entry
from app.web.registration.forms import AnswersForm, Boxes, address, cleaned, groups, label, number, options, ticked

LONGEST_GROUP = 100
ONE_KNOWS = _l("This person knows the information on personal data")
ALL_KNOW = _l("These people know the information on personal data")
WAITS = {
    "wait": _l("Let all of us wait for places together"),
    "none": _l("Register nobody"),
}


def perhaps_address(text: str) -> str:
    return address(text) if text.strip() else ""


class MemberForm(AnswersForm):
    """One of the people, with the number that the refusals of `parties.register` say."""

    email = EmailField(_l("E-mail address"), [cleaned(perhaps_address)])
    quota = RadioField(_l("Group of participants"), choices=(), validate_choice=False)
    sessions = Boxes(_l("Parts"), coerce=number, choices=(), validate_choice=False)

    def __init__(self, place: int, sessions: Sequence[Session], entry: Entry, values: dict[str, Any] | None = None) -> None:
        """`values` are those of a form that is not as it was sent: a new one, or one that moved up."""
        fresh = {"formdata": None, "data": values} if values is not None else {}
        super().__init__(prefix=f"m{place}-", **fresh)
        self.place, self.entry, self.offered = place, entry, sessions
        self.sessions.choices = options({str(session.id): label(session, entry) for session in sessions})
        self.quota.choices = groups(entry)

    def validate_sessions(self, field: Field) -> None:
        try:
            choices.among(self.offered, field.data or ())
        except Refused as refusal:
            raise ValidationError(refusal.message) from refusal

    def validate_quota(self, field: Field) -> None:
        if self.entry.asks_quota and self.entry.quota(field.data or "") is None:
            raise ValidationError(_l("Choose the group that this person belongs to"))

    @property
    def values(self) -> dict[str, Any]:
        """What was typed, to be put into another form."""
        chosen = [str(number) for number in self.sessions.data or ()]
        return {**{name: field.data for name, field in self._fields.items()}, "sessions": chosen}

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
        )


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

    def prepare(self, sessions: Sequence[Session], entry: Entry, most: int) -> None:
        """Let these sessions be chosen, by as many people as the form says."""
        self.offered, self.entry = sessions, entry
        if form_keys.given_at(self.key.data or "") is None:
            self.key.data = form_keys.give()
        wish = number(self.people.data or "") or number(request.args.get("people", "")) or 2
        self.most = most
        sent = self.is_submitted()
        size = max(1, min(wish, LONGEST_GROUP if sent else most))
        self.members = [self.newcomer(place) if not sent else MemberForm(place, sessions, entry) for place in range(size)]
        self.count()

    def newcomer(self, place: int) -> MemberForm:
        """An empty form, with all sessions ticked."""
        return MemberForm(place, self.offered, self.entry, {"sessions": [str(session.id) for session in self.offered]})

    def add(self) -> None:
        self.members.append(self.newcomer(len(self.members)))
        self.count()

    def drop(self, place: int) -> None:
        """Take one of the people out; those after them move up, with what was typed."""
        kept = [member.values for member in self.members if member.place != place] or [self.members[0].values]
        self.members = [MemberForm(number, self.offered, self.entry, values) for number, values in enumerate(kept)]
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
        form = self.members[int(place)] if name and place.isdecimal() and int(place) < len(self.members) else self
        field = form._fields.get(name if form is not self else refusal.field or "")
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
