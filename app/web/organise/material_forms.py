"""The form of a material: where it leads, and what is said of it."""

from typing import Any

from babel import Locale
from flask import request
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import CombinedMultiDict, FileStorage, MultiDict
from wtforms import (  # type: ignore[attr-defined]  # SelectChoice is newer than the types
    Field,
    FileField,
    Form,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    ValidationError,
)

from app.agenda import link_texts, materials
from app.agenda.materials import Described, Upload
from app.agenda.models import Material, MaterialKind, Session, Visibility
from app.errors import Refused
from app.files import kinds
from app.web.files import most_bytes
from app.web.organise.forms import DeskForm
from app.web.words import WORDS

VISIBILITIES = {
    Visibility.PUBLIC: _l("Now, to anybody"),
    Visibility.REGISTERED: _l("Now, to people who have a place, on the page of their registration"),
    Visibility.AFTER: _l("After the meeting, to anybody"),
}


class MaterialForm(DeskForm):
    """A material, new or changed. `upload` is the file that was sent, once the form is validated."""

    class Meta(DeskForm.Meta):
        def wrap_formdata(self, form: Form, formdata: object) -> MultiDict[str, Any] | None:
            """Files too, which other forms do not take."""
            return CombinedMultiDict([request.files, request.form]) if request.method == "POST" else None

    file = FileField(_l("File"), render_kw={"accept": kinds.ACCEPT})
    url = StringField(_l("Address of a link"), render_kw={"inputmode": "url"})
    title = StringField(_l("What is it?"))
    kind = SelectField(_l("Kind"), validate_choice=False)
    language = SelectField(_l("Language"), validate_choice=False)
    session = SelectField(_l("Belongs to"), validate_choice=False)
    visibility = RadioField(_l("Who sees it, and when"), validate_choice=False)

    upload: Upload | None = None

    def prepare(self, sessions: list[Session], material: Material | None) -> None:
        """Give the choices, and let an untouched form show what is there."""
        self.material = material
        self.kind.choices = [SelectChoice(kind.value, WORDS[MaterialKind, kind]) for kind in MaterialKind]
        self.language.choices = [SelectChoice(code, language_name(code)) for code in materials.LANGUAGES]
        whole = SelectChoice("", _l("The whole event"))
        self.session.choices = [whole, *(SelectChoice(str(session.id), label(session)) for session in sessions)]
        self.visibility.choices = [SelectChoice(value.value, words) for value, words in VISIBILITIES.items()]

    @property
    def sent_file(self) -> FileStorage | None:
        """The file field as a browser sends it; one that was left alone has no name."""
        return self.file.data if isinstance(self.file.data, FileStorage) and self.file.data.filename else None

    @property
    def leads_to(self) -> str:
        """What a text can be suggested from."""
        if self.sent_file is not None:
            return str(self.sent_file.filename)
        former = self.material.file.name if self.material and self.material.file else ""
        return self.url.data or former

    @property
    def is_other_address(self) -> bool:
        """Whether an address was typed that is not the one that the material has already."""
        return bool(self.url.data) and not (self.material and self.material.url == self.url.data)

    def validate_file(self, field: Field) -> None:
        if self.sent_file is None:
            if not self.url.data and not (self.material and self.material.file):
                raise ValidationError(_("Choose a file or give an address"))
            return
        name, content = str(self.sent_file.filename), self.sent_file.read()
        try:
            self.upload = Upload(name, kinds.media_type(name, content, most_bytes()), content)
        except Refused as refusal:
            raise ValidationError(refusal.message) from refusal

    def validate_url(self, field: Field) -> None:
        field.data = (field.data or "").strip()
        if not field.data:
            return
        if self.sent_file is not None and self.is_other_address:
            raise ValidationError(_("Give an address or choose a file, one of the two"))
        try:
            field.data = materials.address(field.data)
        except Refused as refusal:
            raise ValidationError(refusal.message) from refusal

    def validate_title(self, field: Field) -> None:
        try:
            field.data = link_texts.cleaned(field.data or "", leads_to=self.leads_to)
        except Refused as refusal:
            raise ValidationError(refusal.message) from refusal

    def validate(self, extra_validators: Any = None) -> bool:
        """A browser keeps no file in a form that comes back, so it is asked for again."""
        is_good = bool(super().validate(extra_validators))
        if not is_good and self.upload is not None and not self.file.errors:
            self.file.errors = [_("Choose the file once more: a form that comes back cannot keep it")]
        return is_good

    @property
    def described(self) -> Described:
        session_id = self.session.data or ""
        return Described(
            title=self.title.data or "",
            kind=MaterialKind(self.kind.data) if self.kind.data in set(MaterialKind) else MaterialKind.DOCUMENT,
            language=self.language.data if self.language.data in materials.LANGUAGES else materials.LANGUAGES[0],
            visibility=Visibility(self.visibility.data) if self.visibility.data in set(Visibility) else Visibility.REGISTERED,
            session_id=int(session_id) if session_id.isdecimal() and len(session_id) < 10 else None,
        )

    @property
    def destination(self) -> dict[str, Any]:
        """Where it leads, for `materials.add` and `change`; nothing where that stays as it is."""
        if self.upload is not None:
            return {"upload": self.upload}
        return {"url": self.url.data} if self.is_other_address else {}


def language_name(code: str) -> str:
    """polski / Polish"""
    return str(Locale.parse(code).get_display_name(get_locale()))


def label(session: Session) -> str:
    """10:00 Prezentacja wyników badania"""
    starts = session.local_starts_at
    day = "" if session.event.takes_one_day else f"{starts.day}.{starts.month:02d}, "
    return f"{day}{starts.hour}:{starts.minute:02d} {session.title}"
