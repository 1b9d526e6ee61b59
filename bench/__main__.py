"""`python -m bench`: all figures in one run; it never fails because of a figure."""

import argparse
import os
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Collection, Iterator
from functools import partial
from pathlib import Path
from types import FrameType

from bench import installations, letters, pages, processes, registrations, report
from bench.conversations import get
from bench.installations import Installation
from bench.pages import Stand
from bench.processes import Web
from bench.report import Figure, Task

SECONDS = 235
PARTS = ("pages", "feeds", "letters", "registrations")


class TimeIsUp(BaseException):
    """The run took too long, or was told to end; what was measured until then is printed."""


def main() -> int:
    arguments = read_arguments()
    for number in (signal.SIGTERM, signal.SIGALRM):
        signal.signal(number, interrupt)
    signal.alarm(SECONDS)
    begun, load, found = time.monotonic(), os.getloadavg()[0], list[Figure]()
    try:
        with tempfile.TemporaryDirectory(prefix="plenum-bench-") as folder:
            measure(Path(folder), arguments.only, arguments.rounds, found)
    except (TimeIsUp, KeyboardInterrupt):
        sys.stderr.write("ended before all was measured\n")
    except Exception:  # noqa: BLE001 - what was measured before is printed all the same
        traceback.print_exc()
    machine = f"{report.machine()}; load {load:.1f} before and {os.getloadavg()[0]:.1f} after"
    print(f"{machine}\n\n{report.plain(found)}\n\n{time.monotonic() - begun:.0f} s")
    if arguments.markdown:
        arguments.markdown.write_text(f"{machine}.\n\n{report.markdown(found)}\n")
    return 0


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--markdown", type=Path, metavar="FILE", help="write the table as Markdown too")
    parser.add_argument("--rounds", type=int, default=pages.ROUNDS, help="pairs of rounds for each figure")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS, help="some figures alone")
    return parser.parse_args()


def interrupt(number: int, frame: FrameType | None) -> None:
    """Unwind, so that everything started is ended; a second signal must not break into that."""
    signal.alarm(0)
    for heard in (signal.SIGTERM, signal.SIGALRM):
        signal.signal(heard, signal.SIG_IGN)
    raise TimeIsUp


def measure(folder: Path, parts: Collection[str], rounds: int, found: list[Figure]) -> None:
    """Everything that was asked for, into `found` as it comes."""
    with processes.web("bench.bare:app", folder) as bare:
        with installations.on_sqlite(folder / "sqlite") as site, served(site, folder) as web:
            stand = Stand(bare, web, site, rounds)
            carry_out(on_embedded(stand, folder, parts), found)
        if "registrations" in parts:
            with installations.on_postgres(folder / "postgres") as site, served(site, folder) as web:
                carry_out(on_server(Stand(bare, web, site, rounds)), found)


def served(site: Installation, folder: Path) -> processes.Serving:
    return processes.web("wsgi:app", folder, **site.environment)


def on_embedded(stand: Stand, folder: Path, parts: Collection[str]) -> Iterator[Task]:
    """What is measured over SQLite."""
    yield "a bare Flask page", partial(pages.bare, stand)
    if "pages" in parts:
        yield from pages.tasks(stand)
    elif "feeds" in parts:
        yield from pages.large_feed(stand)
    if "letters" in parts:
        yield from letters.tasks(stand.site, folder)
    if "registrations" in parts:
        yield from registrations.tasks(stand)
    yield "memory", partial(memory, stand.web)


def on_server(stand: Stand) -> Iterator[Task]:
    """What is measured over PostgreSQL too."""
    yield (
        "event page",
        partial(pages.repeated, stand, f"event page, repeated, {stand.site.name}", get(stand.site.content.event), "0.5"),
    )
    yield from registrations.tasks(stand)


def memory(web: Web) -> Figure:
    """The largest worker of the web server after all this."""
    largest = max(web.memory())
    return Figure("memory of a web worker, PSS (RSS)", f"{largest.pss:.0f} MB ({largest.rss:.0f} MB)", target="120 MB")


def carry_out(tasks: Iterator[Task], found: list[Figure]) -> None:
    """One figure after another; one that cannot be had says why in its place."""
    for name, figure in tasks:
        try:
            found.append(figure())
        except Exception as error:  # noqa: BLE001 - the other figures are measured all the same
            traceback.print_exc()
            found.append(Figure(name, f"not measured: {type(error).__name__}"))
        sys.stderr.write(".")
        sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
