"""Former addresses: what a public event was called before leads to what it is called now."""

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from app.events import addresses

PAGES_OF_EVENTS = frozenset({"events", "agenda", "calendars", "changes", "plans", "registration"})
MOVED, MOVED_WITH_FORM = 301, 308
"""The second keeps the method, so that a form sent from an old page is not lost."""


def lead() -> Response | None:
    """To the present address of the page that was asked for, if it is a page of an event that had another one."""
    values = dict(request.view_args or {})
    if request.blueprint not in PAGES_OF_EVENTS or request.endpoint == "agenda.person" or "slug" not in values:
        return None
    slug = addresses.present(values["slug"])
    if slug is None or request.endpoint is None:
        return None
    target = url_for(request.endpoint, **{**values, "slug": slug})
    query = request.query_string.decode("ascii", "replace")
    return redirect(f"{target}?{query}" if query else target, MOVED if request.method in {"GET", "HEAD"} else MOVED_WITH_FORM)
