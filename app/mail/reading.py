"""Reads a mail that came in, within bounds: whatever it is made of, it is a `Mail` or it is `Unreadable`."""

import codecs
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import Message
from email.utils import getaddresses

from app.mail.inbox import LARGEST, LINE_END

DEEPEST = 10
MOST_PARTS = 50
LONGEST_HEADER = 16 * 1024
LONGEST_OF_PART = 4 * 1024
LONGEST_TEXT = 1000
LONGEST_ADDRESS = 320
MOST_RECIPIENTS = 100
CALENDARS = frozenset({"text/calendar", "application/ics"})
STATUSES = frozenset({"message/delivery-status", "message/global-delivery-status"})
ORIGINALS = frozenset({"message/rfc822", "message/global", "text/rfc822-headers", "message/global-headers"})
FOR = ("To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To")
ROBOTS = ("X-Autoreply", "X-Autorespond", "X-Autoresponse")
PRECEDENCES = frozenset({"auto_reply", "bulk", "junk"})
CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
FOLDS = re.compile(r"\n[ \t]|=\n")
ENCODED = re.compile(rb"(?i)base64|quoted-printable|=\?|charset")
HOLDERS = re.compile(rb"(?i)content-type\s*:\s*(?:multipart|message)/")
OF_PARTS = re.compile(rb"(?im)^content-[a-z-]{1,40}:[^\n]*(?:\n[ \t][^\n]*)*")
SLOW = frozenset({"idna", "punycode"})
"""Charsets of no mail, which take a time that grows with the square of the text."""
BLOCKS = re.compile(r"\n[ \t]*\n")
FIELD = re.compile(r"(?m)^([A-Za-z-]{1,40})[ \t]*:[ \t]*([^\n]*(?:\n[ \t]+[^\n]*)*)")
MESSAGE_ID = re.compile(r"<[^<>\s]{1,250}>")
QUOTED_ID = re.compile(r"(?im)^message-id:\s*(<[^<>\s]{1,250}>)")


TOO_MANY_PARTS = f"It has more than {MOST_PARTS} parts."
TOO_DEEP = f"Its parts are nested more than {DEEPEST} deep."
TANGLED = "Its headers or parts are nested too deeply."
LONG_HEADER = "One of its headers is too long."
NO_HEADERS = "It has no headers."
BROKEN = "Its form is broken."


class Unreadable(Exception):
    """A mail that cannot be read; the message is a sentence that says why, and names nobody."""


@dataclass(frozen=True)
class Outcome:
    """What a delivery status notification says of one recipient (RFC 3464 2.3); `action` and `status` may be empty."""

    recipients: tuple[str, ...]
    action: str
    status: str
    words: str


@dataclass(frozen=True)
class DSN:
    """A delivery status notification: the Message-IDs that it may be about, the likeliest first, and the outcomes."""

    message_ids: tuple[str, ...]
    outcomes: tuple[Outcome, ...]


@dataclass(frozen=True)
class Mail:
    """A mail as far as we read it.

    Addresses are bare and as they were written; `recipients` are all that it was for by its headers and its envelope.
    `calendar` is its iCalendar text in UTF-8, `report` what it says as a delivery status notification. `is_automatic` is
    true of what answers by itself (RFC 3834); it says nothing of a mail that a calendar generated.
    """

    from_address: str
    sender_address: str
    reply_to: tuple[str, ...]
    recipients: tuple[str, ...]
    message_id: str
    in_reply_to: str
    subject: str
    auto_submitted: str
    authentication_results: tuple[str, ...]
    is_automatic: bool
    calendar: bytes | None = field(default=None, repr=False)
    report: DSN | None = field(default=None, repr=False)


def read(raw: bytes, envelope_to: str = "") -> Mail:
    """The mail; raises `Unreadable`, and nothing else."""
    if len(raw) > LARGEST:
        raise Unreadable("It is larger than 256 kB.")
    try:
        return understood(parsed(raw), envelope_to)
    except Unreadable:
        raise
    except RecursionError as error:
        raise Unreadable(TANGLED) from error
    except Exception as error:  # the library has no list of what it raises for a hostile mail
        raise Unreadable(BROKEN) from error


def text_of(raw: bytes) -> str:
    """The mail as plain text for a person's eyes: its head, and each part that is text; never raises."""
    try:
        message = parsed(raw)
        pages = [head(message), *(decoded(part) for part in parts(message) if part.get_content_maintype() == "text")]
    except Exception:  # noqa: BLE001 - what cannot be taken apart is shown as it came
        pages = [raw[:LARGEST].decode("utf-8", "replace")]
    return CONTROLS.sub("", "\n\n".join(pages))


