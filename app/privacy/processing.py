"""The record of processing activities (art. 30 GDPR): one entry for each event, from what the event really asks and keeps."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, fields

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import ngettext

from app.admission.models import Rules
from app.db import db
from app.events.models import Event, Part, Partner
from app.privacy import retention
from app.questions.models import Question


@dataclass(frozen=True)
class Entry:
    """What art. 30(1) wants to stand in the record of one event."""

    activity: str
    when: str
    controller: str
    contact: str
    joint_controllers: str
    purposes: str
    people: str
    data: str
    recipients: str
    transfers: str
    time_limits: str
    security: str


def of(events: Sequence[Event], language: str, operator: str) -> list[Entry]:
    """An entry for each event, in a number of statements that does not depend on how many there are."""
    numbers = [event.id for event in events]
    found = db.session.scalars(sa.select(Rules).where(Rules.event_id.in_(numbers)))
    days = {rules.event_id: rules.retention_days for rules in found}
    questions = questions_of(numbers)
    labels = retention.labels([one for of_one in questions.values() for one in of_one], language)
    partners = partners_of(numbers)
    return [
        Entry(
            activity=event.full_title,
            when=f"{event.local_starts_at:%Y-%m-%d}",
            controller=event.organiser.name,
            contact=", ".join(filter(None, (event.contact_name, event.contact_email, event.contact_phone))),
            joint_controllers=", ".join(partners[event.id]),
            purposes=purposes(),
            people=people(event),
            data=data([labels[question.id] for question in questions[event.id]]),
            recipients=_("the organisers of the event; %(operator)s, who runs this site and its mail", operator=operator),
            transfers=_("none by this site; an online meeting takes place on an outside platform"),
            time_limits=time_limits(days.get(event.id), questions[event.id], labels),
            security=security(),
        )
        for event in events
    ]


def questions_of(event_ids: Sequence[int]) -> dict[int, list[Question]]:
    found: dict[int, list[Question]] = defaultdict(list)
    query = sa.select(Question).where(Question.event_id.in_(event_ids), Question.removed_at.is_(None))
    for question in db.session.scalars(query.order_by(Question.rank, Question.id)):
        found[question.event_id].append(question)
    return found


def partners_of(event_ids: Sequence[int]) -> dict[int, list[str]]:
    """Who holds the events beside their organisers."""
    found: dict[int, list[str]] = defaultdict(list)
    query = sa.select(Partner).where(Partner.event_id.in_(event_ids), Partner.part == Part.CO_ORGANISER)
    for partner in db.session.scalars(query.order_by(Partner.rank)):
        found[partner.event_id].append(partner.organisation.name)
    return found


def purposes() -> str:
    return str(
        _(
            "taking registrations, keeping places and the waiting list, confirmations, calendar entries and reminders, "
            "letting people into the meeting, meeting needs of accessibility"
        )
    )


def people(event: Event) -> str:
    told = [_("people who register"), _("people invited to register")]
    return ", ".join([*told, _("people who appear in the programme")])


def data(questions: Sequence[str]) -> str:
    standard = _(
        "name, e-mail address, institution, position, needs of accessibility (a special category, where health shows in them), "
        "chosen parts, state and moments of the registration, letters and whether they were delivered, consents by version"
    )
    if not questions:
        return str(standard)
    answers = _("answers to: %(questions)s", questions="; ".join(questions))
    return f"{standard}; {answers}"


def time_limits(days: int | None, questions: Sequence[Question], labels: dict[int, str]) -> str:
    sooner = [f"{labels[one.id]}: {after(one.retention_days)}" for one in questions if one.retention_days is not None]
    return "; ".join([after(days), *sooner])


def after(days: int | None) -> str:
    """How long after the event."""
    if days is None:
        return str(_("no limit is set"))
    return str(ngettext("%(num)d day after the event", "%(num)d days after the event", days))


def security() -> str:
    return str(
        _(
            "access by post on the event's team, two-factor sign-in, personal links kept as digests, a history of every change, "
            "deletion by itself with a record, encrypted connections"
        )
    )


def header() -> list[str]:
    """The names of the columns, in the order of an entry."""
    names = {
        "activity": _("Activity"),
        "when": _("Date"),
        "controller": _("Controller"),
        "contact": _("Contact"),
        "joint_controllers": _("Joint controllers"),
        "purposes": _("Purposes"),
        "people": _("Whose data"),
        "data": _("Which data"),
        "recipients": _("Recipients"),
        "transfers": _("Transfers outside the European Economic Area"),
        "time_limits": _("Time limits of deletion"),
        "security": _("Security"),
    }
    return [names[field.name] for field in fields(Entry)]


def row(entry: Entry) -> list[str]:
    return [str(getattr(entry, field.name)) for field in fields(Entry)]
