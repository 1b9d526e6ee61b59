"""What every test begins from."""

import pytest

START = "2021-10-11T09:00+02:00"
SETTINGS = {
    "PLENUM_ENV": "test",
    "SECRET_KEY": "a secret that is only good for tests",
    "BASE_URL": "https://plenum.example.org",
    "CALENDAR_DOMAIN": "cal.plenum.example.org",
    "MAIL_SERVER": "",
    "MAIL_DEFAULT_SENDER": "Plenum <plenum@example.org>",
    "TRUSTED_PROXIES": "1",
}

one_database = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
"""For a test whose subject is the same on every database."""
