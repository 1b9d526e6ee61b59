"""Templates compile, are used, and hold nothing that the content policy refuses."""

import ast
import re
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import meta

import config
from tests.defaults import one_database

TEMPLATES = config.ROOT / "templates"
PAGES = sorted(path for path in TEMPLATES.rglob("*.html") if path.relative_to(TEMPLATES).parts[0] != "mail")
LETTERS = sorted(path for path in (TEMPLATES / "mail").iterdir() if path.is_dir())
REFUSED = {
    "a style attribute": r"\sstyle\s*=",
    "a style element": r"<style\b",
    "an inline script": r"<script\b(?![^>]*(\bsrc\s*=|application/ld\+json))",
    "an event attribute": r"<[^>]*\son[a-z]+\s*=",
    "a javascript address": r"javascript:",
}


def words_of_the_source() -> set[str]:
    """Every string that is written out in the application's code."""
    trees = [ast.parse(path.read_text()) for path in (config.ROOT / "app").rglob("*.py")]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    return {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}


@one_database
def test_every_template_compiles(app: Flask):
    names = app.jinja_env.list_templates()

    assert len(names) > 20
    for name in names:
        app.jinja_env.get_template(name)


@one_database
def test_every_template_is_used(app: Flask):
    said = words_of_the_source()
    sources = {path.relative_to(TEMPLATES).as_posix(): path.read_text() for path in TEMPLATES.rglob("*") if path.is_file()}
    referred = {name for text in sources.values() for name in meta.find_referenced_templates(app.jinja_env.parse(text))}
    letters = {name for name in sources if name.startswith("mail/") and name.split("/")[1] in said}

    assert sorted(set(sources) - said - referred - letters) == []


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.relative_to(TEMPLATES).as_posix())
def test_a_page_holds_nothing_inline(page: Path):
    text = re.sub(r"\{[#%{].*?[#%}]\}", "", page.read_text(), flags=re.DOTALL)

    assert [what for what, pattern in REFUSED.items() if re.search(pattern, text, re.IGNORECASE)] == []


@pytest.mark.parametrize("letter", LETTERS, ids=lambda path: path.name)
def test_a_letter_has_its_three_files(letter: Path):
    assert sorted(path.name for path in letter.iterdir()) == ["body.html", "body.txt", "subject.txt"]


def test_the_letters_are_those_that_the_code_puts():
    assert {letter.name for letter in LETTERS} >= {
        "already_registered",
        "cancellation",
        "confirmation",
        "invitation",
        "new_address",
        "reminder_day",
        "reminder_hour",
        "waiting",
        "withdrawal",
    }
    assert {letter.name for letter in LETTERS} - words_of_the_source() == set()
