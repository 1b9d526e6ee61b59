"""What an operator can set and run is written down."""

import ast
import re
import runpy
from collections.abc import Iterator

import click
from flask import Flask

import config
from tests.defaults import one_database

READERS = ("config.py", "gunicorn.conf.py")
INTERNAL = {"PLENUM_CLOCK_ANCHOR"}
SHORTEST_ALT, LARGEST_PICTURE = 5, 80_000
"""In words, and in bytes."""


def operators() -> str:
    return (config.ROOT / "docs" / "operators.md").read_text()


def settings() -> set[str]:
    """The names that the settings are read by: every string in capitals."""
    trees = [ast.parse((config.ROOT / name).read_text()) for name in READERS]
    words = {node.value for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant)}
    return {word for word in words if isinstance(word, str) and re.fullmatch(r"[A-Z][A-Z0-9_]{3,}", word)} - INTERNAL


def commands(group: click.Group, path: str = "") -> Iterator[tuple[str, click.Command]]:
    """Our own commands with the words that call them."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, f"{path}{name} ")
        elif command.callback and command.callback.__module__.startswith("app."):
            yield f"{path}{name}", command


def test_every_setting_is_documented():
    assert len(settings()) > 20
    assert sorted(name for name in settings() if f"`{name}`" not in operators()) == []


@one_database
def test_every_command_is_documented(app: Flask):
    names = [name for name, command in commands(app.cli)]

    assert {"backup", "demo", "outbox show", "serve", "worker"} <= set(names)
    assert [name for name in names if not re.search(rf"`(flask --app wsgi )?{name}\b", operators())] == []


@one_database
def test_every_command_says_what_it_does(app: Flask):
    assert [name for name, command in commands(app.cli) if not command.help] == []


def test_every_decision_is_a_page_with_a_number_of_its_own():
    names = sorted(path.name for path in (config.ROOT / "docs" / "decisions").glob("*.md"))

    assert [name[:4] for name in names] == [f"{number:04d}" for number in range(1, len(names) + 1)]


def pictures() -> list[tuple[str, str]]:
    """Every picture that a page of the documentation shows: its alternative text, and its file below the root."""
    pages = [config.ROOT / "README.md", *(config.ROOT / "docs").rglob("*.md")]
    shown = [(page, *found) for page in pages for found in re.findall(r"!\[(.*?)\]\((.+?)\)", page.read_text())]
    return [(alt, str((page.parent / target).resolve().relative_to(config.ROOT))) for page, alt, target in shown]


def test_every_picture_of_the_documents_is_made_by_the_script_and_says_what_is_seen():
    made = [f"docs/pictures/{name}.png" for name in runpy.run_path(str(config.ROOT / "docs" / "screenshots.py"))["PICTURES"]]
    kept = [str(path.relative_to(config.ROOT)) for path in (config.ROOT / "docs" / "pictures").iterdir()]

    assert sorted(made) == sorted(kept) == sorted({file for _, file in pictures()})
    assert [file for alt, file in pictures() if len(alt.split()) < SHORTEST_ALT] == []
    assert [file for file in kept if (config.ROOT / file).stat().st_size > LARGEST_PICTURE] == []
