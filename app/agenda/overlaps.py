"""What of a choice is at the same time: somebody's own sessions that overlap."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations

from app.agenda.clashes import overlap
from app.agenda.models import Session


def among(chosen: Iterable[Session]) -> Mapping[int, Sequence[Session]]:
    """By the id of each chosen session the others that overlap it, by time; what does not take place is in nobody's way."""
    held = sorted((one for one in chosen if not one.is_cancelled), key=lambda one: (one.starts_at, one.id))
    found: dict[int, list[Session]] = defaultdict(list)
    for one, other in combinations(held, 2):
        if overlap(one, other):
            found[one.id].append(other)
            found[other.id].append(one)
    return found
