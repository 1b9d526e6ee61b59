"""What iCalendar cannot carry is taken out."""

import unicodedata

import pytest

from app.calendar import texts


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("one\r\ntwo\rthree\nfour", "one\ntwo\nthree\nfour"),
        ("a\x00b\x07c\x1bd\x7fe\x9ff", "abcdef"),
        ("one\x85two\N{LINE SEPARATOR}three\x0bfour", "one\ntwo\nthree\nfour"),
        ("  „Zażółć”\tgęślą  ", "„Zażółć”\tgęślą"),
    ],
)
def test_plain_text_has_line_feeds_and_no_other_controls(written: str, kept: str) -> None:
    assert texts.plain(written) == kept


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ('Fundacja "Dni\r\nOtwartych" Źródeł', "Fundacja Dni Otwartych Źródeł"),
        ("Kowalski, Jan; dr", "Kowalski, Jan; dr"),
        ("a^nb", "anb"),
        ("C:\\Nowak", "C:Nowak"),
        ('"\r\n', ""),
    ],
)
def test_a_name_has_nothing_that_a_parameter_misreads(written: str, kept: str) -> None:
    assert texts.name(written) == kept


def test_of_all_control_characters_only_the_tab_and_line_ends_are_left() -> None:
    controls = [sign for sign in map(chr, range(0x110000)) if unicodedata.category(sign) in {"Cc", "Zl", "Zp"}]

    assert {sign: texts.plain(f"a{sign}b") for sign in controls if texts.plain(f"a{sign}b") != "ab"} == {
        "\t": "a\tb",
        **dict.fromkeys("\n\v\f\r\x85\N{LINE SEPARATOR}\N{PARAGRAPH SEPARATOR}", "a\nb"),
    }
