"""Settings, read once from the environment (and `.env`)."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent
STATEMENT_WRITTEN_ON = "2026-11-22"


class BadSetting(Exception):
    """A setting that cannot be used; the message says which and why."""


@dataclass(frozen=True)
class Operator:
    """Who runs this site: shown in the footer, the privacy page and the accessibility statement."""

    name: str
    email: str
    phone: str
    address: str
    accessibility_contact: str
    published_on: date
    reviewed_on: date


@dataclass(frozen=True)
class Imap:
    """The mailbox that answers are read from; what was read is marked, or moved to `done_folder` where there is one."""

    server: str
    port: int
    uses_ssl: bool
    username: str
    password: str = field(repr=False)
    folder: str
    done_folder: str | None


@dataclass(frozen=True)
class Settings:
    """Everything that may differ between two installations."""

    environment: str
    database_url: str
    secret_key: str
    former_secret_keys: tuple[str, ...]
    base_url: str
    calendar_domain: str
    instance: Path
    clock_start: datetime | None
    trusted_proxies: int
    mail_server: str | None
    mail_sender: str
    mail_plus_addresses: bool
    mail_authserv_id: str | None
    imap: Imap | None
    upload_max_megabytes: int
    operator: Operator
    flask: dict[str, object] = field(repr=False)

    @property
    def in_production(self) -> bool:
        return self.environment == "production"


def read(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings; raises `BadSetting` with a sentence for the operator."""
    if environ is None:
        environ = from_process()
    environment = environ.get("PLENUM_ENV", "development")
    production = environment == "production"
    instance = Path(environ.get("PLENUM_INSTANCE", ROOT / "instance"))
    base_url = (environ.get("BASE_URL") or listening_at(environ)).rstrip("/")
    host = urlsplit(base_url).hostname
    if not host:
        raise BadSetting(f"BASE_URL must be a whole address such as https://plenum.example.org, not {base_url!r}.")
    return Settings(
        environment=environment,
        database_url=database_url(environ, instance),
        secret_key=secret_key(environ, instance, production),
        former_secret_keys=tuple(environ.get("SECRET_KEY_FALLBACKS", "").split()),
        base_url=base_url,
        calendar_domain=environ.get("CALENDAR_DOMAIN", f"cal.{host}"),
        instance=instance,
        clock_start=clock_start(environ, production),
        trusted_proxies=whole_number(environ, "TRUSTED_PROXIES", 0),
        mail_server=environ.get("MAIL_SERVER") or None,
        mail_sender=sender(environ, host, production),
        mail_plus_addresses=flag(environ, "MAIL_PLUS_ADDRESSES"),
        mail_authserv_id=environ.get("MAIL_AUTHSERV_ID") or None,
        imap=imap(environ),
        upload_max_megabytes=whole_number(environ, "UPLOAD_MAX_MEGABYTES", 25),
        operator=operator(environ, production),
        flask=mail_settings(environ),
    )


def from_process() -> Mapping[str, str]:
    """The process's environment over the values of `.env`."""
    from dotenv import dotenv_values

    in_file = {name: value for name, value in dotenv_values(ROOT / ".env").items() if value is not None}
    return {**in_file, **os.environ}


def listening_at(environ: Mapping[str, str]) -> str:
    """The web server's own address; one that listens everywhere is reached by loopback."""
    host = environ.get("HOST", "127.0.0.1")
    return f"http://{'127.0.0.1' if host in {'', '0.0.0.0', '[::]'} else host}:{whole_number(environ, 'PORT', 8000)}"  # noqa: S104 - compared, not bound


def database_url(environ: Mapping[str, str], instance: Path) -> str:
    url = environ.get("DATABASE_URL") or f"sqlite:///{instance / 'plenum.db'}"
    if url.startswith("postgres://"):
        url = url.replace("postgres://", "postgresql+psycopg://", 1)
    if url.startswith("sqlite:///instance/"):
        url = f"sqlite:///{ROOT / url.removeprefix('sqlite:///')}"
    if not url.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://")):
        raise BadSetting("DATABASE_URL must begin with sqlite:/// or postgresql+psycopg://.")
    return url


def secret_key(environ: Mapping[str, str], instance: Path, production: bool) -> str:
    """The key of all tokens: from the environment, or made once and kept in the instance folder."""
    if key := environ.get("SECRET_KEY"):
        if len(key) < 32:
            raise BadSetting("SECRET_KEY must have at least 32 characters.")
        return key
    if production:
        raise BadSetting("SECRET_KEY must be set when PLENUM_ENV=production.")
    path = instance / "secret_key"
    instance.mkdir(parents=True, exist_ok=True)
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as new:
            new.write(secrets.token_hex(32))
    except FileExistsError:
        pass
    return path.read_text().strip()


