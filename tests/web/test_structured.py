"""What search engines read of a page."""

import pytest
from flask.testing import FlaskClient

from app.agenda.models import Role
from app.events.models import Attendance, EventStatus
from tests import make
from tests.defaults import one_database
from tests.web.reading import Reading

ADDRESS = "https://plenum.example.org/events/smart-city/"


@one_database
def test_the_event_is_described_whole(client: FlaskClient):
    event = make.an_event(
        slug="smart-city",
        title="Smart City",
        subtitle="Wyniki",
        summary="O miastach.",
        registration_closes_at=make.at("2021-10-25 18:00"),
        organiser=make.an_organisation(name="Departament Strategii", url="https://www.example.org/"),
    )
    session = make.a_session(event, slug="panel", title="Panel")
    make.an_appearance(session, person=make.a_person(name="Anna Cieśla"), printed_as="Naczelnik, MFiPR")
    make.an_appearance(session, organisation=make.an_organisation(name="EGO s.c."), role=Role.AUTHOR)

    [facts] = Reading(client.get("/events/smart-city/")).data

    performers = [
        {"@type": "Person", "name": "Anna Cieśla", "jobTitle": "Naczelnik, MFiPR"},
        {"@type": "Organization", "name": "EGO s.c."},
    ]
    assert facts == {
        "@context": "https://schema.org",
        "@type": "Event",
        "@id": ADDRESS,
        "name": "Smart City. Wyniki",
        "description": "O miastach.",
        "url": ADDRESS,
        "inLanguage": "pl",
        "startDate": "2021-10-26T10:00:00+02:00",
        "endDate": "2021-10-26T12:30:00+02:00",
        "eventStatus": "https://schema.org/EventScheduled",
        "eventAttendanceMode": "https://schema.org/OnlineEventAttendanceMode",
        "location": {"@type": "VirtualLocation", "name": "Zoom", "url": ADDRESS},
        "organizer": {"@type": "Organization", "name": "Departament Strategii", "url": "https://www.example.org/"},
        "performer": performers,
        "isAccessibleForFree": True,
        "maximumAttendeeCapacity": 300,
        "offers": {
            "@type": "Offer",
            "price": "0",
            "priceCurrency": "PLN",
            "url": ADDRESS,
            "availability": "https://schema.org/InStock",
            "validThrough": "2021-10-25T18:00:00+02:00",
        },
        "subEvent": [
            {
                "@type": "Event",
                "name": "Panel",
                "url": f"{ADDRESS}sessions/panel/",
                "startDate": "2021-10-26T10:00:00+02:00",
                "endDate": "2021-10-26T11:00:00+02:00",
                "eventStatus": "https://schema.org/EventScheduled",
                "performer": performers,
            }
        ],
    }


@one_database
@pytest.mark.parametrize(
    ("facts", "availability"),
    [
        ({}, "InStock"),
        ({"registration_opens_at": make.at("2021-10-12 09:00")}, "PreOrder"),
        ({"registration_closes_at": make.at("2021-10-10 09:00")}, "Discontinued"),
        ({"status": EventStatus.CANCELLED}, "Discontinued"),
    ],
)
def test_the_offer_says_whether_one_can_register(client: FlaskClient, facts: dict[str, object], availability: str):
    make.an_event(slug="smart-city", **facts)

    [data] = Reading(client.get("/events/smart-city/")).data

    assert data["offers"]["availability"] == f"https://schema.org/{availability}"


@one_database
def test_a_meeting_on_site_and_online_has_both_places(client: FlaskClient):
    make.an_event(slug="smart-city", attendance=Attendance.MIXED, place_name="Sala 1", place_address="Wspólna 2/4, Warszawa")

    [facts] = Reading(client.get("/events/smart-city/")).data

    assert facts["location"] == [
        {"@type": "Place", "name": "Sala 1", "address": "Wspólna 2/4, Warszawa"},
        {"@type": "VirtualLocation", "name": "Sala 1", "url": ADDRESS},
    ]


@one_database
def test_data_cannot_close_its_element(client: FlaskClient):
    make.an_event(slug="smart-city", title="</script><script>alert(1)</script>")

    page = Reading(client.get("/events/smart-city/"))

    assert page.data[0]["name"] == "</script><script>alert(1)</script>"
    assert "<script>alert" not in page.answer.text


@one_database
def test_the_preview_of_a_shared_link_says_what_it_is(client: FlaskClient):
    make.an_event(slug="smart-city", summary='O "miastach"\ni danych.')

    page = Reading(client.get("/events/smart-city/?lang=en"))

    assert page.meta("og:title") == "Smart City - doświadczenia i wyzwania"
    assert page.meta("og:description") == page.meta("description") == 'O "miastach" i danych.'
    assert page.meta("og:url") == f"{ADDRESS}?lang=en"
