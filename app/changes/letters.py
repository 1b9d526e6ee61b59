"""Letters that tell of changes: put together when they leave, from the version that they tell of."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import sqlalchemy as sa

from app.changes import words
from app.changes.differences import Difference, Kind
from app.changes.models import Version
from app.db import db
from app.events.models import Event, EventStatus
from app.mail.letters import Letter
from app.mail.models import Message
from app.panels import entries as panel
from app.panels import letters as panel_letters
from app.panels import queries as panel_queries
from app.panels.models import Engagement, PanelEntry
from app.registration import entries
from app.registration import letters as registration_letters
from app.registration.batch import Batch
from app.registration.models import Entry, Registration
from app.site import Site

Versions = Mapping[int, Version]
GONE = frozenset({Kind.CANCELLED, Kind.REMOVED})


@dataclass(frozen=True)
class Told:
    """What one letter tells: a sentence each, and what its subject is about."""

    sentences: Sequence[str]
    subject: str
    starts_at: object
    is_all_gone: bool


def versions(messages: Sequence[Message]) -> Versions:
    """The versions that some letters tell of, by number."""
    numbers = {message.facts["version"] for message in messages}
    return {version.id: version for version in db.session.scalars(sa.select(Version).where(Version.id.in_(numbers)))}


def told(message: Message, version: Version, event: Event) -> Told:
    """The changes that this letter is about, in the present language."""
    found = [Difference.from_json(version.changes[position]) for position in message.facts["changes"]]
    titles = [words.titled(difference, version.facts, message.language) for difference in found]
    with_day = not event.takes_one_day
    said = [words.sentence(difference, title, with_day=with_day) for difference, title in zip(found, titles, strict=True)]
    about, starts_at = event.said("title", message.language).text, event.local_starts_at
    if len({difference.uid for difference in found}) == 1 and found[0].uid:
        about, hours = titles[0], version.facts["sessions"].get(found[0].uid) or found[0].former
        starts_at = words.local({"zone": event.zone, "starts_at": hours["starts_at"]}, "starts_at")
    return Told(said, about, starts_at, all(difference.kind in GONE for difference in found))


def composer(messages: Sequence[Message]) -> Callable[[Message, Site], Letter | None]:
    """`compose` for the letters of one batch to those who registered."""
    return partial(compose, batch=Batch(messages), versions=versions(messages))


def compose(message: Message, site: Site, *, batch: Batch, versions: Versions) -> Letter | None:
    """The letter, or `None` for whoever has nothing at this event any more: then other letters say so.

    An entry that is to leave the calendar leaves it all the same, unless it came back.
    """
    registration, version = batch.registration(message), versions.get(message.facts["version"])
    if registration is None or version is None:
        return None
    if registration_letters.is_still_coming(registration, message):
        return written("changes", registration, message, site, batch, version)
    takes_out = message.facts.get("method") == "CANCEL" and is_newest(registration.entries, message)
    return written("withdrawal", registration, message, site, batch, version) if takes_out else None


def written(name: str, registration: Registration, message: Message, site: Site, batch: Batch, version: Version) -> Letter | None:
    event, agenda = registration.event, batch.agenda(registration)
    site = site.written_by(registration.tag)
    facts = registration_letters.facts_of(registration, message, agenda, site)
    slot = entries.slot(registration, message.facts["uid"], agenda, site) if is_newest(registration.entries, message) else None
    part = registration_letters.calendar_part
    return Letter.of(
        message,
        site,
        {**facts, "slot": slot, "told": told(message, version, event), "method": message.facts.get("method", "")},
        by=event.organiser.name,
        name=name,
        calendar=part(registration, message, slot, site, message.facts["method"]) if slot else None,
        in_reply_to=batch.opening(message),
    )


def is_newest(held: Sequence[Entry] | Sequence[PanelEntry], message: Message) -> bool:
    """Whether the letter has an entry, and nothing newer was said of it to this person since."""
    if "uid" not in message.facts:
        return False
    mark = message.facts["uid"], message.facts["sequence"], message.facts["method"] == "REQUEST"
    return mark in {(entry.uid, entry.sequence, entry.is_active) for entry in held}


def speakers_composer(messages: Sequence[Message]) -> Callable[[Message, Site], Letter | None]:
    """`compose` for the letters of one batch to speakers."""
    threads = {message.thread.removeprefix(panel_letters.ABOUT) for message in messages}
    engagements = {engagement.thread: engagement for engagement in panel_queries.by_uids(threads)}
    return partial(compose_to_speaker, engagements=engagements, versions=versions(messages))


def compose_to_speaker(
    message: Message, site: Site, *, engagements: Mapping[str, Engagement], versions: Versions
) -> Letter | None:
    """The letter, or `None` for a speaker at another address now, or where the event does not take place: others say so."""
    engagement, version = engagements.get(message.thread), versions.get(message.facts["version"])
    if engagement is None or version is None:
        return None
    is_on = engagement.event.status is EventStatus.PUBLISHED and message.to_address == engagement.email
    if is_on:
        return written_to_speaker("speaker_changes", engagement, message, site, version)
    takes_out = message.facts.get("method") == "CANCEL" and is_newest(engagement.entries, message)
    return written_to_speaker("speaker_withdrawal", engagement, message, site, version) if takes_out else None


def written_to_speaker(name: str, engagement: Engagement, message: Message, site: Site, version: Version) -> Letter:
    event, site = engagement.event, site.written_by(engagement.tag)
    slot = panel.slot(engagement, message.facts["uid"], site) if is_newest(engagement.entries, message) else None
    part = panel_letters.calendar_part
    facts = panel_letters.facts_of(engagement, message, (), site)
    return Letter.of(
        message,
        site,
        {**facts, "slot": slot, "told": told(message, version, event), "method": message.facts.get("method", "")},
        by=event.organiser.name,
        name=name,
        calendar=part(engagement, message, slot, site, message.facts["method"]) if slot else None,
    )
