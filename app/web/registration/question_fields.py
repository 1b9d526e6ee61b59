"""An event's own questions as fields of a form: shown, read, and asked one step further where an answer calls for it.

Without scripts a question that depends on an answer comes as a further step: the page says which questions it asked
(`asked`), and comes back with those that the answers call for beside them. With scripts `questions.mjs` shows them at once.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, current_app, request
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from app.db import transaction
from app.errors import Refused
from app.events.models import Event
from app.files.models import File
from app.questions import countries, values
from app.questions import form as forms
from app.questions.form import Form, Part, Typed
from app.questions.models import FIELD, Asks, Question
from app.registration import answered
from app.registration.models import Registration
from app.web import language

GONE = "-gone"
MOST_ANSWERS = 250


@dataclass(frozen=True)
class Label:
    """As the labels of other fields."""

    text: str


@dataclass(frozen=True)
class Option:
    """One answer to choose from."""

    id: str
    value: str
    text: str
    is_chosen: bool


@dataclass
class QuestionField:
    """One question on a page."""

    question: Question
    typed: Sequence[str] = ()
    errors: list[str] = field(default_factory=list)
    is_shown: bool = True
    file: File | None = None
    prefix: str = ""

    @property
    def id(self) -> str:
        return f"{self.prefix}{self.question.field}"

    @property
    def name(self) -> str:
        return self.id

    @property
    def asks(self) -> Asks:
        return self.question.asks

    @property
    def label(self) -> Label:
        return Label(values.said(self.question.wording.label, language.current()))

    @property
    def help(self) -> str:
        return values.said(self.question.wording.help, language.current())

    @property
    def language(self) -> str:
        """The language that the words are really in."""
        return language.current() if self.question.wording.label.get(language.current()) else self.other

    @property
    def other(self) -> str:
        return "en" if language.current() == "pl" else "pl"

    @property
    def is_required(self) -> bool:
        return self.question.is_required

    @property
    def data(self) -> str:
        """What a field of one line holds."""
        return self.typed[0] if self.typed else ""

    @property
    def first_id(self) -> str:
        """Where the focus goes."""
        is_group = self.asks in {Asks.ONE, Asks.SEVERAL, Asks.YES}
        return f"{self.id}-0" if is_group else self.id

    @property
    def options(self) -> list[Option]:
        return [
            Option(f"{self.id}-{place}", value, text, value in self.typed) for place, (value, text) in enumerate(self.possible())
        ]

    def possible(self) -> list[tuple[str, str]]:
        """The answers to choose from, with their words."""
        if self.asks is Asks.YES:
            return [(values.YES, _("Yes")), (values.NO, _("No"))]
        if self.asks is Asks.COUNTRY:
            return list(countries.names(language.current()))
        options = self.question.wording.options
        return [(option["value"], values.said(option, language.current())) for option in options]

    @property
    def suggestions(self) -> list[str]:
        return forms.suggestions(self.question)

    @property
    def accept(self) -> str:
        return ",".join(f".{extension}" for extension in values.extensions(self.question.wording))

    @property
    def kinds(self) -> str:
        return ", ".join(values.types(self.question.wording)).upper()

    @property
    def megabytes(self) -> int:
        return values.most_bytes(self.question.wording) // 1_000_000

    @property
    def most(self) -> int | None:
        """The longest text."""
        most: int | None = self.question.wording.limits.get("most")
        return most

    @property
    def shown_as(self) -> str:
        """The answer in words, for the check of the answers; what cannot be read stands as it was typed."""
        try:
            value = values.read(self.question.wording, self.typed, is_required=False)
        except Refused:
            return ", ".join(self.typed)
        if isinstance(value, File):
            return value.name
        return "" if value is None else values.text(self.question.wording, value, language.current())


@dataclass(frozen=True)
class FieldsOfPart:
    """The fields under one heading."""

    part: Part
    fields: Sequence[QuestionField]

    @property
    def id(self) -> str:
        return f"part-{self.part.section.id if self.part.section else 0}"

    @property
    def title(self) -> str:
        if self.part.section is None:
            return str(_("Questions of the organiser"))
        return values.said(self.part.section.title, language.current())

    @property
    def is_shown(self) -> bool:
        return any(field.is_shown for field in self.fields)


class QuestionFields:
    """The questions of one form, with what was typed and what is wrong.

    Where they are asked about several people on one page, `prefix` parts one person's fields from another's.
    """

    def __init__(self, form: Form, typed: Typed, sent: "Sent | None" = None, prefix: str = "") -> None:
        self.form, self.typed, self.sent, self.prefix = form, typed, sent, prefix
        self.reading = form.read(typed)
        shown = {question.id for question in self.reading.shown}
        self.fields = [
            QuestionField(question, typed.get(question.name, ()), is_shown=question.id in shown, prefix=prefix)
            for question in form.questions
        ]
        for one in self.fields:
            if one.asks is Asks.FILE and one.is_shown:
                one.file = self.reading.values.get(one.question.id)

    def __iter__(self) -> Iterator[QuestionField]:
        """Those that apply."""
        return (one for one in self.fields if one.is_shown)

    def __bool__(self) -> bool:
        return bool(self.fields)

    @property
    def parts(self) -> list[FieldsOfPart]:
        by_id = {one.question.id: one for one in self.fields}
        return [FieldsOfPart(part, [by_id[question.id] for question in part.questions]) for part in self.form.parts]

    @property
    def has_conditions(self) -> bool:
        return any(question.shown_when_id for question in self.form.questions)

    @property
    def has_files(self) -> bool:
        return any(question.asks is Asks.FILE for question in self.form.questions)

    @property
    def further(self) -> list[QuestionField]:
        """What the answers call for and the page that was sent did not ask yet."""
        if self.sent is None:
            return []
        return [one for one in self if one.question.name not in self.sent.asked]

    def validate(self) -> bool:
        """Say at the fields what is wrong; what was not asked yet is not wrong."""
        refused = {**self.reading.refusals, **(self.sent.refusals if self.sent else {})}
        new = {one.id for one in self.further}
        for one in self:
            if one.question.name in refused and one.id not in new:
                one.errors = [refused[one.question.name].message]
        return not any(one.errors for one in self) and not new

    def by_name(self, name: str) -> QuestionField | None:
        """The field of a refusal, which knows no prefix."""
        return next((one for one in self if one.question.field == name), None)

    def condition_of(self, one: QuestionField) -> str:
        """The name of the question that this one depends on; empty for one that is always shown."""
        source = self.form.by_id(one.question.shown_when_id)
        return f"{self.prefix}{source.field}" if source else ""

    @property
    def given(self) -> Typed:
        """What the acts take: the answers to the questions that apply."""
        return {one.question.name: list(one.typed) for one in self}


@dataclass(frozen=True)
class Sent:
    """The questions' part of a form that was sent: what was typed, what the page asked, and which files were refused."""

    typed: Typed
    asked: frozenset[str]
    refusals: Mapping[str, Refused]


