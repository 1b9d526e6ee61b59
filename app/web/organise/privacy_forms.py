"""Forms of the desk on personal data: a text in both languages, and how long data is kept."""

from collections.abc import Callable, Mapping
from typing import Any, cast

from flask_babel import lazy_gettext as _l
from wtforms import Field, Form, StringField, TextAreaField, ValidationError

from app.events.words import line
from app.privacy import retention
from app.web.organise.forms import DeskForm, cleaned

LONGEST_LABEL = 500
LONGEST_TEXT = 20_000


def needed(most: int) -> Callable[[Form, Field], None]:
    def check(form: Form, field: Field) -> None:
        if not (field.data or "").strip():
            raise ValidationError(_l("Write the text in both languages"))
        if len(field.data) > most:
            raise ValidationError(_l("This is too long"))

    return check


class TextForm(DeskForm):
    """A text that people take note of."""

    text_pl = TextAreaField(_l("Text in Polish"), [needed(LONGEST_TEXT)], render_kw={"rows": 14})
    text_en = TextAreaField(_l("Text in English"), [needed(LONGEST_TEXT)], render_kw={"rows": 14})

    @property
    def words(self) -> dict[str, str]:
        """What `consent.publish` takes."""
        return {name: tidy(field.data or "") for name, field in self._fields.items()}


class ConsentForm(TextForm):
    """A consent that may be given or not."""

    label_pl = StringField(_l("What one ticks, in Polish"), [needed(LONGEST_LABEL)])
    label_en = StringField(_l("What one ticks, in English"), [needed(LONGEST_LABEL)])


def tidy(text: str) -> str:
    """The text without the signs and spaces that a paste brings along; its lines stay."""
    return "\n".join(line(part) for part in text.splitlines()).strip()


def retention_form(whole: int | None, by_question: Mapping[int, tuple[str, int | None]]) -> DeskForm:
    """How many days everything is kept, and the answers to each question; fields stand in the order in which they are made."""
    days = [cleaned(retention.number)]
    everything = StringField(_l("Everything about participants, days after the event"), days)
    asked = {f"question-{number}": StringField(label, days) for number, (label, _days) in by_question.items()}
    made: Any = type("RetentionForm", (DeskForm,), {"whole": everything, **asked})
    stored = {f"question-{number}": limit for number, (_label, limit) in by_question.items()}
    return cast(DeskForm, made(data={"whole": whole, **stored}))
