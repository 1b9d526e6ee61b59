"""Processes of a measurement: started on free ports, watched through /proc, ended by their ids."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import NamedTuple

import config

TICKS = os.sysconf("SC_CLK_TCK")
PROC = Path("/proc")
GRACE = 8.0
SECONDS_TO_START = 30.0


class NotStarted(Exception):
    """A process that did not come up; the message says what it said."""


class Memory(NamedTuple):
    """Megabytes of one process: its share of shared pages counted once (PSS), and all pages it sees (RSS)."""

    pss: float
    rss: float


@contextmanager
def running(*arguments: str, environment: Mapping[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A Python process in a session of its own, ended when the block is left."""
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=config.ROOT,
            env={**inherited(), **environment},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        end(process)


def inherited() -> dict[str, str]:
    """What a process needs of our environment to run at all; settings are not among it."""
    return {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}


def end(process: subprocess.Popen[bytes]) -> None:
    """Ask it to end; after the grace end its whole session."""
    process.terminate()
    try:
        process.wait(GRACE)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


class Web(NamedTuple):
    """A gunicorn with the settings that the site ships."""

    port: int
    master: int

    def workers(self) -> list[int]:
        return children(self.master)

    def cpu(self) -> float:
        """Seconds of processor that its workers have used."""
        return sum(cpu(worker) for worker in self.workers())

    def memory(self) -> list[Memory]:
        return [memory(worker) for worker in self.workers()]


Serving = AbstractContextManager[Web]


@contextmanager
def web(application: str, folder: Path, **environment: str) -> Iterator[Web]:
    """The application under gunicorn, ready to answer."""
    port = free_port()
    log = folder / f"web-{port}.log"
    address = {"HOST": "127.0.0.1", "PORT": str(port), "WEB_CONCURRENCY": "2", "WEB_THREADS": "4"}
    with running("-m", "gunicorn", application, environment={**environment, **address}, log=log) as process:
        wait_for(port, process, log)
        settle(process.pid)
        yield Web(port, process.pid)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    """Return when the server answers."""
    deadline = time.monotonic() + SECONDS_TO_START
    while process.poll() is None and time.monotonic() < deadline:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=SECONDS_TO_START) as probe:
                probe.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
                if probe.recv(1):
                    return
        except OSError:
            time.sleep(0.05)
    raise NotStarted(f"the server did not start:\n{log.read_text()[-2000:]}")


def settle(master: int) -> None:
    """Return when its workers rest: the second one may still be loading the application."""
    deadline, used = time.monotonic() + SECONDS_TO_START, -1.0
    while time.monotonic() < deadline and used < (used := sum(cpu(worker) for worker in children(master))):
        time.sleep(0.3)


def children(parent: int) -> list[int]:
    """The processes that this one started and that live."""
    pids = [int(entry.name) for entry in PROC.iterdir() if entry.name.isdecimal()]
    return sorted(pid for pid in pids if (facts := stat(pid)) and facts[0] != "Z" and int(facts[1]) == parent)


def stat(pid: int) -> list[str]:
    """The fields of /proc/<pid>/stat from the state on (proc(5), field 3), or nothing when the process is gone."""
    try:
        return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return []


def cpu(pid: int) -> float:
    """Seconds of processor that a process has used, in user mode and in the kernel."""
    facts = stat(pid)
    return (int(facts[11]) + int(facts[12])) / TICKS if facts else 0.0


def memory(pid: int) -> Memory:
    """What a process holds now."""
    lines = (PROC / str(pid) / "smaps_rollup").read_text().splitlines()
    sizes = {name: rest.split()[0] for name, _, rest in (line.partition(":") for line in lines[1:])}
    return Memory(pss=int(sizes["Pss"]) / 1024, rss=int(sizes["Rss"]) / 1024)
