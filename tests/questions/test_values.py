"""From what is typed to a value, and from a value to words."""

import pytest

from app.errors import Refused
from app.questions import countries, values
from app.questions.models import Asks, Wording
from tests.defaults import one_database

OPTIONS = [{"value": "vegan", "pl": "Wegańska", "en": "Vegan"}, {"value": "meat", "pl": "Mięsna"}]


def wording(asks: Asks, **limits: object) -> Wording:
    return Wording(asks=asks, options=OPTIONS, limits=limits)


@one_database
@pytest.mark.parametrize(
    ("asks", "typed", "value", "polish"),
    [
        (Asks.LINE, ["  Gdynia\u202e  "], "Gdynia", "Gdynia"),
        (Asks.TEXT, ["raz\r\ndwa"], "raz\ndwa", "raz\ndwa"),
        (Asks.ONE, ["meat"], "meat", "Mięsna"),
        (Asks.SEVERAL, ["meat", "vegan"], ["vegan", "meat"], "Wegańska, Mięsna"),
        (Asks.NUMBER, ["12 000"], 12000, "12\xa0000"),
        (Asks.NUMBER, ["−3,5"], -3.5, "-3,5"),
        (Asks.DATE, ["26 października 2021"], "2021-10-26", "26 października 2021"),
        (Asks.YES, ["no"], False, "nie"),
        (Asks.EMAIL, ["Jan@EXAMPLE.org"], "Jan@example.org", "Jan@example.org"),
        (Asks.PHONE, ["0048 (22) 123-45-67"], "+48221234567", "+48 221 234 567"),
        (Asks.PHONE, ["600 100 200"], "+48600100200", "+48 600 100 200"),
        (Asks.COUNTRY, ["DE"], "DE", "Niemcy"),
        (Asks.MUNICIPALITY, [" Łomianki "], "Łomianki", "Łomianki"),
        (Asks.LINE, ["   "], None, None),
    ],
)
def test_an_answer_is_read_and_said(app, asks: Asks, typed: list[str], value: object, polish: str | None):
    asked = wording(asks)

    read = values.read(asked, typed, is_required=False)

    assert read == value
    if value is not None:
        assert values.text(asked, value, "pl") == polish
        assert values.read(asked, values.as_typed(asked, value), is_required=True) == value


@one_database
@pytest.mark.parametrize(
    ("asks", "typed", "limits", "reason"),
    [
        (Asks.LINE, [""], {}, "Answer this question"),
        (Asks.LINE, ["Gdynia"], {"most": 3}, "Shorten this answer to 3 characters; it has 6 now"),
        (Asks.TEXT, ["no"], {"least": 20}, "Write at least 20 characters; there are 2 now"),
        (Asks.ONE, ["fish"], {}, "Choose one of the answers of the list"),
        (Asks.SEVERAL, ["vegan", "meat"], {"most": 1}, "Choose at most 1 answer"),
        (Asks.NUMBER, ["a dozen"], {}, "Enter a number in digits, for example 12 or 3.5"),
        (Asks.NUMBER, ["11"], {"most": 10}, "Enter a number that is 10 or less"),
        (Asks.DATE, ["31.02.2021"], {}, "There is no such day as 31.02.2021. Check the day and the month."),
        (Asks.YES, ["maybe"], {}, "Choose an answer"),
        (Asks.EMAIL, ["jan@"], {}, "Enter an e-mail address with its domain, for example name@council.org"),
        (
            Asks.PHONE,
            ["12345"],
            {},
            "Enter a phone number, for example 600 100 200; from abroad with the country's code, +49 30 1234567",
        ),
        (Asks.COUNTRY, ["EU"], {}, "Choose one of the countries of the list"),
        (Asks.FILE, ["no-such-key"], {}, "This file is not here any more. Choose it again."),
    ],
)
def test_what_cannot_be_taken_is_refused_in_words(app, asks: Asks, typed: list[str], limits: dict[str, int], reason: str):
    with app.test_request_context("/?lang=en"), pytest.raises(Refused) as refused:
        values.read(wording(asks, **limits), typed, is_required=True)

    assert refused.value.message == reason


def test_the_list_of_countries_begins_with_poland_and_goes_on_by_name():
    polish, english = dict(countries.names("pl")), dict(countries.names("en"))

    assert (next(iter(polish)), polish["UA"], english["UA"], len(english)) == ("PL", "Ukraina", "Ukraine", 250)
