"""Who appears on a session: adding somebody by name, their role, the line printed for that day, and their order."""

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.exc import NoResultFound

from app.agenda import people
from app.agenda.models import Appearance, Person, Role, Session
from app.db import db
from app.errors import Refused
from app.events import organisations
from app.events.models import Organisation
from app.folding import fold


@dataclass(frozen=True)
class Newcomer:
    """Somebody to be put on a session, as typed. `person_id` is who of that name was chosen in the register, 0 for nobody."""

    name: str
    role: Role
    printed_as: str = ""
    person_id: int = 0
    is_organisation: bool = False


@dataclass(frozen=True)
class Part:
    """In what role somebody appears, and what is printed under the name."""

    role: Role
    printed_as: str


def add(session: Session, newcomer: Newcomer) -> Appearance:
    """Put somebody on the session: whoever of that name is in the register, or a new person or organisation."""
    appearance = Appearance(role=newcomer.role, printed_as=newcomer.printed_as, rank=next_rank(session))
    if newcomer.is_organisation:
        appearance.organisation = organisations.named(newcomer.name)
    else:
        appearance.person = chosen(newcomer) or known(newcomer.name) or registered(newcomer.name, newcomer.printed_as)
        appearance.printed_as = newcomer.printed_as or appearance.person.position
    refuse_twice(session, appearance, newcomer.role)
    session.appearances.append(appearance)
    session.version += 1
    return appearance


def chosen(newcomer: Newcomer) -> Person | None:
    """Who was chosen from the register, as long as the name beside them is still theirs."""
    person = db.session.get(Person, newcomer.person_id) if newcomer.person_id else None
    return person if person is not None and fold(person.name) == fold(newcomer.name) else None


def known(name: str) -> Person | None:
    """The person of this name, whatever its case and diacritics; the one in the register longest where several share it."""
    wanted = " ".join(fold(name).split())
    alike = sa.select(Person).where(Person.folded.startswith(wanted, autoescape=True)).order_by(Person.id)
    return next((person for person in db.session.scalars(alike) if " ".join(fold(person.name).split()) == wanted), None)


def registered(name: str, position: str) -> Person:
    """A new person in the register."""
    texts = {language: {"position": "", "bio": ""} for language in people.LANGUAGES}
    texts[people.LANGUAGES[0]]["position"] = position
    return people.add(people.Facts(name=people.name(name), texts=texts))


def next_rank(session: Session) -> int:
    return 1 + max((appearance.rank for appearance in session.appearances), default=-1)


def refuse_twice(session: Session, appearance: Appearance, role: Role) -> None:
    """Refused where another line of the session has the same person or organisation in this role."""
    for other in session.appearances:
        if other is not appearance and other.role is role and subject_of(other) is subject_of(appearance):
            raise Refused(_("%(name)s is on this session in that role already.", name=other.name), field="name")


def subject_of(appearance: Appearance) -> Person | Organisation | None:
    return appearance.person or appearance.organisation


def find(session: Session, appearance_id: int) -> Appearance:
    for appearance in session.appearances:
        if appearance.id == appearance_id:
            return appearance
    raise NoResultFound


def drop(session: Session, appearance_id: int) -> None:
    session.appearances.remove(find(session, appearance_id))
    session.version += 1


def move(session: Session, appearance_id: int, way: int) -> None:
    """Change places with the neighbour on that side, if there is one."""
    order = list(session.appearances)
    here = order.index(find(session, appearance_id))
    there = here + way
    if 0 <= there < len(order):
        order[here], order[there] = order[there], order[here]
        for rank, appearance in enumerate(order):
            appearance.rank = rank
        session.version += 1


def part_of(appearance: Appearance) -> Part:
    return Part(appearance.role, appearance.printed_as)


def differs(session: Session, parts: Mapping[int, Part]) -> bool:
    """Whether these would change anything; whoever is gone from the session is passed over."""
    return any(part_of(appearance) != parts.get(appearance.id, part_of(appearance)) for appearance in session.appearances)


def keep_parts(session: Session, parts: Mapping[int, Part]) -> None:
    """Give those who appear these roles and printed lines, by the appearance's id."""
    if not differs(session, parts):
        return
    for appearance in session.appearances:
        part = parts.get(appearance.id, part_of(appearance))
        if part.role is not appearance.role:
            refuse_twice(session, appearance, part.role)
        appearance.role, appearance.printed_as = part.role, part.printed_as
    session.version += 1
