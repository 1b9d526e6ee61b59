"""What an organiser types about a question, made clean; what cannot be taken is refused in words that say what to do."""

import re
from collections.abc import Collection, Mapping, Sequence
from itertools import chain, count
from typing import Any

from flask_babel import gettext as _

from app.errors import Refused
from app.events import slugs
from app.events.words import line, lines, within
from app.files import kinds
from app.questions import values
from app.questions.models import Asks

LANGUAGES = ("pl", "en")
LABEL, HELP, OPTION, TITLE, NAME = 300, 1000, 200, 200, 40
LENGTHS: Mapping[Asks, int] = {Asks.LINE: 500, Asks.TEXT: 4000}
"""The most that an organiser can ask for."""

CHOICES = frozenset({Asks.ONE, Asks.SEVERAL})
MOST_OPTIONS = 200
MOST_DAYS = 36_500
NAMED = re.compile(r"[a-z][a-z0-9_]*")
MEGABYTE = 1_000_000


def label(texts: Mapping[str, str]) -> dict[str, str]:
    """In one language at least; the other one may follow."""
    cleaned = {language: within(line(texts.get(language, "")), LABEL, f"label_{language}") for language in LANGUAGES}
    if not any(cleaned.values()):
        raise Refused(_("Write the question"), "label_pl")
    return {language: text for language, text in cleaned.items() if text}


def help_text(texts: Mapping[str, str]) -> dict[str, str]:
    cleaned = {language: within(lines(texts.get(language, "")), HELP, f"help_{language}") for language in LANGUAGES}
    return {language: text for language, text in cleaned.items() if text}


def title(texts: Mapping[str, str]) -> dict[str, str]:
    cleaned = {language: within(line(texts.get(language, "")), TITLE, f"title_{language}") for language in LANGUAGES}
    if not any(cleaned.values()):
        raise Refused(_("Write the heading of the section"), "title_pl")
    return {language: text for language, text in cleaned.items() if text}


def name(text: str, label: Mapping[str, str], taken: Collection[str]) -> str:
    """What files and letters call the question: as typed, else made from its words."""
    typed = line(text).casefold()
    if not typed:
        plain = slugs.of(values.said(label, "pl")).replace("-", "_")[:NAME].strip("_")
        plain = plain if NAMED.fullmatch(plain) else f"q_{plain}".rstrip("_")
        return next(one for one in chain([plain], (f"{plain}_{number}" for number in count(2))) if one not in taken)
    if not NAMED.fullmatch(typed):
        raise Refused(_("Write a short name of small letters a–z, digits and underscores, for example diet"), "name")
    if typed in taken:
        raise Refused(_("Another question has this short name. Choose another one."), "name")
    return within(typed, NAME, "name")


def options(asks: Asks, rows: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
    """The answers to choose from; a row keeps its value whatever its words become, and an empty row is none."""
    made: list[dict[str, str]] = []
    for row in rows if asks in CHOICES | {Asks.MUNICIPALITY} else ():
        texts = {language: within(line(row.get(language, "")), OPTION, "options") for language in LANGUAGES}
        if any(texts.values()):
            made.append({"value": value(row.get("value", ""), texts, [one["value"] for one in made]), **filled(texts)})
    if asks in CHOICES and len(made) < 2:
        raise Refused(_("Write at least two answers to choose from"), "options")
    if len(made) > MOST_OPTIONS and asks in CHOICES:
        raise Refused(_("There can be %(most)d answers to choose from at most", most=MOST_OPTIONS), "options")
    return made


def filled(texts: Mapping[str, str]) -> dict[str, str]:
    return {language: text for language, text in texts.items() if text}


def value(kept: str, texts: Mapping[str, str], taken: Collection[str]) -> str:
    """The value that the row had, else one made from its words."""
    plain = slugs.of(kept) or slugs.of(values.said(texts, "pl"))[:NAME].strip("-") or "answer"
    return next(one for one in chain([plain], (f"{plain}-{number}" for number in count(2))) if one not in taken)


def limits(asks: Asks, typed: Mapping[str, Any], options: Sequence[object]) -> dict[str, Any]:
    """What the answers must keep to, by the sort of answer."""
    if asks is Asks.FILE:
        return of_files(typed)
    if asks not in {Asks.LINE, Asks.TEXT, Asks.SEVERAL, Asks.NUMBER}:
        return {}
    is_number = asks is Asks.NUMBER
    found = {key: limit(typed.get(key, ""), key, is_number=is_number) for key in ("least", "most")}
    least, most = found["least"], found["most"]
    ceiling = len(options) if asks is Asks.SEVERAL else LENGTHS.get(asks)
    if ceiling is not None and any(one is not None and one > ceiling for one in (least, most)):
        raise Refused(_("The limit is %(most)d at most", most=ceiling), "most" if most and most > ceiling else "least")
    if least is not None and most is not None and least > most:
        raise Refused(_("The upper limit is below the lower one"), "most")
    return {key: value for key, value in found.items() if value is not None}


def limit(text: str, field: str, *, is_number: bool) -> int | float | None:
    bare = "".join(text.replace("−", "-").split())
    if not bare:
        return None
    is_good = values.NUMBER.fullmatch(bare) if is_number else bare.isdecimal()
    if not is_good or not bare.isascii() or len(bare) > values.MOST_DIGITS:
        raise Refused(_("Enter a number in digits, or leave the field empty"), field)
    return values.as_number(bare)


def of_files(typed: Mapping[str, Any]) -> dict[str, Any]:
    megabytes = limit(typed.get("megabytes", ""), "megabytes", is_number=False) or values.BYTES // MEGABYTE
    if megabytes > values.BYTES_AT_MOST // MEGABYTE:
        raise Refused(_("Files can have %(most)d MB at most", most=values.BYTES_AT_MOST // MEGABYTE), "megabytes")
    types = [kind for kind in kinds.KINDS if kind in typed.get("types", ())]
    if not types:
        raise Refused(_("Choose at least one kind of file"), "types")
    return {"bytes": int(megabytes * MEGABYTE), "types": types}


def days(text: str) -> int | None:
    """Days after the event; empty for as long as the form's own rule says."""
    bare = text.strip()
    if not bare:
        return None
    if not bare.isdecimal() or not bare.isascii() or int(bare) > MOST_DAYS:
        raise Refused(_("Enter a number of days, or leave the field empty"), "retention")
    return int(bare)


def condition(shown: Sequence[str]) -> tuple[set[int], list[str]]:
    """The questions and the answers that "12:yes" and the like name."""
    pairs = [text.partition(":") for text in shown]
    named = [(int(number), value) for number, _colon, value in pairs if number.isdecimal() and len(number) < 10 and value]
    return {number for number, _value in named}, [value for _number, value in named]
