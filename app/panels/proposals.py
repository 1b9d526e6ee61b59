"""What speakers propose to change about themselves, and what becomes of it: nothing is printed before the organiser agrees."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from app import clock, tokens
from app.agenda import link_texts, materials, people
from app.agenda.materials import Described, Upload
from app.agenda.models import MaterialKind, Visibility
from app.db import db
from app.errors import Refused
from app.events import holding
from app.files import store
from app.files.images import Picture
from app.files.models import File
from app.panels import engaging, queries
from app.panels.models import Engagement, Proposed

PLAIN = ("name", "printed_as", "bio_pl", "bio_en", "links")
PHOTO = "photo"
MATERIALS = "materials"
MOST_MATERIALS = 10
Values = dict[str, Any]


@dataclass(frozen=True)
class Change:
    """One field that somebody wants otherwise: `before` and `after` are texts, lists of links, a photo or a material."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True)
class Photo:
    """A photo with the words for those who cannot see it."""

    file: File | None
    alt: str


@dataclass(frozen=True)
class Offered:
    """A material that somebody offers: a link, or a file that is kept already."""

    key: str
    title: str
    session_id: int | None
    language: str
    url: str | None = None
    file: File | None = None


@dataclass(frozen=True)
class Details:
    """What the speaker's form says; `picture` is a new photo, if one was sent."""

    name: str
    printed_as: str
    bios: Mapping[str, str]
    links: Sequence[dict[str, str]]
    photo_alt: str = ""
    picture: Picture | None = field(default=None, repr=False)


def present(engagement: Engagement) -> Values:
    """What is printed now, by field."""
    person = engagement.person
    appearances = queries.appearances_of(engagement.event_id, engagement.person_id)
    return {
        "name": person.name,
        "printed_as": next((appearance.printed_as for appearance in appearances if appearance.printed_as), ""),
        **{f"bio_{language}": people.text_in(person, "bio", language) for language in people.LANGUAGES},
        "links": [dict(link) for link in person.links or ()],
    }


def shown(engagement: Engagement) -> Values:
    """What the speaker's form shows: what was proposed, over what is printed."""
    return {**present(engagement), **{name: value for name, value in proposed(engagement).items() if name in PLAIN}}


def proposed(engagement: Engagement) -> Values:
    return dict(engagement.proposal or {})


def propose(engagement: Engagement, details: Details) -> bool:
    """Put these in place of what was proposed before; `False` where nothing waits. Sent twice, it is the same."""
    engaging.hold(engagement)
    sent = {
        "name": details.name,
        "printed_as": details.printed_as,
        **{f"bio_{language}": text for language, text in details.bios.items()},
        "links": [dict(link) for link in details.links],
    }
    now = present(engagement)
    wanted: Values = {name: value for name, value in sent.items() if value != now[name]}
    if photo := photo_wanted(engagement, details):
        wanted[PHOTO] = photo
    keep(engagement, {**wanted, **only(proposed(engagement), MATERIALS)})
    return engagement.proposal is not None


def photo_wanted(engagement: Engagement, details: Details) -> Values | None:
    """The photo that is to take the present one's place, or the present one with other words."""
    person, pending = engagement.person, proposed(engagement).get(PHOTO)
    if details.picture is None and pending is None and (person.photo is None or details.photo_alt == person.photo_alt):
        return None
    if not details.photo_alt:
        raise Refused(_("Describe the photo in a few words for those who cannot see it"), field="photo_alt")
    if details.picture is None:
        file_id = pending["file_id"] if pending else person.photo_id
    else:
        file_id = kept_picture(details.picture, pending).id
    if file_id == person.photo_id and details.photo_alt == person.photo_alt:
        return None
    return {"file_id": file_id, "alt": details.photo_alt}


def kept_picture(picture: Picture, pending: Values | None) -> File:
    """The file of the picture; the one that waits already, if it is the same."""
    waiting = db.session.get(File, pending["file_id"]) if pending else None
    if waiting is not None and waiting.digest == digest_of(picture.content):
        return waiting
    return store.put("photo.webp", picture.media_type, picture.content, width=picture.width, height=picture.height)


def offer(
    engagement: Engagement, *, title: str, session_id: int | None, language: str, url: str | None, upload: Upload | None
) -> None:
    """Offer a material to the organiser; the same one twice is one. Raises `Refused`."""
    engaging.hold(engagement)
    title = link_texts.cleaned(title, leads_to=url or (upload.name if upload else ""))
    if (url is None) is (upload is None):
        raise Refused(_("Give an address or choose a file, one of the two"), field="url")
    if url is not None and materials.is_meeting(url, engagement.event):
        raise Refused(_("This is the link to the meeting. Give the address of the material itself."), field="url")
    waiting = list(offered(engagement))
    digest = digest_of(upload.content) if upload else None
    if any((one.title, one.url, one.file.digest if one.file else None) == (title, url, digest) for one in waiting):
        return
    if len(waiting) >= MOST_MATERIALS:
        raise Refused(_("%(most)d materials wait for the organiser already. Wait until they are looked at.", most=MOST_MATERIALS))
    file = store.put(upload.name, upload.media_type, upload.content) if upload else None
    new = {
        "key": tokens.random(),
        "title": title,
        "session_id": session_id if session_id in sessions_of(engagement) else None,
        "language": language if language in materials.LANGUAGES else engagement.language,
        "url": url,
        "file_id": file.id if file else None,
    }
    proposal = proposed(engagement)
    keep(engagement, {**proposal, MATERIALS: [*proposal.get(MATERIALS, ()), new]})


def digest_of(content: bytes) -> str:
    return sha256(content).hexdigest()


