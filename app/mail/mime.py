"""Builds the mail of a letter: the MIME structure of CALENDAR.md section 1, written out.

The standard library's writer parses each header as it is set, which costs ten times as much for every letter, and some
of its releases fold long encoded names unsafely (gh-121284).
"""

import re
import unicodedata
from base64 import encodebytes
from binascii import b2a_qp
from dataclasses import dataclass
from email.header import Header
from email.utils import format_datetime, formataddr
from secrets import token_hex

from app import clock
from app.mail.addresses import in_ascii_domain
from app.mail.letters import CalendarPart, Letter
from app.mail.rendering import Content

PLAIN = re.compile(r"[A-Za-z0-9]([A-Za-z0-9 '-]{,58}[A-Za-z0-9])?")
LINE_END = re.compile(r"\r\n?|\n")
LINE = 76
FOLD = "\r\n "


@dataclass(frozen=True)
class Built:
    """A mail ready to leave: its envelope and its bytes."""

    sender: str
    recipient: str
    subject: str
    raw: bytes


@dataclass(frozen=True)
class Part:
    """One part of a mail: its own headers and its encoded content."""

    headers: tuple[str, ...]
    content: bytes

    @property
    def raw(self) -> bytes:
        return "\r\n".join((*self.headers, "", "")).encode() + self.content


def build(letter: Letter, content: Content) -> Built:
    """The mail: text and HTML as alternatives, and the invitation as a third and as a file, the same bytes twice."""
    sender, recipient = in_ascii_domain(letter.from_address), in_ascii_domain(letter.to_address)
    whole = body(content, letter.calendar)
    mail = Part((*headers(letter, content, sender, recipient), *whole.headers), whole.content)
    return Built(sender, recipient, clean(content.subject), mail.raw + b"\r\n")


def body(content: Content, calendar: CalendarPart | None) -> Part:
    words = (text("plain", content.text), text("html", content.html))
    if calendar is None:
        return multipart("alternative", *words)
    return multipart("mixed", multipart("alternative", *words, invitation(calendar)), attached(calendar))


def headers(letter: Letter, content: Content, sender: str, recipient: str) -> list[str]:
    """The headers of the whole, each folded and in ASCII (but for an address that is not)."""
    found = [
        f"From: {mailbox('From', letter.from_name, sender)}",
        f"To: {mailbox('To', letter.to_name, recipient)}",
        f"Subject: {encoded('Subject', clean(content.subject))}",
        f"Date: {format_datetime(clock.now())}",
        f"Message-ID: {clean(letter.message_id)}",
    ]
    if letter.in_reply_to:
        found += [f"{name}: {clean(letter.in_reply_to)}" for name in ("In-Reply-To", "References")]
    if letter.unsubscribe:
        found += [f"List-Unsubscribe: <{clean(letter.unsubscribe)}>", "List-Unsubscribe-Post: List-Unsubscribe=One-Click"]
    return [*found, "Auto-Submitted: auto-generated", f"Content-Language: {letter.language}", "MIME-Version: 1.0"]


def multipart(kind: str, *parts: Part) -> Part:
    """Parts in one; the boundary holds `=_`, which neither quoted-printable nor base64 ever write."""
    boundary = f"=_{token_hex(12)}"
    between = f"--{boundary}\r\n".encode()
    content = b"".join(between + part.raw + b"\r\n" for part in parts) + f"--{boundary}--".encode()
    return Part((f'Content-Type: multipart/{kind}; boundary="{boundary}"',), content)


def text(kind: str, words: str) -> Part:
    content = b2a_qp(LINE_END.sub("\r\n", words).encode(), istext=True)
    return Part((f"Content-Type: text/{kind}; charset=utf-8", "Content-Transfer-Encoding: quoted-printable"), content)


def invitation(calendar: CalendarPart) -> Part:
    """The iMIP part (RFC 6047), without a disposition: Outlook passes over one that is attached."""
    return in_base64(f"Content-Type: text/calendar; charset=utf-8; method={calendar.method}", content=calendar.ics)


def attached(calendar: CalendarPart) -> Part:
    disposition = 'Content-Disposition: attachment; filename="invite.ics"'
    return in_base64('Content-Type: application/ics; name="invite.ics"', disposition, content=calendar.ics)


def in_base64(*headers: str, content: bytes) -> Part:
    return Part((*headers, "Content-Transfer-Encoding: base64"), encodebytes(content).replace(b"\n", b"\r\n"))


def mailbox(header: str, name: str, address: str) -> str:
    """One address with a display name, whatever stands in the name."""
    name = clean(name)
    if clean(address) != address or any(sign in address for sign in "<>,; ") or "@" not in address:
        raise ValueError("an address must be one address")
    if not name:
        return address
    phrase = name if PLAIN.fullmatch(name) else quoted(name) or encoded(header, name, always=True)
    last_line = f"{header}: {phrase} <{address}>".rpartition("\n")[2]
    return f"{phrase}{' ' if len(last_line) <= LINE else FOLD}<{address}>"


def quoted(name: str) -> str | None:
    """A short ASCII name in quotes; `None` for what readers might take for encoded words, and for other scripts."""
    if not name.isascii() or "=?" in name or len(name) > LINE // 2:
        return None
    return formataddr((name, "x")).removesuffix(" <x>")


def encoded(header: str, text: str, always: bool = False) -> str:
    """Text as it is where it fits on the line, else as encoded words of 75 signs at most (RFC 2047)."""
    if text.isascii() and "=?" not in text and len(header) + 2 + len(text) <= LINE and not always:
        return text
    return Header(text, "utf-8", maxlinelen=LINE, header_name=header).encode(linesep="\r\n")


def clean(text: str) -> str:
    """One line without control characters, so that no name or title can begin a header of its own."""
    kept = (" " if unicodedata.category(sign) in {"Cc", "Zl", "Zp"} else sign for sign in text)
    return " ".join("".join(kept).split())
