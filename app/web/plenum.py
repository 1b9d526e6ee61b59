"""Flask, discreet: no key and no personal word goes into the log, and no Host that a stranger made up into a redirect."""

from collections.abc import Iterator
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, redirect, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect


class Plenum(Flask):
    """The application's class; Flask would log the path, and send whole addresses."""

    def log_exception(self, exc_info: tuple[type, BaseException, TracebackType | None] | tuple[None, None, None]) -> None:
        """Say where it failed: paths hold keys and messages hold what people typed, so neither is written."""
        faults = "\n".join(places(exc_info[1]))
        self.logger.error("%s %s failed:\n%s", request.method, request.endpoint, faults)

    def handle_http_exception(self, e: HTTPException) -> HTTPException | ResponseReturnValue:
        """Flask passes redirects of the routing by all handlers; theirs is the one address made from the Host header."""
        if isinstance(e, RequestRedirect):
            return redirect(relative(e.new_url), e.code)
        return super().handle_http_exception(e)


def places(error: BaseException | None) -> Iterator[str]:
    """Each exception of the chain by its type, the first one first, and the lines of the program that it came through."""
    if error is None:
        return
    yield from places(error.__cause__ or (None if error.__suppress_context__ else error.__context__))
    yield f"{type(error).__module__}.{type(error).__qualname__}"
    trace: Any = error.__traceback__
    while trace:
        code = trace.tb_frame.f_code
        yield f"  {code.co_filename}:{trace.tb_lineno} {code.co_name}"
        trace = trace.tb_next


def relative(address: str) -> str:
    """The path and the query of an address; one slash at the beginning, since two would begin a host."""
    parts = urlsplit(address)
    path = f"/{parts.path.lstrip('/')}"
    return f"{path}?{parts.query}" if parts.query else path
