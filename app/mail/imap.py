"""Fetches mail from a mailbox by IMAP: each is kept here before the mailbox learns that it was read."""

import imaplib
import re
import ssl
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from imap_tools.errors import ImapToolsError
from imap_tools.mailbox import BaseMailBox, MailBox, MailBoxUnencrypted
from imap_tools.utils import encode_folder

import config
from app.mail.inbox import LARGEST, LONGEST_HEAD

AT_ONCE = 50
TIMEOUT = 30.0
SECONDS_OF_A_POLL = 300.0
SIZE = re.compile(rb"UID (\d+).*?RFC822\.SIZE (\d+)|RFC822\.SIZE (\d+).*?UID (\d+)")
WENT_WRONG = (ImapToolsError, imaplib.IMAP4.error, OSError, ValueError)

Keep = Callable[[bytes, int], object]
"""Keeps a mail for good, given its bytes (its head alone where it is too large) and its size; returns when it is kept."""


class Unreachable(Exception):
    """The mailbox could not be read; the message says of what kind the trouble is and names nobody."""


def poll(mailbox: config.Imap, keep: Keep) -> int:
    """Fetch up to 50 mails that were not read yet; returns how many. Raises `Unreachable`, and what `keep` raises."""
    until, fetched = time.monotonic() + SECONDS_OF_A_POLL, 0
    with opened(mailbox) as box:
        numbers = unread(box, mailbox)[:AT_ONCE]
        for number, size in sizes(box, numbers):
            if time.monotonic() > until:
                break
            raw = content(box, number, size)
            if raw is None:  # another worker has moved it meanwhile
                continue
            keep(raw, max(size, len(raw)))
            put_away(box, mailbox, number)
            fetched += 1
    return fetched


@contextmanager
def opened(mailbox: config.Imap) -> Iterator[BaseMailBox]:
    """The mailbox with its folder chosen, until the end; raises `Unreachable`."""
    try:
        box = connected(mailbox)
    except WENT_WRONG as error:
        raise Unreachable(type(error).__name__) from error
    try:
        yield box
    finally:
        with_grace(box)


def connected(mailbox: config.Imap) -> BaseMailBox:
    """Signed in, over TLS with a checked certificate unless the settings say otherwise; every wait has an end."""
    context = ssl.create_default_context()
    box: BaseMailBox
    if mailbox.uses_ssl:
        box = MailBox(mailbox.server, mailbox.port, timeout=TIMEOUT, ssl_context=context)
    else:
        box = MailBoxUnencrypted(mailbox.server, mailbox.port, timeout=TIMEOUT)
    try:
        box.login(mailbox.username, mailbox.password, initial_folder=mailbox.folder)
    except BaseException:
        with_grace(box)
        raise
    return box


def with_grace(box: BaseMailBox) -> None:
    """Take leave of the server, whatever state the line is in."""
    try:
        box.client.logout()
    except WENT_WRONG:
        box.client.shutdown()


def asked(box: BaseMailBox, command: str, *arguments: str) -> Sequence[object]:
    """What the server answers to a command about mails by their UIDs."""
    try:
        answer, found = box.client.uid(command, *arguments)
    except WENT_WRONG as error:
        raise Unreachable(type(error).__name__) from error
    if answer != "OK":
        raise Unreachable(f"{command}: {answer}")
    return list(found)


def unread(box: BaseMailBox, mailbox: config.Imap) -> list[str]:
    """What is to be fetched, the oldest first; where what was read is moved away, somebody may have looked at it before."""
    wanted = "UNDELETED" if mailbox.done_folder else "UNSEEN"
    (found, *_) = asked(box, "SEARCH", wanted) or [b""]
    return found.decode("ascii", "ignore").split() if isinstance(found, bytes) else []


def sizes(box: BaseMailBox, numbers: Sequence[str]) -> list[tuple[str, int]]:
    """The UIDs with the sizes of their mails, asked before any of them is fetched."""
    if not numbers:
        return []
    known: dict[str, int] = {}
    for line in asked(box, "FETCH", ",".join(numbers), "(UID RFC822.SIZE)"):
        if isinstance(line, bytes) and (told := SIZE.search(line)):
            number, size = (told[1], told[2]) if told[1] else (told[4], told[3])
            known[number.decode()] = int(size)
    return [(number, known[number]) for number in numbers if number in known]


def content(box: BaseMailBox, number: str, size: int) -> bytes | None:
    """The mail as it is, or its head where it is too large; it stays unread. `None` if it is gone."""
    wanted = f"BODY.PEEK[]<0.{LARGEST + 1}>" if size <= LARGEST else f"BODY.PEEK[HEADER]<0.{LONGEST_HEAD}>"
    literals = (item[1] for item in asked(box, "FETCH", number, f"({wanted})") if isinstance(item, tuple))
    return next((bytes(literal) for literal in literals), None)


def put_away(box: BaseMailBox, mailbox: config.Imap, number: str) -> None:
    """Mark the mail as read, or move it; nothing else in the mailbox is touched, whatever is marked there for deletion."""
    if mailbox.done_folder is None:
        asked(box, "STORE", number, "+FLAGS", r"(\Seen)")
        return
    folder = encode_folder(mailbox.done_folder).decode("ascii")
    if "MOVE" in box.client.capabilities:
        asked(box, "MOVE", number, folder)
        return
    asked(box, "COPY", number, folder)
    asked(box, "STORE", number, "+FLAGS", r"(\Seen \Deleted)")
