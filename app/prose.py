"""Text that people write in Markdown, as safe HTML and as plain words."""

from collections.abc import Iterator, Sequence
from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup, escape

TOP_HEADING = 3
"""The level of `#`: a page has its own title and the titles of its sections."""
TAGS = {"p", "h3", "h4", "h5", "h6", "ul", "ol", "li", "strong", "em", "a", "br", "hr", "blockquote", "code", "pre"}
ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
SCHEMES = {"http", "https", "mailto"}
BREAKS = {"softbreak": " ", "hardbreak": "\n"}

COMMONMARK = MarkdownIt("commonmark", {"html": False})
COMMONMARK.add_render_rule("image", lambda renderer, tokens, number, options, env: escape(tokens[number].content))


@lru_cache(maxsize=512)
def html(text: str) -> Markup:
    """CommonMark as HTML: no raw HTML, no pictures, links only to web and mail addresses, headings from `TOP_HEADING` down."""
    tokens = [lowered(token) for token in COMMONMARK.parse(text)]
    written = COMMONMARK.renderer.render(tokens, COMMONMARK.options, {})
    return Markup(nh3.clean(written, tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel=None).strip())  # noqa: S704 - cleaned just here


def lowered(token: Token) -> Token:
    """A heading some levels down."""
    if token.type in {"heading_open", "heading_close"}:
        token.tag = f"h{min(6, int(token.tag[1]) + TOP_HEADING - 1)}"
    return token


@lru_cache(maxsize=512)
def plain(text: str) -> str:
    """The words alone, a paragraph a line, for calendars and for summaries in search engines."""
    lines = (words(token.children or []) for token in COMMONMARK.parse(text) if token.type == "inline")
    return "\n".join(line for line in lines if line)


def words(tokens: Sequence[Token]) -> str:
    return "".join(pieces(tokens)).strip()


def pieces(tokens: Sequence[Token]) -> Iterator[str]:
    """What is read of the tokens of one line; a picture has its alternative text as content."""
    for token in tokens:
        yield BREAKS.get(token.type, token.content)
