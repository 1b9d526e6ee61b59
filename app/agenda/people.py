"""The register of persons, shared by events: adding, changing, finding, merging."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import contains_eager, joinedload

from app.agenda import steps
from app.agenda.models import Answer, Appearance, Person, Session
from app.db import db
from app.errors import Refused
from app.events import slugs, words
from app.events.lists import Listed, having, listed
from app.events.models import Event, FormerSlug, Organisation
from app.files.models import File
from app.folding import fold

NAME = 200
LINE = 500
BIO = 5000
ALT = 300
MOST_LINKS = 8
FOUND = 8
KIND = "people"
LANGUAGES = ("pl", "en")
SPOKEN = ("position", "bio")
"""The columns that are said in several languages."""
FIRMNESS = {None: 0, Answer.ASKED: 1, Answer.DECLINED: 2, Answer.ACCEPTED: 3}


@dataclass(frozen=True)
class Facts:
    """What the register says of a person; `texts` by language, then by column."""

    name: str
    texts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    links: Sequence[dict[str, str]] = ()
    organisation: Organisation | None = None
    photo: File | None = None
    photo_alt: str = ""


def search(typed: str, number: int = 1) -> Listed[Person]:
    """A page of the persons in whose name, position or organisation every word occurs, by surname."""
    return listed(matching(typed), number)


def find(typed: str) -> Sequence[Person]:
    """The first few that match, for whoever is typing a name."""
    return db.session.scalars(matching(typed).limit(FOUND)).unique().all()


def matching(typed: str) -> sa.Select[Person]:
    query = sa.select(Person).outerjoin(Person.organisation).options(contains_eager(Person.organisation))
    return query.where(*having(typed, Person.folded, Organisation.folded)).order_by(Person.sort_key, Person.id)


def get(person_id: int) -> Person:
    """The person; raises `NoResultFound`."""
    query = sa.select(Person).where(Person.id == person_id).options(joinedload(Person.organisation))
    return db.session.execute(query).scalar_one()


def moved(slug: str) -> str | None:
    """The present slug of somebody who had this one before."""
    former = sa.select(FormerSlug.row_id).where(FormerSlug.kind == KIND, FormerSlug.slug == slug)
    return db.session.scalar(sa.select(Person.slug).where(Person.id.in_(former)))


def appearances_of(person: Person) -> Sequence[Appearance]:
    """Where somebody appears, at public events and others, the latest first, in one statement."""
    query = (
        sa.select(Appearance)
        .join(Appearance.session)
        .join(Session.event)
        .where(Appearance.person_id == person.id)
        .options(contains_eager(Appearance.session).contains_eager(Session.event))
        .order_by(Session.starts_at.desc(), Appearance.id)
    )
    return db.session.scalars(query).unique().all()


def counts(people: Sequence[Person]) -> Mapping[int, int]:
    """At how many sessions each of these appears, by their ids."""
    query = (
        sa.select(Appearance.person_id, sa.func.count())
        .where(Appearance.person_id.in_([person.id for person in people]))
        .group_by(Appearance.person_id)
    )
    return {number: count for number, count in db.session.execute(query) if number is not None}


def name(text: str) -> str:
    cleaned = words.line(text)
    if not cleaned:
        raise Refused(_("Enter the first name and surname"), field="name")
    if "://" in cleaned or "www." in cleaned.casefold():
        raise Refused(_("Enter the name without a web address; there are fields for links"), field="name")
    return words.within(cleaned, NAME, "name")


def position(text: str) -> str:
    return words.within(words.line(text), LINE, "position")


def bio(text: str) -> str:
    return words.within(words.lines(text), BIO, "bio")


def alt(text: str) -> str:
    return words.within(words.line(text), ALT, "photo_alt")


def email(text: str) -> str:
    """An address for our letters, empty for none."""
    return words.mailbox(text) if words.line(text) else ""


def link(title: str, url: str) -> dict[str, str] | None:
    """A link with the words that say where it leads; `None` for an empty pair."""
    title, url = words.within(words.line(title), ALT, "title"), words.web_address(url, "url")
    if not title and not url:
        return None
    if not url:
        raise Refused(_("Enter the address of this link"), field="url")
    if not title:
        raise Refused(_("Say where this link leads, for example: Profile at the university"), field="title")
    return {"title": title, "url": url}


def text_in(person: Person, column: str, language: str) -> str:
    """The text in this very language, empty where there is none."""
    said = person.said(column, language)
    return said.text if said.language == language else ""


def texts_of(person: Person) -> dict[str, dict[str, str]]:
    """Everything said of the person, by language and column."""
    return {language: {column: text_in(person, column, language) for column in SPOKEN} for language in LANGUAGES}


def facts_of(person: Person) -> Facts:
    """What the register says of the person now, to change a part of it."""
    return Facts(
        name=person.name,
        texts=texts_of(person),
        links=person.links or (),
        organisation=person.organisation,
        photo=person.photo,
        photo_alt=person.photo_alt,
    )


def add(facts: Facts, *, email: str = "") -> Person:
    """Put a person into the register; raises `Refused`."""
    person = Person(slug=slugs.fresh(Person.slug, facts.name, KIND), language=LANGUAGES[0], email=email or None)
    person.translations = {}
    write(person, facts)
    db.session.add(person)
    db.session.flush()
    return person


def hold(person: Person) -> None:
    """Lock the person until commit and read them anew; the agenda first, which shows every change of a person."""
    steps.lock()
    db.session.execute(sa.select(Person.id).where(Person.id == person.id).with_for_update())
    db.session.refresh(person)


def change(person: Person, facts: Facts, *, version: int) -> None:
    """Put these facts in place of the former ones, unless somebody else has changed them since this version was read."""
    hold(person)
    if person.version != version:
        raise Refused(
            _("Somebody else changed this person in the meantime. Compare your text with the register, and save again.")
        )
    write(person, facts)


def write_to(person: Person, address: str) -> None:
    """Keep the address that our letters go to; it is shown nowhere."""
    person.email = address or None


def write(person: Person, facts: Facts) -> None:
    """Put these facts in place of the former ones; a photo has words, or is refused."""
    if facts.photo is not None and not facts.photo_alt:
        raise Refused(_("Describe the photo in a few words for those who cannot see it"), field="photo_alt")
    person.name = facts.name
    texts = {language: dict(facts.texts.get(language, {})) for language in LANGUAGES}
    for column, text in texts.pop(person.language, {}).items():
        setattr(person, column, text)
    said = {language: {column: text for column, text in of.items() if text} for language, of in texts.items()}
    person.translations = {language: of for language, of in said.items() if of}
    person.links = [dict(link) for link in facts.links]
    person.organisation = facts.organisation
    person.photo = facts.photo
    person.photo_alt = facts.photo_alt if facts.photo else ""


def same_names() -> list[list[Person]]:
    """Groups of persons whose names differ in case or diacritics alone."""
    groups: dict[str, list[int]] = defaultdict(list)
    for number, text in db.session.execute(sa.select(Person.id, Person.name).order_by(Person.sort_key, Person.id)):
        groups[fold(text)].append(number)
    alike = [group for group in groups.values() if len(group) > 1]
    wanted = [number for group in alike for number in group]
    query = sa.select(Person).where(Person.id.in_(wanted)).options(joinedload(Person.organisation))
    found = {person.id: person for person in db.session.scalars(query)}
    return [[found[number] for number in group] for group in alike]


def namesakes(person: Person) -> Sequence[Person]:
    """Others of the same name, whatever its case and diacritics."""
    alike = db.session.scalars(matching(person.name).where(Person.id != person.id)).unique()
    return [other for other in alike if fold(other.name) == fold(person.name)]


def merge(kept: Person, gone: Person, facts: Facts, *, email: str) -> None:
    """Make one person of two: `facts` are what stays of both. Every appearance moves, and so does the address of the page.

    What refers to them above the agenda (`panels.engaging.merge`) has been moved before.
    """
    if kept.id == gone.id:
        raise Refused(_("Choose two different persons."))
    move_appearances(gone, kept)
    slug = gone.slug
    db.session.execute(sa.update(FormerSlug).where(FormerSlug.kind == KIND, FormerSlug.row_id == gone.id).values(row_id=kept.id))
    db.session.delete(gone)
    db.session.flush()
    db.session.add(FormerSlug(kind=KIND, slug=slug, row_id=kept.id))
    write(kept, facts)
    write_to(kept, email)
    db.session.flush()


def move_appearances(gone: Person, kept: Person) -> None:
    """Two appearances on one session in one role become one, with the firmer answer and a printed position if there is one."""
    mine = sa.select(Appearance).where(Appearance.person_id == kept.id)
    held = {(appearance.session_id, appearance.role): appearance for appearance in db.session.scalars(mine)}
    for appearance in db.session.scalars(sa.select(Appearance).where(Appearance.person_id == gone.id)).all():
        twin = held.get((appearance.session_id, appearance.role))
        if twin is None:
            appearance.person = kept
            continue
        twin.answer = max(twin.answer, appearance.answer, key=lambda answer: FIRMNESS[answer])
        twin.printed_as = twin.printed_as or appearance.printed_as
        db.session.delete(appearance)
    db.session.flush()


def remove(person: Person) -> None:
    """Take a person who appears nowhere out of the register; raises `Refused`."""
    if appearances_of(person):
        raise Refused(_("This person appears at an event, so they stay in the register."))
    db.session.execute(sa.delete(FormerSlug).where(FormerSlug.kind == KIND, FormerSlug.row_id == person.id))
    db.session.delete(person)
    db.session.flush()


def follow_organisation(gone: Organisation, kept: Organisation) -> None:
    """Let people and sessions that name `gone` name `kept`; twins on one session in one role become one."""
    for person in db.session.scalars(sa.select(Person).where(Person.organisation_id == gone.id)):
        person.organisation = kept
    mine = sa.select(Appearance.session_id, Appearance.role).where(Appearance.organisation_id == kept.id)
    held = {(session_id, role) for session_id, role in db.session.execute(mine)}
    for appearance in db.session.scalars(sa.select(Appearance).where(Appearance.organisation_id == gone.id)).all():
        if (appearance.session_id, appearance.role) in held:
            db.session.delete(appearance)
        else:
            appearance.organisation = kept
    db.session.flush()


def sessions_of_organisation(organisation: Organisation) -> Sequence[Session]:
    """The sessions on which the organisation itself appears, the latest first."""
    query = (
        sa.select(Session)
        .join(Session.appearances)
        .join(Session.event)
        .where(Appearance.organisation_id == organisation.id)
        .options(contains_eager(Session.event))
        .order_by(Session.starts_at.desc(), Session.id)
    )
    return db.session.scalars(query).unique().all()


def members_of(organisation: Organisation) -> Sequence[Person]:
    """The persons of the organisation, by surname."""
    query = sa.select(Person).where(Person.organisation_id == organisation.id)
    return db.session.scalars(query.order_by(Person.sort_key, Person.id)).all()


def events_with(person_id: int) -> sa.Select[int]:
    """The ids of the events at which somebody appears, for the table of rights."""
    return (
        sa.select(Event.id).join(Session, Session.event_id == Event.id).join(Appearance).where(Appearance.person_id == person_id)
    )
