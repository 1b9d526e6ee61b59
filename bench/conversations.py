"""What a client says and hears: requests, answers, and conversations made of them."""

import gzip
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode

READER = {"User-Agent": "bench", "Accept": "*/*", "Accept-Encoding": "gzip", "Accept-Language": "pl"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
HEAD_ENDS = b"\r\n\r\n"

Fields = list[tuple[str, str]]


@dataclass(frozen=True)
class Request:
    """One request, for a socket (`wire`) or for Flask's test client."""

    path: str
    headers: Mapping[str, str]
    body: bytes | None = None

    @property
    def method(self) -> str:
        return "GET" if self.body is None else "POST"

    @cached_property
    def wire(self) -> bytes:
        """The bytes to send, made once."""
        headers = {"Host": "127.0.0.1", **self.headers}
        if self.body is not None:
            headers["Content-Length"] = str(len(self.body))
        lines = [f"{self.method} {self.path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
        return "\r\n".join(lines).encode() + HEAD_ENDS + (self.body or b"")


@dataclass(frozen=True)
class Answer:
    """One answer as it came."""

    status: int
    head: bytes
    body: bytes

    def header(self, name: str) -> str:
        """The value of a header, or nothing."""
        wanted = name.lower() + ":"
        lines = self.head.decode("latin-1").split("\r\n")
        return next((line[len(wanted) :].strip() for line in lines if line.lower().startswith(wanted)), "")

    @cached_property
    def content(self) -> bytes:
        """The body as it is read."""
        return gzip.decompress(self.body) if self.body and self.header("Content-Encoding") == "gzip" else self.body


Conversation = Generator[Request, Answer, None]


def get(path: str, headers: Mapping[str, str] | None = None) -> Request:
    """A reader's GET."""
    return Request(path, {**READER, **(headers or {})})


def post(path: str, fields: Fields, headers: Mapping[str, str] | None = None) -> Request:
    """A form that is sent."""
    return Request(path, {**READER, **FORM, **(headers or {})}, urlencode(fields).encode())


def again_and_again(request: Request) -> Conversation:
    """The same request for ever."""
    while True:
        yield request


def after_each(change: Callable[[], None], request: Request) -> Conversation:
    """The same request, each time after a change; the change itself is not timed."""
    while True:
        change()
        yield request
