"""The forms of letters: an event's own words in them, a message to several people, and when it leaves."""

from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime
from typing import TypeVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, HiddenField, SelectField, StringField, TextAreaField

from app import typed
from app.agenda.models import Session
from app.errors import Refused
from app.events.words import line, lines, within
from app.mail import own_words
from app.mailings.drafts import LONGEST_BODY, LONGEST_SUBJECT, Wording
from app.mailings.models import Mailing
from app.participants.filters import Filter
from app.typed import Twice
from app.web.letters_words import NEED_CHOICES, STATE_CHOICES
from app.web.organise.event_times import turn_field
from app.web.organise.forms import DeskForm
from app.web.registration.forms import options

Read = TypeVar("Read")
LONGEST_VERSION = 10


class OwnTextForm(DeskForm):
    """An event's own subject and opening of one letter; `seen` tells what stood there when the form was shown."""

    subject = StringField(_l("Subject"))
    body = TextAreaField(_l("Opening text"))
    seen = HiddenField()

    def tidy(self, allowed: Collection[str]) -> tuple[str, str]:
        """Both, checked; raises `Refused` at the field that is wrong."""
        subject, body = line(self.subject.data or ""), lines(self.body.data or "")
        own_words.check_subject(within(subject, LONGEST_SUBJECT, "subject"), allowed, "subject")
        own_words.check(within(body, LONGEST_BODY, "body"), allowed, "body")
        return subject, body


class MessageForm(DeskForm):
    """A message to a selection; the fields of the selection are named as the participants' filter names them."""

    state = SelectField(_l("State"), choices=options(STATE_CHOICES), validate_choice=False)
    needs = SelectField(_l("Needs"), choices=options(NEED_CHOICES), validate_choice=False)
    session = SelectField(_l("Part"), validate_choice=False)
    subject = StringField(_l("Subject in Polish"))
    body = TextAreaField(_l("Text in Polish"))
    subject_en = StringField(_l("Subject in English"))
    body_en = TextAreaField(_l("Text in English"))
    version = HiddenField()

    def offer(self, sessions: Sequence[Session]) -> None:
        """Let these sessions be chosen to narrow the selection."""
        self.session.choices = options({"": _("All"), **{str(session.id): session.title for session in sessions}})

    def show(self, chosen: Filter) -> None:
        """Fill in what the selection says."""
        self.state.data = chosen.state.value
        self.needs.data = chosen.needs.value if chosen.needs else ""
        self.session.data = str(chosen.session or "")

    @property
    def wording(self) -> Wording:
        fields = (self.subject, self.body, self.subject_en, self.body_en)
        return Wording(*(field.data or "" for field in fields))


class ScheduleForm(DeskForm):
    """When a message leaves, by the clock of the event."""

    date = StringField(_l("Date"))
    hour = StringField(_l("Hour"))
    turn = turn_field()
    version = HiddenField()

    asks_turn = False

    def moment(self, zone: str) -> datetime | None:
        """The moment as typed; `None` where it could not be read, which is then said at its fields."""
        day, hour = self.read(self.date, typed.date), self.read(self.hour, typed.hour)
        if day is None or hour is None:
            return None
        try:
            which = int(self.turn.data) if self.turn.data in {"0", "1"} else None
            return typed.moment(day, hour, zone, which=which).astimezone(UTC)
        except Refused as refusal:
            self.asks_turn = isinstance(refusal, Twice)
            self.refuse(refusal)
            return None

    def read(self, field: Field, reading: Callable[[str], Read]) -> Read | None:
        """What the field was read as."""
        try:
            return reading(field.data or "")
        except Refused as refusal:
            self.refuse(refusal)
            return None


class StepForm(DeskForm):
    """A button that acts on a message as it was shown."""

    version = HiddenField()


def version(form: MessageForm | ScheduleForm | StepForm) -> int:
    """The version that was shown; none that there is, where the field was tampered with."""
    written = str(form.version.data or "")
    return int(written) if written.isascii() and written.isdecimal() and len(written) < LONGEST_VERSION else -1


def of_mailing(mailing: Mailing) -> dict[str, str | int]:
    """What the form shows of a message that is kept."""
    names = ("subject", "body", "subject_en", "body_en", "version")
    return {name: getattr(mailing, name) for name in names}
