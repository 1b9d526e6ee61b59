"""Invitations to register by a personal link: a list of addresses read, written to, and taken back one by one."""

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import ngettext

from app import clock, tokens
from app.admission.models import Invitee, Quota
from app.db import db
from app.errors import Refused
from app.events import holding
from app.events.models import Event, EventStatus
from app.events.words import line, mailbox, within
from app.mail import outbox

PURPOSE = "invitee"
LETTER = "event_invitation"
EVERY = 60
"""Seconds: a second wish to send the letter again within them sends none."""
MOST_LINES = 2000
MOST_ERRORS = 50
LONGEST_LINE = 2000
NAME = 200
ADDRESS = re.compile(r"[^\s<>,;\"'()\t]+@[^\s<>,;\"'()\t]+")
DELIMITERS = ";\t,"


@dataclass(frozen=True)
class Addressee:
    """One line of a list, read."""

    name: str
    email: str

    @property
    def key(self) -> str:
        return self.email.casefold()


@dataclass(frozen=True)
class Wrong:
    """A line that cannot be read, by its number in the list, and why."""

    line: int
    text: str
    why: str


@dataclass
class Reading:
    """What a list says; `twice` are addresses that stand in it more than once."""

    people: list[Addressee] = field(default_factory=list)
    wrong: list[Wrong] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Invited:
    """Who was written to, whose invitation stood already, and who was on the list twice."""

    new: Sequence[Invitee]
    known: Sequence[str]
    twice: Sequence[str]


class Unreadable(Refused):
    """Some lines of the list cannot be read, so nobody was invited; `wrong` are they."""

    def __init__(self, wrong: Sequence[Wrong]) -> None:
        said = ngettext(
            "%(num)d line cannot be read, so nobody was invited",
            "%(num)d lines cannot be read, so nobody was invited",
            len(wrong),
        )
        super().__init__(said, field="people")
        self.wrong = wrong


def read(text: str) -> Reading:
    """The people of a list, a line each: “Anna Nowak <anna@example.org>”, “anna@example.org; Anna Nowak”, or a table (CSV).

    A first line without an address, which names the columns, is passed over.
    """
    reading, seen = Reading(), set[str]()
    for number, written in lines_of(text):
        try:
            person = addressee(written)
        except Refused as refusal:
            if not (number == 1 and is_heading(written)):
                reading.wrong.append(Wrong(number, line(written)[:NAME], refusal.message))
            continue
        if person.key in seen:
            reading.twice.append(person.email)
        else:
            seen.add(person.key)
            reading.people.append(person)
    return reading


def lines_of(text: str) -> Iterator[tuple[int, str]]:
    """The lines that say something, with their numbers."""
    lines = text.replace("\N{ZERO WIDTH NO-BREAK SPACE}", "").splitlines()
    return ((number, written.strip()) for number, written in enumerate(lines, start=1) if written.strip(" \t,;"))


def is_heading(written: str) -> bool:
    return "@" not in written and any(sign in written for sign in DELIMITERS)


def addressee(written: str) -> Addressee:
    """One line; raises `Refused`."""
    found = ADDRESS.findall(within(written, LONGEST_LINE, "people"))
    if len(found) != 1:
        raise Refused(_("There are several addresses on this line") if found else _("There is no e-mail address on this line"))
    before, bracket, _rest = written.partition("<")
    name = before if bracket else beside(written)
    return Addressee(within(line(name.strip(" \t\"',;")), NAME, "people"), mailbox(found[0], "people"))


def beside(written: str) -> str:
    """The first cell of the line that holds something else than the address."""
    delimiter = next((sign for sign in DELIMITERS if sign in written), " ")
    cells = next(csv.reader([written], delimiter=delimiter, skipinitialspace=True))
    if delimiter == " ":
        return " ".join(cell for cell in cells if "@" not in cell)
    return next((cell for cell in cells if cell.strip() and "@" not in cell), "")


