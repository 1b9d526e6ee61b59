"""Fields about a person, the same for the organiser and for the person: name, texts in two languages, links, a photo."""

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import CombinedMultiDict, FileStorage, MultiDict
from wtforms import Field, FileField, Form, StringField, TextAreaField, ValidationError

from app.agenda import people
from app.agenda.models import Person
from app.errors import Refused
from app.files import images
from app.files.images import Picture
from app.web.forms import PostedForm

PICTURES = "image/jpeg,image/png,image/webp"
MOST_AT_ONCE = 3 * images.MOST_BYTES


def takes_pictures(pages: Blueprint, *names: str) -> None:
    """Let these pages be sent pictures: more than is taken, so that one that is too large is refused by the form itself."""
    endpoints = {f"{pages.name}.{name}" for name in names}

    @pages.url_value_preprocessor
    def allow(endpoint: str | None, values: object) -> None:
        if endpoint in endpoints:
            request.max_content_length = MOST_AT_ONCE


class PictureForm(PostedForm):
    """A form to which a picture belongs. `picture` is the one that was sent, once the form is validated."""

    class Meta(PostedForm.Meta):
        def wrap_formdata(self, form: Form, formdata: object) -> MultiDict[str, Any] | None:
            """Files too, which other forms do not take; none for a form that is beside the one that was sent."""
            is_sent = request.method == "POST" and formdata is not None
            return CombinedMultiDict([request.files, request.form]) if is_sent else None

    photo = FileField(_l("Photo"), render_kw={"accept": PICTURES})
    picture: Picture | None = None

    @property
    def sent_file(self) -> FileStorage | None:
        """The file field as a browser sends it; one that was left alone has no name."""
        return self.photo.data if isinstance(self.photo.data, FileStorage) and self.photo.data.filename else None

    def validate_photo(self, field: Field) -> None:
        if self.sent_file is None:
            return
        try:
            self.picture = images.clean(self.sent_file.read(images.MOST_BYTES + 1))
        except Refused as refusal:
            raise ValidationError(refusal.message) from refusal

    def validate(self, extra_validators: Any = None) -> bool:
        """A browser keeps no file in a form that comes back, so it is asked for again."""
        is_good = all([super().validate(extra_validators), self.agrees()])
        if not is_good and self.picture is not None and not self.photo.errors:
            self.photo.errors = [_("Choose the picture once more: a form that comes back cannot keep it")]
        return is_good

    def agrees(self) -> bool:
        """Whether the answers fit one another; says at the fields what does not."""
        return True


def typed(clean: Any) -> Any:
    """A validator that puts the clean value in place of the typed one, or says what is wrong with it."""

    def check(form: Form, field: Field) -> None:
        try:
            field.data = clean(field.data or "")
        except Refused as refusal:
            raise ValidationError(refusal.message) from refusal

    return check


class PersonFields(PictureForm):
    """What is asked of a person wherever it is asked."""

    name = StringField(_l("First name and surname"), [typed(people.name)])
    bio_pl = TextAreaField(_l("Note in Polish"), [typed(people.bio)])
    bio_en = TextAreaField(_l("Note in English"), [typed(people.bio)])
    photo_alt = StringField(_l("What the photo shows"), [typed(people.alt)])

    @property
    def rows(self) -> list[tuple[Field, Field]]:
        """The fields of the links that are to be shown: those in use, and two more."""
        pairs = list(self.pairs())
        used = max((number for number, pair in enumerate(pairs, 1) if any(one.data or one.errors for one in pair)), default=0)
        return pairs[: used + 2]

    def pairs(self) -> Iterator[tuple[Field, Field]]:
        for number in range(people.MOST_LINKS):
            yield self[f"link_title_{number}"], self[f"link_url_{number}"]

    @property
    def links(self) -> list[dict[str, str]]:
        found = (people.link(title.data or "", url.data or "") for title, url in self.pairs())
        return [link for link in found if link]

    @property
    def bios(self) -> dict[str, str]:
        return {"pl": self.bio_pl.data or "", "en": self.bio_en.data or ""}

    def agrees(self) -> bool:
        for title, url in self.pairs():
            try:
                people.link(title.data or "", url.data or "")
            except Refused as refusal:
                field = url if refusal.field == "url" else title
                field.errors = [refusal.message]
        if self.needs_alt and not self.photo_alt.data and not self.photo_alt.errors:
            self.photo_alt.errors = [_("Describe the photo in a few words for those who cannot see it")]
        return not self.errors

    @property
    def needs_alt(self) -> bool:
        return self.picture is not None


for number in range(people.MOST_LINKS):
    setattr(PersonFields, f"link_title_{number}", StringField(_l("Text of the link")))
    setattr(PersonFields, f"link_url_{number}", StringField(_l("Address of the link"), render_kw={"inputmode": "url"}))


def as_typed(links: list[dict[str, str]]) -> dict[str, str]:
    """Links as the fields of the form."""
    titles = {f"link_title_{number}": link["title"] for number, link in enumerate(links)}
    return titles | {f"link_url_{number}": link["url"] for number, link in enumerate(links)}


def of_person(person: Person) -> dict[str, str]:
    """What the form shows of somebody in the register."""
    texts = {f"{column}_{language}": text for language, of in people.texts_of(person).items() for column, text in of.items()}
    return {"name": person.name, "photo_alt": person.photo_alt, **texts, **as_typed(person.links or [])}
