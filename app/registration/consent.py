"""Texts that people take note of or agree to, by version: published once, never edited; the event's own go first.

What every sent form asks is written as a statement once: making one takes longer than running it.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import count

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.attributes import set_committed_value

from app import clock
from app.db import db
from app.errors import Refused
from app.events.models import Event, Organisation
from app.folding import fold
from app.registration.models import Clause, Consent, Registration

INFORMATION = "information"
AT_EVENT = sa.select(Clause).where(
    (Clause.event_id == sa.bindparam("event"))
    | (Clause.organisation_id == sa.bindparam("organiser"))
    | (Clause.event_id.is_(None) & Clause.organisation_id.is_(None)),
    Clause.retired_at.is_(None),
)
"""The texts that may stand at an event: its own, its organiser's and the operator's."""
NEAREST = (
    AT_EVENT.where(Clause.name == INFORMATION)
    .order_by(Clause.event_id.is_(None), Clause.organisation_id.is_(None), Clause.version.desc())
    .limit(1)
)
NEAREST_VERSION = NEAREST.with_only_columns(Clause.version)
OPTIONAL = AT_EVENT.where(Clause.name != INFORMATION).order_by(Clause.version)
Owner = Event | Organisation | None
"""Whose text it is; `None` is the operator."""


def of(owner: Owner) -> sa.ColumnElement[bool]:
    """The texts of an event, of an organisation or of the operator."""
    if isinstance(owner, Event):
        return Clause.event_id == owner.id
    if isinstance(owner, Organisation):
        return Clause.organisation_id == owner.id
    return sa.and_(Clause.event_id.is_(None), Clause.organisation_id.is_(None))


def standing(owner: Owner, name: str = INFORMATION) -> Clause | None:
    """The newest version of this owner's text that was not taken back."""
    mine = sa.select(Clause).where(of(owner), Clause.name == name, Clause.retired_at.is_(None))
    return db.session.scalar(mine.order_by(Clause.version.desc()).limit(1))


def latest() -> Clause | None:
    """The operator's information in force."""
    return standing(None)


def in_force(event: Event) -> Clause | None:
    """The information that is to be accepted at this event: its own, else its organiser's, else the operator's."""
    return db.session.scalar(NEAREST, owners(event))


def is_in_force(event: Event, version: int) -> bool:
    """Whether this is the version that is to be accepted at this event now; its texts are not read."""
    return db.session.scalar(NEAREST_VERSION, owners(event)) == version


def asked(event: Event) -> list[Clause]:
    """The consents that this event asks for and that may be refused, each in its version in force, by age."""
    chosen: dict[str, Clause] = {}
    for clause in db.session.scalars(OPTIONAL, owners(event)):
        if clause.name not in chosen or closeness(clause) >= closeness(chosen[clause.name]):
            chosen[clause.name] = clause
    return list(chosen.values())


def owners(event: Event) -> dict[str, int]:
    """Whose texts stand at this event, for the statements of this file."""
    return {"event": event.id, "organiser": event.organiser_id}


def closeness(clause: Clause) -> int:
    """How near to the event the text stands; the nearer beats the farther."""
    return 2 if clause.event_id else 1 if clause.organisation_id else 0


def current(text_pl: str, text_en: str) -> Clause | None:
    """The operator's information in force, if these are its texts."""
    clause = latest()
    return clause if clause and says(clause, text_pl, text_en) else None


def says(clause: Clause, text_pl: str, text_en: str, label_pl: str = "", label_en: str = "") -> bool:
    return clause.digest == digest(clause.version, text_pl, text_en, label_pl, label_en)


def publish(
    text_pl: str, text_en: str, *, name: str = INFORMATION, owner: Owner = None, label_pl: str = "", label_en: str = ""
) -> Clause:
    """Put these texts in force; texts that are in force already stay the version they are."""
    words = (text_pl, text_en, label_pl, label_en)
    former = standing(owner, name)
    if former and says(former, *words):
        return former
    version = 1 + (db.session.scalar(sa.select(sa.func.max(Clause.version))) or 0)
    clause = Clause(
        version=version,
        name=name,
        number=1 + (db.session.scalar(sa.select(sa.func.max(Clause.number)).where(of(owner), Clause.name == name)) or 0),
        event_id=owner.id if isinstance(owner, Event) else None,
        organisation_id=owner.id if isinstance(owner, Organisation) else None,
        digest=digest(version, *words),
        label_pl=label_pl,
        label_en=label_en,
        text_pl=text_pl,
        text_en=text_en,
    )
    try:
        with db.session.begin_nested():
            db.session.add(clause)
    except IntegrityError:
        return publish(text_pl, text_en, name=name, owner=owner, label_pl=label_pl, label_en=label_en)
    return clause


def copy(source: Event, event: Event) -> None:
    """The texts of one event that stand put in force at another; what anybody accepted stays where it was."""
    mine = sa.select(Clause).where(of(source), Clause.retired_at.is_(None)).order_by(Clause.version)
    newest = {clause.name: clause for clause in db.session.scalars(mine)}
    for name, clause in newest.items():
        labels = {"label_pl": clause.label_pl, "label_en": clause.label_en}
        publish(clause.text_pl, clause.text_en, name=name, owner=event, **labels)


def digest(version: int, *words: str) -> str:
    """Of the version too, so that a text that comes back into force is a version of its own."""
    written = words[:2] if not any(words[2:]) else words
    return sha256("\0".join((str(version), *written)).encode()).hexdigest()


def new_name(label: str) -> str:
    """What a new consent is called by in files: its label in plain letters, and a number where that is known already."""
    plain = "-".join(fold(label).split())[:50] or "consent"
    for number in count(1):
        name = plain if number == 1 else f"{plain}-{number}"
        if name != INFORMATION and db.session.scalar(sa.select(Clause.version).where(Clause.name == name).limit(1)) is None:
            return name
    raise LookupError("numbers do not end")


