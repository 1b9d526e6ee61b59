"""Reads a page as a visitor does: its words, its links, and the data that it carries for machines."""

import json
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from werkzeug.test import TestResponse

UNSAID = {"script", "style", "title"}
INLINE = {"a", "b", "i", "s", "small", "span", "time"}
VOID = {"br", "hr", "img", "input", "link", "meta", "path"}


@dataclass
class Reading(HTMLParser):
    """What stands on a page; `text` has single spaces."""

    answer: TestResponse
    tags: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    title: str = ""
    data: list[dict[str, Any]] = field(default_factory=list)
    open_tags: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self.feed(self.answer.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append((tag, given))
        self.words += [] if tag in INLINE else [" "]
        if tag not in VOID:
            self.open_tags.append((tag, given.get("type") or ""))

    def handle_endtag(self, tag: str) -> None:
        while self.open_tags and self.open_tags.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        tag, kind = self.open_tags[-1] if self.open_tags else ("", "")
        if tag == "title":
            self.title += data
        elif kind == "application/ld+json":
            self.data.append(json.loads(data))
        elif tag not in UNSAID:
            self.words.append(data)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", "".join(self.words)).strip()

    @property
    def links(self) -> list[str]:
        return [given["href"] or "" for tag, given in self.tags if tag == "a" and "href" in given]

    @property
    def ids(self) -> list[str]:
        return [given["id"] or "" for _, given in self.tags if "id" in given]

    def all(self, tag: str, **attributes: str) -> list[dict[str, str | None]]:
        """The attributes of every such element."""
        return [given for name, given in self.tags if name == tag and attributes.items() <= given.items()]

    def meta(self, name: str) -> str | None:
        """A `meta` element's content, by its name or property."""
        return next(
            (given.get("content") for given in self.all("meta") if name in {given.get("name"), given.get("property")}), None
        )
