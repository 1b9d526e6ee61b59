"""Who may open a page: every endpoint says so, and a test sees that none forgets."""

from collections.abc import Callable
from typing import Any, TypeVar

Page = TypeVar("Page", bound=Callable[..., Any])


def public(page: Page) -> Page:
    """Anybody may open this page; a key in its address, if it has one, is the whole right."""
    page.access = "public"  # type: ignore[attr-defined]  # a mark, read by the test of the house
    return page
