"""The ledger of places for the operator: whether it is whole, and whether the counts follow from it."""

import sys

import click
import sqlalchemy as sa
from flask.cli import with_appcontext

from app.db import db
from app.events.models import Event
from app.registration import reckoning


@click.group()
def ledger() -> None:
    """The ledger of places: check that it is unbroken and adds up."""


@ledger.command()
@click.argument("slug")
@with_appcontext
def check(slug: str) -> None:
    """Verify the ledger of the event with this address; ends with 1 and says why where something is wrong."""
    event = db.session.scalar(sa.select(Event).where(Event.slug == slug))
    if event is None:
        raise click.ClickException(f"There is no event with the address {slug}.")
    found = reckoning.of(event)
    for sentence in found.wrong:
        click.echo(sentence)
    if found.wrong:
        sys.exit(1)
    click.echo(f"{found.lines} lines, unbroken: {reckoning.said(found.counts)}, as the tables say.")
