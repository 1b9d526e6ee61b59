"""The outbox for the operator: how many letters wait, which ones fail and why, and trying them again."""

import click
from flask.cli import with_appcontext

from app.db import db, transaction
from app.mail import bounces
from app.mail import outbox as letters
from app.mail.models import Message, MessageStatus

SHOWN = 50


@click.group(invoke_without_command=True)
@with_appcontext
@click.pass_context
def outbox(context: click.Context) -> None:
    """Count the letters, and list those that are dead or failing with their last error."""
    if context.invoked_subcommand is None:
        summarise()


def summarise() -> None:
    click.echo("  ".join(f"{status.value} {number}" for status, number in letters.counts().items()))
    if paused := letters.paused():
        click.echo(f"{paused} of those queued wait, since others to their addresses came back")
    troubled = letters.troubled(SHOWN)
    for message in troubled:
        again = "" if message.status is MessageStatus.DEAD else f", again at {message.due_at:%Y-%m-%d %H:%M} UTC"
        state = f"{message.status.value}, {message.attempts} tries{again}"
        click.echo(f"{message.id}  {message.letter}  {state}: {message.last_error}")
    if len(troubled) == SHOWN:
        click.echo(f"(the last {SHOWN} only)")


@outbox.command()
@click.argument("number", type=int)
def show(number: int) -> None:
    """Show one letter: whom it is for, where it is, and its last error."""
    for name, value in facts(found(number)).items():
        click.echo(f"{name + ':':<12}{value}")


@outbox.command()
@click.argument("numbers", type=int, nargs=-1)
@click.option("--dead", is_flag=True, help="All the dead ones.")
def retry(numbers: tuple[int, ...], dead: bool) -> None:
    """Queue dead letters again: those named, or all with --dead."""
    if dead == bool(numbers):
        raise click.UsageError("Name the letters, or say --dead.")
    with transaction():
        queued = letters.retry(*numbers)
    click.echo(f"{queued} queued again")


@outbox.command()
@click.argument("address", required=False)
def let(address: str | None) -> None:
    """Let letters leave again for ADDRESS, which others came back from; without it, list such addresses."""
    if address is None:
        for bounce in bounces.stopped():
            click.echo(
                f"{bounce.address}  {bounce.last_at:%Y-%m-%d %H:%M} UTC  {bounce.count} times: {bounce.words or bounce.status}"
            )
        return
    with transaction():
        is_changed = bounces.clear(address)
    if not is_changed:
        raise click.ClickException(f"Letters to {address} are not stopped.")
    click.echo("letters to this address leave again")


def found(number: int) -> Message:
    message = db.session.get(Message, number)
    if message is None:
        raise click.ClickException(f"There is no letter {number}.")
    return message


def facts(message: Message) -> dict[str, object]:
    """What an operator may need in order to help; not the letter's own facts, which can hold keys."""
    return {
        "letter": f"{message.letter} ({message.language})",
        "to": f"{message.to_name} <{message.to_address}>",
        "Message-ID": message.message_id,
        "about": message.thread,
        "state": message.status.value,
        "tries": message.attempts,
        "put": message.put_at,
        "due": message.due_at,
        "sent": message.sent_at or "-",
        "last error": message.last_error or "-",
    }
