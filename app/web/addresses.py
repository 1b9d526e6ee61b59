"""A page's own addresses: canonical, in the other language, and what a template asks about where it is."""

from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

from flask import Flask, request
from markupsafe import Markup

import config
from app import clock
from app.web import language
from app.web.site import settings, site

WARSAW = ZoneInfo("Europe/Warsaw")
PUBLIC = frozenset({"front", "events", "agenda", "calendars", "changes"})
KEPT = ("when", "kind", "page")
"""Words of the query that make another page; others (a search, a way back) do not."""


def is_public_page() -> bool:
    """Whether this page is open to all and its address may be told to anybody."""
    return request.blueprint in PUBLIC and request.routing_exception is None


def page_address(wanted: str = "") -> str | None:
    """This page's whole address: canonical, or in a given language, or the default that leaves the language open.

    Polish is the plain address; none for a private page.
    """
    if not is_public_page():
        return None
    wanted = wanted or ("default" if language.current() == "pl" else language.current())
    query = {name: request.args[name] for name in KEPT if request.args.get(name)}
    if wanted != "default":
        query["lang"] = wanted
    return f"{site().base_url}{quote(request.path)}{'?' if query else ''}{urlencode(query)}"


def language_link(wanted: str) -> str:
    """This page in another language, with the rest of its query."""
    query = [(name, value) for name, value in request.args.items(multi=True) if name != "lang"]
    return f"{quote(request.path)}?{urlencode([*query, ('lang', wanted)])}"


def here(*blueprints: str) -> Markup:
    """The mark of the part of the site that the reader is in."""
    return Markup(' aria-current="true"') if request.blueprint in blueprints else Markup("")


def foreign(content_language: str) -> Markup:
    """The `lang` attribute of words that are not in the page's language."""
    return Markup("") if content_language == language.current() else Markup(' lang="{}"').format(content_language)


def this_year() -> int:
    """The present year by Polish time; a list says the year of what is not in it."""
    return clock.now().astimezone(WARSAW).year


def operator() -> config.Operator:
    return settings().operator


def init(app: Flask) -> None:
    for function in (page_address, language_link, here, foreign, this_year, operator):
        app.jinja_env.globals[function.__name__] = function
