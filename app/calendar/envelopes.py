"""VCALENDAR: the envelope around entries that are bytes already."""

from collections.abc import Iterable

from icalendar import Calendar

PRODUCT = "-//Plenum//Plenum 1.0//PL"
END = b"END:VCALENDAR\r\n"


def addressed(method: str) -> Calendar:
    """An empty VCALENDAR with its METHOD (RFC 5546), to which a feed adds its own name."""
    calendar = Calendar()
    calendar.add("PRODID", PRODUCT)
    calendar.add("VERSION", "2.0")
    calendar.add("CALSCALE", "GREGORIAN")
    calendar.add("METHOD", method)
    return calendar


def closed(calendar: Calendar, zones: Iterable[bytes], entries: Iterable[bytes]) -> bytes:
    """The whole file: properties, then zones, then entries."""
    head = bytes(calendar.to_ical(sorted=False)).removesuffix(END)
    return b"".join((head, *zones, *entries, END))
