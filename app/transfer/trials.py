"""What an import would do, before it does it: every fault by row and column, who is there already, how the places would go."""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from flask_babel import gettext as _
from flask_babel import ngettext

from app import tokens
from app.admission import quotas
from app.admission.models import Quota
from app.errors import Refused
from app.events.models import Event, EventStatus
from app.participants import acts, intake
from app.registration import answers, choices
from app.registration.models import Registration
from app.transfer import columns, reading
from app.transfer.columns import Field
from app.transfer.models import Import
from app.transfer.participants import reader
from app.transfer.reading import Row, Table

Texts = Mapping[Field, str]


@dataclass(frozen=True)
class Told:
    """What one row says; `quota` is the group of participants that it names."""

    row: Row
    texts: Texts
    quota: Quota | None = None

    @property
    def group(self) -> int | None:
        return self.quota.id if self.quota else None


@dataclass(frozen=True)
class Fault:
    """What is wrong at one row and column, and what is written there."""

    row: int
    column: str
    value: str
    message: str


@dataclass(frozen=True)
class Met:
    """A row whose address is at the event already; it is passed over."""

    row: int
    person: Registration


@dataclass
class Trial:
    """Who would be added, what stands in the way of all or of single rows, and who is passed over."""

    table: Table
    groups: Sequence[Quota] = ()
    people: list[Told] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    met: list[Met] = field(default_factory=list)
    hindrances: list[str] = field(default_factory=list)
    with_place: int = 0
    settings: str = ""

    @property
    def waiting(self) -> int:
        return len(self.people) - self.with_place

    @property
    def is_good(self) -> bool:
        return bool(self.people) and not self.faults and not self.hindrances

    @property
    def mark(self) -> str:
        """What the organiser agreed to: another mark, another outcome."""
        of_groups = sorted(Counter(one.group or 0 for one in self.people).items())
        return tokens.fingerprint("import", f"{self.settings}|{of_groups}|{self.with_place}|{len(self.met)}")


def name(text: str) -> str:
    if not text:
        raise Refused(_("There is no name"))
    return answers.name(text)


def address(text: str) -> answers.Address:
    if not text:
        raise Refused(_("There is no e-mail address"))
    return answers.address(text)


CHECKS: Mapping[Field, Callable[[str], object]] = {
    Field.NAME: name,
    Field.EMAIL: address,
    Field.ORGANISATION: answers.organisation,
    Field.POSITION: answers.position,
    Field.NEEDS_NOTE: answers.note,
    Field.NOTE: acts.note_of,
}


def trial(event: Event, kept: Import) -> Trial:
    """What would happen now; it changes nothing, and asks as much for many rows as for one."""
    found = Trial(reading.table(kept.content), quotas.of(event), settings=settings_of(kept))
    try:
        columns.refuse_unfit(kept.columns)
    except Refused as refusal:
        found.hindrances.append(refusal.message)
        return found
    look(event, kept, found)
    found.with_place = sum(intake.lots(event, [one.group for one in found.people]))
    found.hindrances += hindrances(event, kept, found)
    return found


def look(event: Event, kept: Import, found: Trial) -> None:
    """Part the rows into people to add, people who are at the event, and faults."""
    names = named(found.groups)
    told = [of_row(kept, row, names) for row in found.table.rows]
    met = intake.known(event, {key for one in told if (key := key_of(one.texts))})
    first: dict[str, int] = {}
    for one in told:
        key = key_of(one.texts)
        if key in met:
            found.met.append(Met(one.row.number, met[key]))
            continue
        wrong = [*faults(found.table, kept, one), *repeated(found.table, kept, one, key, first), *astray(found, kept, one)]
        found.faults += wrong
        found.people += [] if wrong else [one]


def named(groups: Sequence[Quota]) -> Mapping[str, Quota]:
    """The groups by the names that may stand in a file: their own, and the English ones that are nobody else's own."""
    english = {compared(group.said("name", quotas.OTHER).text): group for group in groups}
    return {**english, **{compared(group.name): group for group in groups}}


def compared(name: str) -> str:
    return " ".join(name.casefold().split())


def of_row(kept: Import, row: Row, groups: Mapping[str, Quota]) -> Told:
    texts = columns.texts(kept.columns, row)
    return Told(row, texts, groups.get(compared(texts[Field.GROUP])))


def key_of(texts: Texts) -> str:
    """The address as it is compared; empty if it is none."""
    try:
        return answers.address(texts[Field.EMAIL]).key
    except Refused:
        return ""


def settings_of(kept: Import) -> str:
    return json.dumps([kept.columns, kept.sessions, kept.language, kept.tells], sort_keys=True)


def faults(table: Table, kept: Import, one: Told) -> Iterator[Fault]:
    """Each cell by itself, so that all that is wrong with a row is told at once."""
    for which, check in CHECKS.items():
        try:
            check(one.texts[which])
        except Refused as refusal:
            column = columns.labels(table.header, kept.columns, which)
            yield Fault(one.row.number, column, one.texts[which], refusal.message)
    beyond = len(table.header)
    if any(one.row.cells[beyond:]):
        sentence = _("There is more in this row than there are columns")
        yield Fault(one.row.number, columns.label(table.header, beyond), one.row.cells[beyond], sentence)


def repeated(table: Table, kept: Import, one: Told, key: str, first: dict[str, int]) -> Iterator[Fault]:
    """An address that an earlier row has; `first` remembers where each was met."""
    if key and first.setdefault(key, one.row.number) != one.row.number:
        column = columns.labels(table.header, kept.columns, Field.EMAIL)
        sentence = _("The same address as in row %(number)d", number=first[key])
        yield Fault(one.row.number, column, one.texts[Field.EMAIL], sentence)


def astray(found: Trial, kept: Import, one: Told) -> Iterator[Fault]:
    """A group that the event does not have; where it has none at all, the column is not looked at."""
    if found.groups and one.texts[Field.GROUP].strip() and one.quota is None:
        column = columns.labels(found.table.header, kept.columns, Field.GROUP)
        names = ", ".join(group.said("name", reader()).text for group in found.groups)
        sentence = _("There is no group of this name. The groups are: %(names)s", names=names)
        yield Fault(one.row.number, column, one.texts[Field.GROUP], sentence)


def hindrances(event: Event, kept: Import, found: Trial) -> Iterator[str]:
    """What stands in the way of the whole file."""
    try:
        acts.refuse_closed(event)
        choices.among(choices.offered(event, choices.agenda(event)), kept.sessions)
    except Refused as refusal:
        yield refusal.message
    if kept.tells and event.status is not EventStatus.PUBLISHED:
        yield _("The event is not published, so no letters leave. Add these people without letters.")
    if found.waiting and not event.has_waiting_list:
        sentence = ngettext(
            "%(num)d person finds no place, and this event has no waiting list. Change one of the two in the settings.",
            "%(num)d people find no place, and this event has no waiting list. Change one of the two in the settings.",
            found.waiting,
        )
        yield str(sentence)
