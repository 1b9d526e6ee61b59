"""The hemicycle of places."""

import pytest
from flask.testing import FlaskClient

from app.web import seats
from tests import make
from tests.defaults import one_database
from tests.web.reading import Reading


def dots(path: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, _, y in (move.removesuffix("h0").partition(" ") for move in path.split("M")[1:])]


@pytest.mark.parametrize(
    ("capacity", "taken", "coloured", "grey"),
    [
        (300, 186, 186, 114),
        (300, 0, 0, 300),
        (300, 300, 300, 0),
        (1, 0, 0, 1),
        (1, 1, 1, 0),
        (40, 41, 40, 0),
        (5000, 1, 1, 299),
        (5000, 2500, 150, 150),
        (5000, 4999, 299, 1),
        (5000, 5000, 300, 0),
    ],
)
def test_dots_are_places_or_their_share(capacity: int, taken: int, coloured: int, grey: int):
    picture = seats.hemicycle(capacity, taken)

    assert (len(dots(picture.taken)), len(dots(picture.free))) == (coloured, grey)


@pytest.mark.parametrize("capacity", [1, 2, 3, 7, 12, 40, 99, 300])
def test_dots_stay_in_the_picture_and_apart(capacity: int):
    picture = seats.hemicycle(capacity, 0)
    places = dots(picture.free)
    radius = picture.dot / 2

    assert all(radius <= x <= 320 - radius and radius <= y <= 166 - radius for x, y in places)
    distances = [((x - u) ** 2 + (y - v) ** 2) ** 0.5 for i, (x, y) in enumerate(places) for u, v in places[:i]]
    assert min(distances, default=99) > picture.dot


def test_places_fill_from_the_left():
    picture = seats.hemicycle(300, 150)

    assert max(x for x, _ in dots(picture.taken)) <= 166
    assert min(x for x, _ in dots(picture.free)) >= 154


@one_database
@pytest.mark.parametrize(("capacity", "pictures"), [(11, 0), (12, 1)])
def test_few_places_are_said_and_not_drawn(client: FlaskClient, capacity: int, pictures: int):
    make.an_event(slug="smart-city", capacity=capacity)

    page = Reading(client.get("/events/smart-city/?lang=en"))

    assert len(page.all("svg", **{"class": "seats"})) == pictures
    assert (f"0 of {capacity} places taken" in page.text) == (not pictures)
