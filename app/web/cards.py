"""Events as they stand in a list, each with what its registration desk says."""

from collections.abc import Iterable
from dataclasses import dataclass

from app.events.models import Event
from app.registration.doors import Door, door


@dataclass(frozen=True)
class Card:
    """An event and its door."""

    event: Event
    door: Door


def with_doors(events: Iterable[Event]) -> list[Card]:
    return [Card(event, door(event)) for event in events]