def searched(raw: bytes) -> str:
    """All of a mail in small letters, as it came and with what is encoded decoded and the folds of lines undone; never raises."""
    hidden = text_of(raw) if ENCODED.search(raw) else ""
    text = f"{raw.decode('utf-8', 'replace')}\n{hidden}".replace("\r\n", "\n").casefold()
    return f"{text}\n{FOLDS.sub('', text)}"


@dataclass(frozen=True)
class Glance:
    """What a list shows of a mail."""

    writer: str
    subject: str


def glance(raw: bytes) -> Glance:
    """Who a mail says it is from, and what it is about; never raises."""
    try:
        message = parsed(raw[:LONGEST_HEADER])
        return Glance(header(message, "From")[:LONGEST_ADDRESS], header(message, "Subject")[:LONGEST_TEXT])
    except Exception:  # noqa: BLE001 - a mail that cannot be read is listed too
        return Glance("", "")


def head(message: Message) -> str:
    return "\n".join(f"{name}: {header(message, name)}" for name in ("From", "To", "Date", "Subject") if message[name])


def parsed(raw: bytes) -> Message:
    """Bounds are kept before the library has it: its time grows with the depth, and with the square of a part's header."""
    if len(HOLDERS.findall(raw)) > MOST_PARTS:
        raise Unreadable(TOO_MANY_PARTS)
    if any(len(found) > LONGEST_OF_PART for found in OF_PARTS.findall(LINE_END.sub(b"\n", raw))):
        raise Unreadable(LONG_HEADER)
    # Not the default policy: it takes each header apart as it is read, and fails in many ways on those that are broken.
    return message_from_bytes(raw, policy=policy.compat32)


def understood(message: Message, envelope_to: str) -> Mail:
    if not message.keys():
        raise Unreadable(NO_HEADERS)
    found = list(parts(message))
    report = notification(message, found)
    return Mail(
        from_address=first(addresses(message, "From")),
        sender_address=first(addresses(message, "Sender")),
        reply_to=addresses(message, "Reply-To"),
        recipients=recipients(message, envelope_to),
        message_id=first(MESSAGE_ID.findall(header(message, "Message-ID"))),
        in_reply_to=first(MESSAGE_ID.findall(header(message, "In-Reply-To"))),
        subject=header(message, "Subject")[:LONGEST_TEXT],
        auto_submitted=keyword(message, "Auto-Submitted"),
        authentication_results=tuple(every(message, "Authentication-Results"))[:10],
        is_automatic=is_automatic(message),
        calendar=None if report else calendar(found),
        report=report,
    )


def parts(message: Message) -> Iterator[Message]:
    """The parts that hold no others, in their order; a mail within the mail is one part, and somebody else's words."""
    waiting, number = [(message, 1)], 0
    while waiting:
        part, depth = waiting.pop()
        number += 1
        if number > MOST_PARTS:
            raise Unreadable(TOO_MANY_PARTS)
        if depth > DEEPEST:
            raise Unreadable(TOO_DEEP)
        if part.get_content_maintype() == "multipart" and part.is_multipart():
            within = [one for one in part.get_payload() if isinstance(one, Message)]
            waiting += [(one, depth + 1) for one in reversed(within[: MOST_PARTS + 1])]
        else:
            yield part


def every(message: Message, name: str) -> list[str]:
    """Each value of a header, decoded and on one line."""
    return [worded(str(value)) for value in message.get_all(name, [])]


def worded(value: str) -> str:
    if len(value) > LONGEST_HEADER:
        raise Unreadable(LONG_HEADER)
    with suppress(LookupError, UnicodeError, ValueError):  # an unknown charset or broken base64: it stays as it came
        value = str(make_header(decode_header(value)))
    return CONTROLS.sub("", " ".join(value.encode(errors="replace").decode().split()))


def header(message: Message, name: str) -> str:
    return first(every(message, name))


def keyword(message: Message, name: str) -> str:
    """A header's first word, in small letters."""
    return header(message, name).partition(";")[0].partition("(")[0].strip().casefold()


def addresses(message: Message, *names: str) -> tuple[str, ...]:
    """The bare addresses in these headers: names are decoded after they were taken apart, so that none can pass for one."""
    values = [str(value) for name in names for value in message.get_all(name, [])]
    if any(len(value) > LONGEST_HEADER for value in values):
        raise Unreadable(LONG_HEADER)
    found = [bare(address) for _name, address in getaddresses([" ".join(value.split()) for value in values])]
    return tuple(address for address in found if "@" in address and len(address) <= LONGEST_ADDRESS)[:MOST_RECIPIENTS]


