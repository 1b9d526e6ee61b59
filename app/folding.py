"""Text as a searcher types it: without case and without diacritics."""

import unicodedata

STROKES = str.maketrans({"ł": "l", "Ł": "l", "đ": "d", "Đ": "d", "ø": "o", "Ø": "o"})


def fold(text: str) -> str:
    """ŁĄCKA, Łącka and lacka all give lacka."""
    apart = unicodedata.normalize("NFKD", text.translate(STROKES))
    return "".join(letter for letter in apart if not unicodedata.combining(letter)).casefold()


POLISH_ORDER = str.maketrans({"ą": "a~", "ć": "c~", "ę": "e~", "ł": "l~", "ń": "n~", "ó": "o~", "ś": "s~", "ź": "z~", "ż": "z~~"})


def sort_key(name: str) -> str:
    """What a list of people is sorted by: the last word first, letters in the order of the Polish alphabet."""
    words = name.casefold().split()
    return fold(" ".join((*words[-1:], *words[:-1])).translate(POLISH_ORDER))[:400]
