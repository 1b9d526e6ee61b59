"""From what somebody typed to the value of an answer, and from a value to words."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date as calendar_date
from decimal import Decimal, InvalidOperation
from typing import Any

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _
from sqlalchemy.exc import NoResultFound

from app import typed
from app.errors import Refused
from app.events.words import line, lines, mailbox, within
from app.files import kinds, store
from app.files.models import File
from app.questions import countries, phones
from app.questions.models import Asks, Wording

LINE, TEXT, MUNICIPALITY, EMAIL = 200, 2000, 120, 320
MOST_DIGITS = 15
BYTES = 5_000_000
BYTES_AT_MOST = 20_000_000
TYPES = ("pdf", "docx", "odt", "xlsx", "ods", "jpg", "png")
NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?")
YES, NO = "yes", "no"


def read(wording: Wording, answers: Sequence[str], *, is_required: bool) -> Any:
    """The value of what was typed, `None` where nothing was; raises `Refused` in words that say what to do."""
    given = [answer for answer in answers if answer.strip()]
    if given:
        return READ[wording.asks](wording, given)
    if is_required:
        raise Refused(missing(wording.asks))
    return None


def missing(asks: Asks) -> str:
    if asks in {Asks.ONE, Asks.YES, Asks.COUNTRY}:
        return str(_("Choose an answer"))
    if asks is Asks.SEVERAL:
        return str(_("Choose at least one answer"))
    return str(_("Choose a file") if asks is Asks.FILE else _("Answer this question"))


def short(wording: Wording, given: Sequence[str]) -> str:
    return of_length(line(given[0]), wording, LINE)


def long(wording: Wording, given: Sequence[str]) -> str:
    return of_length(lines(given[0]), wording, TEXT)


def of_length(text: str, wording: Wording, most: int) -> str:
    """The text, if it is as long as the question allows."""
    least = wording.limits.get("least", 0)
    if len(text) < least:
        raise Refused(_("Write at least %(least)d characters; there are %(length)d now", least=least, length=len(text)))
    return within(text, wording.limits.get("most", most), "")


def one(wording: Wording, given: Sequence[str]) -> str:
    if given[0] not in values_of(wording):
        raise Refused(_("Choose one of the answers of the list"))
    return given[0]


def several(wording: Wording, given: Sequence[str]) -> list[str]:
    """In the order of the options."""
    possible = values_of(wording)
    if set(given) - set(possible):
        raise Refused(_("Choose from the answers of the list"))
    chosen = [value for value in possible if value in given]
    least, most = wording.limits.get("least", 0), wording.limits.get("most", len(possible))
    if len(chosen) < least:
        raise Refused(ngettext("Choose at least %(num)d answer", "Choose at least %(num)d answers", least))
    if len(chosen) > most:
        raise Refused(ngettext("Choose at most %(num)d answer", "Choose at most %(num)d answers", most))
    return chosen


def values_of(wording: Wording) -> list[str]:
    return [option["value"] for option in wording.options]


def number(wording: Wording, given: Sequence[str]) -> int | float:
    """12, 12 000, 3,5."""
    bare = "".join(given[0].replace("−", "-").split())
    if not NUMBER.fullmatch(bare) or sum(map(str.isdecimal, bare)) > MOST_DIGITS or not bare.isascii():
        raise Refused(_("Enter a number in digits, for example 12 or 3.5"))
    value = as_number(bare)
    least, most = wording.limits.get("least"), wording.limits.get("most")
    if least is not None and value < least:
        raise Refused(_("Enter a number that is %(least)s or more", least=counted(least)))
    if most is not None and value > most:
        raise Refused(_("Enter a number that is %(most)s or less", most=counted(most)))
    return value


def as_number(bare: str) -> int | float:
    """Raises `Refused` for what is none."""
    try:
        exact = Decimal(bare.replace(",", "."))
    except InvalidOperation:
        raise Refused(_("Enter a number in digits, for example 12 or 3.5")) from None
    return int(exact) if exact == exact.to_integral_value() else float(exact)


def counted(value: float) -> str:
    return str(value).removesuffix(".0")


def date(wording: Wording, given: Sequence[str]) -> str:
    return typed.date(given[0]).isoformat()


def yes(wording: Wording, given: Sequence[str]) -> bool:
    if given[0] not in {YES, NO}:
        raise Refused(_("Choose an answer"))
    return given[0] == YES


def email(wording: Wording, given: Sequence[str]) -> str:
    return within(mailbox(given[0]), EMAIL, "")


def phone(wording: Wording, given: Sequence[str]) -> str:
    return phones.number(given[0])


def country(wording: Wording, given: Sequence[str]) -> str:
    if given[0] not in countries.CODES:
        raise Refused(_("Choose one of the countries of the list"))
    return given[0]


def municipality(wording: Wording, given: Sequence[str]) -> str:
    return within(line(given[0]), MUNICIPALITY, "")


def file(wording: Wording, given: Sequence[str]) -> File:
    """The file that was sent before under this key."""
    try:
        sent = store.by_key(given[0])
    except NoResultFound:
        raise Refused(_("This file is not here any more. Choose it again.")) from None
    if sent.size > most_bytes(wording) or kinds.extension_of(sent.name) not in extensions(wording):
        raise Refused(_("Choose a file of one of the kinds that are taken here"))
    return sent


def media_type(wording: Wording, name: str, content: bytes) -> str:
    """What a file that is sent now is; raises `Refused` for one that this question does not take."""
    if kinds.extension_of(name) not in extensions(wording):
        raise Refused(_("Choose a file of one of these kinds: %(kinds)s", kinds=", ".join(types(wording)).upper()))
    return kinds.media_type(name, content, most_bytes(wording))


def most_bytes(wording: Wording) -> int:
    return int(wording.limits.get("bytes", BYTES))


def types(wording: Wording) -> list[str]:
    """The sorts of file that are taken, by their first extension."""
    return list(wording.limits.get("types") or TYPES)


def extensions(wording: Wording) -> list[str]:
    return [extension for kind in types(wording) for extension in kinds.KINDS[kind].extensions]


READ: Mapping[Asks, Callable[[Wording, Sequence[str]], Any]] = {
    Asks.LINE: short,
    Asks.TEXT: long,
    Asks.ONE: one,
    Asks.SEVERAL: several,
    Asks.NUMBER: number,
    Asks.DATE: date,
    Asks.YES: yes,
    Asks.EMAIL: email,
    Asks.PHONE: phone,
    Asks.COUNTRY: country,
    Asks.MUNICIPALITY: municipality,
    Asks.FILE: file,
}


def words(value: Any) -> frozenset[str]:
    """What a condition compares: the chosen values; yes and no as words."""
    if isinstance(value, bool):
        return frozenset({YES if value else NO})
    return frozenset(value) if isinstance(value, list) else frozenset({str(value)} if value is not None else ())


def as_typed(wording: Wording, value: Any) -> list[str]:
    """The value as a field holds it; `read` gives it back."""
    if isinstance(value, bool):
        return [YES if value else NO]
    if wording.asks is Asks.DATE:
        return [typed.written(calendar_date.fromisoformat(value))]
    if wording.asks is Asks.PHONE:
        return [phones.spaced(value)]
    return list(value) if isinstance(value, list) else [counted(value) if isinstance(value, float) else str(value)]


def text(wording: Wording, value: Any, language: str) -> str:
    """The value in words of this language."""
    asks = wording.asks
    if asks in {Asks.ONE, Asks.SEVERAL}:
        return ", ".join(option_text(wording, one, language) for one in ([value] if isinstance(value, str) else value))
    if asks is Asks.YES:
        with force_locale(language):
            return str(_("yes") if value else _("no"))
    if asks is Asks.NUMBER:
        return format_decimal(value, locale=language)
    if asks is Asks.DATE:
        return format_date(calendar_date.fromisoformat(value), "d MMMM y", locale=language)
    if asks is Asks.COUNTRY:
        return str(Locale(language).territories.get(value, value))
    return phones.spaced(value) if asks is Asks.PHONE else str(value)


def option_text(wording: Wording, value: str, language: str) -> str:
    """An option's words; one that was taken off a list that nobody had answered goes by its value."""
    option = next((option for option in wording.options if option["value"] == value), None)
    return said(option, language) if option else value


def said(texts: Mapping[str, str], language: str) -> str:
    """The text of this language, or of the other where there is none."""
    return texts.get(language) or texts.get("pl") or texts.get("en") or ""
