"""Atom feeds (RFC 4287), written by the standard library's XML writer: the same facts are the same bytes."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from urllib.parse import quote
from xml.etree import ElementTree as ET

NAMESPACE = "http://www.w3.org/2005/Atom"
MIMETYPE = "application/atom+xml"
UNWRITABLE = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold, whatever it is escaped as."""


@dataclass(frozen=True)
class Entry:
    """One thing that happened; `content` is HTML."""

    id: str
    title: str
    updated: datetime
    url: str
    content: str


@dataclass(frozen=True)
class Feed:
    """A feed, its entries the newest first."""

    id: str
    title: str
    updated: datetime
    url: str
    page_url: str
    author: str
    language: str
    entries: Sequence[Entry]


def tag(uid: str, since: date, *path: str) -> str:
    """An id for ever (RFC 4151), of something whose UID names the domain that gave it."""
    name, _at, domain = uid.partition("@")
    return f"tag:{domain or 'plenum'},{since.isoformat()}:{quote('/'.join((name, *path)))}"


def write(feed: Feed) -> bytes:
    root = ET.Element("feed", {"xmlns": NAMESPACE, "xml:lang": feed.language})
    say(root, "id", feed.id)
    say(root, "title", feed.title)
    say(root, "updated", moment(feed.updated))
    say(ET.SubElement(root, "author"), "name", feed.author)
    ET.SubElement(root, "link", {"rel": "self", "type": MIMETYPE, "href": feed.url})
    ET.SubElement(root, "link", {"rel": "alternate", "type": "text/html", "href": feed.page_url})
    for entry in feed.entries:
        write_entry(ET.SubElement(root, "entry"), entry)
    ET.indent(root, "")
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))


def write_entry(element: ET.Element, entry: Entry) -> None:
    say(element, "id", entry.id)
    say(element, "title", entry.title)
    say(element, "updated", moment(entry.updated))
    ET.SubElement(element, "link", {"rel": "alternate", "type": "text/html", "href": entry.url})
    say(element, "content", entry.content, type="html")


def say(parent: ET.Element, name: str, text: str, **attributes: str) -> None:
    ET.SubElement(parent, name, attributes).text = UNWRITABLE.sub("", text)


def moment(at: datetime) -> str:
    """A moment by RFC 3339, in UTC."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
