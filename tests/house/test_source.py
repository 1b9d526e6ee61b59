"""Rules of the source that no linter knows."""

import ast
import os
import re
from pathlib import Path

import pytest

import config
from app.web.organise import history_words

ROOT = config.ROOT
PASSED_OVER = {"__pycache__", "build", "instance", "node_modules"}
EMPTY_NAMES = {
    "utils",
    "util",
    "helpers",
    "helper",
    "common",
    "manager",
    "managers",
    "service",
    "services",
    "handler",
    "handlers",
}
EDGES = ("app/db.py", "app/cli/", "app/worker.py")
TRANSLATING = {"_", "_l", "gettext", "lazy_gettext", "ngettext"}
MOST_LINES = 600


def files(*suffixes: str) -> list[Path]:
    """The project's own text files, by their ends."""
    found: list[Path] = []
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [name for name in folders if name == ".ci" or not (name in PASSED_OVER or name.startswith("."))]
        found += [Path(folder, name) for name in names if name.endswith(suffixes)]
    return sorted(found)


def modules(folder: str) -> list[Path]:
    return [path for path in files(".py") if path.relative_to(ROOT).parts[0] == folder]


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_work_is_committed_only_at_the_edges():
    committing = {name_of(path) for path in modules("app") if re.search(r"\.commit\(", path.read_text())}

    assert {name for name in committing if not name.startswith(EDGES)} == set()


def test_words_for_people_stand_outside_f_strings_where_the_catalogue_sees_them():
    hidden = [
        (name_of(path), node.lineno)
        for path in modules("app")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.JoinedStr)
        for call in ast.walk(node)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in TRANSLATING
    ]

    assert hidden == []


def test_no_module_is_too_long_to_read():
    lengths = {name_of(path): len(path.read_text().splitlines()) for path in modules("app")}

    assert {name: lines for name, lines in lengths.items() if lines > MOST_LINES} == {}


def test_every_module_has_a_name_that_says_something():
    named = {part for path in modules("app") for part in (*path.relative_to(ROOT).parts[:-1], path.stem)}

    assert named & EMPTY_NAMES == set()


def test_the_application_package_is_one_sentence():
    assert len((ROOT / "app" / "__init__.py").read_text().splitlines()) == 1


def test_no_file_names_a_place_of_this_machine():
    places = [f"{place}/" for place in (ROOT, Path.home()) if len(Path(place).parts) > 1]
    written = {name_of(path): path.read_text(errors="ignore") for path in files("")}

    assert [name for name, text in written.items() if any(place in text for place in places)] == []


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-test.txt"])
def test_locked_requirements_name_no_registry_and_carry_hashes(name: str):
    text = (ROOT / name).read_text()
    pinned = re.findall(r"^[A-Za-z0-9][^\s;]*==", text, re.MULTILINE)

    assert re.findall(r"://|--index-url|--extra-index-url|--find-links|file:", text) == []
    assert len(pinned) > 10
    assert len(re.findall(r"^[A-Za-z0-9][^\n]*\\\n    --hash=sha256:", text, re.MULTILINE)) == len(pinned)


def test_the_locked_package_of_node_names_no_registry():
    assert "://" not in (ROOT / "tests" / "js" / "package-lock.json").read_text()


def test_every_act_of_the_desk_has_a_name_in_the_history():
    written = re.compile(r'(?:writing|turned|acting)\((?:event, )?"([a-z_.]+)"')
    words = {word for path in modules("app") for word in written.findall(path.read_text())}

    assert len(words) > 50
    assert words - history_words.ACTS.keys() == set()
