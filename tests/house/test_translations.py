"""Every message is translated into Polish, and the catalogue is what the source says."""

import re
import shlex
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.frontend import CommandLineInterface
from babel.messages.pofile import read_po

import config

POLISH = config.ROOT / "translations" / "pl" / "LC_MESSAGES" / "messages.po"
TAG = re.compile(r"</?[a-z]+|%\(\w+\)[sd]")


@pytest.fixture(scope="module")
def polish() -> Catalog:
    with POLISH.open("rb") as file:
        return read_po(file, locale="pl")


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """The messages of the source, gathered as `make messages` gathers them."""
    target: Path = tmp_path_factory.mktemp("messages") / "messages.pot"
    options = re.search(r"^EXTRACT := (.*)$", (config.ROOT / "Makefile").read_text(), re.MULTILINE)
    assert options, "the Makefile no longer says how messages are gathered"
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(config.ROOT)
        CommandLineInterface().run(["pybabel", "--quiet", "extract", *shlex.split(options[1]), "--output", str(target), "."])
    with target.open("rb") as file:
        return read_po(file)


def messages(catalog: Catalog) -> list[Message]:
    return [message for message in catalog if message.id]


def shown(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def translations(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ())


def test_the_catalogue_holds_what_the_source_says(polish: Catalog, said: Catalog):
    assert {message.id for message in messages(polish)} == {message.id for message in messages(said)}


def test_every_message_is_translated(polish: Catalog):
    assert [shown(message) for message in messages(polish) if message.fuzzy or not all(translations(message))] == []


def test_plurals_have_the_three_forms_of_polish(polish: Catalog):
    plurals = [message for message in messages(polish) if message.pluralizable]

    assert polish.num_plurals == 3
    assert [shown(message) for message in plurals if len(translations(message)) != 3] == []


def test_translations_keep_placeholders_and_markup(polish: Catalog):
    changed = []
    for message in messages(polish):
        wanted = set(TAG.findall(message.id if isinstance(message.id, str) else message.id[1]))
        for number, text in enumerate(translations(message)):
            of_one = {"%(num)d"} & wanted if message.pluralizable and number == 0 else set()
            changed += [shown(message)] if text and set(TAG.findall(text)) | of_one != wanted else []

    assert changed == []


def test_polish_keeps_the_tone(polish: Catalog):
    texts = [text for message in messages(polish) for text in translations(message)]

    assert [text for text in texts if re.search(r"!|\bkliknij|\bklikn", text, re.IGNORECASE)] == []