def withdraw(engagement: Engagement, key: str) -> None:
    """Take an offered material back; a second time changes nothing."""
    engaging.hold(engagement)
    keep(engagement, without(proposed(engagement), key))


def sessions_of(engagement: Engagement) -> set[int]:
    return {appearance.session_id for appearance in queries.appearances_of(engagement.event_id, engagement.person_id)}


def keep(engagement: Engagement, proposal: Values) -> None:
    """Let this wait for the organiser; an empty proposal is none."""
    kept = {name: value for name, value in proposal.items() if name != MATERIALS or value} or None
    if kept != engagement.proposal:
        engagement.proposal = kept
        engagement.proposed_at = clock.now() if kept else None


def only(proposal: Values, *names: str) -> Values:
    return {name: value for name, value in proposal.items() if name in names}


def without(proposal: Values, name: str) -> Values:
    """The proposal without a field, or without the material of this key."""
    left = {key: value for key, value in proposal.items() if key != name}
    if MATERIALS in left:
        left[MATERIALS] = [material for material in left[MATERIALS] if material["key"] != name]
    return left


def changes(engagement: Engagement) -> list[Change]:
    """What is proposed, field by field, beside what is printed now."""
    proposal, now = proposed(engagement), present(engagement)
    found = [Change(name, now[name], proposal[name]) for name in PLAIN if name in proposal]
    if PHOTO in proposal:
        person = engagement.person
        found.append(Change(PHOTO, Photo(person.photo, person.photo_alt), photo(engagement)))
    return [*found, *(Change(material.key, None, material) for material in offered(engagement))]


def photo(engagement: Engagement) -> Photo | None:
    """The photo that waits, if one does."""
    pending = proposed(engagement).get(PHOTO)
    return Photo(db.session.get(File, pending["file_id"]), pending["alt"]) if pending else None


def offered(engagement: Engagement) -> Iterator[Offered]:
    """The materials that wait."""
    for material in proposed(engagement).get(MATERIALS, ()):
        facts = {name: value for name, value in material.items() if name != "file_id"}
        yield Offered(**facts, file=db.session.get(File, material["file_id"]) if material["file_id"] else None)


def file_of(engagement: Engagement, key: str) -> File | None:
    """A file that waits, for whoever may see what waits."""
    waiting = [photo(engagement), *offered(engagement)]
    return next((one.file for one in waiting if one and one.file and one.file.key == key), None)


def decide(engagement: Engagement, name: str, decision: Proposed, *, seen: datetime | None, visibility: Visibility) -> None:
    """Print one of the changes, or refuse it; raises `Refused` where the speaker has changed the proposal since it was seen."""
    holding.hold(engagement.event)
    engaging.hold(engagement)
    change = next((change for change in changes(engagement) if change.field == name), None)
    if change is None or engagement.proposed_at != seen:
        raise Refused(_("This proposal has changed in the meantime. Look at it once more."))
    if decision is Proposed.APPROVED:
        print_change(engagement, change, visibility)
    left = without(proposed(engagement), name)
    engagement.proposal = {key: value for key, value in left.items() if key != MATERIALS or value} or None
    engagement.proposed_at = engagement.proposed_at if engagement.proposal else None


def decide_all(engagement: Engagement, decision: Proposed, *, seen: datetime | None, visibility: Visibility) -> None:
    """Decide on everything that waits in the same way."""
    for change in changes(engagement):
        decide(engagement, change.field, decision, seen=seen, visibility=visibility)


def print_change(engagement: Engagement, change: Change, visibility: Visibility) -> None:
    if isinstance(change.after, Offered):
        return add_material(engagement, change.after, visibility)
    if change.field == "printed_as":
        return print_position(engagement, change.after)
    people.hold(engagement.person)
    return people.write(engagement.person, changed(people.facts_of(engagement.person), change))


def changed(facts: people.Facts, change: Change) -> people.Facts:
    """What the register says, with this one change."""
    if change.field == "name":
        return replace(facts, name=change.after)
    if change.field == "links":
        return replace(facts, links=change.after)
    if change.field == PHOTO:
        return replace(facts, photo=change.after.file, photo_alt=change.after.alt)
    language = change.field.removeprefix("bio_")
    return replace(facts, texts={**facts.texts, language: {**facts.texts[language], "bio": change.after}})


def print_position(engagement: Engagement, printed_as: str) -> None:
    """The line under the name at this event; the register gets it too where it has none."""
    for appearance in queries.appearances_of(engagement.event_id, engagement.person_id):
        appearance.printed_as = printed_as
        appearance.session.version += 1
    person = engagement.person
    if not any(texts["position"] for texts in people.texts_of(person).values()):
        person.position = printed_as


def add_material(engagement: Engagement, material: Offered, visibility: Visibility) -> None:
    """The material goes to the event's; who sees it is the organiser's choice."""
    kind = MaterialKind.SLIDES if material.file else MaterialKind.LINK
    session_id = material.session_id if material.session_id in sessions_of(engagement) else None
    described = Described(material.title, kind, material.language, visibility, session_id)
    file = material.file
    upload = Upload(file.name, file.media_type, file.content) if file else None
    materials.add(engagement.event, described, url=material.url, upload=upload)


def files() -> Collection[int]:
    """The ids of the files that wait in proposals, for the chore that forgets files which nobody needs."""
    found: set[int] = set()
    for proposal in db.session.scalars(sa.select(Engagement.proposal).where(Engagement.proposal.is_not(None))):
        waiting = [*(proposal or {}).get(MATERIALS, ()), (proposal or {}).get(PHOTO) or {}]
        found.update(one["file_id"] for one in waiting if one.get("file_id"))
    return found


def remove_orphans() -> int:
    """Forget uploaded files that neither a row nor a proposal refers to; returns how many."""
    return store.remove_orphans(files)
