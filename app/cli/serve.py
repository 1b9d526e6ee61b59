"""Web and worker together, for one machine: both begin and end with this command."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType

import click
from flask import current_app
from flask.cli import with_appcontext

import config
from app.cli import demo_organiser

GRACE = 10.0


@click.command()
@with_appcontext
def serve() -> None:
    """Run the web server and one worker until Ctrl-C; if one of them ends, so does the other."""
    settings: config.Settings = current_app.config["SETTINGS"]
    announce(settings)
    if settings.clock_start:
        os.environ.setdefault("PLENUM_CLOCK_ANCHOR", repr(time.time()))
    sys.exit(watch([start("-m", "gunicorn", "wsgi:app"), start("-m", "flask", "--app", "wsgi", "worker")]))


def announce(settings: config.Settings) -> None:
    """Say where to look; flushed, since whoever reads may be a pipe."""
    host, port = os.environ.get("HOST", "127.0.0.1"), os.environ.get("PORT", "8000")
    letters = f"{settings.mail_server} (SMTP)" if settings.mail_server else f"{settings.instance / 'mail'}/*.eml"
    click.echo(f"\n  Plenum:   http://{host}:{port}/")
    click.echo(f"  Desk:     http://{host}:{port}/organise/{how_to_sign_in(settings)}")
    click.echo(f"  Letters:  {letters}")
    click.echo("  Stop:     Ctrl-C\n")
    sys.stdout.flush()


def how_to_sign_in(settings: config.Settings) -> str:
    """The demonstration's organiser, where there is one."""
    if settings.in_production or not demo_organiser.file(settings).exists():
        return "  (flask --app wsgi user add ADDRESS --name NAME)"
    return f"  {demo_organiser.ADDRESS}  password {demo_organiser.password(settings)}"


def start(*arguments: str) -> subprocess.Popen[bytes]:
    """Start a process of its own session, so that Ctrl-C reaches it through us alone and it can end in order."""
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    return subprocess.Popen([sys.executable, *arguments], cwd=Path(config.ROOT), env=environment, start_new_session=True)  # noqa: S603 - our own commands


def watch(processes: list[subprocess.Popen[bytes]]) -> int:
    """Wait until one ends or we are told to stop; then end the rest. Returns the exit status."""
    told: list[int] = []

    def stop(number: int, frame: FrameType | None) -> None:
        told.append(number)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    while not told and all(process.poll() is None for process in processes):
        time.sleep(0.1)
    ended = [process.returncode for process in processes if process.poll() is not None]
    end(processes)
    return 0 if told else max(1, *ended)


def end(processes: list[subprocess.Popen[bytes]]) -> None:
    """Ask each to end, and after the grace insist; by process id, never by name."""
    for process in processes:
        if process.poll() is None:
            process.terminate()
    deadline = time.monotonic() + GRACE
    for process in processes:
        try:
            process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
