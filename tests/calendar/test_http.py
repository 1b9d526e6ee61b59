"""Public calendars as they are fetched."""

import gzip
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from types import ModuleType

import pytest
from flask.testing import FlaskClient

from app.agenda.models import Session
from app.db import transaction
from app.events.models import Event, EventStatus
from tests import make
from tests.calendar.readers import IcalJs, read_with_vobject
from tests.calendar.samples import lines, values

Statements = Callable[[], AbstractContextManager[list[str]]]
MODIFIED_AT = datetime(2021, 10, 1, 12, 30, 15, tzinfo=UTC)


def a_workshop(**facts) -> tuple[Event, Session, Session]:
    """An event with a presentation and a panel."""
    event = make.an_event(**{"slug": "smart-city", "modified_at": MODIFIED_AT, **facts})
    study = make.a_session(event, slug="prezentacja", modified_at=MODIFIED_AT)
    panel = make.a_session(
        event,
        slug="panel",
        title="Panel ekspertów",
        starts_at=event.starts_at + timedelta(hours=1),
        ends_at=event.ends_at,
        modified_at=MODIFIED_AT,
    )
    make.an_appearance(panel, person=make.a_person(name="Włodzimierz Łoziński"))
    return event, study, panel


def addresses(event: Event) -> list[str]:
    here = f"/events/{event.slug}"
    return [f"{here}/event.ics", f"{here}/agenda.ics", f"{here}/sessions/panel.ics", "/calendar.ics"]


def test_each_calendar_holds_its_entries_at_the_right_instant_for_both_readers(client: FlaskClient, ical_js: IcalJs) -> None:
    event, study, panel = a_workshop()
    whole = (event.uid, datetime.fromisoformat("2021-10-26T08:00Z"), datetime.fromisoformat("2021-10-26T10:30Z"))
    first = (study.uid, datetime.fromisoformat("2021-10-26T08:00Z"), datetime.fromisoformat("2021-10-26T09:00Z"))
    second = (panel.uid, datetime.fromisoformat("2021-10-26T09:00Z"), datetime.fromisoformat("2021-10-26T10:30Z"))

    files = [client.get(address).data for address in addresses(event)]

    for read in (ical_js.read(files), [read_with_vobject(file) for file in files]):
        assert [file.method for file in read] == ["PUBLISH"] * 4
        assert [[(entry.uid, entry.starts_at, entry.ends_at) for entry in file.entries] for file in read] == [
            [whole],
            sorted([first, second], key=lambda entry: entry[1]),
            [second],
            [whole],
        ]


def test_a_calendar_is_public_and_cacheable_and_for_no_search_engine(client: FlaskClient) -> None:
    event, *_ = a_workshop()

    for address in addresses(event):
        answer = client.get(address, headers={"Authorization": "Bearer of-outlook"})

        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
        assert answer.headers["Cache-Control"] == "public, max-age=300"
        assert answer.headers["X-Robots-Tag"] == "noindex"
        assert answer.headers["Last-Modified"] == "Fri, 01 Oct 2021 12:30:15 GMT"
        assert "Set-Cookie" not in answer.headers


def test_downloads_have_an_ascii_name_and_feeds_none(client: FlaskClient) -> None:
    event, *_ = a_workshop()

    assert [client.get(address).headers.get("Content-Disposition") for address in addresses(event)] == [
        'attachment; filename="smart-city.ics"',
        None,
        'attachment; filename="smart-city-panel.ics"',
        None,
    ]


def test_what_the_reader_has_is_not_sent_again(client: FlaskClient) -> None:
    event, *_ = a_workshop()

    for address in addresses(event):
        tag = client.get(address).headers["ETag"]
        assert not tag.startswith("W/")
        for known in (tag, f"W/{tag}", f'"other", W/{tag}', f'"other",{tag}', "*"):
            answer = client.get(address, headers={"If-None-Match": known})
            assert (answer.status_code, answer.data, answer.headers["ETag"]) == (304, b"", tag)
        assert client.get(address, headers={"If-None-Match": '"other"'}).status_code == 200


@pytest.mark.parametrize(
    ("since", "status"),
    [
        ("Fri, 01 Oct 2021 12:30:14 GMT", 200),
        ("Fri, 01 Oct 2021 12:30:15 GMT", 304),
        ("Fri, 01 Oct 2021 12:30:16 GMT", 304),
        ("yesterday", 200),
    ],
)
def test_a_date_is_compared_as_a_date(client: FlaskClient, since: str, status: int) -> None:
    event, *_ = a_workshop()

    for address in addresses(event):
        assert client.get(address, headers={"If-Modified-Since": since}).status_code == status
        assert client.get(address, headers={"If-Modified-Since": since, "If-None-Match": '"other"'}).status_code == 200


def test_head_says_what_get_says_without_the_body(client: FlaskClient) -> None:
    event, *_ = a_workshop()

    for address in addresses(event):
        head, get = client.head(address), client.get(address)
        assert (head.status_code, head.data) == (200, b"")
        assert {name: head.headers[name] for name in ("ETag", "Content-Length", "Last-Modified")} == {
            name: get.headers[name] for name in ("ETag", "Content-Length", "Last-Modified")
        }


def test_a_calendar_comes_compressed_to_whoever_takes_it(client: FlaskClient) -> None:
    event, *_ = a_workshop()

    for address in addresses(event):
        plain, packed = client.get(address), client.get(address, headers={"Accept-Encoding": "gzip"})
        assert packed.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(packed.data) == plain.data
        assert packed.headers["ETag"] != plain.headers["ETag"]


