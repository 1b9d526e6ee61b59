"""Texts of links say where they lead."""

import pytest
from flask import Flask

from app.agenda import link_texts
from app.errors import Refused
from tests.defaults import one_database

pytestmark = one_database


@pytest.mark.parametrize(
    "text",
    [
        *(
            "kliknij",
            "Kliknij TUTAJ",
            "tutaj",
            "Tutaj!",
            "link",
            "LINK do pliku",
            "click here",
            "here",
            "read more",
            "pobierz plik",
        ),
        *("Kliknij, aby pobrać raport", "Click here for the report", "Zde", "hier klicken", "kattints ide", "klikněte zde"),
        *("https://www.example.org/raport.pdf", "www.example.org", "example.org/raport", "raport.pdf", "biuro@example.org"),
        *("", "   ", "PIM", "1. 2. 3.", "→", "więcej »"),
    ],
)
def test_a_text_that_says_nothing_is_refused(app: Flask, text: str):
    with pytest.raises(Refused) as refused:
        link_texts.cleaned(text, leads_to="https://www.example.org/pliki/raport-z-ewaluacji_v2.pdf?x=1")

    assert refused.value.field == "title"
    assert "Raport z ewaluacji v2" in refused.value.message


@pytest.mark.parametrize("text", ["Raport z ewaluacji", "Slajdy", "Materiały z warsztatu w Atenach", "Here be dragons: maps"])
def test_a_text_that_says_something_is_taken(app: Flask, text: str):
    assert link_texts.cleaned(f"  {text} ") == text


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("raport-z-ewaluacji_v2.pdf", "Raport z ewaluacji v2"),
        ("https://www.example.org/pliki/Smart%20City%20w%20V4.pdf", "Smart City w V4"),
        ("https://www.example.org/", ""),
        ("https://www.example.org/12345", ""),
        ("link.pdf", ""),
    ],
)
def test_a_text_is_suggested_from_where_the_link_leads(app: Flask, name: str, words: str):
    assert link_texts.from_name(name) == words


def test_without_a_name_an_example_is_suggested(app: Flask):
    with pytest.raises(Refused) as refused:
        link_texts.cleaned("tutaj")

    assert refused.value.message
