"""The inbox for the operator: how mail is handed in, what became of it, and what is kept aside and why."""

import os
import sys
from collections.abc import Iterator
from functools import partial
from typing import BinaryIO

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from app.db import db, transaction
from app.mail import inbox as mails
from app.mail import listener, reading
from app.mail.models import Incoming, IncomingStatus

SHOWN = 50
PIECE = 64 * 1024
NOTHING_THERE = 65  # EX_DATAERR of sysexits.h, by which mail servers know what to do
TRY_AGAIN = 75  # EX_TEMPFAIL


@click.group(invoke_without_command=True)
@with_appcontext
@click.pass_context
def inbox(context: click.Context) -> None:
    """Count the mails that came in, and list those that are kept aside with the reason."""
    if context.invoked_subcommand is None:
        summarise()


def summarise() -> None:
    click.echo("  ".join(f"{status.value} {number}" for status, number in mails.counts().items()))
    kept = mails.kept_aside(SHOWN)
    for incoming in kept:
        click.echo(f"{incoming.id}  {incoming.received_at:%Y-%m-%d %H:%M} UTC  {incoming.size} bytes: {incoming.why}")
    if len(kept) == SHOWN:
        click.echo(f"(the last {SHOWN} only)")


@inbox.command()
@click.argument("files", type=click.File("rb"), nargs=-1)
@click.option("--to", default="", metavar="ADDRESS", help="The address that the mail was delivered to.")
def receive(files: tuple[BinaryIO, ...], to: str) -> None:
    """Take a mail from standard input, or one from each of FILES; ends with 75 where the mail server is to try again."""
    for file in files or (sys.stdin.buffer,):
        raw, size = taken(file)
        if not raw.strip():
            click.echo("There is no mail here.", err=True)
            sys.exit(NOTHING_THERE)
        try:
            with transaction():
                is_new = mails.receive(raw, source="command", envelope_to=to, size=size)
        except Exception as error:  # noqa: BLE001 - whatever it is, the mail server has the mail still and must keep it
            click.echo(f"The mail could not be kept now ({type(error).__name__}).", err=True)
            sys.exit(TRY_AGAIN)
        click.echo("kept" if is_new else "a copy of one that is here already")


def taken(file: BinaryIO) -> tuple[bytes, int]:
    """The mail, and how large it is: of one that is too large only a beginning is held, and the rest is read to its end."""
    raw = file.read(mails.LARGEST + 1)
    return raw, len(raw) + sum(map(len, rest(file)))


def rest(file: BinaryIO) -> Iterator[bytes]:
    while piece := file.read(PIECE):
        yield piece


@inbox.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=int, default=2525, show_default=True)
@click.option("--lmtp", is_flag=True, help="Speak LMTP instead of SMTP.")
def listen(host: str, port: int, lmtp: bool) -> None:
    """Take mail from a mail server on this machine until told to stop (Ctrl-C or SIGTERM)."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # to hand it to a thread, as documented
    keep = partial(keep_handed, app, "lmtp" if lmtp else "smtp")

    def ready(at: int) -> None:
        click.echo(f"listening at {host}:{at}")
        sys.stdout.flush()

    try:
        listener.listen(host, port, keep, by_lmtp=lmtp, ready=ready)
    except listener.Elsewhere as error:
        raise click.UsageError(str(error)) from error
    except OSError as error:
        raise click.ClickException(f"{host}:{port} cannot be listened at: {os.strerror(error.errno or 0)}.") from error


def keep_handed(app: Flask, source: str, raw: bytes, envelope_to: str) -> None:
    """Keep one mail for good; in a thread of its own."""
    with app.app_context(), transaction():
        mails.receive(raw, source=source, envelope_to=envelope_to)


@inbox.command()
@click.argument("number", type=int)
def show(number: int) -> None:
    """Show one mail: where it is, why, and what it says."""
    incoming = found(number)
    for name, value in facts(incoming).items():
        click.echo(f"{name + ':':<12}{value}")
    if incoming.raw:
        click.echo(f"\n{reading.text_of(incoming.raw)}")


@inbox.command()
@click.argument("numbers", type=int, nargs=-1)
@click.option("--all", "everything", is_flag=True, help="All that are kept aside.")
def again(numbers: tuple[int, ...], everything: bool) -> None:
    """Have mails that are kept aside read again: those named, or all with --all."""
    if everything == bool(numbers):
        raise click.UsageError("Name the mails, or say --all.")
    with transaction():
        queued = mails.again(*numbers)
    click.echo(f"{queued} to be read again")


@inbox.command()
@click.argument("number", type=int)
def discard(number: int) -> None:
    """Forget one mail that is kept aside."""
    with transaction():
        is_gone = mails.discard(number)
    if not is_gone:
        raise click.ClickException(f"There is no mail {number} that is kept aside.")
    click.echo("forgotten")


def found(number: int) -> Incoming:
    incoming = db.session.get(Incoming, number)
    if incoming is None:
        raise click.ClickException(f"There is no mail {number}.")
    return incoming


def facts(incoming: Incoming) -> dict[str, object]:
    return {
        "state": incoming.status.value,
        "why": incoming.why or "-",
        "came by": incoming.source,
        "came at": incoming.received_at,
        "for": incoming.envelope_to or "-",
        "size": f"{incoming.size} bytes",
        "tries": incoming.attempts,
        "again at": incoming.due_at if incoming.status is IncomingStatus.QUEUED else "-",
    }
