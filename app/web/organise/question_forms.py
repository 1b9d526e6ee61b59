"""The forms of the form builder; what may be asked is decided by `questions.editing`."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import request
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, SelectField, StringField, TextAreaField, ValidationError

from app.events.models import Event
from app.files import kinds
from app.questions import form as forms
from app.questions import values
from app.questions.editing import Told
from app.questions.models import Asks, Question, Section
from app.questions.typing import MEGABYTE
from app.web import language
from app.web.organise.forms import DeskForm
from app.web.registration.forms import Boxes, number, options
from app.web.registration.question_fields import QuestionField

KINDS: Mapping[Asks, LazyString] = {
    Asks.LINE: _l("Short text"),
    Asks.TEXT: _l("Long text"),
    Asks.ONE: _l("One of several answers"),
    Asks.SEVERAL: _l("Several answers"),
    Asks.YES: _l("Yes or no"),
    Asks.NUMBER: _l("A number"),
    Asks.DATE: _l("Date"),
    Asks.EMAIL: _l("E-mail address"),
    Asks.PHONE: _l("Phone number"),
    Asks.COUNTRY: _l("Country"),
    Asks.MUNICIPALITY: _l("Municipality"),
    Asks.FILE: _l("File"),
}
LIMITED = frozenset({Asks.LINE, Asks.TEXT, Asks.SEVERAL, Asks.NUMBER})
WITH_OPTIONS = frozenset({Asks.ONE, Asks.SEVERAL, Asks.MUNICIPALITY})
SPARE = 3
MOST_ROWS = 400
NAMES = ("value", "pl", "en")


def of_files() -> Any:
    return options({kind: kind.upper() for kind in kinds.KINDS})


class QuestionForm(DeskForm):
    """One question, new or changed."""

    label_pl = StringField(_l("Question in Polish"))
    label_en = StringField(_l("Question in English"))
    help_pl = TextAreaField(_l("Help in Polish"))
    help_en = TextAreaField(_l("Help in English"))
    is_required = BooleanField(_l("An answer is required"))
    section = SelectField(_l("Section"), validate_choice=False)
    least = StringField(_l("At least"))
    most = StringField(_l("At most"))
    megabytes = StringField(_l("Largest file, in MB"))
    types = Boxes(_l("Kinds of file"), choices=(), validate_choice=False)
    shown = Boxes(_l("Show only after certain answers"), choices=(), validate_choice=False)
    retention = StringField(_l("Delete the answers so many days after the event"))
    name = StringField(_l("Short name"))
    options = StringField(_l("Answers to choose from"))

    @staticmethod
    def of(question: Question) -> dict[str, Any]:
        """What the form shows of a question."""
        wording, limits = question.wording, question.wording.limits
        return {
            **{f"label_{code}": wording.label.get(code, "") for code in ("pl", "en")},
            **{f"help_{code}": wording.help.get(code, "") for code in ("pl", "en")},
            "is_required": question.is_required,
            "section": str(question.section_id or ""),
            **{name: values.counted(limits[name]) for name in ("least", "most") if name in limits},
            "megabytes": str(limits["bytes"] // MEGABYTE) if "bytes" in limits else "",
            "types": limits.get("types"),
            "shown": [f"{question.shown_when_id}:{value}" for value in question.shown_values],
            "retention": "" if question.retention_days is None else str(question.retention_days),
            "name": question.name,
        }

    def prepare(
        self, asks: Asks, sections: Sequence[Section], earlier: Sequence[Question], question: Question | None = None
    ) -> None:
        """Offer these sections, and the answers to these questions as conditions."""
        self.asks = asks
        code = language.current()
        named = {str(section.id): values.said(section.title, code) for section in sections}
        self.section.choices = list({"": _("Before the first section"), **named}.items())
        self.types.choices = of_files()
        if not self.is_submitted() and asks is Asks.FILE:
            self.types.data = self.types.data or list(values.TYPES)
            self.megabytes.data = self.megabytes.data or str(values.BYTES // MEGABYTE)
        self.shown.choices = options(dict(pair for one in earlier if one.asks in forms.CHOOSING for pair in conditions(one)))
        self.rows = sent_rows() if self.is_submitted() else rows_of(question)
        if asks in WITH_OPTIONS and not self.is_submitted():
            self.rows += blank(SPARE if self.rows else SPARE + 1)

    @property
    def has_limits(self) -> bool:
        return self.asks in LIMITED

    @property
    def has_options(self) -> bool:
        return self.asks in WITH_OPTIONS

    @property
    def is_file(self) -> bool:
        return self.asks is Asks.FILE

    def arranges(self) -> bool:
        """Whether the button only arranges the answers to choose from; then it is done, and nothing is saved."""
        do, _colon, place = request.form.get("do", "").partition(":")
        if do == "rows":
            self.rows += blank(SPARE)
        elif do in {"option_up", "option_down"}:
            swap(self.rows, number(place), -1 if do == "option_up" else 1)
        else:
            return False
        return True

    @property
    def told(self) -> Told:
        return Told(
            label={"pl": self.label_pl.data or "", "en": self.label_en.data or ""},
            help={"pl": self.help_pl.data or "", "en": self.help_en.data or ""},
            options=self.rows,
            limits={
                "least": self.least.data or "",
                "most": self.most.data or "",
                "megabytes": self.megabytes.data or "",
                "types": self.types.data or (),
            },
            is_required=bool(self.is_required.data),
            section_id=number(self.section.data or "") or None,
            shown=self.shown.data or (),
            name=self.name.data or "",
            retention=self.retention.data or "",
        )


def conditions(question: Question) -> list[tuple[str, str]]:
    """The answers to a question as conditions: "12:yes" and the words for it."""
    label = values.said(question.wording.label, language.current())
    possible = QuestionField(question).possible()
    return [(f"{question.id}:{value}", _("“%(label)s” is: %(answer)s", label=label, answer=text)) for value, text in possible]


def rows_of(question: Question | None) -> list[dict[str, str]]:
    options = question.wording.options if question else ()
    return [{name: option.get(name, "") for name in NAMES} for option in options]


def sent_rows() -> list[dict[str, str]]:
    columns = [request.form.getlist(f"option_{name}")[:MOST_ROWS] for name in NAMES]
    return [dict(zip(NAMES, row, strict=True)) for row in zip(*columns, strict=False)]


def blank(number: int) -> list[dict[str, str]]:
    return [dict.fromkeys(NAMES, "") for _place in range(number)]


def swap(rows: list[dict[str, str]], place: int, way: int) -> None:
    if 0 <= place < len(rows) and 0 <= place + way < len(rows):
        rows.insert(place + way, rows.pop(place))


class SectionForm(DeskForm):
    """The heading of a section."""

    title_pl = StringField(_l("Heading in Polish"))
    title_en = StringField(_l("Heading in English"))

    @property
    def title(self) -> dict[str, str]:
        return {"pl": self.title_pl.data or "", "en": self.title_en.data or ""}


class CopyForm(DeskForm):
    """Which event's questions are copied."""

    source = SelectField(_l("Event or template"), validate_choice=False)

    def offer(self, events: Sequence[Event]) -> None:
        self.source.choices = [(str(event.id), titled(event)) for event in events]
        self.known = {str(event.id) for event in events}

    def validate_source(self, field: Field) -> None:
        if field.data not in self.known:
            raise ValidationError(_("Choose an event"))


def titled(event: Event) -> str:
    """The title with the day, or that it is a template."""
    if event.is_template:
        return str(_("%(title)s (template)", title=event.title))
    day = event.local_starts_at
    return f"{event.title}, {day.day}.{day.month:02d}.{day.year}"
