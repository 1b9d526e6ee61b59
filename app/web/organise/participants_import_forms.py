"""The forms of an import: the file, what its columns hold, and the statement before people are added."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import CombinedMultiDict, FileStorage, MultiDict
from wtforms import (  # type: ignore[attr-defined]  # SelectChoice is newer than the types
    BooleanField,
    Field,
    FileField,
    Form,
    HiddenField,
    RadioField,
    SelectChoice,
    SelectField,
    ValidationError,
)

from app.agenda.models import Session
from app.transfer import columns
from app.transfer.imports import Chosen
from app.transfer.models import Import
from app.web.organise.forms import DeskForm
from app.web.organise.participants_forms import LANGUAGES
from app.web.registration.forms import Boxes, label, number, options

FIELDS = {
    columns.Field.NAME: _l("First name and surname"),
    columns.Field.FIRST: _l("First name"),
    columns.Field.SURNAME: _l("Surname"),
    columns.Field.EMAIL: _l("E-mail address"),
    columns.Field.ORGANISATION: _l("Institution"),
    columns.Field.POSITION: _l("Position"),
    columns.Field.GROUP: _l("Group of participants"),
    columns.Field.NEEDS_NOTE: _l("Needs, in their own words"),
    columns.Field.NOTE: _l("Internal note"),
}


class FileForm(DeskForm):
    """A table of people; `former` is the file that it mends, if it mends one."""

    class Meta(DeskForm.Meta):
        def wrap_formdata(self, form: Form, formdata: object) -> MultiDict[str, Any] | None:
            """Files too, which other forms do not take."""
            return CombinedMultiDict([request.files, request.form]) if request.method == "POST" else None

    file = FileField(_l("File"), render_kw={"accept": ".csv,.xlsx,.txt"})
    former = HiddenField()

    def validate_file(self, field: Field) -> None:
        if not (isinstance(field.data, FileStorage) and field.data.filename):
            raise ValidationError(_("Choose a file"))

    @property
    def sent(self) -> tuple[str, bytes]:
        """The name and the content of the file."""
        return str(self.file.data.filename), self.file.data.read()


class MatchForm(DeskForm):
    """Which column holds what, and what everybody in the file gets."""

    name = SelectField(FIELDS[columns.Field.NAME], validate_choice=False)
    first_name = SelectField(FIELDS[columns.Field.FIRST], validate_choice=False)
    surname = SelectField(FIELDS[columns.Field.SURNAME], validate_choice=False)
    email = SelectField(FIELDS[columns.Field.EMAIL], validate_choice=False)
    organisation = SelectField(FIELDS[columns.Field.ORGANISATION], validate_choice=False)
    position = SelectField(FIELDS[columns.Field.POSITION], validate_choice=False)
    group = SelectField(FIELDS[columns.Field.GROUP], validate_choice=False)
    needs_note = SelectField(FIELDS[columns.Field.NEEDS_NOTE], validate_choice=False)
    note = SelectField(FIELDS[columns.Field.NOTE], validate_choice=False)
    sessions = Boxes(_l("Parts"), coerce=number, choices=(), validate_choice=False)
    language = RadioField(_l("Language of letters"), choices=options(LANGUAGES), validate_choice=False)
    tells = BooleanField(_l("Send everybody the confirmation and the invitation to the calendar"))

    def offer(self, header: Sequence[str], sessions: Sequence[Session], *, has_groups: bool) -> None:
        """Let these columns and sessions be chosen; a column for groups only where the event has any."""
        if not has_groups:
            del self.group
        choices = [
            SelectChoice("", _("No column")),
            *(SelectChoice(str(n), columns.label(header, n)) for n in range(len(header))),
        ]
        for select in self.selects:
            select.choices = choices
        self.last = len(header) - 1
        self.sessions.choices = options({str(session.id): label(session) for session in sessions})

    @property
    def selects(self) -> list[SelectField]:
        return [self[one] for one in columns.Field if one in self]

    @property
    def chosen(self) -> Chosen:
        given = {select.name: select.data or "" for select in self.selects}
        return Chosen(
            columns={
                one: int(n) for one, n in given.items() if n.isascii() and n.isdigit() and len(n) < 4 and int(n) <= self.last
            },
            sessions=self.sessions.data or (),
            language=self.language.data if self.language.data in LANGUAGES else "pl",
            tells=bool(self.tells.data),
        )


def as_chosen(kept: Import) -> Mapping[str, Any]:
    """What the form shows of an import."""
    return {
        **{one: str(column) for one, column in kept.columns.items()},
        "sessions": [str(session) for session in kept.sessions],
        "language": kept.language,
        "tells": kept.tells,
    }


def ticked(form: object, field: Field) -> None:
    if not field.data:
        raise ValidationError(_l("Tick that these people know how their personal data is processed"))


class CarryForm(DeskForm):
    """The word before people are added; `mark` is of the trial that was looked at."""

    clause = BooleanField(_l("I state that these people were given the information on personal data"), [ticked])
    clause_version = HiddenField()
    mark = HiddenField()
