"""Fixtures of the calendar's tests: the site's own words, and the readers."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask_babel import Babel

import config
from tests.calendar.readers import IcalJs


@pytest.fixture(autouse=True)
def catalogue() -> Iterator[None]:
    """The translations, without the rest of the application."""
    app = Flask("catalogue")
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(config.ROOT / "translations")
    Babel(app)
    with app.app_context():
        yield


@pytest.fixture(scope="session")
def ical_js() -> Iterator[IcalJs]:
    reader = IcalJs()
    yield reader
    reader.stop()
