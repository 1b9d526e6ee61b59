"""Registrations a second: each by a new person from another network, through the form, the check, and the confirmation."""

import re
import statistics
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from html import unescape
from itertools import count

import sqlalchemy as sa

from app import clock
from app.cli import demo
from app.db import db
from app.events.models import Event
from app.registration.models import Registration
from app.web.registration import form_keys
from bench import load, report
from bench.conversations import Answer, Conversation, Fields, get, post
from bench.load import NoAnswer
from bench.pages import CLIENTS, Stand, expect
from bench.report import Figure, Task
from bench.statements import of_each

FORM = f"/events/{demo.SLUG}/register"
STEPS = ("form", "check", "confirmation")
SECONDS = 1.5
WARMING = 1.0
INPUT = re.compile(r"<input\b[^>]*>")
ATTRIBUTE = re.compile(r'([a-z-]+)="([^"]*)"')
ANSWERS = [
    ("name", "Żaneta Łącka"),
    ("organisation", "Urząd Miasta Gdyni"),
    ("position", "Specjalistka"),
    ("needs", "captions"),
    ("needs_note", ""),
    ("clause", "y"),
]


def tasks(stand: Stand) -> Iterator[Task]:
    """A rush over this database, then what each step of one registration costs."""
    people = count(1)
    yield f"registrations, {stand.site.name}", partial(rush, stand, people)
    yield "the three requests", partial(steps, stand, people)


def rush(stand: Stand, people: Iterator[int]) -> Figure:
    """8 clients who register new people one after another; the database must hold exactly those who were told so."""
    load.run(stand.web.port, crowd(people), WARMING)
    before, cpu, rounds, ratios = registered(stand), stand.web.cpu(), list[load.Round](), list[float]()
    for _ in range(stand.rounds):
        yard = stand.yard()
        rounds.append(load.run(stand.web.port, crowd(people), SECONDS))
        ratios.append(confirmed(rounds[-1]) / yard.per_second)
    expect(rounds, 200, 303)
    told, kept = sum(one.statuses[303] for one in rounds), registered(stand) - before
    if told != kept:
        raise NoAnswer(f"{told} were told that they are registered, and {kept} are")
    used = 1000 * (stand.web.cpu() - cpu) / told
    name = f"registrations of three requests, {stand.site.name}"
    return Figure(name, words(rounds), statistics.median(ratios), "100/s", cpu=used)


def words(rounds: list[load.Round]) -> str:
    """The median round; the waits are those of a request."""
    middle = sorted(rounds, key=confirmed)[len(rounds) // 2]
    return report.rate(confirmed(middle), middle.wait(0.5), middle.wait(0.99))


def confirmed(one: load.Round) -> float:
    """Registrations a second."""
    return one.statuses[303] / one.seconds


def registered(stand: Stand) -> int:
    """How many registrations the database holds."""
    with stand.site.app.app_context():
        query = sa.select(sa.func.count()).select_from(Registration).join(Event).where(Event.slug == demo.SLUG)
        return db.session.scalars(query).one()


def steps(stand: Stand, people: Iterator[int]) -> Figure:
    """SQL statements and bytes of each of the three requests."""
    found = of_each(stand.site.app, registering(people), 2 * len(STEPS))[len(STEPS) :]
    statements = " + ".join(str(number) for number, _ in found)
    sizes = " + ".join(f"{len(answer.body):,}" for _, answer in found)
    return Figure(f"  {', '.join(STEPS)}", "", statements=statements, size=sizes)


def crowd(people: Iterator[int]) -> list[Conversation]:
    return [registering(people) for _ in range(CLIENTS)]


def registering(people: Iterator[int]) -> Conversation:
    """One new person after another, each with an address and a network of their own."""
    for number in people:
        source = {"X-Forwarded-For": f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"}
        form = yield get(FORM, source)
        answers = [*ANSWERS, ("email", f"person-{number}@example.org")]
        check = yield post(FORM, [*carried(form), *answers], source)
        confirmation = yield post(FORM, [*read_through(carried(check)), ("step", "register")], source)
        if confirmation.status != 303:
            raise NoAnswer(f"a registration was answered with {confirmation.status}")


def read_through(fields: Fields) -> Fields:
    """The same answers as if a person had looked at them: their key is an hour old."""
    key = form_keys.give(clock.now() - timedelta(hours=1))
    return [(name, key if name == "key" else value) for name, value in fields]


def carried(page: Answer) -> Fields:
    """What a browser would send back untouched: hidden fields, and boxes that are ticked."""
    fields: Fields = []
    for tag in INPUT.findall(page.content.decode()):
        facts = dict(ATTRIBUTE.findall(tag))
        is_ticked = facts.get("type") == "checkbox" and " checked" in tag
        if "name" in facts and (facts.get("type") == "hidden" or is_ticked):
            fields.append((facts["name"], unescape(facts.get("value", ""))))
    return fields