def clock_start(environ: Mapping[str, str], production: bool) -> datetime | None:
    text = environ.get("PLENUM_CLOCK")
    if not text:
        return None
    if production:
        raise BadSetting("PLENUM_CLOCK is for demonstrations and tests; it is refused when PLENUM_ENV=production.")
    try:
        start = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadSetting(f"PLENUM_CLOCK must be an instant such as 2021-10-11T09:00+02:00, not {text!r}.") from error
    if start.tzinfo is None:
        raise BadSetting("PLENUM_CLOCK must say its offset, as in 2021-10-11T09:00+02:00.")
    return start


def whole_number(environ: Mapping[str, str], name: str, default: int) -> int:
    text = environ.get(name, str(default))
    if not text.isdecimal():
        raise BadSetting(f"{name} must be a whole number, not {text!r}.")
    return int(text)


def flag(environ: Mapping[str, str], name: str, default: str = "") -> bool:
    return environ.get(name, default).lower() in {"1", "true", "yes", "on"}


def day(environ: Mapping[str, str], name: str) -> date:
    """A date of the accessibility statement; unset, the day on which this version's statement was written."""
    text = environ.get(name, STATEMENT_WRITTEN_ON)
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadSetting(f"{name} must be a date such as {STATEMENT_WRITTEN_ON}, not {text!r}.") from error


def sender(environ: Mapping[str, str], host: str, production: bool) -> str:
    """The mailbox that letters come from, as `Name <address>` or an address alone."""
    if text := environ.get("MAIL_DEFAULT_SENDER"):
        if "@" not in parseaddr(text)[1]:
            raise BadSetting(f"MAIL_DEFAULT_SENDER must hold an e-mail address, not {text!r}.")
        return text
    if production:
        raise BadSetting("MAIL_DEFAULT_SENDER must be set when PLENUM_ENV=production.")
    return "Plenum <plenum@example.org>"


def imap(environ: Mapping[str, str]) -> Imap | None:
    """The mailbox to read, if one is set."""
    server = environ.get("IMAP_SERVER")
    if not server:
        return None
    if not environ.get("IMAP_USERNAME") or not environ.get("IMAP_PASSWORD"):
        raise BadSetting("IMAP_USERNAME and IMAP_PASSWORD must be set when IMAP_SERVER is.")
    uses_ssl = flag(environ, "IMAP_USE_SSL", "on")
    return Imap(
        server=server,
        port=whole_number(environ, "IMAP_PORT", 993 if uses_ssl else 143),
        uses_ssl=uses_ssl,
        username=environ["IMAP_USERNAME"],
        password=environ["IMAP_PASSWORD"],
        folder=environ.get("IMAP_FOLDER") or "INBOX",
        done_folder=environ.get("IMAP_DONE_FOLDER") or None,
    )


def operator(environ: Mapping[str, str], production: bool) -> Operator:
    """The operator's details; outside production the demonstration's public body stands in."""
    if production:
        missing = [name for name in ("OPERATOR_NAME", "OPERATOR_EMAIL") if not environ.get(name)]
        if missing:
            raise BadSetting(f"{' and '.join(missing)} must be set when PLENUM_ENV=production.")
    email = environ.get("OPERATOR_EMAIL", "miasta@example.org")
    return Operator(
        name=environ.get("OPERATOR_NAME", "Departament Strategii, Ministerstwo Funduszy i Polityki Regionalnej"),
        email=email,
        phone=environ.get("OPERATOR_PHONE", ""),
        address=environ.get("OPERATOR_ADDRESS", ""),
        accessibility_contact=environ.get("ACCESSIBILITY_EMAIL", email),
        published_on=day(environ, "SITE_PUBLISHED_ON"),
        reviewed_on=day(environ, "ACCESSIBILITY_REVIEWED_ON"),
    )


def mail_settings(environ: Mapping[str, str]) -> dict[str, object]:
    """Flask-Mail's own settings, by Flask-Mail's own names."""
    return {
        "MAIL_SERVER": environ.get("MAIL_SERVER", "127.0.0.1"),
        "MAIL_PORT": whole_number(environ, "MAIL_PORT", 25),
        "MAIL_USE_TLS": flag(environ, "MAIL_USE_TLS"),
        "MAIL_USE_SSL": flag(environ, "MAIL_USE_SSL"),
        "MAIL_USERNAME": environ.get("MAIL_USERNAME"),
        "MAIL_PASSWORD": environ.get("MAIL_PASSWORD"),
    }