def blank(event: Event, typed: Typed | None = None) -> QuestionFields:
    """The questions of an event before they are answered, or with the answers that somebody gave before."""
    return QuestionFields(forms.of(event), typed or {})


def sent(event: Event, *, keeps_files: bool = True) -> QuestionFields:
    """The questions with what was sent; new files are kept, so that they need not be chosen again."""
    form = forms.of(event)
    if not form.questions:
        return QuestionFields(form, {})
    typed = posted(form)
    refusals: dict[str, Refused] = {}
    for question in form.questions if keeps_files else ():
        if question.asks is Asks.FILE:
            take_file(question, typed, refusals)
    return QuestionFields(form, typed, Sent(typed, frozenset(request.form.getlist("asked")), refusals))


def about(form: Form, prefix: str, typed: Typed | None = None) -> QuestionFields:
    """The questions about one of several people, as they were sent, or as `typed` where the person is new or moved up."""
    if typed is not None:
        return QuestionFields(form, typed, prefix=prefix)
    typed = posted(form, prefix)
    return QuestionFields(form, typed, Sent(typed, frozenset(request.form.getlist(f"{prefix}asked")), {}), prefix)


def posted(form: Form, prefix: str = "") -> dict[str, list[str]]:
    """What was typed, by the names of the questions."""
    names = [question.name for question in form.questions]
    return {name: request.form.getlist(f"{prefix}{FIELD}{name}")[:MOST_ANSWERS] for name in names}


def take_file(question: Question, typed: dict[str, list[str]], refusals: dict[str, Refused]) -> None:
    """The key of the file that was sent, in place of the former one; a file that is refused leaves the former where it was."""
    name = question.name
    if request.form.get(f"{question.field}{GONE}"):
        typed[name] = []
    upload = request.files.get(question.field)
    if upload is None or not upload.filename:
        return
    try:
        typed[name] = [kept(question, upload)]
    except Refused as refusal:
        refusals[name] = Refused(refusal.message, question.field)


def kept(question: Question, upload: FileStorage) -> str:
    """The key of a new file; raises `Refused`."""
    content = upload.stream.read(values.most_bytes(question.wording) + 1)
    with transaction():
        return answered.keep_file(question, upload.filename or "", content)


def takes_files(pages: Blueprint, name: str, event_of: Callable[[dict[str, Any]], Event]) -> None:
    """Let this page be sent as much as the files that the event's form asks for; only a larger request looks that up."""
    endpoint_of_form = f"{pages.name}.{name}"

    @pages.url_value_preprocessor
    def allow(endpoint: str | None, given: dict[str, Any] | None) -> None:
        usual = int(current_app.config["MAX_CONTENT_LENGTH"])
        if endpoint == endpoint_of_form and (request.content_length or 0) > usual:
            request.max_content_length = usual + most_at_once(event_of(given or {}))


def most_at_once(event: Event) -> int:
    """The bytes of all files of one form, twice, so that the form itself refuses one that is somewhat too large."""
    asked = (question for question in forms.of(event).questions if question.asks is Asks.FILE)
    return sum(2 * values.most_bytes(question.wording) for question in asked)


def answers(registration: Registration) -> QuestionFields:
    """The questions with somebody's own answers."""
    return blank(registration.event, answered.as_typed(registration))
