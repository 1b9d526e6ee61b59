"""Turns a letter into words: subject, plain text and HTML, in the letter's own language."""

import re
from dataclasses import dataclass

from flask_babel import force_locale
from jinja2 import Environment

from app.mail.letters import Letter

EMPTY_LINES = re.compile(r"\n\s*\n")
INDENTS = re.compile(r"\s*\n\s*")


@dataclass(frozen=True)
class Content:
    """What the reader sees."""

    subject: str
    text: str
    html: str


def render(environment: Environment, letter: Letter) -> Content:
    """The letter's words, without the empty lines that template tags leave; raises `UndefinedError` where a fact is missing."""

    def part(file: str) -> str:
        return environment.get_template(f"mail/{letter.name}/{file}").render(letter=letter, **letter.facts)

    with force_locale(letter.language):
        text = EMPTY_LINES.sub("\n\n", part("body.txt").strip())
        html = INDENTS.sub("\n", part("body.html").strip())
        subject = letter.own.subject if letter.own and letter.own.subject else part("subject.txt")
        return Content(subject=" ".join(subject.split()), text=f"{text}\n", html=f"{html}\n")
