"""Text as a searcher types it: without case and without diacritics."""

import unicodedata

STROKES = str.maketrans({"ł": "l", "Ł": "l", "đ": "d", "Đ": "d", "ø": "o", "Ø": "o"})


def fold(text: str) -> str:
    """ŁĄCKA, Łącka and lacka all give lacka."""
    apart = unicodedata.normalize("NFKD", text.translate(STROKES))
    return "".join(letter for letter in apart if not unicodedata.combining(letter)).casefold()
