"""An organiser's own words in a letter: text with placeholders and light Markdown, checked when typed, filled in at last."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from textwrap import wrap

from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup, escape

from app import prose
from app.errors import Refused

PLACEHOLDER = re.compile(r"\{([^{}\n]*)\}")
BRACE = re.compile(r"[{}]")
LINK = re.compile(r"\[([^\]\n]*)\]\(([^()\s]*)\)")
BARE_ADDRESS = re.compile(r"(?<![\w(<\[/])https?://[^\s<>()\[\]{}]*[^\s<>()\[\]{}.,;:!?]")
BOLD = re.compile(r"\*\*(.+?)\*\*")
LABELS = {"my_link": _l("My registration"), "join_link": _l("Meeting link")}
"""The placeholders that are links, with the words under which they stand where the organiser gives none."""

NOWHERE = "https://placeholder.invalid/"
STANDS_FOR = re.compile(rf"{re.escape(NOWHERE)}(\w+)|\{{([\w.]+)\}}")
WIDTH = 72
LEAST_LIKENESS = 0.5
NEAR = 15


@dataclass(frozen=True)
class Source:
    """What the organiser typed, and in which language."""

    subject: str
    body: str
    language: str


@dataclass(frozen=True)
class Words:
    """What the reader sees; an empty subject or text leaves the standard one in its place."""

    subject: str
    text: str
    html: Markup
    language: str


def check_subject(subject: str, allowed: Collection[str], field: str) -> None:
    """Raises `Refused` at `field`. A link never stands in a subject, which shows on locked screens."""
    check(subject, [name for name in allowed if name not in LABELS], field)


def check(text: str, allowed: Collection[str], field: str) -> None:
    """Raises `Refused` at `field` for a placeholder that there is not in this letter, and for a brace that stands alone."""
    for link in LINK.finditer(text):
        check_address(link[2], field)
    for found in PLACEHOLDER.finditer(text):
        if found[1] not in allowed:
            raise Refused(unknown(found[0], found[1], allowed), field)
    rest = PLACEHOLDER.sub(lambda found: " " * len(found[0]), text)
    if alone := BRACE.search(rest):
        near = text[max(0, alone.start() - NEAR) : alone.end() + NEAR]
        raise Refused(
            _("A brace stands alone here: “%(near)s”. Write a placeholder like {name}.", near=" ".join(near.split())), field
        )


def check_address(address: str, field: str) -> None:
    if BRACE.search(address) and address.strip("{}") not in LABELS:
        raise Refused(_("As the address of a link only {my_link} and {join_link} can stand."), field)


def unknown(written: str, name: str, allowed: Collection[str]) -> str:
    """The sentence about a placeholder that this letter does not know, with the nearest one that it does."""
    if nearest := get_close_matches(name.strip().casefold(), allowed, 1, LEAST_LIKENESS):
        said = {"written": written, "nearest": f"{{{nearest[0]}}}"}
        return str(_("This letter has no placeholder %(written)s. Did you mean %(nearest)s?", **said))
    known = ", ".join(f"{{{name}}}" for name in allowed)
    return str(_("This letter has no placeholder %(written)s. There are: %(known)s.", written=written, known=known))


def fill(source: Source, values: Mapping[str, str]) -> Words:
    """The words with these values, which are only words: nothing in them is markup. A link's value is its address."""
    subject = " ".join(filled(source.subject, values).split())
    return Words(subject, as_text(source.body, values), as_html(source, values), source.language)


def filled(text: str, values: Mapping[str, str]) -> str:
    return PLACEHOLDER.sub(lambda found: values.get(found[1], ""), text)


def as_text(body: str, values: Mapping[str, str]) -> str:
    """Plain text, 72 signs wide; a link's address follows its words."""
    bare = BOLD.sub(r"\1", LINK.sub(r"\1: \2", body.strip()))
    return "\n".join(wrapped(line) for line in filled(bare, values).splitlines())


def wrapped(line: str) -> str:
    indent = "  " if line.startswith(("- ", "* ")) else ""
    return "\n".join(wrap(line, WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False))


def as_html(source: Source, values: Mapping[str, str]) -> Markup:
    """Safe HTML. The Markdown is read before anything is filled in, so that no name or title can mean markup."""
    with force_locale(source.language):
        skeleton = prose.html(prepared(source.body))

    def value(found: re.Match[str]) -> str:
        return str(escape(values.get(found[1] or found[2], "")))

    return Markup(STANDS_FOR.sub(value, skeleton))  # noqa: S704 - safe HTML, and what is put into it is escaped


def prepared(body: str) -> str:
    """The text with an address in place of each link, every line's end kept, and bare addresses marked as links."""
    text = re.sub(r"\]\(\{(\w+)\}\)", rf"]({NOWHERE}\1)", body.strip())
    for name, label in LABELS.items():
        text = text.replace(f"{{{name}}}", f"[{label}]({NOWHERE}{name})")
    text = BARE_ADDRESS.sub(r"<\g<0>>", text)
    return re.sub(r"(?<=\S)[ \t]*\r?\n(?=\S)", "  \n", text)
