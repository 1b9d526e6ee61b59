"""Reads the forms of a page and fills them in as a browser would."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlencode

Attributes = dict[str, str | None]


@dataclass
class Form:
    """One form of a page: where it goes, and what a browser would send of it as it stands."""

    action: str
    method: str
    values: list[tuple[str, str]] = field(default_factory=list)
    boxes: list[tuple[str, str]] = field(default_factory=list)
    buttons: list[tuple[str, str]] = field(default_factory=list)

    def filled(self, button: str | None = None, /, **answers: str | None) -> str:
        """The body to send: these answers over what stands, and the named button's value (`step=register`) pressed.

        `None` leaves a field out.
        """
        kept = [(name, value) for name, value in self.values if name not in answers]
        given = [(name, value) for name, value in answers.items() if value is not None]
        name, _, value = (button or "").partition("=")
        return urlencode([*kept, *given, *([(name, value)] if button else [])])


class Reader(HTMLParser):
    """Collects the forms of a page; what lies in a template is not of the page."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.inside = False
        self.templates = 0
        self.area: str | None = None
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self.forms.append(Form(given.get("action") or "", (given.get("method") or "get").lower()))
            self.inside = True
        elif tag == "template":
            self.templates += 1
        elif self.templates:
            return
        elif self.inside and (name := given.get("name")):
            self.take(tag, name, given)
        elif self.inside and tag == "option" and "selected" in given:
            self.forms[-1].values[-1] = (self.forms[-1].values[-1][0], given.get("value") or "")

    def take(self, tag: str, name: str, given: Attributes) -> None:
        form, value = self.forms[-1], given.get("value") or ""
        kind = given.get("type", "submit" if tag == "button" else "text")
        if tag == "textarea":
            self.area, self.text = name, ""
        elif kind in {"submit", "image", "button"}:
            form.buttons.append((name, value))
        elif kind in {"checkbox", "radio"}:
            form.boxes.append((name, value or "on"))
            form.values += [(name, value or "on")] if "checked" in given else []
        elif tag in {"input", "select"}:
            form.values.append((name, value))

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = False
        elif tag == "template":
            self.templates -= 1
        elif tag == "textarea" and self.area:
            self.forms[-1].values.append((self.area, self.text))
            self.area = None


def forms_of(page: str) -> list[Form]:
    """The forms of a page, in their order."""
    reader = Reader()
    reader.feed(page)
    return reader.forms


def form_with(page: str, name: str) -> Form:
    """The form that has a field or a button of this name."""
    return next(form for form in forms_of(page) if name in names_of(form))


def names_of(form: Form) -> Iterator[str]:
    for name, _ in (*form.values, *form.boxes, *form.buttons):
        yield name
