"""Sentences are compared in English."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask_babel import force_locale


@pytest.fixture(autouse=True)
def english(app: Flask) -> Iterator[None]:
    """Acts called by a test speak English, whether or not the catalogue was compiled."""
    with force_locale("en"):
        yield
