"""Texts of links that say where they lead: those that say nothing are refused with a suggestion (WCAG 2.4.4)."""

import re
from urllib.parse import unquote, urlsplit

from flask_babel import gettext as _

from app.errors import Refused
from app.folding import fold

LONGEST = 300
FEWEST_LETTERS = 4
BARE_ADDRESS = re.compile(r"(https?://|www\.)\S*|\S+@\S+|[^\s/]+\.[A-Za-z]{2,5}(/\S*)?", re.IGNORECASE)
BECKONING = re.compile(r"(kliknij|klikn[iaeou]\w*|kattints\w*|click (here|to|on)|hier klicken|tap here)\b")
NEUTRAL = """
    kliknij klik kliknac tu tutaj tam ten ta to link linki linku odnosnik aby zeby by do na w i z pobierz pobrac pobranie sciagnij
    otworz otworzyc zobacz zobaczyc czytaj przeczytaj wiecej dalej plik pliku pliki strona strone strony dokument dokumentu
    material materialy zalacznik prosze szczegoly
    click here this the a link links to for of and on in please download open see read more view file files page site document
    attachment material materials details
    kliknete kliknite sem zde tady tady odkaz odkazy stahnout stiahnut soubor subor viac vice
    kattints ide itt letoltes tovabb fajl hier klicken herunterladen mehr datei seite dokument
"""
EMPTY = frozenset(NEUTRAL.split())
"""Folded words that say nothing of what a link leads to."""


def cleaned(text: str, *, leads_to: str = "") -> str:
    """The text of a link; raises `Refused` with a suggestion made from where it leads (an address or a file's name)."""
    text = " ".join(text.split())
    if not text:
        raise Refused(_("Say what this is. %(suggestion)s", suggestion=suggestion(leads_to)), "title")
    if len(text) > LONGEST:
        raise Refused(_("Use at most %(num)d characters", num=LONGEST), "title")
    if BARE_ADDRESS.fullmatch(text):
        raise Refused(
            _("An address says little when it is read out. %(suggestion)s", suggestion=suggestion(leads_to or text)), "title"
        )
    if says_nothing(text):
        raise Refused(
            _("“%(text)s” does not say where the link leads. %(suggestion)s", text=text, suggestion=suggestion(leads_to)), "title"
        )
    return text


def says_nothing(text: str) -> bool:
    """Whether it is too short, only beckons, or is made of words that would fit any link."""
    words = re.findall(r"[^\W\d_]+", fold(text))
    is_short = sum(len(word) for word in words) < FEWEST_LETTERS
    return is_short or set(words) <= EMPTY or bool(BECKONING.match(" ".join(words)))


def suggestion(leads_to: str) -> str:
    """A sentence with a text that would do."""
    return str(_("Write for example: %(example)s.", example=from_name(leads_to) or _("Report on the evaluation")))


def from_name(name: str) -> str:
    """Words made from a file's name or the last part of an address: raport-z-ewaluacji_v2.pdf gives "Raport z ewaluacji v2"."""
    path = urlsplit(name).path if "//" in name else name.partition("?")[0]
    last = unquote(path.rstrip("/").rpartition("/")[2])
    stem = re.sub(r"\.[A-Za-z0-9]{1,5}$", "", last)
    words = " ".join(re.sub(r"[-_+.\s]+", " ", stem).split())[:100].strip()
    return "" if not words or says_nothing(words) else f"{words[0].upper()}{words[1:]}"
