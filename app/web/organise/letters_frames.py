"""A letter shown inside a page: as HTML it has styles of its own, so it stands in a frame that can do nothing."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Response, current_app, make_response
from flask_babel import force_locale

from app.mail import rendering
from app.mail.letters import Letter
from app.mail.rendering import Content
from app.mailings import previews
from app.mailings.previews import Entry
from app.site import Site
from app.web.headers import POLICY

OF_A_LETTER = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'self'; sandbox"
OF_A_PAGE = f"{POLICY}; frame-src 'self'"


@dataclass(frozen=True)
class Shown:
    """A letter in one language as its reader sees it."""

    language: str
    to: str
    content: Content
    entry: Entry | None


def site() -> Site:
    found: Site = current_app.config["SITE"]
    return found


def shown(letter: Letter) -> Shown:
    with force_locale(letter.language):
        content = rendering.render(current_app.jinja_env, letter)
    return Shown(letter.language, f"{letter.to_name} <{letter.to_address}>", content, previews.calendar_entry(letter))


def each(letters: Mapping[str, Letter | None]) -> list[Shown]:
    return [shown(letter) for letter in letters.values() if letter]


def frame(letter: Letter) -> Response:
    """The HTML of a letter alone; no script, no form, no address of ours in its eyes."""
    answer = make_response(shown(letter).content.html)
    answer.headers["Content-Security-Policy"] = OF_A_LETTER
    return answer


def page(text: str, code: int = 200) -> Response:
    """A page that holds such frames."""
    answer = make_response(text, code)
    answer.headers["Content-Security-Policy"] = OF_A_PAGE
    return answer
