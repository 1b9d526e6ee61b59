"""People brought in from a file: kept, matched column by column, tried, and added all at once or not at all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import sqlalchemy as sa
from flask_babel import gettext as _

from app import clock, tokens
from app.db import db
from app.errors import Refused
from app.events.models import Event
from app.files import store
from app.participants import acts, intake
from app.participants.acts import Answers
from app.participants.intake import Newcomer
from app.registration import choices, places, signup
from app.transfer import columns, reading, trials
from app.transfer.columns import Field
from app.transfer.models import Import
from app.transfer.trials import Told

KEPT = timedelta(days=1)


@dataclass(frozen=True)
class Chosen:
    """What the organiser says about the whole file: which column is which field, and what everybody gets."""

    columns: Mapping[str, int]
    sessions: Sequence[int]
    language: str
    tells: bool


class Changed(Refused):
    """What would happen now is not what the organiser looked at."""

    def __init__(self) -> None:
        super().__init__(_("Something has changed since you looked. Nobody was added. Look at the trial once more."))


def keep(event: Event, name: str, content: bytes, *, by: str, former: Import | None = None) -> Import:
    """Keep a file for a day; raises `Refused` where it cannot be read.

    What was chosen for a former file goes over to the mended one, the columns too where their names are the same.
    """
    header = reading.table(content).header
    kept = Import(uid=tokens.random(), event_id=event.id, made_by=by, file_name=store.cleaned(name), content=content)
    kept.columns = columns.matched(header)
    kept.sessions = [session.id for session in choices.offered(event, choices.agenda(event))]
    kept.language, kept.tells = event.language, False
    if former is not None and former.done_at is None:
        take_over(kept, former, header)
    db.session.add(kept)
    db.session.flush()
    return kept


def take_over(kept: Import, former: Import, header: Sequence[str]) -> None:
    kept.sessions, kept.language, kept.tells = former.sessions, former.language, former.tells
    if reading.table(former.content).header == header:
        kept.columns = former.columns
    db.session.delete(former)


def by_uid(event: Event, uid: str) -> Import:
    """Raises `NoResultFound`, also when it is forgotten."""
    return db.session.scalars(sa.select(Import).where(Import.event_id == event.id, Import.uid == uid)).one()


def find(event: Event, uid: str) -> Import | None:
    """The same, or nothing."""
    return db.session.scalars(sa.select(Import).where(Import.event_id == event.id, Import.uid == uid)).one_or_none()


def held(event: Event, uid: str) -> Import:
    """The same, locked until the transaction ends and read anew."""
    known = sa.select(Import).where(Import.event_id == event.id, Import.uid == uid).with_for_update()
    return db.session.scalars(known, execution_options={"populate_existing": True}).one()


def match(event: Event, uid: str, chosen: Chosen) -> None:
    """Change what is said about the file, until it is carried out; raises `Refused` where names or addresses have no column."""
    kept = held(event, uid)
    if kept.done_at is not None:
        return
    columns.refuse_unfit(chosen.columns)
    kept.columns, kept.sessions = dict(chosen.columns), sorted(chosen.sessions)
    kept.language, kept.tells = chosen.language, chosen.tells


def carry_out(event: Event, uid: str, *, mark: str, clause_version: int) -> Import:
    """Add everybody in the file, or nobody; a second time changes nothing.

    `mark` is of the trial that the organiser saw; raises `Changed` where it would end otherwise now. What was in the file
    is forgotten. The event is locked first, as by an erasure, which deletes files.
    """
    places.lock(event)
    kept = held(event, uid)
    if kept.done_at is not None:
        return kept
    found = trials.trial(event, kept)
    if not found.is_good or found.mark != mark:
        raise Changed
    people = intake.add_all(event, newcomers(event, kept, found.people, signup.accepted(event, clause_version)), tells=kept.tells)
    kept.added, kept.waiting = len(people), sum(1 for person in people if person.is_waiting)
    kept.passed_over, kept.done_at, kept.content = len(found.met), clock.now(), b""
    return kept


def newcomers(event: Event, kept: Import, people: Sequence[Told], clause_version: int) -> list[Newcomer]:
    """The rows as forms that the people themselves would have sent."""
    agenda = choices.agenda(event)
    forms = [acts.form_of(event, answers_of(one, kept), agenda, clause_version) for one in people]
    return [Newcomer(replace(form, quota=one.quota), one.texts[Field.NOTE]) for form, one in zip(forms, people, strict=True)]


def answers_of(one: Told, kept: Import) -> Answers:
    return Answers(
        name=one.texts[Field.NAME],
        email=one.texts[Field.EMAIL],
        organisation=one.texts[Field.ORGANISATION],
        position=one.texts[Field.POSITION],
        needs=(),
        needs_note=one.texts[Field.NEEDS_NOTE],
        sessions=kept.sessions,
        language=kept.language,
    )


def forget_old() -> int:
    """Forget files sent more than a day ago, done or not; returns how many."""
    old = sa.delete(Import).where(Import.made_at < clock.now() - KEPT).returning(Import.id)
    return len(db.session.scalars(old, execution_options={"synchronize_session": False}).all())
