"""Carries built mails away: to the mail server over one connection, or into a folder where there is no server."""

import os
import smtplib
import ssl
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from flask_mail import Connection, Mail, Message

from app import clock
from app.mail.mime import Built

TIMEOUT = 30.0
CLOSING = 421

mail = Mail()


class Undeliverable(Exception):
    """A mail could not be handed over; the message is the mail server's words, `for_good` says that no further try can help."""

    def __init__(self, words: str, for_good: bool = False) -> None:
        super().__init__(words)
        self.for_good = for_good


class Parcel(Message):
    """A mail that we built ourselves, as Flask-Mail takes it."""

    def __init__(self, built: Built) -> None:
        # Not Flask-Mail's own: it asks the DNS for the machine's name, for a Message-ID, with every mail.
        self.built = built
        self.subject = built.subject
        self.sender = built.sender
        self.recipients = [built.recipient]
        self.mail_options = [] if built.recipient.isascii() else ["SMTPUTF8"]
        self.rcpt_options = []
        self.cc, self.bcc = [], []
        self.reply_to = None
        self.date = None

    def as_bytes(self) -> bytes:
        return self.built.raw


class Line(Connection):
    """Flask-Mail's connection, with a limit on every wait and with certificates that are checked."""

    host: smtplib.SMTP | None

    def configure_host(self) -> smtplib.SMTP:
        context = ssl.create_default_context() if self.mail.use_ssl or self.mail.use_tls else None
        if self.mail.use_ssl:
            host: smtplib.SMTP = smtplib.SMTP_SSL(self.mail.server, self.mail.port or 0, timeout=TIMEOUT, context=context)
        else:
            host = smtplib.SMTP(self.mail.server, self.mail.port or 0, timeout=TIMEOUT)
        try:
            if self.mail.use_tls:
                host.starttls(context=context)
            if self.mail.username and self.mail.password:
                host.login(self.mail.username, self.mail.password)
        except BaseException:
            host.close()
            raise
        return host

    def hand_over(self, built: Built) -> None:
        parcel = Parcel(built)
        if built.recipient.isascii() or self.host is None:
            self.send(parcel)
        else:  # Flask-Mail has no way for an address that is not ASCII before the @ (RFC 6531)
            self.host.sendmail(built.sender, built.recipient, built.raw, parcel.mail_options)


class Carrier:
    """Carries the mails of one batch over one connection, or into `folder` where one is given."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder
        self.line: Line | None = None
        self.unreachable: str | None = None

    def __enter__(self) -> "Carrier":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self.line is not None and self.line.host is not None:
            with suppress(smtplib.SMTPException, OSError):
                self.line.host.quit()
        self.hang_up()

    def carry(self, built: Built, label: str) -> None:
        """Hand the mail over; raises `Undeliverable`. `label` is in the name of the file, where it becomes one."""
        if self.folder:
            keep(built, self.folder, label)
        else:
            self.send(built)

    def send(self, built: Built) -> None:
        line = self.connected()
        try:
            line.hand_over(built)
        except smtplib.SMTPRecipientsRefused as error:
            code, reply = error.recipients[built.recipient]
            if code == CLOSING:
                self.hang_up()
            raise Undeliverable(said(code, reply), for_good=500 <= code < 600) from error
        except smtplib.SMTPNotSupportedError as error:
            raise Undeliverable(words(error), for_good=True) from error
        except (smtplib.SMTPException, OSError) as error:
            self.hang_up()
            raise Undeliverable(words(error)) from error

    def connected(self) -> Line:
        """The line to the server; where none can be had, the batch does not wait for it again."""
        if self.unreachable:
            raise Undeliverable(self.unreachable)
        if self.line is None:
            line: Line = Line(mail.connect().mail)
            try:
                line.__enter__()
            except (smtplib.SMTPException, OSError) as error:
                self.unreachable = words(error)
                raise Undeliverable(self.unreachable) from error
            self.line = line
        return self.line

    def hang_up(self) -> None:
        if self.line is not None and self.line.host is not None:
            self.line.host.close()
        self.line = None


def keep(built: Built, folder: Path, label: str) -> None:
    """Write the mail to a file of its own, whole or not at all, for the operator's eyes alone."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{clock.now():%Y%m%dT%H%M%S}-{label}.eml"
    part = path.with_suffix(f".{os.getpid()}")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(built.raw)
    part.replace(path)


def words(error: Exception) -> str:
    """What went wrong, in the server's own words where it said some."""
    if isinstance(error, smtplib.SMTPResponseException):
        return said(error.smtp_code, error.smtp_error)
    return f"{type(error).__name__}: {error}"


def said(code: int, reply: bytes | str) -> str:
    text = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
    return f"{code} {' '.join(text.split())}"
