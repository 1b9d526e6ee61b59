"""Materials of an event and of its sessions: adding, changing, putting in order, and who may have which file."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import joinedload

from app.agenda.models import Material, MaterialKind, Session, Visibility
from app.db import db
from app.errors import Refused
from app.events.models import Event
from app.files import store
from app.files.models import File

LANGUAGES = ("pl", "en", "cs", "sk", "hu", "de", "fr", "uk", "lt", "es", "it")
LONGEST_ADDRESS = 2000
UNFIT = re.compile(r"[\s\x00-\x20<>\"\\^`{|}]")


@dataclass(frozen=True)
class Upload:
    """A file that somebody sent: its name, its media type by its content, and its bytes."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True)
class Described:
    """What is said of a material beside where it leads."""

    title: str
    kind: MaterialKind
    language: str
    visibility: Visibility
    session_id: int | None


def address(text: str) -> str:
    """A link's address: of the web, whole, with no name and password in it. Raises `Refused`."""
    text = text.strip()
    if len(text) > LONGEST_ADDRESS:
        raise Refused(_("Use at most %(num)d characters", num=LONGEST_ADDRESS), "url")
    try:
        parts = urlsplit(text)
        is_whole = parts.scheme in {"http", "https"} and "." in (parts.hostname or "") and parts.port != 0
    except ValueError:
        is_whole = False
    if not is_whole or UNFIT.search(text):
        raise Refused(_("Give the whole address, beginning with https://"), "url")
    if parts.username is not None:
        raise Refused(_("Give the address without a name and a password in it"), "url")
    return text


def of_event(event: Event) -> Sequence[Material]:
    """Every material of the event, each with its session, in their order."""
    query = sa.select(Material).where(Material.event_id == event.id).options(joinedload(Material.session))
    return db.session.scalars(query.order_by(Material.rank, Material.id)).all()


def by_id(event: Event, material_id: int) -> Material:
    """One of the event's materials; raises `NoResultFound`."""
    return db.session.execute(sa.select(Material).where(Material.event_id == event.id, Material.id == material_id)).scalar_one()


def add(event: Event, described: Described, *, url: str | None = None, upload: Upload | None = None) -> Material:
    """Add a link or a file at the end."""
    material = Material(event_id=event.id, rank=after_the_last(event))
    describe(material, event, described)
    lead(material, event, url=url, upload=upload)
    db.session.add(material)
    return material


def change(
    material: Material, event: Event, described: Described, *, url: str | None = None, upload: Upload | None = None
) -> None:
    """Change what is said; with an address or a file, also where it leads. A file that was replaced is forgotten."""
    describe(material, event, described)
    if url is not None or upload is not None:
        former = material.file
        lead(material, event, url=url, upload=upload)
        db.session.flush()
        forget(former)


def describe(material: Material, event: Event, described: Described) -> None:
    """Raises `Refused` where the session is of another event."""
    if described.session_id is not None:
        query = sa.select(Session.id).where(Session.id == described.session_id, Session.event_id == event.id)
        if db.session.scalar(query) is None:
            raise Refused(_("This part of the agenda is no longer there. Choose another."), "session")
    material.title = described.title
    material.kind = described.kind
    material.language = described.language
    material.visibility = described.visibility
    material.session_id = described.session_id


def lead(material: Material, event: Event, *, url: str | None, upload: Upload | None) -> None:
    """Let it lead to an address or to a file; raises `Refused` unless it is to one of them."""
    if (url is None) is (upload is None):
        raise Refused(_("Give an address or choose a file, one of the two"), "url")
    if url is not None and is_meeting(url, event):
        raise Refused(
            _("This is the link to the meeting. It belongs in the settings, where only registered people get it."), "url"
        )
    file = store.put(upload.name, upload.media_type, upload.content) if upload else None
    material.url, material.file_id = url, file.id if file else None
    material.file = file


def is_meeting(url: str, event: Event) -> bool:
    """Whether the address is the meeting's, which stands on no public page."""
    return bool(event.meeting_url) and without_query(url) == without_query(event.meeting_url or "")


def without_query(url: str) -> str:
    return url.partition("?")[0].rstrip("/")


def move(material: Material, event: Event, by: int) -> None:
    """One place up (-1) or down (1) among the event's materials; at the end of the list nothing happens."""
    order = list(of_event(event))
    place = order.index(material)
    if 0 <= place + by < len(order):
        order.insert(place + by, order.pop(place))
    for rank, one in enumerate(order, 1):
        one.rank = rank


def remove(material: Material) -> None:
    """Take a material away, with its file."""
    file = material.file
    db.session.delete(material)
    db.session.flush()
    forget(file)


def forget(file: File | None) -> None:
    """Forget a file, unless something else refers to it too."""
    if file is not None and not store.is_needed(file):
        store.remove(file)


def after_the_last(event: Event) -> int:
    return 1 + (db.session.scalar(sa.select(sa.func.max(Material.rank)).where(Material.event_id == event.id)) or 0)


def may_be_seen(material: Material, event: Event, *, registered: bool) -> bool:
    """Whether the reader may have it now: anybody, or whoever has a place."""
    if material.visibility is Visibility.REGISTERED:
        return registered
    return material.visibility is Visibility.PUBLIC or event.is_over


def file_for(event: Event, material_id: int, name: str, *, registered: bool) -> File:
    """The file of a material that the reader may have; raises `NoResultFound`, as if it were not there."""
    material = by_id(event, material_id)
    if material.file is None or material.file.name != name or not may_be_seen(material, event, registered=registered):
        raise NoResultFound
    return material.file
