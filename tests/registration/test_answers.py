"""What people type is made clean, or refused in words that say what to do."""

import pytest

from app.errors import Refused
from app.registration import answers
from tests.defaults import one_database

pytestmark = one_database


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Żaneta \t Łącka ", "Żaneta Łącka"),
        ("Ελένη Παπαδοπούλου", "Ελένη Παπαδοπούλου"),
        ("李小龍", "李小龍"),
        ("עברית", "עברית"),
        ("Zoe\u0308", "Zoë"),
        ("Jan\x00\r\nBcc: x", "Jan Bcc: x"),
        ("Jan\u202eKowalski\u200b", "JanKowalski"),
    ],
)
def test_a_name_of_any_script_is_kept_without_what_cannot_be_seen(app, typed, kept):
    assert answers.name(typed) == kept


@pytest.mark.parametrize("typed", ["", "   ", "\x00", "a" * 201, "Win https://example.com", "see WWW.example.com"])
def test_a_name_that_cannot_be_a_name_is_refused_at_its_field(app, typed):
    with pytest.raises(Refused) as refusal:
        answers.name(typed)

    assert refusal.value.field == "name"


def test_the_longest_answers_fit_and_one_sign_more_says_how_long_it_is(app):
    assert len(answers.organisation("ą" * 200)) == len(answers.position("ą" * 200)) == 200
    assert len(answers.note("ą" * 1000)) == 1000

    with app.test_request_context("/?lang=en"), pytest.raises(Refused) as refusal:
        answers.note("ą" * 1001)

    assert refusal.value.field == "needs_note"
    assert refusal.value.message == "Shorten this answer to 1000 characters; it has 1001 now"


def test_a_note_keeps_its_lines(app):
    assert answers.note("one\r\ntwo \x07\rthree\n") == "one\ntwo\nthree"


@pytest.mark.parametrize(
    ("typed", "written", "key"),
    [
        (" Maria.Zalewska@EXAMPLE.org\u00a0", "Maria.Zalewska@example.org", "maria.zalewska@example.org"),
        ("maria@żółć.example.org", "maria@żółć.example.org", "maria@żółć.example.org"),
        ("maria@xn--kda4b0koi.example.org", "maria@żółć.example.org", "maria@żółć.example.org"),
        ("maria+plan@example.org", "maria+plan@example.org", "maria+plan@example.org"),
    ],
)
def test_an_address_is_one_address_however_it_is_spelled(app, typed, written, key):
    assert answers.address(typed) == answers.Address(written, key)


@pytest.mark.parametrize(
    "typed",
    ["", "maria", "maria@", "@example.org", "maria@example", "a b@example.org", "a@b@example.org", f"{'a' * 250}@example.org"],
)
def test_what_is_no_address_is_refused_at_its_field(app, typed):
    with pytest.raises(Refused) as refusal:
        answers.address(typed)

    assert refusal.value.field == "email"


@pytest.mark.parametrize("typed", ["plenum@example.org", "PLENUM@example.org", "plenum+abc@example.org"])
def test_nobody_registers_with_the_mailbox_that_letters_come_from(app, typed):
    with pytest.raises(Refused, match="Podaj własny"):
        answers.address(typed)
