"""All commands, handed to Flask in one place."""

from flask import Flask

from app.cli import backup, demo, inbox, ledger, outbox, serve, users


def init(app: Flask) -> None:
    for command in (backup.backup, demo.demo, inbox.inbox, ledger.ledger, outbox.outbox, serve.serve, users.user):
        app.cli.add_command(command)
