"""What was found, as a plain table or as Markdown, with the machine it was found on."""

import os
import platform
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

TITLES = ("what", "measured", "to bare", "to reach", "SQL", "bytes", "CPU ms")
LIBRARIES = ("Flask", "SQLAlchemy", "gunicorn", "icalendar", "psycopg")


@dataclass(frozen=True)
class Figure:
    """One line of the table; `ratio` is to the bare page measured beside it, `cpu` milliseconds of the site's processes."""

    name: str
    measured: str
    ratio: float | None = None
    target: str = ""
    statements: str = ""
    size: str = ""
    cpu: float | None = None

    def cells(self) -> tuple[str, ...]:
        ratio = "" if self.ratio is None else f"{self.ratio:.3f}" if self.ratio < 0.1 else f"{self.ratio:.2f}"
        cpu = "" if self.cpu is None else f"{self.cpu:.2f}"
        return self.name, self.measured, ratio, self.target, self.statements, self.size, cpu


Task = tuple[str, Callable[[], Figure]]


def rate(per_second: float, wait: float, worst: float) -> str:
    """So many a second, with the median wait and that of the slowest hundredth, both given in seconds."""
    return f"{per_second:,.0f}/s ({wait * 1000:.1f} ms, p99 {worst * 1000:.0f})"


def size(sent: int, whole: int) -> str:
    """Bytes as they are sent, and what they unpack to."""
    return f"{sent:,}" if sent == whole else f"{sent:,} of {whole:,}"


def plain(figures: Sequence[Figure]) -> str:
    """The table for a terminal."""
    rows = [TITLES, *(figure.cells() for figure in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(TITLES))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join([lines[0], "-" * len(lines[0]), *lines[1:]])


def markdown(figures: Sequence[Figure]) -> str:
    """The same table for the documentation."""
    rows = [TITLES, ("---",) * len(TITLES), *(figure.cells() for figure in figures)]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def machine() -> str:
    """What the figures were found on."""
    cores = len(os.sched_getaffinity(0))
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    return (
        f"{cores} cores ({processor()}), {platform.system()}, Python {platform.python_version()},"
        f" SQLite {sqlite3.sqlite_version}, {libraries}"
    )


def processor() -> str:
    """The processor's name, where the system says it."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.machine()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())
