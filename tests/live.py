"""A running site: a real gunicorn, real workers and a listener for mail, as processes of their own."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import config

SECONDS_TO_START = 30
SECONDS_TO_END = 10


class Live:
    """Web and workers over one database; `url` is where the site answers.

    The listening socket is ours, so that the port is free and stays the same when the web server is started again.
    """

    def __init__(self, environ: Mapping[str, str], listener: socket.socket, folder: Path) -> None:
        self.environ = {**inherited(), **environ}
        self.listener = listener
        self.folder = folder
        self.url = address_of(listener)
        self.web: subprocess.Popen[bytes] | None = None
        self.workers: list[subprocess.Popen[bytes]] = []
        self.inbox: subprocess.Popen[bytes] | None = None

    def start_web(self, processes: int = 2) -> None:
        """Start gunicorn and return when the site answers."""
        descriptor = self.listener.fileno()
        options = (f"--bind=fd://{descriptor}", f"--workers={processes}", "--preload", "--log-level=info", "--graceful-timeout=1")
        self.web = self.start("web", "-m", "gunicorn", *options, "wsgi:app", pass_fds=(descriptor,))
        self.wait_until_ready()

    def start_worker(self, **environ: str) -> None:
        """Start a worker beside those that run; settings given here are for it alone."""
        self.workers.append(self.start("worker", "-m", "flask", "--app", "wsgi", "worker", environ=environ))

    def start_inbox(self, port: int) -> None:
        """Start the listener for mail that comes in, and return when it takes connections."""
        options = ("inbox", "listen", "--port", str(port))
        self.inbox = self.start("inbox", "-m", "flask", "--app", "wsgi", *options)
        deadline = time.monotonic() + SECONDS_TO_START
        while not takes_connections(port):
            if self.inbox.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"the listener did not start:\n{self.log('inbox')}")
            time.sleep(0.05)

    def start(self, name: str, *arguments: str, pass_fds: tuple[int, ...] = (), environ: Mapping[str, str] | None = None):
        with (self.folder / f"{name}.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, *arguments],
                cwd=config.ROOT,
                env={**self.environ, **(environ or {})},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=pass_fds,
                start_new_session=True,
            )

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + SECONDS_TO_START
        while not self.answers():
            ended = self.web is None or self.web.poll() is not None
            if ended or time.monotonic() > deadline:
                raise AssertionError(f"the site did not start:\n{self.log('web')}")
            time.sleep(0.05)

    def answers(self) -> bool:
        """Whether the site says that it is ready."""
        try:
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=5) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def log(self, name: str) -> str:
        """What a process has said so far."""
        path = self.folder / f"{name}.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def web_workers(self) -> list[int]:
        """Process ids of the web server's workers, the oldest first, those that have ended among them."""
        return [int(number) for number in re.findall(r"Booting worker with pid: (\d+)", self.log("web"))]

    def kill_a_web_worker(self) -> None:
        """Kill one of the web server's processes outright; gunicorn starts another."""
        os.kill(self.web_workers()[-1], signal.SIGKILL)

    def kill_worker(self) -> None:
        """Kill the worker that was started last outright."""
        worker = self.workers.pop()
        worker.kill()
        worker.wait()

    def stop_workers(self) -> None:
        """End the workers in order."""
        end(self.workers)
        self.workers.clear()

    def stop(self) -> None:
        """End all in order; insist after a while, by process id."""
        end([process for process in (*self.workers, self.inbox, self.web) if process])


def end(processes: Sequence[subprocess.Popen[bytes]]) -> None:
    """Ask them to end, and insist after a while, by process id."""
    running = [process for process in processes if process.poll() is None]
    for process in running:
        process.terminate()
    deadline = time.monotonic() + SECONDS_TO_END
    for process in running:
        try:
            process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def takes_connections(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def inherited() -> dict[str, str]:
    """What a process needs of ours to run at all; our settings are not among it."""
    return {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}


def address_of(listener: socket.socket) -> str:
    host, port = listener.getsockname()
    return f"http://{host}:{port}"


def a_listener() -> socket.socket:
    """A socket that listens on a free port of the loopback."""
    return socket.create_server(("127.0.0.1", 0), backlog=512)
