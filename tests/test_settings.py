"""Settings are read once, and what cannot be used is refused with a sentence."""

from pathlib import Path

import pytest

import config

PRODUCTION = {
    "PLENUM_ENV": "production",
    "SECRET_KEY": "a secret of more than thirty-two characters",
    "MAIL_DEFAULT_SENDER": "Wydarzenia <wydarzenia@example.org>",
    "OPERATOR_NAME": "Urząd Miasta",
    "OPERATOR_EMAIL": "urzad@example.org",
}


@pytest.mark.parametrize(
    ("environ", "about"),
    [
        ({"PLENUM_CLOCK": "2021-10-11T09:00"}, "offset"),
        ({"PLENUM_CLOCK": "tomorrow"}, "PLENUM_CLOCK"),
        ({"SECRET_KEY": "short"}, "32 characters"),
        ({"DATABASE_URL": "mysql://localhost/plenum"}, "DATABASE_URL"),
        ({"BASE_URL": "plenum.example.org"}, "BASE_URL"),
        ({"TRUSTED_PROXIES": "one"}, "TRUSTED_PROXIES"),
        ({"MAIL_DEFAULT_SENDER": "Plenum"}, "MAIL_DEFAULT_SENDER"),
        ({"IMAP_SERVER": "imap.example.org", "IMAP_USERNAME": "plenum"}, "IMAP_PASSWORD"),
        ({"SITE_PUBLISHED_ON": "22.11.2026"}, "SITE_PUBLISHED_ON"),
        ({**PRODUCTION, "PLENUM_CLOCK": "2021-10-11T09:00+02:00"}, "refused"),
        ({**PRODUCTION, "SECRET_KEY": ""}, "SECRET_KEY"),
        ({**PRODUCTION, "OPERATOR_NAME": ""}, "OPERATOR_NAME"),
        ({**PRODUCTION, "MAIL_DEFAULT_SENDER": ""}, "MAIL_DEFAULT_SENDER"),
    ],
)
def test_what_cannot_be_used_is_refused(environ: dict[str, str], about: str, tmp_path: Path):
    with pytest.raises(config.BadSetting, match=about):
        config.read({"PLENUM_INSTANCE": str(tmp_path), **environ})


def test_production_begins_with_what_it_needs(tmp_path: Path):
    assert config.read({**PRODUCTION, "PLENUM_INSTANCE": str(tmp_path)}).in_production


def test_a_mailbox_is_read_over_tls_unless_said_otherwise(tmp_path: Path):
    account = {"IMAP_SERVER": "imap.example.org", "IMAP_USERNAME": "plenum", "IMAP_PASSWORD": "secret"}

    usual = config.read({"PLENUM_INSTANCE": str(tmp_path), **account})
    plain = config.read({"PLENUM_INSTANCE": str(tmp_path), **account, "IMAP_USE_SSL": "off", "IMAP_DONE_FOLDER": "Read"})

    assert usual.imap == config.Imap("imap.example.org", 993, True, "plenum", "secret", "INBOX", None)
    assert plain.imap == config.Imap("imap.example.org", 143, False, "plenum", "secret", "INBOX", "Read")
    assert "secret" not in repr(usual.imap)


def test_the_secret_is_made_once_and_kept_from_others(tmp_path: Path):
    first = config.read({"PLENUM_INSTANCE": str(tmp_path)}).secret_key
    second = config.read({"PLENUM_INSTANCE": str(tmp_path)}).secret_key

    assert (first, len(first), (tmp_path / "secret_key").stat().st_mode & 0o777) == (second, 64, 0o600)


@pytest.mark.parametrize(
    ("environ", "address"),
    [
        ({}, "http://127.0.0.1:8000"),
        ({"PORT": "8010"}, "http://127.0.0.1:8010"),
        ({"HOST": "192.0.2.7"}, "http://192.0.2.7:8000"),
        ({"HOST": "0.0.0.0", "PORT": "80"}, "http://127.0.0.1:80"),
        ({"PORT": "8010", "BASE_URL": "https://plenum.example.org/"}, "https://plenum.example.org"),
    ],
)
def test_links_begin_with_where_the_server_listens_unless_said_otherwise(environ: dict[str, str], address: str, tmp_path: Path):
    assert config.read({"PLENUM_INSTANCE": str(tmp_path), **environ}).base_url == address
