"""What has changed in an event and its agenda, as its pages say it: the sentences of the letters, with the marks of languages."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from markupsafe import Markup, escape

from app.changes import words
from app.changes.differences import Difference
from app.changes.facts import Facts
from app.changes.models import Version
from app.events.translations import Said
from app.moments import hour
from app.web import speaking
from app.web.filters import date

TITLE = "\ue000"
"""Stands for the title in a sentence until it is put in with its language: a sign for private use, in no text of ours."""


@dataclass(frozen=True)
class Told:
    """A version with what it changed, in sentences; the first changed nothing."""

    version: Version
    sentences: Sequence[Markup]


def told(versions: Sequence[Version]) -> list[Told]:
    """The versions, which come newest first, in words."""
    pairs = [*pairwise(versions), *((version, version) for version in versions[-1:])]
    return [Told(version, of_version(version, former)) for version, former in pairs]


def of_version(version: Version, former: Version) -> list[Markup]:
    return sentences(map(Difference.from_json, version.changes), former.facts, version.facts)


def sentences(differences: Iterable[Difference], before: Facts, after: Facts) -> list[Markup]:
    """One for each difference between two public states, in which its title is looked up."""
    with_day = takes_days(before) or takes_days(after)
    return [
        escape(words.sentence(difference, TITLE, with_day=with_day)).replace(TITLE, title(difference, before, after))
        for difference in differences
    ]


def title(difference: Difference, before: Facts, after: Facts) -> Markup:
    """In the reader's language where it has been put into it; of a session that is gone, as it was."""
    reader, facts = speaking.readers(), after if difference.uid in after["sessions"] else before
    found = words.titled(difference, facts, reader)
    original = after["event"]["language"]
    said = Said(found, original if found == difference.title else reader)
    return speaking.marked("span", said, escape(said.text))


def takes_days(state: Facts) -> bool:
    """Whether an hour alone does not say when."""
    event = state["event"]
    return len({words.local(event, name).date() for name in ("starts_at", "ends_at")}) > 1


def heading(one: Told) -> str:
    """Version 2: 12 October 2021, 10:20"""
    at = one.version.made_at.astimezone(ZoneInfo(one.version.facts["event"]["zone"]))
    return str(_("Version %(number)d: %(date)s, %(hour)s", number=one.version.number, date=date(at), hour=hour(at)))
