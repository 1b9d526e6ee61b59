"""Links that put an entry into a calendar."""

from urllib.parse import parse_qs, urlsplit

import pytest

from app.calendar import links
from tests.calendar.samples import a_slot, at

FILE = "https://plenum.example.org/events/smart-city/event.ics"
FEED = "https://plenum.example.org/events/smart-city/agenda.ics"


def to_one_entry(**facts) -> dict[str, str]:
    return {link.kind: link.url for link in links.entry_links(a_slot(**facts), file_url=FILE, feed_url=FEED)}


def asked(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query, strict_parsing=True).items()}


def test_google_gets_the_moments_in_utc() -> None:
    url = to_one_entry(starts_at=at("2021-10-26 10:00"), ends_at=at("2021-10-26 12:30"))["google"]

    assert url.startswith("https://calendar.google.com/calendar/render?action=TEMPLATE&")
    assert asked(url) == {
        "action": "TEMPLATE",
        "dates": "20211026T080000Z/20211026T103000Z",
        "text": "Smart City - doświadczenia i wyzwania",
        "location": "Zoom",
        "details": "https://plenum.example.org/events/smart-city/\n\nPrezentacja wyników badania i panel ekspertów.",
    }


@pytest.mark.parametrize(("kind", "host"), [("outlook", "outlook.live.com"), ("office365", "outlook.office.com")])
def test_outlook_gets_the_moments_in_utc(kind: str, host: str) -> None:
    url = to_one_entry(starts_at=at("2021-10-26 10:00"), ends_at=at("2021-10-26 12:30"))[kind]

    assert url.startswith(f"https://{host}/calendar/0/deeplink/compose?")
    assert asked(url) == {
        "path": "/calendar/action/compose",
        "rru": "addevent",
        "startdt": "2021-10-26T08:00:00Z",
        "enddt": "2021-10-26T10:30:00Z",
        "subject": "Smart City - doświadczenia i wyzwania",
        "location": "Zoom",
        "body": "https://plenum.example.org/events/smart-city/\n\nPrezentacja wyników badania i panel ekspertów.",
    }


def test_a_space_is_percent_encoded_and_a_plus_stays_a_plus() -> None:
    for url in to_one_entry(summary="C++ i Ada & Łódź", location="Sala 1+2").values():
        assert "+" not in url
    assert asked(to_one_entry(summary="C++ i Ada & Łódź")["outlook"])["subject"] == "C++ i Ada & Łódź"


@pytest.mark.parametrize("sign", ["x", "ż", "字", "🙂"])
def test_no_link_is_longer_than_browsers_and_services_take(sign: str) -> None:
    long = f"{sign * 9} " * 400

    found = to_one_entry(summary=long, description=long, location=long)

    assert {kind for kind, url in found.items() if len(url) >= 2000} == set()
    details = asked(found["google"])["details"]
    assert details.startswith("https://plenum.example.org/events/smart-city/\n\n")
    assert details.endswith(f"{sign * 9}…")


def test_each_link_says_honestly_whether_it_will_be_updated() -> None:
    found = links.entry_links(a_slot(), file_url=FILE, feed_url=FEED)

    assert [(link.kind, link.updates) for link in found] == [
        ("google", False),
        ("office365", False),
        ("outlook", False),
        ("apple", True),
        ("download", False),
    ]
    assert {link.kind: link.url for link in found if link.kind in {"apple", "download"}} == {
        "apple": "webcal://plenum.example.org/events/smart-city/agenda.ics",
        "download": FILE,
    }


def test_without_a_feed_there_is_nothing_to_subscribe_to() -> None:
    assert "apple" not in {link.kind for link in links.entry_links(a_slot(), file_url=FILE)}


def test_a_feed_is_subscribed_to_by_webcal_and_in_outlook_by_its_plain_address() -> None:
    found = {link.kind: (link.url, link.updates) for link in links.subscribe_links(FEED, "Dni Źródeł")}

    address = "https%3A%2F%2Fplenum.example.org%2Fevents%2Fsmart-city%2Fagenda.ics"
    name = "Dni%20%C5%B9r%C3%B3de%C5%82"
    assert found == {
        "google": (f"https://calendar.google.com/calendar/r?cid={address.replace('https', 'webcal')}", True),
        "office365": (f"https://outlook.office.com/calendar/0/addfromweb?url={address}&name={name}", True),
        "outlook": (f"https://outlook.live.com/calendar/0/addfromweb?url={address}&name={name}", True),
        "apple": (FEED.replace("https", "webcal"), True),
        "download": (FEED, False),
    }