def test_a_change_is_a_new_tag_a_new_date_and_a_higher_number(client: FlaskClient, clock: ModuleType) -> None:
    event, _, panel = a_workshop()
    before = {address: client.get(address) for address in addresses(event)}

    clock.stand_at(datetime(2021, 10, 12, 7, tzinfo=UTC))
    with transaction():
        panel.ends_at += timedelta(minutes=30)
        event.ends_at += timedelta(minutes=30)

    for address, old in before.items():
        new = client.get(address, headers={"If-None-Match": old.headers["ETag"]})
        assert new.status_code == 200
        assert new.headers["Last-Modified"] == "Tue, 12 Oct 2021 07:00:00 GMT"
    assert values(client.get(f"/events/{event.slug}/event.ics").data, "SEQUENCE") == ["SEQUENCE:1"]
    assert values(client.get(f"/events/{event.slug}/sessions/panel.ics").data, "SEQUENCE") == ["SEQUENCE:2"]


def test_the_meeting_address_and_personal_things_are_in_none(client: FlaskClient) -> None:
    event, *_ = a_workshop()

    for address in addresses(event):
        unfolded = "\n".join(lines(client.get(address).data))
        assert [
            word for word in ("meeting.example.com", "/join/", "/my/", "ATTENDEE", "CONFERENCE", "VALARM") if word in unfolded
        ] == []


@pytest.mark.parametrize(
    ("asked", "triggers"),
    [
        ("15", ["TRIGGER:-PT15M"]),
        ("1440", ["TRIGGER:-P1D"]),
        ("0", []),
        ("1441", []),
        ("-5", []),
        ("ten", []),
        ("²", []),
        ("", []),
    ],
)
def test_an_alarm_is_there_for_whoever_asks_for_it(client: FlaskClient, asked: str, triggers: list[str]) -> None:
    event, *_ = a_workshop()

    file = client.get(f"/events/{event.slug}/sessions/panel.ics", query_string={"alarm": asked}).data

    assert values(file, "TRIGGER", "VALARM") == triggers


def test_drafts_and_what_does_not_exist_are_not_found(client: FlaskClient) -> None:
    draft, *_ = a_workshop(status=EventStatus.DRAFT)
    event = make.an_event()

    assert [client.get(address).status_code for address in addresses(draft)] == [404, 404, 404, 200]
    assert client.get(f"/events/{event.slug}/sessions/panel.ics").status_code == 404
    assert values(client.get("/calendar.ics").data, "UID") == [f"UID:{event.uid}"]


def test_the_sites_feed_keeps_an_event_for_thirty_days_after_its_end(client: FlaskClient, clock: ModuleType) -> None:
    event, *_ = a_workshop(status=EventStatus.CANCELLED)

    clock.stand_at(event.ends_at + timedelta(days=30) - timedelta(minutes=1))
    kept = client.get("/calendar.ics").data
    clock.stand_at(event.ends_at + timedelta(days=30, hours=1))
    dropped = client.get("/calendar.ics").data

    assert values(kept, "SUMMARY") == ["SUMMARY:ODWOŁANE: Smart City - doświadczenia i wyzwania"]
    assert values(kept, "STATUS") == ["STATUS:CANCELLED"]
    assert values(dropped, "UID") == []
    assert len(values(client.get(f"/events/{event.slug}/agenda.ics").data, "UID")) == 2


def test_an_event_without_an_agenda_is_its_own_agenda(client: FlaskClient) -> None:
    event = make.an_event()

    assert values(client.get(f"/events/{event.slug}/agenda.ics").data, "UID") == [f"UID:{event.uid}"]


def test_a_feed_costs_the_same_statements_however_much_it_holds(client: FlaskClient, statements: Statements) -> None:
    def said(alarm: int) -> list[int]:
        counts = []
        for address in (f"/events/{event.slug}/agenda.ics", "/calendar.ics"):
            with statements() as collected:
                assert client.get(address, query_string={"alarm": alarm}).status_code == 200
            counts.append(len(collected))
        return counts

    event, *_ = a_workshop()
    few = said(alarm=1)
    for _ in range(3):
        make.an_appearance(make.a_session(event))
        make.a_session(make.an_event())

    assert said(alarm=2) == few
    assert max(few) <= 12


def test_the_language_of_the_reader_does_not_change_a_byte(client: FlaskClient) -> None:
    event, *_ = a_workshop(status=EventStatus.CANCELLED)

    for address in addresses(event):
        assert (
            client.get(address, headers={"Accept-Language": "en"}).data
            == client.get(address, headers={"Accept-Language": "pl"}).data
        )


@pytest.mark.parametrize(
    ("language", "title", "promise"),
    [("pl", "Subskrybuj kalendarz", "Nie aktualizuje się"), ("en", "Subscribe to the calendar", "It does not update")],
)
def test_the_subscription_page_says_what_each_way_does(client: FlaskClient, language: str, title: str, promise: str) -> None:
    page = client.get("/calendar/", headers={"Accept-Language": language}).text

    assert f"<h1>{title}</h1>" in page
    assert page.count(promise) == 1
    assert 'href="webcal://plenum.example.org/calendar.ics"' in page
    assert 'value="https://plenum.example.org/calendar.ics"' in page