def invite(event: Event, text: str, *, language: str, quota: Quota | None = None) -> Invited:
    """Write to everybody on the list who is not invited yet; raises `Unreadable`, and then nobody is."""
    holding.hold(event)
    refuse_unsent(event)
    refuse_many(text)
    reading = read(text)
    if reading.wrong:
        raise Unreadable(reading.wrong[:MOST_ERRORS])
    if not reading.people:
        raise Refused(_("Enter at least one address"), field="people")
    known = {invitee.email_key: invitee for invitee in of(event)}
    standing = {key for key, invitee in known.items() if invitee.revoked_at is None}
    new = [
        renewed(known.get(person.key) or Invitee(event_id=event.id), person, language=language, quota=quota)
        for person in reading.people
        if person.key not in standing
    ]
    db.session.add_all(new)
    db.session.flush()
    outbox.put_each(LETTER, [letter_to(invitee) for invitee in new])
    return Invited(new, [person.email for person in reading.people if person.key in standing], reading.twice)


def refuse_many(text: str) -> None:
    """Before anything is read, which takes its time; the first line may name the columns."""
    if sum(1 for _line in lines_of(text)) > MOST_LINES + 1:
        raise Refused(_("Invite at most %(most)d people at once", most=MOST_LINES), field="people")


def of(event: Event) -> Sequence[Invitee]:
    return db.session.scalars(sa.select(Invitee).where(Invitee.event_id == event.id).order_by(Invitee.id)).all()


def renewed(invitee: Invitee, person: Addressee, *, language: str, quota: Quota | None) -> Invitee:
    """An invitation with a fresh link, whether it is new or was taken back before."""
    invitee.name, invitee.email, invitee.email_key = person.name, person.email, person.key
    invitee.language, invitee.quota_id = language, quota.id if quota else None
    give(invitee)
    return invitee


def give(invitee: Invitee) -> None:
    """A link that nobody has yet; a former one opens nothing any more."""
    invitee.uid = tokens.random()
    invitee.digest = tokens.digest(tokens.derive(PURPOSE, invitee.uid))
    invitee.invited_at, invitee.opened_at, invitee.revoked_at = clock.now(), None, None


def token(invitee: Invitee) -> str:
    """For the link in the letter."""
    return tokens.recall(PURPOSE, invitee.uid, invitee.digest)


def find(event: Event, token: str) -> Invitee | None:
    """Whose link this is at the event, whether it is still good or was taken back."""
    known = Invitee.event_id == event.id, Invitee.digest == tokens.digest(token)
    return db.session.scalar(sa.select(Invitee).where(*known))


def by_id(event: Event, number: int) -> Invitee:
    """Raises `NoResultFound`."""
    return db.session.scalars(sa.select(Invitee).where(Invitee.event_id == event.id, Invitee.id == number)).one()


def opened(invitee: Invitee) -> None:
    """Remember that the link was followed; only the first time counts."""
    if invitee.opened_at is None:
        invitee.opened_at = clock.now()


def resend(invitee: Invitee, event: Event) -> bool:
    """Send the same link once more; `False` if that was done a moment ago. Raises `Refused`."""
    refuse_unsent(event)
    if invitee.revoked_at is not None:
        raise Refused(_("This invitation was taken back. Give a new link instead."))
    return send(invitee)


def replace(invitee: Invitee, event: Event) -> None:
    """Give a new link and send it; the former one opens nothing any more. Raises `Refused`."""
    refuse_unsent(event)
    give(invitee)
    db.session.flush()
    send(invitee)


def revoke(invitee: Invitee) -> None:
    """Take the invitation back: nobody registers by its link any more. Whoever has registered keeps the place."""
    if invitee.revoked_at is None:
        invitee.revoked_at = clock.now()


def refuse_unsent(event: Event) -> None:
    """An invitation leaves only while people can come to the event."""
    if event.status is not EventStatus.PUBLISHED or event.has_begun:
        raise Refused(_("Invitations leave while the event is published and has not begun. Publish it first."))


def send(invitee: Invitee) -> bool:
    return outbox.put_each(LETTER, [letter_to(invitee)]) == 1


def letter_to(invitee: Invitee) -> dict[str, Any]:
    """What `outbox.put` takes beside the letter's name."""
    stretch = int(clock.now().timestamp()) // EVERY
    return {
        "to_name": invitee.name,
        "to_address": invitee.email,
        "language": invitee.language,
        "thread": f"invitee:{invitee.uid}",
        "topic": f"event:{invitee.event_id}",
        "once": f"invitee:{invitee.uid}:{stretch}",
    }
