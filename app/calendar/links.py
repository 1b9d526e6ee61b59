"""Links that put an entry into somebody's calendar, or a feed beside it, and whether what they make will be updated."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from urllib.parse import quote

from app.calendar import texts
from app.calendar.slots import Slot

OUTLOOK = "https://outlook.live.com/calendar/0"
OFFICE = "https://outlook.office.com/calendar/0"
GOOGLE = "https://calendar.google.com/calendar"
LONGEST = 1990
LONGEST_TITLE, LONGEST_PLACE = 600, 400


@dataclass(frozen=True)
class Link:
    """One way into a calendar; `updates` is whether later changes reach what it makes."""

    kind: Literal["google", "office365", "outlook", "apple", "download"]
    url: str
    updates: bool


def entry_links(slot: Slot, *, file_url: str, feed_url: str | None = None) -> list[Link]:
    """Ways to take one entry, and with `feed_url` to subscribe to the feed that it is in."""
    subscription = [Link("apple", webcal(feed_url), updates=True)] if feed_url else []
    return [
        Link("google", google(slot), updates=False),
        Link("office365", outlook(slot, OFFICE), updates=False),
        Link("outlook", outlook(slot, OUTLOOK), updates=False),
        *subscription,
        Link("download", file_url, updates=False),
    ]


def subscribe_links(feed_url: str, name: str) -> list[Link]:
    """Ways to subscribe to a feed; only the file saved by hand stays as it was."""
    outlook_query = query(url=feed_url, name=texts.one_line(name))
    return [
        Link("google", f"{GOOGLE}/r?{query(cid=webcal(feed_url))}", updates=True),
        Link("office365", f"{OFFICE}/addfromweb?{outlook_query}", updates=True),
        Link("outlook", f"{OUTLOOK}/addfromweb?{outlook_query}", updates=True),
        Link("apple", webcal(feed_url), updates=True),
        Link("download", feed_url, updates=False),
    ]


def webcal(url: str) -> str:
    """The address that asks for a subscription instead of a download."""
    return f"webcal://{url.partition('://')[2]}"


def google(slot: Slot) -> str:
    """Google's form, filled in; its entry has a UID of Google's, so nothing that we send reaches it later."""
    dates = f"{slot.starts_at:%Y%m%dT%H%M%SZ}/{slot.ends_at:%Y%m%dT%H%M%SZ}"
    start = f"{GOOGLE}/render?{query(action='TEMPLATE', dates=dates)}"
    return filled_in(start, slot, title="text", details="details")


def outlook(slot: Slot, host: str) -> str:
    """The form of Outlook.com or Office 365, filled in."""
    start = f"{host}/deeplink/compose?" + query(
        path="/calendar/action/compose", rru="addevent", startdt=instant(slot.starts_at), enddt=instant(slot.ends_at)
    )
    return filled_in(start, slot, title="subject", details="body")


def instant(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def filled_in(start: str, slot: Slot, *, title: str, details: str) -> str:
    """The address with the entry's texts under the names that the service uses, short enough for every browser."""
    location = texts.one_line(slot.location)
    link = f"{start}&{query(**{title: shortened(texts.one_line(slot.summary), LONGEST_TITLE)})}"
    if location:
        link += f"&{query(location=shortened(location, LONGEST_PLACE))}"
    room = LONGEST - len(link) - len(f"&{details}=")
    return f"{link}&{query(**{details: shortened(described(slot), room)})}"


def described(slot: Slot) -> str:
    """The public page's address first: it must survive the shortening."""
    return texts.paragraphs(slot.url, slot.description.removesuffix(slot.url))


def shortened(text: str, room: int) -> str:
    """As much of the text as fits into `room` characters once percent-encoded, cut between words."""
    if len(quote(text, safe="")) <= room:
        return text
    room -= len(quote("…", safe=""))
    kept = ""
    for sign in text:
        room -= len(quote(sign, safe=""))
        if room < 0:
            break
        kept += sign
    return f"{kept.rsplit(maxsplit=1)[0] if kept.strip() else ''}…"


def query(**values: str) -> str:
    """A query string with %20 for spaces: Outlook shows a plus as a plus."""
    return "&".join(f"{name}={quote(value, safe='')}" for name, value in values.items())
