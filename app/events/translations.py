"""Content in several languages: what is missing in one falls back to the language it was first written in."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column


@dataclass(frozen=True)
class Said:
    """A text with the language it is really in, for the `lang` attribute."""

    text: str
    language: str

    def __str__(self) -> str:
        return self.text


class Translated:
    """A row whose columns hold the original; `translations` holds other languages: {"en": {"title": "..."}}."""

    translations: Mapped[dict[str, dict[str, str]]] = mapped_column(sa.JSON, default=dict)

    @property
    def original_language(self) -> str:
        """The language of the columns."""
        return str(getattr(self, "language", "pl"))

    def said(self, name: str, language: str) -> Said:
        """The text of a column in this language, else in the original."""
        original: Any = getattr(self, name)
        if language != self.original_language and (text := (self.translations or {}).get(language, {}).get(name)):
            return Said(text, language)
        return Said(original or "", self.original_language)
