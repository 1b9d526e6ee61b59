"""Letters a second: confirmations with invitations, carried by workers of their own to a mail server of its own process."""

import json
import resource
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import NamedTuple

import sqlalchemy as sa

from app import worker
from app.cli import demo
from app.db import db, transaction
from app.events.models import Event
from app.mail.models import Message, MessageStatus
from bench import content, processes
from bench.installations import Installation
from bench.load import NoAnswer
from bench.report import Figure, Task
from bench.statements import counted

LETTERS = 600
COUNTED = 50
SECONDS = 60.0
WORKER = ("-m", "flask", "--app", "wsgi", "worker", "--once")


class Carried(NamedTuple):
    """What workers did: letters that came, bytes of all, seconds between the first and the last, and of processor."""

    letters: int
    size: int
    seconds: float
    cpu: float


def tasks(site: Installation, folder: Path) -> Iterator[Task]:
    """One worker, and two over the same queue."""
    for number in (1, 2):
        yield f"letters, workers: {number}", partial(by_workers, site, folder, number)


def by_workers(site: Installation, folder: Path, number: int) -> Figure:
    """So many workers over one queue of confirmations."""
    statements = statements_of_one(site)
    idle = carry(site, folder, 1)
    queue(site, LETTERS, f"letter-{number}")
    found = carry(site, folder, number)
    if found.letters != LETTERS:
        raise NoAnswer(f"{LETTERS} letters were queued and {found.letters} came")
    per_second, size = f"{(found.letters - 1) / found.seconds:,.0f}/s", f"{found.size // found.letters:,}"
    cpu = 1000 * (found.cpu - number * idle.cpu) / found.letters
    name = f"letters with an invitation, {number} worker{'s' if number > 1 else ''}"
    return Figure(name, per_second, target="200/s", statements=f"{statements:.1f}", size=size, cpu=cpu)


def statements_of_one(site: Installation) -> float:
    """SQL statements per letter of a batch, from claim to sent."""
    queue(site, COUNTED, "counted")
    with counted(site.app) as said:
        letters = worker.tick(site.app)
    return len(said) / letters


def queue(site: Installation, number: int, name: str) -> None:
    """Put confirmations of new registrations; whatever was queued before is dropped."""
    with site.app.app_context():
        with transaction():
            queued = sa.update(Message).where(Message.status == MessageStatus.QUEUED)
            db.session.execute(queued.values(status=MessageStatus.DROPPED))
        event = db.session.scalars(sa.select(Event).where(Event.slug == demo.SLUG)).one()
        sessions = content.sessions_of(event)
        for person in range(number):
            with transaction():
                content.enrol(event, f"{name}-{time.monotonic_ns()}-{person}", sessions=sessions)


def carry(site: Installation, folder: Path, number: int) -> Carried:
    """Let workers empty the queue; returns what came to the mail server."""
    with mail_server(folder) as log:
        environment = {**site.environment, "MAIL_SERVER": "127.0.0.1", "MAIL_PORT": str(int(said(log)["port"]))}
        before = processor()
        with ExitStack() as stack:
            starting = [processes.running(*WORKER, environment=environment, log=folder / "worker.log") for _ in range(number)]
            for process in [stack.enter_context(one) for one in starting]:
                process.wait(SECONDS)
        cpu = processor() - before
    came = said(log)
    if came["addresses"] != came["letters"]:
        raise NoAnswer(f"{came['letters']} letters came to {came['addresses']} addresses")
    return Carried(int(came["letters"]), int(came["bytes"]), came["seconds"], cpu)


def processor() -> float:
    """Seconds of processor that our ended processes have used."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@contextmanager
def mail_server(folder: Path) -> Iterator[Path]:
    """A mail server for the length of the block; where it says its port, and at its end what came."""
    log = folder / "mail.log"
    log.unlink(missing_ok=True)
    with processes.running("-m", "bench.sink", environment={}, log=log):
        said(log)
        yield log


def said(log: Path) -> dict[str, float]:
    """The last line that the mail server said."""
    deadline = time.monotonic() + processes.SECONDS_TO_START
    while time.monotonic() < deadline:
        if lines := [line for line in log.read_text().splitlines() if line.startswith("{") and line.endswith("}")]:
            return dict(json.loads(lines[-1]))
        time.sleep(0.02)
    raise processes.NotStarted(f"the mail server did not start:\n{log.read_text()[-2000:]}")
