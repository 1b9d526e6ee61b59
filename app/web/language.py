"""The page's language: `?lang=`, then the cookie, then Accept-Language, then Polish."""

from flask import Flask, Response, g, has_request_context, request
from flask_babel import Babel

LANGUAGES = ("pl", "en")
COOKIE = "lang"
YEAR = 365 * 24 * 3600


def choose(asked: str | None, remembered: str | None, accepted: str | None) -> str:
    """The language for a reader; unknown wishes are passed over."""
    if asked in LANGUAGES:
        return asked
    if remembered in LANGUAGES:
        return remembered
    return request.accept_languages.best_match(LANGUAGES, "pl") if accepted else "pl"


def current() -> str:
    """The language of this request's page; Polish where nobody reads a page (commands)."""
    if not has_request_context():
        return "pl"
    if "language" not in g:
        g.language = choose(request.args.get("lang"), request.cookies.get(COOKIE), request.headers.get("Accept-Language"))
    return str(g.language)


def remember(response: Response) -> Response:
    """Keep an asked-for language in a cookie; it says nothing about the person but this wish."""
    asked = request.args.get("lang")
    if asked in LANGUAGES and request.cookies.get(COOKIE) != asked and response.mimetype == "text/html":
        response.set_cookie(COOKIE, asked, max_age=YEAR, samesite="Lax", secure=request.is_secure, httponly=True)
    if response.mimetype == "text/html":
        response.vary.update(("Accept-Language", "Cookie"))
    return response


def init(app: Flask) -> None:
    Babel(app, locale_selector=current)
    app.after_request(remember)
    app.jinja_env.globals.update(current_language=current, languages=LANGUAGES)
