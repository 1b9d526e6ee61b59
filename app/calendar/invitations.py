"""Invitations and their cancellation: one person, one entry, one ATTENDEE (RFC 5546 3.2, RFC 6047)."""

from datetime import datetime

from flask_babel import force_locale
from flask_babel import gettext as _
from icalendar import Event, vUri

from app.calendar import entries, envelopes, texts, zones
from app.calendar.slots import Slot
from app.calendar.words import Reply
from app.events.models import Attendance
from app.site import Site

REMINDER_MINUTES = 15
UNSETTLED = frozenset({Reply.NONE, Reply.TENTATIVE})
"""Answers that leave room for another: only then does the entry ask for one."""


def request(
    slot: Slot,
    *,
    site: Site,
    name: str,
    address: str,
    sequence: int,
    stamp: datetime,
    join_url: str | None,
    my_url: str,
    language: str,
    partstat: Reply = Reply.NONE,
) -> bytes:
    """METHOD:REQUEST for one person, with links of their own; `stamp` is when this revision was made, not the present.

    `partstat` is what they answered to this entry, which an update repeats unless the time has changed (RFC 5546 3.2.2.1).
    """
    block = zones.of_span(slot.zone, slot.starts_at, slot.ends_at)
    entry = entries.begun(slot, sequence, max(stamp, slot.modified_at), is_local=block is not None)
    with force_locale(language):
        description = texts.paragraphs(slot.description, own_links(join_url, my_url))
        label = texts.name(_("Join online"))
    entries.tell(entry, slot, summary=entries.title(slot), description=description, location=where(slot, join_url))
    if join_url:
        meeting = vUri(join_url)
        meeting.params.update({"VALUE": "URI", "FEATURE": ["AUDIO", "VIDEO"], "LABEL": label})
        entry.add("CONFERENCE", meeting)
    entry.add("URL", vUri(slot.url))
    entries.conclude(entry, slot.is_cancelled)
    address_to(entry, slot, site, name, address, answered(partstat))
    if not slot.is_cancelled:
        entry.add_component(entries.reminder(slot, REMINDER_MINUTES))
    return enveloped("REQUEST", block, entry)


def cancel(slot: Slot, *, site: Site, name: str, address: str, sequence: int, stamp: datetime, language: str) -> bytes:
    """METHOD:CANCEL for one person: the same entry without links, whoever called it off."""
    block = zones.of_span(slot.zone, slot.starts_at, slot.ends_at)
    entry = entries.begun(slot, sequence, max(stamp, slot.modified_at), is_local=block is not None)
    entries.tell(entry, slot, summary=slot.summary, description=slot.description, location=slot.location)
    entry.add("URL", vUri(slot.url))
    entries.conclude(entry, is_cancelled=True)
    address_to(entry, slot, site, name, address, answered(Reply.NONE))
    return enveloped("CANCEL", block, entry)


def own_links(join_url: str | None, my_url: str) -> str:
    """The person's own links, a line each, in the language of the letter."""
    join = [_("Join: %(url)s", url=join_url)] if join_url else []
    return "\n".join([*join, _("Change or cancel: %(url)s", url=my_url)])


def where(slot: Slot, join_url: str | None) -> str:
    """The place; most readers show a link only here, so it takes the place's place when the event is online alone."""
    if not join_url or slot.attendance is Attendance.OFFLINE:
        return slot.location
    if slot.attendance is Attendance.ONLINE or not slot.location:
        return join_url
    return f"{slot.location}; {join_url}"


def address_to(entry: Event, slot: Slot, site: Site, name: str, address: str, answer: dict[str, str]) -> None:
    """Add the two mailboxes: ours and the one that the letter goes to; readers refuse buttons to anybody else."""
    entry.add("ORGANIZER", entries.mailbox(slot.organizer_name, site.sender_address))
    entry.add("ATTENDEE", entries.mailbox(name, address, CUTYPE="INDIVIDUAL", ROLE="REQ-PARTICIPANT", **answer))


def answered(partstat: Reply) -> dict[str, str]:
    """The answer that stands, and whether another is asked for."""
    said = "NEEDS-ACTION" if partstat is Reply.NONE else partstat.upper()
    return {"PARTSTAT": said, "RSVP": "TRUE" if partstat in UNSETTLED else "FALSE"}


def enveloped(method: str, block: bytes | None, entry: Event) -> bytes:
    return envelopes.closed(envelopes.addressed(method), [block] if block else [], [entries.ready(entry)])
