"""Organisers' accounts for the operator: the first one is made here, since nobody can sign in before."""

import sys
from typing import NoReturn

import click
import sqlalchemy as sa
from flask import current_app
from flask.cli import with_appcontext

from app.accounts import accounts, links, passwords
from app.accounts.models import User
from app.db import db, transaction
from app.errors import Refused
from app.events import words
from app.site import Site


@click.group()
def user() -> None:
    """Accounts of organisers: add one, list them, end sessions, deactivate."""


@user.command()
@click.argument("address")
@click.option("--name", required=True, help="First name and surname.")
@click.option("--administrator", is_flag=True, help="May do everything, at every event.")
@click.option("--language", type=click.Choice(accounts.LANGUAGES), default="pl", show_default=True, help="Language of letters.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input instead of printing a link.")
@with_appcontext
def add(address: str, name: str, administrator: bool, language: str, password_stdin: bool) -> None:
    """Open an account that may create events; prints a link by which its password is chosen, good for 14 days and once."""
    try:
        password = passwords.checked(sys.stdin.readline().rstrip("\r\n")) if password_stdin else None
        email, name = words.mailbox(address), words.name(name)
        hashed = passwords.hashed(password) if password else None
        with transaction():
            made = accounts.open_account(
                email=email, name=name, language=language, password=hashed, administrator=administrator, creates=True
            )
    except Refused as refusal:
        refuse(refusal)
    click.echo(f"{made.email}: the account is open.")
    if not password:
        site: Site = current_app.config["SITE"]
        click.echo(f"Choose the password at: {site.password(links.key(made, links.FOR_A_NEW_ACCOUNT))}")


@user.command("list")
@with_appcontext
def show() -> None:
    """List the accounts with their rights."""
    for each in db.session.scalars(sa.select(User).order_by(User.email)):
        click.echo(f"{each.email}  {each.name}  {', '.join(state_of(each))}")


@user.command("end-sessions")
@click.argument("address")
@with_appcontext
def end_sessions(address: str) -> None:
    """Sign somebody out everywhere."""
    with transaction():
        accounts.end_sessions(found(address))
    click.echo("signed out everywhere")


@user.command()
@click.argument("address")
@with_appcontext
def deactivate(address: str) -> None:
    """Shut an account and end its sessions; an administrator can open it again at the desk."""
    try:
        with transaction():
            accounts.deactivate(found(address))
    except Refused as refusal:
        refuse(refusal)
    click.echo("the account is shut")


def found(address: str) -> User:
    account = accounts.by_email(address)
    if account is None:
        raise click.ClickException(f"There is no account {address}.")
    return account


def refuse(refusal: Refused) -> NoReturn:
    raise click.ClickException(refusal.message) from refusal


def state_of(account: User) -> list[str]:
    """What is worth knowing about an account, in words."""
    words_of = {
        "administrator": account.is_administrator,
        "creates events": account.creates_events,
        "codes": bool(account.tf_primary_method),
        "no password yet": not account.password,
        "shut": not account.active,
    }
    return [word for word, is_so in words_of.items() if is_so] or ["member"]
