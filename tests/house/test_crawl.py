"""A reader who follows every link from the front page never meets a dead end."""

from collections import deque
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner
from werkzeug.test import TestResponse

from app.agenda.models import Session
from app.changes import versions
from app.db import db, transaction
from tests.defaults import SETTINGS

HOME = f"{SETTINGS['BASE_URL']}/"
MOST_PAGES = 400
MOST_STATEMENTS = 16
ADDRESSES = {"a": "href", "link": "href", "img": "src", "script": "src", "form": "action"}


@dataclass
class Page(HTMLParser):
    """The addresses that a page leads to, the names of its places, and what the content policy would refuse in it."""

    address: str
    links: set[str] = field(default_factory=set)
    places: set[str] = field(default_factory=set)
    inline: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.inline += [f"<{tag} {name}>" for name in given if name == "style" or name.startswith("on")]
        if tag == "style" or (tag == "script" and "src" not in given and given.get("type") != "application/ld+json"):
            self.inline.append(f"<{tag}>")
        if place := given.get("id"):
            self.places.add(place)
        if tag == "form" and (given.get("method") or "get").lower() != "get":
            return
        if (link := given.get(ADDRESSES.get(tag, ""))) is not None:
            self.links.add(urljoin(self.address, link))


def read(address: str, answer: TestResponse) -> Page:
    page = Page(address)
    if answer.mimetype == "text/html":
        page.feed(answer.text)
    return page


@dataclass
class Crawl:
    """Status, number of statements and content of everything that was reached."""

    statuses: dict[str, int] = field(default_factory=dict)
    costs: dict[str, int] = field(default_factory=dict)
    pages: dict[str, Page] = field(default_factory=dict)

    def follow(self, client: FlaskClient, language: str, statements: Callable[[], AbstractContextManager[list[str]]]) -> None:
        """Open the front page, and from each page what it leads to."""
        waiting = deque([HOME])
        while waiting and len(self.statuses) < MOST_PAGES:
            address = waiting.popleft()
            if address in self.statuses:
                continue
            with statements() as said:
                answer = client.get(address, base_url=HOME, headers={"Accept-Language": language})
            self.statuses[address], self.costs[address] = answer.status_code, len(said)
            self.pages[address] = read(address, answer)
            waiting.extend(onward(self.pages[address], answer) - self.statuses.keys())

    def lost(self) -> list[str]:
        """Links to a place that is not on its page."""
        places = {address: page.places for address, page in self.pages.items() if page.places}
        links = {urldefrag(link) for page in self.pages.values() for link in page.links}
        return [f"{address}#{place}" for address, place in links if place and place not in places.get(address, {place})]


def onward(page: Page, answer: TestResponse) -> set[str]:
    """Our own addresses that an answer leads to."""
    links = {urldefrag(link).url for link in page.links}
    if answer.location:
        links.add(urljoin(page.address, answer.location))
    return {link for link in links if link.startswith(HOME)}


def tell_of_another_room() -> None:
    """So that the agenda has a second version, whose pages are reached too."""
    session = db.session.scalars(sa.select(Session).order_by(Session.id)).first()
    assert session
    with transaction():
        session.room = "Sala 2"
        versions.settle(session.event, "Olga")


@pytest.mark.parametrize("language", ["pl", "en"])
@pytest.mark.parametrize("options", [[], ["--as-published"]], ids=["ahead", "past"])
def test_every_link_leads_somewhere(app: Flask, runner: FlaskCliRunner, language: str, options: list[str], clock, statements):
    if options:
        clock.stand_at(clock.now().replace(year=2022))
    assert runner.invoke(args=["demo", *options]).exit_code == 0
    tell_of_another_room()
    crawl = Crawl()

    crawl.follow(app.test_client(use_cookies=False), language, statements)

    assert {address: status for address, status in crawl.statuses.items() if status >= 400} == {}
    assert {address: cost for address, cost in crawl.costs.items() if cost > MOST_STATEMENTS} == {}
    assert {address: page.inline for address, page in crawl.pages.items() if page.inline} == {}
    assert crawl.lost() == []
    assert {f"{HOME}events/smart-city-v4/{path}" for path in ("changes", "changes.atom", "?version=1")} <= crawl.statuses.keys()
    assert 15 < len(crawl.statuses) < MOST_PAGES