def retire(owner: Owner, name: str) -> None:
    """Ask for this no longer; whoever has accepted it has accepted it still, and a farther owner's text comes back."""
    for clause in versions(owner, name):
        clause.retired_at = clause.retired_at or clock.now()


def versions(owner: Owner, name: str) -> Sequence[Clause]:
    """All versions of one text, the newest first."""
    mine = sa.select(Clause).where(of(owner), Clause.name == name)
    return db.session.scalars(mine.order_by(Clause.version.desc())).all()


def names(owner: Owner) -> Sequence[str]:
    """The optional consents that this owner has ever asked for, in the order in which they came."""
    first = sa.func.min(Clause.version)
    mine = sa.select(Clause.name).where(of(owner), Clause.name != INFORMATION).group_by(Clause.name)
    return db.session.scalars(mine.order_by(first)).all()


def accepted(clauses: Collection[Clause], event: Event | None = None) -> dict[int, int]:
    """How many have accepted each of these and not withdrawn, by version; at one event, or anywhere."""
    counted = sa.select(Consent.clause_version, sa.func.count()).where(Consent.withdrawn_at.is_(None))
    counted = counted.where(Consent.clause_version.in_([clause.version for clause in clauses]))
    if event is not None:
        counted = counted.join(Registration).where(Registration.event_id == event.id)
    return {version: int(number) for version, number in db.session.execute(counted.group_by(Consent.clause_version))}


def among(event: Event, versions: Collection[int]) -> frozenset[int]:
    """Versions of optional consents, if each is one that is asked for now."""
    if not versions:
        return frozenset()
    known = {clause.version for clause in asked(event)}
    if not known.issuperset(versions):
        raise Refused(_("The text of a consent has changed. Read it again, and tick it if you agree."), field="consents")
    return frozenset(versions)


def choose(registration: Registration, versions: Collection[int]) -> None:
    """Give these optional consents and no others: what a form did not tick is withdrawn."""
    if registration.id is not None:
        for given in optional(registration):
            if given.clause.version not in versions:
                given.withdraw()
    for version in sorted(versions):
        agree(registration, version)


def agree(registration: Registration, version: int) -> None:
    """Remember which text was accepted just now, in place of an earlier moment if it was accepted before."""
    given = next((given for given in registration.consents if given.clause_version == version), None)
    if given is None:
        registration.consents.append(Consent(clause_version=version))
    else:
        given.given_at, given.withdrawn_at = clock.now(), None


def give(registration: Registration, version: int) -> None:
    """Give one optional consent; raises `Refused` where its text is not asked for any more."""
    among(registration.event, [version])
    name = db.session.get_one(Clause, version).name
    for given in optional(registration):
        if given.clause.name == name and given.clause.version != version:
            given.withdraw()
    agree(registration, version)
    registration.touch()


def withdraw(registration: Registration, version: int) -> None:
    """Withdraw one optional consent, whatever became of its text; the place is not touched. A second time changes nothing."""
    for given in optional(registration):
        if given.clause.version == version:
            given.withdraw()
            registration.touch()


@dataclass(frozen=True)
class Given:
    """A consent that was given, with the text that it was given to."""

    consent: Consent
    clause: Clause

    @property
    def stands(self) -> bool:
        return self.consent.withdrawn_at is None

    def withdraw(self) -> None:
        """Take it back from now on; a second time changes nothing."""
        self.consent.withdrawn_at = self.consent.withdrawn_at or clock.now()


@dataclass(frozen=True)
class Stance:
    """What somebody said to one optional consent: the version that is asked for now, and the one they last said something to."""

    asked: Clause | None
    given: Given | None

    @property
    def is_given(self) -> bool:
        return self.given is not None and self.given.stands

    @property
    def clause(self) -> Clause:
        """The text to show: the one that was accepted while that stands, else the one that is asked for."""
        shown = self.given.clause if self.given and (self.given.stands or self.asked is None) else self.asked
        if shown is None:
            raise LookupError("a stance is to something asked or given")
        return shown


def given(registration: Registration) -> list[Given]:
    """Everything that was accepted, with its text, in the order of giving."""
    query = sa.select(Consent, Clause).join(Clause, Clause.version == Consent.clause_version)
    mine = query.where(Consent.registration_id == registration.id).order_by(Consent.given_at, Consent.id)
    return [Given(consent, clause) for consent, clause in db.session.execute(mine)]


def read(registration: Registration) -> list[Given]:
    """The same for a page, which changes nothing: the registration has its consents in hand then."""
    accepted = given(registration)
    set_committed_value(registration, "consents", sorted((one.consent for one in accepted), key=lambda consent: consent.id))
    return accepted


def optional(registration: Registration) -> Iterator[Given]:
    yield from (one for one in given(registration) if one.clause.name != INFORMATION)


def information(accepted: Sequence[Given]) -> Given | None:
    """The information among these that was accepted last."""
    return next((one for one in reversed(accepted) if one.clause.name == INFORMATION), None)


def stances(event: Event, accepted: Sequence[Given]) -> list[Stance]:
    """What somebody who accepted these said to each optional consent that is asked for, or that they have given."""
    choices = [one for one in accepted if one.clause.name != INFORMATION]
    last = {one.clause.name: one for one in sorted(choices, key=lambda one: one.stands)}
    now = {clause.name: clause for clause in asked(event)}
    held = [name for name, one in last.items() if name in now or one.stands]
    return [Stance(now.get(name), last.get(name)) for name in dict.fromkeys([*now, *held])]
