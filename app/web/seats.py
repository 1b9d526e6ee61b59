"""Places as a hemicycle: where the dots stand, and which of them are taken."""

from dataclasses import dataclass
from functools import lru_cache
from math import cos, pi, sin

MOST_DOTS = 300
FEWEST_DOTS = 12
"""Fewer dots are no hemicycle."""
OUTER, INNER = 154.0, 74.0
CENTRE = (160.0, 160.0)
LARGEST_DOT = 12.0
SHARE_OF_GAP = 0.74


@dataclass(frozen=True)
class Hemicycle:
    """Two paths of dots (drawn with round caps) and a dot's width, in a box of 320 by 166."""

    taken: str
    free: str
    dot: float


def worth_drawing(capacity: int) -> bool:
    return capacity >= FEWEST_DOTS


@lru_cache(maxsize=1024)
def hemicycle(capacity: int, taken: int) -> Hemicycle:
    """A dot for a place, up to 300; beyond that dots show the share."""
    dots = min(capacity, MOST_DOTS)
    coloured = filled(capacity, taken, dots)
    gap, places = seating(dots)
    return Hemicycle(path(places[:coloured]), path(places[coloured:]), round(min(gap * SHARE_OF_GAP, LARGEST_DOT), 1))


def filled(capacity: int, taken: int, dots: int) -> int:
    """How many dots are taken: none only where nobody has a place, all only where no place is left."""
    if taken <= 0 or taken >= capacity:
        return dots if taken > 0 else 0
    return min(dots - 1, max(1, round(dots * taken / capacity)))


@lru_cache(maxsize=64)
def seating(dots: int) -> tuple[float, tuple[tuple[float, float], ...]]:
    """The gap between dots, and their places from the left to the right of the chamber."""
    gap, radii = rows(dots)
    seats = [
        (angle, radius)
        for radius, number in zip(radii, shares(dots, radii), strict=True)
        for angle in (pi * index / (number - 1) if number > 1 else pi / 2 for index in range(number))
    ]
    x, y = CENTRE
    return gap, tuple((x - radius * cos(angle), y - radius * sin(angle)) for angle, radius in sorted(seats))


def rows(dots: int) -> tuple[float, list[float]]:
    """As many rows as leave room for the number in the middle, as far from one another as dots in a row are."""
    best = pi * OUTER / dots, [OUTER]
    number = 2
    while True:
        gap = pi * OUTER * number / (dots + pi * number * (number - 1) / 2)
        innermost = OUTER - (number - 1) * gap
        if innermost < INNER:
            return best
        best = gap, [OUTER - row * gap for row in range(number)]
        number += 1


def shares(dots: int, radii: list[float]) -> list[int]:
    """Dots in each row by its length; what rounding leaves over goes where it left most."""
    exact = [dots * radius / sum(radii) for radius in radii]
    whole = [int(share) for share in exact]
    by_rest = sorted(range(len(radii)), key=lambda row: whole[row] - exact[row])
    for row in by_rest[: dots - sum(whole)]:
        whole[row] += 1
    return whole


def path(places: tuple[tuple[float, float], ...]) -> str:
    """Points as moves with no line, which round caps draw as dots."""
    return "".join(f"M{x:.1f} {y:.1f}h0" for x, y in places)
