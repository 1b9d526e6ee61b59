"""Pages kept as bytes, each for as long as the revision of what it shows stands (docs/decisions/0004).

A view says what its page shows (`shows`); the answer is kept in this process. The next request for the same page asks
the database one thing, whether that revision still stands, before Flask is entered at all.
"""

import gzip
from collections import OrderedDict
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from threading import Lock
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from flask import Flask, Response, current_app, g, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header, parse_cookie, parse_date, parse_etags
from werkzeug.wrappers.response import Response as WsgiResponse

from app import clock
from app.db import READER, db
from app.web import language

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

KEPT_BYTES = 24 * 1024 * 1024
WORTH_COMPRESSING = 1000
MINUTE = 60

CONTENT = sa.text("SELECT r.number, (SELECT coalesce(sum(places_revision), 0) FROM events) FROM site_revision r")
EVENT = sa.text("SELECT r.number, e.places_revision FROM site_revision r, events e WHERE e.slug = :subject")
FEED = sa.text(
    "SELECT r.number, p.revision, k.revoked_at FROM site_revision r, keys k"
    " JOIN registrations p ON p.id = k.registration_id WHERE k.digest = :subject"
)

PLAN = sa.text(
    "SELECT r.number, p.revision, k.revoked_at FROM site_revision r, plan_keys k"
    " JOIN plans p ON p.id = k.plan_id WHERE k.digest = :subject"
)


@dataclass(frozen=True)
class Shown:
    """What a page shows: the question for its revision, and how many seconds the clock may not change it."""

    question: sa.TextClause
    subject: str = ""
    seconds: int = MINUTE

    def stands_at(self, engine: sa.Engine) -> tuple[object, ...]:
        """The present revision, with the stretch of time it is good for."""
        return (*asked(engine, self.question, self.subject), int(clock.now().timestamp()) // self.seconds)


def asked(engine: sa.Engine, question: sa.TextClause, subject: str) -> tuple[object, ...]:
    """The row that answers a question.

    Every request asks, and SQLAlchemy takes longer than the database, so the driver is asked, unless somebody listens to
    the engine's statements. Where the driver fails (the database was started again), SQLAlchemy knows how to begin anew.
    """
    facts = {"subject": subject} if subject else {}
    if not engine.dispatch.before_cursor_execute:
        with suppress(engine.dialect.loaded_dbapi.Error):
            return driven(engine, *spoken(question, engine.dialect), facts)
    with engine.connect() as connection:
        return tuple(connection.execute(question, facts).first() or ())


def driven(engine: sa.Engine, statement: str, is_positional: bool, facts: dict[str, str]) -> tuple[object, ...]:
    """The row by the driver's own cursor; a connection that fails leaves the pool."""
    connection = engine.raw_connection()
    try:
        cursor = connection.cursor()
        cursor.execute(statement, tuple(facts.values()) if is_positional else facts)
        row = cursor.fetchone()
        cursor.close()
        return tuple(row or ())
    except BaseException:
        connection.invalidate()
        raise
    finally:
        connection.close()


@lru_cache
def spoken(question: sa.TextClause, dialect: sa.Dialect) -> tuple[str, bool]:
    """The question in the driver's words, and whether it takes its facts by position."""
    compiled = question.compile(dialect=dialect)
    return str(compiled), bool(getattr(compiled, "positional", False))


def content(seconds: int = MINUTE) -> Shown:
    """Anything public: lists, people, the site's feed."""
    return Shown(CONTENT, seconds=seconds)


def event(slug: str, seconds: int = MINUTE) -> Shown:
    """One event with its sessions, people, materials and count of places."""
    return Shown(EVENT, slug, seconds)


def feed(token_digest: str, seconds: int = 60 * MINUTE) -> Shown:
    """One person's own feed."""
    return Shown(FEED, token_digest, seconds)


def plan(token_digest: str, seconds: int = 60 * MINUTE) -> Shown:
    """The feed of a plan."""
    return Shown(PLAN, token_digest, seconds)


@dataclass(frozen=True)
class Kept:
    """One answer as bytes, plain and compressed."""

    shown: Shown
    stands_at: tuple[object, ...]
    headers: tuple[tuple[str, str], ...]
    body: bytes
    packed: bytes | None
    tag: str

    @property
    def weight(self) -> int:
        return len(self.body) + len(self.packed or b"") + 2000


class Shelf:
    """Kept answers of this process, the least used dropped first."""

    def __init__(self, capacity: int = KEPT_BYTES) -> None:
        self.capacity = capacity
        self.weight = 0
        self.answers: OrderedDict[tuple[str, ...], Kept] = OrderedDict()
        self.lock = Lock()

    def get(self, key: tuple[str, ...]) -> Kept | None:
        with self.lock:
            if kept := self.answers.get(key):
                self.answers.move_to_end(key)
            return kept

    def put(self, key: tuple[str, ...], kept: Kept) -> None:
        with self.lock:
            if former := self.answers.pop(key, None):
                self.weight -= former.weight
            self.answers[key] = kept
            self.weight += kept.weight
            while self.weight > self.capacity:
                self.weight -= self.answers.popitem(last=False)[1].weight


def shows(shown: Shown) -> None:
    """Let this request's answer be kept. Called before anything is read, so that an old page is never kept as new."""
    g.shown = shown, shown.stands_at(reader())


def reader() -> sa.Engine:
    """The engine that asks one thing without opening a transaction."""
    return db.engines[READER]


@lru_cache(maxsize=512)
def accepted(header: str) -> str:
    """The language that an Accept-Language header asks for."""
    return parse_accept_header(header, LanguageAccept).best_match(language.LANGUAGES, "pl") or "pl"


@lru_cache(maxsize=512)
def unpacks(header: str) -> bool:
    """Whether an Accept-Encoding header takes gzip."""
    return parse_accept_header(header).quality("gzip") > 0


def key_of(environ: "WSGIEnvironment") -> tuple[str, ...]:
    """What two requests must share to get the same bytes: address, language, and the reader's zone."""
    wishes = parse_cookie(environ.get("HTTP_COOKIE")) if "HTTP_COOKIE" in environ else {}
    speech = wishes.get(language.COOKIE, "")
    if speech not in language.LANGUAGES:
        speech = accepted(environ.get("HTTP_ACCEPT_LANGUAGE", ""))
    return environ.get("PATH_INFO", ""), environ.get("QUERY_STRING", ""), speech, wishes.get("zone", "")[:64]


class PageCache:
    """The door before Flask: answers from the shelf while the revision stands."""

    def __init__(self, app: Flask, inner: Callable[..., Iterable[bytes]]) -> None:
        self.inner = inner
        self.shelf: Shelf = app.extensions["page_shelf"]
        with app.app_context():
            self.reader = reader()

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] in {"GET", "HEAD"} and (kept := self.shelf.get(key_of(environ))) and self.stands(kept):
            return answer(kept, environ, start_response)
        return self.inner(environ, start_response)

    def stands(self, kept: Kept) -> bool:
        """Whether the kept page is still what would be written now; when in doubt, Flask answers."""
        try:
            return kept.stands_at == kept.shown.stands_at(self.reader)
        except SQLAlchemyError:
            return False