def bare(address: str) -> str:
    return CONTROLS.sub("", address.encode(errors="replace").decode()).strip().strip("<>")


def recipients(message: Message, envelope_to: str) -> tuple[str, ...]:
    by_envelope = (bare(address) for address in envelope_to.split(",") if "@" in address)
    return tuple(dict.fromkeys((*by_envelope, *addresses(message, *FOR))))


def is_automatic(message: Message) -> bool:
    """Whether somebody's mail answered by itself, as a receipt of reading does; a vacation is not guessed from its words."""
    is_reply = keyword(message, "Auto-Submitted") == "auto-replied" or message.get_content_type() == "multipart/report"
    return is_reply or keyword(message, "Precedence") in PRECEDENCES or any(message[name] for name in ROBOTS)


def calendar(found: list[Message]) -> bytes | None:
    """The first part that is a calendar, or else the first file that is named like one."""
    by_type = (part for part in found if part.get_content_type() in CALENDARS)
    by_name = (part for part in found if (part.get_filename() or "").casefold().endswith(".ics"))
    part = next(by_type, None) or next(by_name, None)
    return None if part is None else decoded(part).encode()


def decoded(part: Message) -> str:
    """The text of a part: by its own charset, or as UTF-8 where that does not fit it."""
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        return ""
    for charset in (part.get_content_charset() or "utf-8", "utf-8"):
        try:
            if codecs.lookup(charset).name not in SLOW:
                return content.decode(charset).encode(errors="replace").decode()
        except (LookupError, UnicodeError, ValueError):
            continue
    return content.decode("latin-1")


def notification(message: Message, found: list[Message]) -> DSN | None:
    """What the mail says as a delivery status notification; `None` if it is none."""
    statuses = [part for part in found if part.get_content_type() in STATUSES]
    outcomes = [outcome for part in statuses for outcome in outcomes_of(part)]
    if not statuses and not (outcomes := of_exim(message)):
        return None
    return DSN(tuple(dict.fromkeys(originals(message, found)))[:5], tuple(outcomes[:MOST_RECIPIENTS]))


def outcomes_of(part: Message) -> Iterator[Outcome]:
    """Each block after the first is one recipient's."""
    for block in BLOCKS.split(inner(part).strip()):
        fields = {name.casefold(): " ".join(value.split()) for name, value in FIELD.findall(block)}
        named = tuple(filter(None, (typed(fields.get(name, "")) for name in ("final-recipient", "original-recipient"))))
        if named:
            status = first(re.findall(r"[245]\.\d{1,3}\.\d{1,3}", fields.get("status", "")))
            action = first(fields.get("action", "").casefold().split())
            yield Outcome(named, action[:20], status, typed(fields.get("diagnostic-code", ""))[:LONGEST_TEXT])


def of_exim(message: Message) -> list[Outcome]:
    """The older notifications of Exim, which are plain text with the recipients in a header."""
    failed = addresses(message, "X-Failed-Recipients")
    return [Outcome((address,), "failed", "", "") for address in failed]


def originals(message: Message, found: list[Message]) -> Iterator[str]:
    """The Message-ID of the mail that is reported on: by its own head, by what is quoted, and by what the report answers."""
    for part in found:
        if part.get_content_type() in ORIGINALS:
            yield from QUOTED_ID.findall(inner(part)[:LONGEST_HEADER])
    if message["X-Failed-Recipients"]:
        for part in found:
            if part.get_content_type() == "text/plain":
                yield from QUOTED_ID.findall(decoded(part))
    for name in ("In-Reply-To", "References"):
        yield from reversed(MESSAGE_ID.findall(header(message, name)))


def inner(part: Message) -> str:
    """What a part holds, as text, whatever the library made of it."""
    payload = part.get_payload()
    if isinstance(payload, str):
        return decoded(part).replace("\r\n", "\n")
    within = payload if isinstance(payload, list) else []
    blocks = [one.as_bytes() for one in within[:MOST_PARTS] if isinstance(one, Message)]
    content = b"\n\n".join(blocks).replace(b"\r\n", b"\n")
    return content.decode("utf-8", "replace")


def typed(value: str) -> str:
    """The value of a field that says its type first: `rfc822; jan@example.org`."""
    return bare(value.partition(";")[2] if ";" in value else value)


def first(found: Iterable[str]) -> str:
    return next(iter(found), "")
