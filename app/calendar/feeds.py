"""Feeds to subscribe to and files to download (METHOD:PUBLISH): the same bytes for as long as nothing changes."""

from collections.abc import Iterable
from datetime import timedelta

from icalendar import Calendar, vDuration, vUri

from app.calendar import entries, envelopes, texts, zones
from app.calendar.slots import Slot
from app.site import Site

REFRESH = timedelta(hours=1)


def publish(
    slots: Iterable[Slot], *, site: Site, name: str, zone: str, source: str | None, is_feed: bool, alarm: int | None = None
) -> bytes:
    """The entries in order of time; a feed also says its name and how often to look.

    `source` is the feed's public address (`None` for one that holds a key), `alarm` minutes before the start.
    """
    blocks: dict[str, bytes] = {}
    parts = []
    for slot in sorted(slots, key=lambda slot: (slot.starts_at, slot.uid)):
        block = zones.of_span(slot.zone, slot.starts_at, slot.ends_at)
        is_local = block is not None and blocks.setdefault(slot.zone, block) == block
        parts.append(entries.published(slot, site.sender_address, alarm, is_local))
    calendar = envelopes.addressed("PUBLISH")
    if is_feed:
        introduce(calendar, name, zone, source)
    return envelopes.closed(calendar, blocks.values(), parts)


def introduce(calendar: Calendar, name: str, zone: str, source: str | None) -> None:
    """Add what a subscription shows and obeys (RFC 7986, and the X- names that came before it)."""
    title = entries.Words(texts.one_line(name))
    calendar.add("NAME", title)
    calendar.add("X-WR-CALNAME", title)
    calendar.add("X-WR-TIMEZONE", zone)
    calendar.add("REFRESH-INTERVAL", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("X-PUBLISHED-TTL", vDuration(REFRESH))
    if source:
        calendar.add("SOURCE", vUri(source), parameters={"VALUE": "URI"})
