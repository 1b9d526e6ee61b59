"""Pages and calendars under load, each in short rounds that take turns with rounds of the bare page."""

import statistics
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial

import sqlalchemy as sa

from app import clock
from app.agenda.models import Session
from app.db import db, transaction
from bench import content, load, report
from bench.conversations import Request, after_each, again_and_again, get
from bench.installations import Installation
from bench.load import NoAnswer, Round
from bench.processes import Web
from bench.report import Figure, Task
from bench.statements import of_each

CLIENTS = 8
ROUNDS = 5
SECONDS = 0.5
WARMING = 0.25
BLOCKS, FEW_BLOCKS = 8, 2
BARE = get("/")


@dataclass
class Stand:
    """A site beside the bare page; `yards` are the rounds of the bare page so far."""

    bare: Web
    web: Web
    site: Installation
    rounds: int = ROUNDS
    yards: list[Round] = field(default_factory=list)

    def yard(self) -> Round:
        """One more round of the bare page."""
        self.yards.append(load.pace(self.bare.port, BARE, CLIENTS, SECONDS))
        return self.yards[-1]

    def change(self) -> None:
        """Change the content once."""
        with self.site.app.app_context():
            content.change()

    def change_session(self) -> None:
        """Move the last session."""
        with self.site.app.app_context(), transaction():
            last = db.session.scalars(sa.select(Session).order_by(Session.id.desc()).limit(1)).one()
            last.sequence, last.modified_at = last.sequence + 1, clock.now()

    def change_sessions(self) -> None:
        """Change every session, as if each had been moved."""
        with self.site.app.app_context(), transaction():
            db.session.execute(sa.update(Session).values(modified_at=clock.now(), sequence=Session.sequence + 1))
        self.change()


def bare(stand: Stand) -> Figure:
    """The bare page over all rounds: what 1.00 means."""
    before = stand.bare.cpu()
    found = [stand.yard() for _ in range(stand.rounds)]
    cpu = stand.bare.cpu() - before
    return Figure("a bare Flask page", speed(found), 1.0, size="13", cpu=1000 * cpu / sum(one.answers for one in found))


def tasks(stand: Stand) -> Iterator[Task]:
    """All that is asked of pages and calendars, in the order of the table."""
    where = stand.site.content
    asked: tuple[tuple[str, str, str], ...] = (
        ("event page", where.event, "0.5"),
        ("list of events", "/events/", ""),
        ("event.ics", where.event_file, "0.5"),
        ("page of 210 sessions", where.conference, ""),
        ("feed of 200 sessions", where.feed, "0.4"),
    )
    for name, path, target in asked:
        request = get(path)
        yield name, partial(first, stand, f"{name}, first after a change", request, stand.change)
        yield name, partial(repeated, stand, f"{name}, repeated", request, target)
        if path == where.event:
            yield name, partial(unchanged, stand, f"{name}, 304", path, "0.8")
    yield "feed", partial(first, stand, "feed, first after all sessions moved", get(where.feed), stand.change_sessions)
    yield from large_feed(stand)


def large_feed(stand: Stand) -> Iterator[Task]:
    """An agenda of 1,000 sessions: all entries made anew, one of them, none."""
    name, request = "feed of 1,000 sessions", get(stand.site.content.congress)
    yield name, partial(first, stand, f"{name}, first after all moved", request, stand.change_sessions, FEW_BLOCKS)
    yield name, partial(first, stand, f"{name}, first after one moved", request, stand.change_session, FEW_BLOCKS)
    yield name, partial(repeated, stand, f"{name}, repeated", request, "")


def repeated(stand: Stand, name: str, request: Request, target: str, status: int = 200) -> Figure:
    """The same request by 8 clients while nothing changes."""
    load.pace(stand.web.port, request, CLIENTS, WARMING)
    before, rounds, ratios = stand.web.cpu(), list[Round](), list[float]()
    for _ in range(stand.rounds):
        yard = stand.yard()
        rounds.append(load.pace(stand.web.port, request, CLIENTS, SECONDS))
        ratios.append(rounds[-1].per_second / yard.per_second)
    expect(rounds, status)
    cpu = 1000 * (stand.web.cpu() - before) / sum(one.answers for one in rounds)
    statements, answer = of_each(stand.site.app, again_and_again(request), 2)[1]
    return Figure(
        name,
        speed(rounds),
        statistics.median(ratios),
        target,
        str(statements),
        report.size(len(answer.body), len(answer.content)),
        cpu,
    )


def unchanged(stand: Stand, name: str, path: str, target: str) -> Figure:
    """The same page for a reader who has it."""
    tag = load.ask(stand.web.port, get(path)).header("ETag")
    return repeated(stand, name, get(path, {"If-None-Match": tag}), target, status=304)


def first(stand: Stand, name: str, request: Request, change: Callable[[], None], blocks: int = BLOCKS) -> Figure:
    """The first request after each of many changes: one client's wait, and the bare page's wait over it."""
    load.median_wait(stand.web.port, again_and_again(request), CLIENTS)
    before, waits, ratios = stand.web.cpu(), list[float](), list[float]()
    for _ in range(blocks):
        yard = load.median_wait(stand.bare.port, again_and_again(BARE), 20)
        waits.append(load.median_wait(stand.web.port, after_each(change, request), 3))
        ratios.append(yard / waits[-1])
    cpu = 1000 * (stand.web.cpu() - before) / (blocks * 3)
    statements, answer = of_each(stand.site.app, after_each(change, request), 2)[1]
    size = report.size(len(answer.body), len(answer.content))
    return Figure(name, f"{1000 * statistics.median(waits):.1f} ms", statistics.median(ratios), "", str(statements), size, cpu)


def speed(rounds: list[Round]) -> str:
    """The median round, in words."""
    middle = sorted(rounds, key=lambda one: one.per_second)[len(rounds) // 2]
    return report.rate(middle.per_second, middle.wait(0.5), middle.wait(0.99))


def expect(rounds: list[Round], *statuses: int) -> None:
    """Figures of errors are no figures."""
    for one in rounds:
        if others := {status: number for status, number in one.statuses.items() if status not in statuses}:
            raise NoAnswer(f"answers that were not asked for: {others}")
