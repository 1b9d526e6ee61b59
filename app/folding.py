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
    words = name.split()
    return order_key(" ".join((*words[-1:], *words[:-1])))


def order_key(text: str) -> str:
    """What a list of other things is sorted by: letters in the order of the Polish alphabet."""
    return fold(text.casefold().translate(POLISH_ORDER))[:400]
