"""The register of organisations, shared by events: adding, changing, finding, merging."""

from collections import defaultdict
from collections.abc import Collection, Sequence

import sqlalchemy as sa
from flask_babel import gettext as _

from app.db import db
from app.errors import Refused
from app.events import slugs, words
from app.events.lists import Listed, having, listed
from app.events.models import Event, Organisation, Partner
from app.files.models import File
from app.folding import fold

NAME = 500
SHORT_NAME = 120
FOUND = 8
KIND = "organisations"


def search(typed: str, number: int = 1) -> Listed[Organisation]:
    """A page of the organisations in whose names every word occurs, in the order of the alphabet."""
    return listed(matching(typed), number)


def find(typed: str) -> Sequence[Organisation]:
    """The first few that match, for whoever is typing a name."""
    return db.session.scalars(matching(typed).limit(FOUND)).all()


def matching(typed: str) -> sa.Select[Organisation]:
    return sa.select(Organisation).where(*having(typed, Organisation.folded)).order_by(Organisation.folded, Organisation.id)


def get(organisation_id: int) -> Organisation:
    """The organisation; raises `NoResultFound`."""
    return db.session.execute(sa.select(Organisation).where(Organisation.id == organisation_id)).scalar_one()


def name(text: str) -> str:
    cleaned = words.line(text)
    if not cleaned:
        raise Refused(_("Enter the name of the organisation"), field="name")
    return words.within(cleaned, NAME, "name")


def short_name(text: str) -> str:
    return words.within(words.line(text), SHORT_NAME, "short_name")


def url(text: str) -> str:
    return words.web_address(text, "url")


def add(*, name: str, short_name: str = "", url: str = "", logo: File | None = None) -> Organisation:
    """Put an organisation into the register."""
    organisation = Organisation(slug=slugs.fresh(Organisation.slug, short_name or name, KIND))
    change(organisation, name=name, short_name=short_name, url=url)
    organisation.logo = logo
    db.session.add(organisation)
    db.session.flush()
    return organisation


def change(organisation: Organisation, *, name: str, short_name: str, url: str) -> None:
    organisation.name, organisation.short_name, organisation.url = name, short_name or None, url or None


def named(text: str) -> Organisation:
    """The organisation of this name, whatever its case and diacritics; one that the register does not have is added."""
    wanted = name(text)
    known = (one for one in db.session.scalars(matching(wanted)) if fold(wanted) in {fold(one.name), fold(one.short_name or "")})
    return next(known, None) or add(name=wanted)


def same_names() -> list[list[Organisation]]:
    """Groups of organisations whose names differ in case or diacritics alone."""
    groups: dict[str, list[int]] = defaultdict(list)
    for number, text in db.session.execute(sa.select(Organisation.id, Organisation.name).order_by(Organisation.id)):
        groups[fold(text)].append(number)
    return rows_of([group for group in groups.values() if len(group) > 1])


def rows_of(groups: Sequence[Collection[int]]) -> list[list[Organisation]]:
    numbers = [number for group in groups for number in group]
    found = {one.id: one for one in db.session.scalars(sa.select(Organisation).where(Organisation.id.in_(numbers)))}
    return [[found[number] for number in group] for group in groups]


def events_of(organisation: Organisation) -> Sequence[Event]:
    """The events that it holds or stands beside, the latest first."""
    beside = sa.select(Partner.event_id).where(Partner.organisation_id == organisation.id)
    query = sa.select(Event).where((Event.organiser_id == organisation.id) | Event.id.in_(beside))
    return db.session.scalars(query.order_by(Event.starts_at.desc(), Event.id)).all()


def merge(kept: Organisation, gone: Organisation) -> None:
    """Let `kept` stand wherever `gone` stood beside an event, and take `gone` out of the register.

    What refers to it above events (`agenda.people.follow_organisation`) has been moved before.
    """
    for event in db.session.scalars(sa.select(Event).where(Event.organiser_id == gone.id)):
        event.organiser = kept
    beside = set(db.session.scalars(sa.select(Partner.event_id).where(Partner.organisation_id == kept.id)))
    for partner in db.session.scalars(sa.select(Partner).where(Partner.organisation_id == gone.id)).all():
        if partner.event_id in beside:
            db.session.delete(partner)
        else:
            partner.organisation = kept
    db.session.flush()
    db.session.delete(gone)
    db.session.flush()


def remove(organisation: Organisation) -> None:
    """Take an organisation that no event knows out of the register; raises `Refused`."""
    if events_of(organisation):
        raise Refused(_("This organisation is named at an event, so it stays in the register."))
    db.session.delete(organisation)
    db.session.flush()
