"""What counts as a change that people hear of."""

import json
from typing import Any

import pytest

from app.changes import differences
from app.changes.differences import Difference, Kind

EVENT: dict[str, Any] = {
    "title": "Smart City",
    "status": "published",
    "zone": "Europe/Warsaw",
    "starts_at": "2021-10-26T08:00:00+00:00",
    "ends_at": "2021-10-26T10:30:00+00:00",
    "attendance": "online",
    "place_name": "Zoom",
    "place_address": None,
}
SESSION: dict[str, Any] = {
    "title": "Panel",
    "kind": "panel",
    "status": "confirmed",
    "room": None,
    "abstract": "",
    "track": None,
    "starts_at": "2021-10-26T09:00:00+00:00",
    "ends_at": "2021-10-26T10:30:00+00:00",
    "people": [{"key": "person:1", "name": "Anna Cieśla", "role": "panelist", "printed_as": ""}],
}
JAN = {"key": "person:2", "name": "Jan Lis", "role": "moderator", "printed_as": ""}


def changed(**of_session: object) -> list[Difference]:
    """What is told of a session that has these values now."""
    return differences.between(
        {"event": EVENT, "sessions": {"1": SESSION}}, {"event": EVENT, "sessions": {"1": {**SESSION, **of_session}}}
    )


def kinds(found: list[Difference]) -> list[Kind]:
    return [difference.kind for difference in found]


@pytest.mark.parametrize(
    ("former", "now", "is_told"),
    [
        ("Panel ekspertow", "Panel ekspertów", False),
        ("Panel ekspertów", "PANEL EKSPERTÓW.", False),
        ("Prezentacja wyników badnia", "Prezentacja wyników badania", False),
        ("Warsztat 1", "Warsztat 2", True),
        ("Miasto 2030", "Miasto 2050", True),
        ("Panel ekspertów", "Debata oksfordzka", True),
        ("Panel", "Panel ekspertów", True),
    ],
)
def test_a_title_that_is_only_corrected_says_nothing_new(former: str, now: str, is_told: bool):
    assert differences.is_renamed(former, now) is is_told


@pytest.mark.parametrize(
    "values",
    [
        {"abstract": "Inny", "track": "A", "kind": "discussion", "slug": "inny"},
        {"people": [{**SESSION["people"][0], "printed_as": "Dyrektor", "role": "moderator"}]},
        {"people": [{**SESSION["people"][0], "name": "Anna Cieśla-Nowak"}]},
        {"people": [{**SESSION["people"][0], "key": "person:9"}]},
    ],
)
def test_texts_and_the_same_people_are_not_told(values: dict[str, object]):
    assert changed(**values) == []


def test_a_session_is_told_by_what_is_other_about_it():
    found = changed(starts_at="2021-10-26T09:15:00+00:00", room="Sala A", title="Debata", people=[JAN])

    assert kinds(found) == [Kind.MOVED, Kind.ROOM, Kind.TITLE, Kind.PEOPLE]
    assert (found[0].former["starts_at"], found[0].now["starts_at"]) == (SESSION["starts_at"], "2021-10-26T09:15:00+00:00")
    assert (found[3].former, found[3].now) == (["Anna Cieśla"], ["Jan Lis"])


def test_a_cancelled_session_is_told_once_whatever_else_becomes_of_it():
    cancelled = {**SESSION, "status": "cancelled"}
    states = {"now": SESSION, "cancelled": cancelled, "moved": {**cancelled, "room": "Sala A"}, "gone": None}

    def between(former: str, now: str) -> list[Kind]:
        before, after = ({"event": EVENT, "sessions": {"1": states[name]} if states[name] else {}} for name in (former, now))
        return kinds(differences.between(before, after))

    assert between("now", "moved") == [Kind.CANCELLED]
    assert between("cancelled", "moved") == between("cancelled", "gone") == between("gone", "cancelled") == []
    assert between("cancelled", "now") == [Kind.REINSTATED]
    assert (between("now", "gone"), between("gone", "now")) == ([Kind.REMOVED], [Kind.NEW])


def test_the_event_comes_first_and_another_zone_with_the_same_moments_is_the_zone_alone():
    before = {"event": EVENT, "sessions": {"1": SESSION}}
    after = {"event": {**EVENT, "zone": "Europe/Athens", "place_name": "Teams"}, "sessions": {"2": SESSION}}

    found = differences.between(before, after)

    assert [(difference.kind, difference.uid) for difference in found] == [
        (Kind.ZONE, None),
        (Kind.PLACE, None),
        (Kind.NEW, "2"),
        (Kind.REMOVED, "1"),
    ]
    assert [Difference.from_json(json.loads(json.dumps(difference.to_json()))) for difference in found] == found
