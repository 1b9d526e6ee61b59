"""Web and worker together: they begin and end as one."""

import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

import config
from tests.defaults import START, one_database
from tests.live import a_listener, inherited

pytestmark = [pytest.mark.processes, one_database]


def a_free_port() -> int:
    with a_listener() as listening:
        return int(listening.getsockname()[1])


def is_listening(port: int) -> bool:
    with socket.socket() as asking:
        return asking.connect_ex(("127.0.0.1", port)) == 0


def wait(what, seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.parametrize("told", [signal.SIGINT, signal.SIGTERM])
def test_serve_runs_the_site_and_ends_when_told(environ: dict[str, str], tmp_path: Path, told: signal.Signals):
    port = a_free_port()
    settings = {**inherited(), **environ, "PORT": str(port), "PLENUM_CLOCK": START, "WEB_CONCURRENCY": "1"}
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "serve"]
    with (tmp_path / "serve.log").open("wb") as log:
        serving = subprocess.Popen(command, cwd=config.ROOT, env=settings, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        wait(lambda: is_listening(port))
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=10) as answer:
            status = answer.status
        serving.send_signal(told)
        ended = serving.wait(12)
    finally:
        serving.kill()
        serving.wait()

    assert (status, ended, is_listening(port)) == (200, 0, False), (tmp_path / "serve.log").read_text()
