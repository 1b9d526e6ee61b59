"""The countries of the world by CLDR, which Babel carries: codes of ISO 3166-1 and names in the reader's language."""

from functools import cache

from babel import Locale

from app.folding import order_key

GROUPS = frozenset({"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"})
"""Regions that are no country by ISO 3166-1: reserved codes, unions, and what CLDR tests with."""

CODES = frozenset(code for code in map(str, Locale("en").territories) if len(code) == 2 and code.isalpha()) - GROUPS
FIRST = "PL"


@cache
def names(language: str) -> tuple[tuple[str, str], ...]:
    """Codes and names by name, Poland first."""
    known = Locale(language).territories
    named = ((code, str(known[code])) for code in CODES)
    return tuple(sorted(named, key=lambda pair: (pair[0] != FIRST, order_key(pair[1]))))
