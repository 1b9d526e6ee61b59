"""Content in the reader's language, with the mark of the language it is in where that is another one."""

from flask import Flask
from flask_babel import get_locale
from markupsafe import Markup, escape

from app import prose
from app.events.translations import Said, Translated


def spoken(row: Translated, name: str) -> Said:
    """A text of the row in the language of the page or the letter, else in the original."""
    return row.said(name, readers())


def readers() -> str:
    """The language of the page or the letter that is being written."""
    locale = get_locale()
    return locale.language if locale else "pl"


def said(row: Translated, name: str) -> Markup:
    """A text for the middle of a line."""
    words = spoken(row, name)
    return marked("span", words, escape(words.text))


def told(row: Translated, name: str) -> Markup:
    """A text written in Markdown, as a block."""
    words = spoken(row, name)
    return marked("div", words, prose.html(words.text))


def text_of(row: Translated, name: str) -> str:
    """The words alone, for titles and attributes and for letters without marks."""
    return spoken(row, name).text


def marked(element: str, words: Said, content: Markup) -> Markup:
    """The content, inside an element that says its language where it is not the reader's."""
    if words.language == readers() or not content:
        return content
    return Markup(f'<{element} lang="%s">%s</{element}>') % (words.language, content)  # noqa: S704 - the element is ours


def init(app: Flask) -> None:
    app.jinja_env.globals.update(said=said, told=told, text_of=text_of, spoken=spoken)
