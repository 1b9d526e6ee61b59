"""The worker: puts reminders, carries letters, clears what is kept only for a while; several at once are normal."""

import logging
import os
import signal
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import takewhile
from pathlib import Path
from types import FrameType
from typing import TypeVar

import click
from flask import Flask
from flask_babel import force_locale
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

import config
from app import clock, composing
from app.accounts import attempts
from app.accounts import kept as kept_forms
from app.changes import speaking, telling
from app.composing import Compose
from app.db import compact, db, transaction
from app.mail import authenticity, bounces, folder, imap, inbox, mime, outbox, own_address, rendering, sorting
from app.mail.delivery import Carrier, Undeliverable
from app.mail.mime import Built
from app.mail.models import Incoming, Message
from app.mailings import sending
from app.panels import proposals
from app.plans import choosing
from app.privacy import retention, traces
from app.registration import leaving, mailbox, promotions, proving, purge, reminders
from app.replies import receiving
from app.site import Site
from app.transfer import imports

BATCH = 50
LEASE = timedelta(minutes=10)
SECONDS_FOR_A_BATCH = LEASE.total_seconds() / 2  # the other half is for its last letter, whose every wait is bounded
SECONDS_TO_STOP = 1.0
SECONDS_OF_AN_OUTAGE = 5.0
WIPED_EVERY = timedelta(seconds=20)
READ_EVERY = timedelta(seconds=3)
READ_AT_ONCE = 10
LEASE_TO_READ = timedelta(minutes=2)
SECONDS_BETWEEN_POLLS = 60.0
OUTAGE = (OperationalError, InterfaceError)
CHORES: tuple[tuple[Callable[[], int], timedelta], ...] = (
    (reminders.put_due, timedelta(seconds=20)),
    (sending.put_due, timedelta(seconds=5)),
    (speaking.reconcile, timedelta(minutes=1)),
    (purge.old_submissions, timedelta(minutes=10)),
    (mailbox.forget_old, timedelta(minutes=10)),
    (proposals.remove_orphans, timedelta(hours=1)),
    (choosing.forget_old, timedelta(minutes=10)),
    (attempts.forget_old, timedelta(minutes=10)),
    (kept_forms.forget_old, timedelta(hours=1)),
    (retention.warn, timedelta(minutes=10)),
    (retention.carry_out, timedelta(seconds=10)),
    (imports.forget_old, timedelta(hours=1)),
    (inbox.forget_old, timedelta(hours=1)),
    (bounces.forget_old, timedelta(hours=1)),
)
AT_EVENTS: tuple[tuple[Callable[[], Sequence[int]], Callable[[int], int], timedelta], ...] = (
    (proving.events_with_late, proving.run_out, timedelta(seconds=20)),
    (promotions.events_with_late, promotions.run_out, timedelta(seconds=20)),
    (leaving.events_with_late, leaving.run_out, timedelta(seconds=20)),
    (telling.events_due, telling.tell_due, timedelta(seconds=10)),
)
"""What is done at one event after another, each in a transaction of its own, so that none is held while another is done."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Hopeless:
    """A letter that could not be written at this try."""

    why: str


Draft = Built | Hopeless | None
Done = TypeVar("Done")


class Fetching:
    """Fetches mail from the mailbox by IMAP, in a thread of its own, so that a slow server holds up no letter."""

    def __init__(self, app: Flask, mailbox: config.Imap, stopping: threading.Event) -> None:
        self.app = app
        self.mailbox = mailbox
        self.stopping = stopping
        self.is_cut_off = False

    def start(self) -> None:
        threading.Thread(target=self.run, name="fetching", daemon=True).start()

    def run(self) -> None:
        while not self.stopping.is_set():
            self.poll()
            self.stopping.wait(SECONDS_BETWEEN_POLLS)

    def poll(self) -> None:
        """Fetch what is there; a mailbox that does not answer is spoken of once, and tried again."""
        try:
            with self.app.app_context():
                imap.poll(self.mailbox, keep_fetched)
        except imap.Unreachable as error:
            if not self.is_cut_off:
                log.error("the mailbox cannot be read (%s); trying again every minute", error)
            self.is_cut_off = True
        except Exception as error:  # noqa: BLE001 - mail waits in the mailbox until this is over
            log.error("mail was not fetched: %s", place(error))
        else:
            self.is_cut_off = False


def keep_fetched(raw: bytes, size: int) -> None:
    """Keep one mail for good: the mailbox forgets that it is new after this."""
    with transaction():
        inbox.receive(raw, source="imap", size=size)


class Worker:
    """One worker of one process.

    `owed` is what the database must still be told of letters that were claimed: it outlives an outage, so that a letter
    which left is not sent again.
    """

    def __init__(self, app: Flask, compose: Compose | None = None, meaning: sorting.Meaning = receiving.take) -> None:
        settings: config.Settings = app.config["SETTINGS"]
        self.app = app
        self.stopping = threading.Event()
        self.site: Site = app.config["SITE"]
        self.folder: Path | None = None if settings.mail_server else settings.instance / "mail"
        self.compose = compose
        self.meaning = meaning
        self.fetching = Fetching(app, settings.imap, self.stopping) if settings.imap else None
        self.done_at: dict[Callable[..., object], datetime] = {}
        self.owed: list[Callable[[], None]] = []
        self.wiped_at: datetime | None = None

    def run(self, interval: float) -> None:
        """Go on until told to stop, resting `interval` seconds while nothing is due; the database's absence is survived."""
        if self.fetching:
            self.fetching.start()
        while not self.stopping.is_set():
            try:
                rest = 0.0 if self.tick() else interval
            except DBAPIError as error:
                log.error("the database does not answer (%s); trying again", type(error.orig).__name__)
                rest = SECONDS_OF_AN_OUTAGE
            except Exception as error:  # noqa: BLE001 - a worker that ends takes every letter with it
                log.error("this round failed: %s", place(error))
                rest = SECONDS_OF_AN_OUTAGE
            self.stopping.wait(rest)

    def tick(self) -> int:
        """Do the chores and carry every letter that is due; returns how many left."""
        left = 0
        with self.app.app_context():
            while not self.stopping.is_set():
                self.settle()
                self.do_chores()
                self.wipe()
                self.read_mail()
                with transaction():
                    messages = outbox.claim(BATCH, LEASE)
                if not messages:
                    break
                left += self.carry_all(messages)
        return left

    def do_chores(self) -> None:
        """What is done from time to time; one that fails stops neither the other nor the letters."""
        for chore, every in CHORES:
            if self.is_time(chore, every):
                self.attempt(chore)
        for events, chore_at, every in AT_EVENTS:
            if self.is_time(chore_at, every):
                for number in self.attempt(events) or ():
                    self.attempt(chore_at, number)

    def is_time(self, chore: Callable[..., object], every: timedelta) -> bool:
        """Whether the chore is to be done now; it is put down as done."""
        now = clock.now()
        if chore in self.done_at and timedelta() <= now - self.done_at[chore] < every:
            return False
        self.done_at[chore] = now
        return True

    def attempt(self, chore: Callable[..., Done], *given: int) -> Done | None:
        """Do it in a transaction of its own; `None` if it failed."""
        try:
            with transaction():
                return chore(*given)
        except OUTAGE:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, letters go on
            log.error("%s failed: %s", chore.__module__, place(error))
            return None

    def wipe(self) -> None:
        """Bring what was erased out of the files too: those of letters, and the database's own. Not within a transaction."""
        now = clock.now()
        if self.wiped_at and timedelta() <= now - self.wiped_at < WIPED_EVERY:
            return
        with transaction():
            is_due = traces.are_left()
            if is_due:
                traces.remove_files()
        self.wiped_at = now
        if is_due and compact():
            with transaction():
                traces.are_gone()

    def read_mail(self) -> None:
        """Read the mails that came in; all that are due, unless letters have waited for it long enough."""
        until = time.monotonic() + READ_EVERY.total_seconds()
        if not self.is_time(inbox.claim, READ_EVERY):
            return
        while not self.stopping.is_set() and time.monotonic() < until:
            with transaction():
                mails = inbox.claim(READ_AT_ONCE, LEASE_TO_READ)
            for incoming in mails:
                self.read(incoming)
            if not mails:
                break

    def read(self, incoming: Incoming) -> None:
        """One mail, in a transaction of its own with all that it brings about; one that fails stops no other."""
        if incoming.attempts > inbox.TRIES:
            self.settle(partial(inbox.failed, incoming.id, "Each worker that read it was killed."))
            return
        try:
            mail = sorting.opened(incoming)
            with transaction():
                sorting.sort(incoming, mail, self.meaning)
        except OUTAGE:
            raise
        except sorting.Overtaken:
            log.info("mail %d was read by another worker", incoming.id)
        except Exception as error:  # noqa: BLE001 - one bad mail must not stop the others
            log.error("mail %d was not read at try %d: %s", incoming.id, incoming.attempts, place(error))
            self.settle(partial(inbox.failed, incoming.id, place(error)))

    def carry_all(self, messages: list[Message]) -> int:
        """Carry a batch over one connection; what the time or this worker's end leaves undone is given back."""
        until = time.monotonic() + SECONDS_FOR_A_BATCH
        left, drafts = 0, self.write_all(messages)
        with Carrier(self.folder) as carrier:
            for number, message in enumerate(messages):
                if self.stopping.is_set() or time.monotonic() > until or number == len(drafts):
                    self.settle(partial(outbox.release, [message.id for message in messages[number:]]))
                    break
                try:
                    left += self.carry(message, drafts[number], carrier)
                except OUTAGE:
                    self.owed.append(partial(outbox.release, [message.id for message in messages[number + 1 :]]))
                    raise
        return left

    def write_all(self, messages: list[Message]) -> list[Draft]:
        """The mails of a batch, written together before the first leaves; fewer when told to end. Leaves no transaction open."""
        drafts: list[Draft] = []
        try:
            compose = self.compose or composing.composer(messages)
            for message in takewhile(lambda _: not self.stopping.is_set(), messages):
                drafts.append(self.write(message, compose))  # noqa: PERF401 - an outage must leave those before it
        except OUTAGE:
            in_hand = messages[len(drafts)]
            self.owed.append(partial(outbox.failed, in_hand.id, "the database did not answer"))
            self.owed.append(partial(outbox.release, [message.id for message in messages if message is not in_hand]))
            raise
        finally:
            db.session.rollback()
        return drafts

    def write(self, message: Message, compose: Compose) -> Draft:
        """One mail; `None` if there is nothing to say any more, or what is wrong with it."""
        if message.attempts > outbox.TRIES:
            return Hopeless(message.last_error or "each worker that took it was killed")
        try:
            with force_locale(message.language):
                letter = compose(message, self.site)
            return mime.build(letter, rendering.render(self.app.jinja_env, letter)) if letter else None
        except OUTAGE:
            raise
        except Exception as error:  # noqa: BLE001 - one bad letter must not stop the others
            return Hopeless(f"{type(error).__name__}: {error} ({place(error)})")

    def carry(self, message: Message, draft: Draft, carrier: Carrier) -> bool:
        """Carry one letter; `False` if it did not leave. Whatever is wrong with it is kept with it."""
        if draft is None:
            self.settle(partial(outbox.dropped, message.id))
            return False
        if isinstance(draft, Hopeless):
            self.give_up(message, draft.why)
            return False
        try:
            carrier.carry(draft, f"{message.id}-{message.letter}")
        except Undeliverable as error:
            self.give_up(message, str(error), for_good=error.for_good)
            return False
        except Exception as error:  # noqa: BLE001 - one bad letter must not stop the others
            self.give_up(message, f"{type(error).__name__}: {error} ({place(error)})")
            return False
        self.settle(partial(outbox.sent, message.id))
        return True

    def give_up(self, message: Message, error: str, for_good: bool = False) -> None:
        """Keep why the letter did not leave; the log learns only which one, since a server's words may name a person."""
        log.warning("letter %d (%s) did not leave at try %d", message.id, message.letter, message.attempts)
        kept = error[:2000].replace("\0", "").encode(errors="replace").decode()
        self.settle(partial(outbox.refused if for_good else outbox.failed, message.id, kept))

    def settle(self, *acts: Callable[[], None]) -> None:
        """Tell the database what became of letters: this, and what it could not be told before."""
        self.owed.extend(acts)
        if self.owed:
            with transaction():
                for act in self.owed:
                    act()
            self.owed.clear()

    def stop(self, number: int, frame: FrameType | None) -> None:
        """End after the letter at hand; if that hangs, as if killed: its lease brings it back."""
        self.stopping.set()
        hard = threading.Timer(SECONDS_TO_STOP, os._exit, (0,))
        hard.daemon = True
        hard.start()


def tick(app: Flask) -> int:
    """One round of a new worker: everything that is due now; returns how many letters left."""
    return Worker(app).tick()


def place(error: Exception) -> str:
    """What was raised and where, without its message, which may name a person."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} at {Path(frame.filename).name}:{frame.lineno}"


def init(app: Flask) -> None:
    outbox.use(app.config["SITE"].calendar_domain)
    settings: config.Settings = app.config["SETTINGS"]
    folder.use(settings.instance / "mail")
    own_address.use(app.config["SITE"].sender_address, gives_tags=settings.mail_plus_addresses)
    authenticity.use(settings.mail_authserv_id)

    @app.cli.command("worker", with_appcontext=False)
    @click.option("--once", is_flag=True, help="Carry what is due and end.")
    @click.option("--interval", default=1.0, show_default=True, help="Seconds to rest while nothing is due.")
    def worker(once: bool, interval: float) -> None:
        """Carry letters and do what is due, until told to stop (Ctrl-C or SIGTERM)."""
        one = Worker(app)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, one.stop)
        if once:
            if one.fetching:
                one.fetching.poll()
            one.tick()
        else:
            one.run(interval)
