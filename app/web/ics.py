"""Answers that are calendars: their bytes, tags and dates, the same for feeds, downloads and a person's own files."""

import re
from datetime import datetime
from hashlib import sha256

from flask import Request, Response, g

LONGEST_ALARM = 24 * 60
FIVE_MINUTES = 300


def respond(
    request: Request, body: bytes, modified_at: datetime | None, *, filename: str | None = None, private: bool = False
) -> Response:
    """The calendar with a strong ETag, or 304 if the reader has these bytes (RFC 9110 13).

    With `filename` it is a download, without it a feed. `private` is for an address that holds a key.
    """
    response = Response(body, content_type="text/calendar; charset=utf-8")
    response.set_etag(sha256(body).hexdigest()[:32])
    response.last_modified = modified_at
    response.headers["Cache-Control"] = f"{'private' if private else 'public'}, max-age={FIVE_MINUTES}"
    response.headers["X-Robots-Tag"] = "noindex"
    if private:
        response.headers["Referrer-Policy"] = "no-referrer"
    if filename:
        response.headers["Content-Disposition"] = f'attachment; filename="{ascii_name(filename)}"'
    if "shown" not in g:  # else the page cache keeps the whole answer and makes the 304 of it
        response.make_conditional(request)
    return response


def ascii_name(filename: str) -> str:
    """A file name that needs no quoting anywhere."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", filename).strip("-.") or "plenum.ics"


def alarm(request: Request) -> int | None:
    """Minutes before the start, asked for with `?alarm=`; anything but a whole number up to a day is passed over."""
    wish = request.args.get("alarm", "")
    if not re.fullmatch(r"[0-9]{1,4}", wish) or not 1 <= int(wish) <= LONGEST_ALARM:
        return None
    return int(wish)
