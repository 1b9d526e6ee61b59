"""VEVENT: one entry, its properties always in the same order, its bytes made once per revision."""

from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from flask_babel import force_locale
from flask_babel import gettext as _
from icalendar import Alarm, Event, vCalAddress, vDatetime, vText, vUri

from app.calendar import texts
from app.calendar.slots import Slot
from app.mail.addresses import in_ascii_domain


class Words(vText):
    """A text as it was written; icalendar's own takes a backslash before a capital N for the end of a line."""

    def to_ical(self) -> bytes:
        return texts.escaped(self).encode()


@lru_cache(maxsize=4096)
def published(slot: Slot, organizer: str, alarm: int | None, is_local: bool) -> bytes:
    """An entry for everybody: no ATTENDEE and no link of anybody's own; `alarm` in minutes before the start."""
    entry = begun(slot, slot.sequence, slot.modified_at, is_local)
    tell(entry, slot, summary=title(slot), description=slot.description, location=slot.location)
    entry.add("URL", vUri(slot.url))
    conclude(entry, slot.is_cancelled)
    entry.add("ORGANIZER", mailbox(slot.organizer_name, organizer))
    if alarm and not slot.is_cancelled:
        entry.add_component(reminder(slot, alarm))
    return ready(entry)


def begun(slot: Slot, sequence: int, stamp: datetime, is_local: bool) -> Event:
    """A VEVENT with its identity and its time, by the zone's wall clock or in UTC."""
    entry = Event()
    entry.add("UID", slot.uid)
    entry.add("DTSTAMP", stamp)
    entry.add("CREATED", slot.created_at)
    entry.add("LAST-MODIFIED", stamp)
    entry.add("SEQUENCE", sequence)
    entry.add("DTSTART", moment(slot.starts_at, slot.zone, is_local))
    entry.add("DTEND", moment(slot.ends_at, slot.zone, is_local))
    return entry


def moment(at: datetime, zone: str, is_local: bool) -> vDatetime:
    """A DATE-TIME; TZID is written by us, because icalendar has its own mind about zones that never leave UTC."""
    if not is_local:
        return vDatetime(at)
    local = vDatetime(at.astimezone(ZoneInfo(zone)).replace(tzinfo=None))
    local.params["TZID"] = zone
    return local


def tell(entry: Event, slot: Slot, *, summary: str, description: str, location: str) -> None:
    """Add the texts; an empty property would be dropped by libical with a complaint, so none is written."""
    entry.add("SUMMARY", Words(texts.one_line(summary)))
    for name, text in (("DESCRIPTION", texts.plain(description)), ("LOCATION", texts.one_line(location))):
        if text:
            entry.add(name, Words(text))


def title(slot: Slot) -> str:
    """The summary; a cancelled or postponed entry says so first, in the organiser's language, for readers that ignore STATUS."""
    if not slot.is_cancelled:
        return slot.summary
    with force_locale(slot.language):
        if slot.is_postponed:
            return str(_("POSTPONED: %(title)s", title=slot.summary))
        return str(_("CANCELLED: %(title)s", title=slot.summary))


def conclude(entry: Event, is_cancelled: bool) -> None:
    """Add the state: a cancelled entry leaves the time free."""
    entry.add("STATUS", "CANCELLED" if is_cancelled else "CONFIRMED")
    entry.add("TRANSP", "TRANSPARENT" if is_cancelled else "OPAQUE")
    entry.add("CLASS", "PUBLIC")


def mailbox(name: str, address: str, **parameters: str) -> vCalAddress:
    """A calendar user at the address that the letter goes to; without a name where none is left after cleaning."""
    user = vCalAddress(f"mailto:{in_ascii_domain(address)}")
    user.params.update(parameters)
    if cleaned := texts.name(name):
        user.params["CN"] = cleaned
    return user


def reminder(slot: Slot, minutes: int) -> Alarm:
    """A VALARM that shows the title some minutes before the start."""
    alarm = Alarm()
    alarm.add("ACTION", "DISPLAY")
    alarm.add("DESCRIPTION", Words(texts.one_line(slot.summary)))
    alarm.add("TRIGGER", timedelta(minutes=-minutes))
    return alarm


def ready(entry: Event) -> bytes:
    """The component as bytes, in the order in which it was put together."""
    return bytes(entry.to_ical(sorted=False))
