"""Letters to speakers: put into the outbox with the act, put together when they leave."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from app import clock
from app.calendar import invitations
from app.calendar.slots import Slot
from app.events.models import Attendance
from app.mail import outbox
from app.mail.letters import CalendarPart, Letter
from app.mail.models import Message
from app.panels import entries, keys, queries
from app.panels.entries import Mark
from app.panels.models import Engagement
from app.panels.queries import Part
from app.site import Site

ABOUT = "panel:"
METHODS = {"speaker_invitation": "REQUEST", "speaker_withdrawal": "CANCEL"}


def ask(engagement: Engagement) -> None:
    """Ask whether they come, and for what the page needs of them; two clicks in one minute are one letter."""
    minute = int(clock.now().timestamp()) // 60
    put("speaker_request", engagement, once=f"speaker:{engagement.uid}:{engagement.generation}:{minute}")


def invite(engagement: Engagement, marks: Sequence[Mark]) -> None:
    """An entry for the calendar in each letter (CALENDAR.md, rule 1)."""
    for mark in marks:
        put("speaker_invitation", engagement, mark.facts)


def withdraw(engagement: Engagement, marks: Sequence[Mark], address: str | None = None) -> None:
    """Take entries out of the calendar, at a former address if one is given."""
    for mark in marks:
        put("speaker_withdrawal", engagement, mark.facts, address=address)


def put(
    letter: str,
    engagement: Engagement,
    facts: Mapping[str, Any] | None = None,
    *,
    address: str | None = None,
    once: str | None = None,
) -> None:
    outbox.put(
        letter,
        to_name=engagement.person.name,
        to_address=address or engagement.email,
        language=engagement.language,
        thread=engagement.thread,
        topic=f"event:{engagement.event_id}",
        facts=facts,
        once=once,
    )


def composer(messages: Sequence[Message]) -> Callable[[Message, Site], Letter | None]:
    """`compose` for the letters of one batch, whose engagements are read together."""
    uids = {message.thread.removeprefix(ABOUT) for message in messages}
    engagements = {engagement.thread: engagement for engagement in queries.by_uids(uids)}

    def compose(message: Message, site: Site) -> Letter | None:
        engagement = engagements.get(message.thread)
        return written(engagement, message, site) if engagement else None

    return compose


def written(engagement: Engagement, message: Message, site: Site) -> Letter | None:
    """The letter as it should leave now, or `None` if it has nothing true to say any more."""
    parts = queries.parts(queries.appearances_of(engagement.event_id, engagement.person_id))
    standing = [part for part in parts if not part.session.is_cancelled]
    if not STILL_TRUE[message.letter](engagement, message, standing):
        return None
    site = site.written_by(engagement.tag)
    slot = entries.slot(engagement, message.facts["uid"], site) if "uid" in message.facts else None
    event = engagement.event
    return Letter.of(
        message,
        site,
        {**facts_of(engagement, message, standing, site), **({"slot": slot} if slot else {})},
        by=event.organiser.name,
        calendar=calendar_part(engagement, message, slot, site, METHODS[message.letter]) if slot else None,
    )


def facts_of(engagement: Engagement, message: Message, parts: Sequence[Part], site: Site) -> dict[str, object]:
    """What the templates may say; the key only in letters to the address that the engagement has now."""
    is_moved = message.to_address != engagement.email
    event = engagement.event
    return {
        "person": engagement.person,
        "event": event,
        "sessions": [part.session for part in parts],
        "site": site,
        "is_moved": is_moved,
        "is_announced": message.facts.get("uid") in {part.session.uid for part in parts},
        "is_online": event.attendance is not Attendance.OFFLINE,
        "speak_url": site.event(event.slug) if is_moved else site.speak(keys.token(engagement)),
    }


def calendar_part(engagement: Engagement, message: Message, slot: Slot, site: Site, method: str) -> CalendarPart:
    """The entry at the SEQUENCE and with the stamp of the act; the way into the meeting is on the speaker's own page."""
    person: dict[str, Any] = {
        "site": site,
        "name": message.to_name,
        "address": message.to_address,
        "sequence": message.facts["sequence"],
        "stamp": message.put_at,
        "language": message.language,
    }
    if method == "CANCEL":
        return CalendarPart("CANCEL", invitations.cancel(slot, **person))
    my_url = site.speak(keys.token(engagement))
    partstat = entries.answered(engagement, slot.uid)
    return CalendarPart("REQUEST", invitations.request(slot, join_url=None, my_url=my_url, partstat=partstat, **person))


def is_asked(engagement: Engagement, message: Message, parts: Sequence[Part]) -> bool:
    """Whether there is still something to ask, at this address, of an event to come."""
    event = engagement.event
    return message.to_address == engagement.email and bool(parts) and not (event.is_cancelled or event.is_over)


def is_invited(engagement: Engagement, message: Message, parts: Sequence[Part]) -> bool:
    """Whether the entry is still theirs, and nothing newer was said of it."""
    mark = Mark(message.facts["uid"], message.facts["sequence"])
    return message.to_address == engagement.email and mark in entries.told(engagement)


def is_withdrawn(engagement: Engagement, message: Message, parts: Sequence[Part]) -> bool:
    """Whether the entry has not come back into the same mailbox's calendar."""
    is_theirs = message.to_address == engagement.email
    return not (is_theirs and message.facts["uid"] in {mark.uid for mark in entries.told(engagement)})


STILL_TRUE: Mapping[str, Callable[[Engagement, Message, Sequence[Part]], bool]] = {
    "speaker_request": is_asked,
    "speaker_invitation": is_invited,
    "speaker_withdrawal": is_withdrawn,
}