def answer(kept: Kept, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    """200 or 304 (RFC 9110 13.1.2), compressed where the reader takes it."""
    packed = kept.packed if unpacks(environ.get("HTTP_ACCEPT_ENCODING", "")) else None
    tag = f"{kept.tag}-gzip" if packed else kept.tag
    headers = [*kept.headers, ("ETag", f'"{tag}"')]
    if is_known(environ, kept, tag):
        start_response("304 Not Modified", [pair for pair in headers if pair[0] != "Content-Type"])
        return []
    body = packed or kept.body
    if packed:
        headers.append(("Content-Encoding", "gzip"))
    headers.append(("Content-Length", str(len(body))))
    start_response("200 OK", headers)
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]


def is_known(environ: "WSGIEnvironment", kept: Kept, tag: str) -> bool:
    """Whether the reader has these bytes: by tag, or where no tag was sent by date."""
    if tags := environ.get("HTTP_IF_NONE_MATCH"):
        return parse_etags(tags).contains_weak(tag)
    since = parse_date(environ.get("HTTP_IF_MODIFIED_SINCE"))
    modified = parse_date(dict(kept.headers).get("Last-Modified"))
    return since is not None and modified is not None and modified <= since


def keep(response: Response) -> Response:
    """Put an answer that may be kept on the shelf and send it from there."""
    shown, stands_at = g.pop("shown", (None, ()))
    if shown is None or response.status_code != 200 or "Set-Cookie" in response.headers or request.method not in {"GET", "HEAD"}:
        return response
    body = response.get_data()
    kept = Kept(shown, stands_at, lasting(response), body, pack(body), sha256(body).hexdigest()[:32])
    shelf: Shelf = current_app.extensions["page_shelf"]
    shelf.put(key_of(request.environ), kept)
    sent: dict[str, Any] = {}

    def start(status: str, headers: list[tuple[str, str]], *rest: object) -> Callable[[bytes], object]:
        sent.update(status=status, headers=headers)
        return lambda chunk: None

    chunks = list(answer(kept, request.environ, start))
    return Response(chunks, status=sent["status"], headers=sent["headers"])


def lasting(response: WsgiResponse) -> tuple[tuple[str, str], ...]:
    """The headers that belong to the page and not to one sending of it."""
    response.headers.setdefault("Cache-Control", "no-cache")
    response.headers["Vary"] = "Accept-Encoding, Accept-Language, Cookie"
    passing = {"content-length", "content-encoding", "etag", "date"}
    return tuple((name, value) for name, value in response.headers if name.lower() not in passing)


def pack(body: bytes) -> bytes | None:
    """The body by gzip, with no time in it, so that the same page is the same bytes in every process."""
    return gzip.compress(body, 6, mtime=0) if len(body) >= WORTH_COMPRESSING else None


def init(app: Flask) -> None:
    """Stand before the application. The first `after_request` of all, so that it runs last, over the finished headers."""
    app.extensions["page_shelf"] = Shelf()
    app.after_request(keep)
    app.wsgi_app = PageCache(app, app.wsgi_app)  # type: ignore[method-assign]  # the documented way to wrap
