"""The forms of participants at the desk."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, HiddenField, RadioField, SelectField, TextAreaField, ValidationError

from app.agenda.models import Session
from app.calendar.words import Reply
from app.events.models import Event
from app.participants import acts, words
from app.participants.acts import Answers, Given
from app.registration import approving, choices
from app.registration.models import Registration
from app.web.organise.forms import DeskForm, cleaned
from app.web.registration.forms import AnswersForm, Parts, number, options

LANGUAGES = {"pl": _l("Polish"), "en": _l("English")}
GIVEN = {
    Given.PLACE.value: _l("A place, if one is free"),
    Given.WAITING.value: _l("A position on the waiting list"),
    Given.OVER.value: _l("A place over the limit of places"),
}
REPLIES = (Reply.NONE, Reply.ACCEPTED, Reply.TENTATIVE, Reply.DECLINED)


class PersonForm(AnswersForm, DeskForm):
    """What an organiser types about a person."""

    sessions = Parts()
    language = RadioField(_l("Language of letters"), choices=options(LANGUAGES), validate_choice=False)

    group = SelectField(_l("Group of participants"), validate_choice=False)

    def offer(self, sessions: Sequence[Session], groups: Mapping[int, str]) -> None:
        """Let these sessions and groups be chosen."""
        self.group.choices = options({"": _("None of the groups"), **{str(number): name for number, name in groups.items()}})
        self.groups = frozenset(groups)
        self.sessions.offer(sessions)

    @property
    def told(self) -> Answers:
        return Answers(
            name=self.name.data or "",
            email=self.email.data or "",
            organisation=self.organisation.data or "",
            position=self.position.data or "",
            needs=self.chosen_needs,
            needs_note=self.needs_note.data or "",
            sessions=self.sessions.data or (),
            language=self.language.data if self.language.data in LANGUAGES else "pl",
            quota=chosen if (chosen := number(self.group.data or "")) in self.groups else None,
        )


def ticked(form: object, field: Field) -> None:
    if not field.data:
        raise ValidationError(_l("Tick that this person knows how their personal data is processed"))


class AddForm(PersonForm):
    """Somebody who is added by hand: what they get, and whether they are written to."""

    given = RadioField(_l("What does this person get?"), choices=options(GIVEN), validate_choice=False)
    tells = BooleanField(_l("Send the confirmation and the invitation to the calendar"))
    note = TextAreaField(_l("Internal note"), [cleaned(acts.note_of)])
    clause = BooleanField(_l("I state that this person was given the information on personal data"), [ticked])
    clause_version = HiddenField()

    @property
    def chosen_given(self) -> Given:
        return Given(self.given.data) if self.given.data in set(Given) else Given.PLACE

    @property
    def added(self) -> dict[str, Any]:
        """What `acts.add` takes beside the answers."""
        return {
            "given": self.chosen_given,
            "clause_version": number(self.clause_version.data or ""),
            "note": self.note.data,
            "tells": bool(self.tells.data),
        }


class NoteForm(DeskForm):
    """What only organisers read."""

    note = TextAreaField(_l("Internal note"), [cleaned(acts.note_of)])


class ReplyForm(DeskForm):
    """What the person said to the invitation elsewhere than in the calendar."""

    reply = RadioField(_l("Answer to the invitation"), validate_choice=False)

    def offer(self) -> None:
        self.reply.choices = options({reply.value: words.said(reply) for reply in REPLIES})

    def validate_reply(self, field: Field) -> None:
        if field.data not in set(Reply):
            raise ValidationError(_("Choose an answer"))


class DeclineForm(DeskForm):
    """A sentence for somebody whom the organiser declines."""

    note = TextAreaField(_l("Your words to the person, which stand in the letter"), [cleaned(approving.words_of)])


class OverForm(DeskForm):
    """Whether the limit of places may be passed."""

    over = BooleanField(_l("Over the limit of places"))


class EndForm(DeskForm):
    """Whether somebody whose registration is cancelled is told."""

    tells = BooleanField(_l("Send the letter that tells of it and takes the entry out of the calendar"))


def as_typed(registration: Registration) -> dict[str, Any]:
    """What the form shows of a person where the columns say it in another way."""
    sessions = [str(number) for number in sorted(choices.ids(registration))]
    return {"sessions": sessions, "language": registration.language, "group": str(registration.quota_id or "")}


def offered(event: Event) -> list[Session]:
    return choices.offered(event, choices.agenda(event))
