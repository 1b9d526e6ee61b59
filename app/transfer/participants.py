"""Participants as rows of a table, in the reader's language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import get_locale
from flask_babel import gettext as _

from app.admission import quotas
from app.agenda.queries import sessions_of
from app.events.models import Event
from app.participants import queries, words
from app.participants.filters import Filter
from app.participants.queries import Sort
from app.questions import values
from app.registration import answered
from app.registration.models import Registration
from app.replies import queries as replies


@dataclass(frozen=True)
class Table:
    """A header and rows, all of them text."""

    header: list[str]
    rows: list[list[str]]


def table(event: Event, chosen: Filter, sort: Sort) -> Table:
    """Whom the filter means, in this order, in a constant number of statements."""
    people = queries.everybody(event, chosen, sort)
    titles = {session.id: session.title for session in sessions_of(event)} if event.asks_sessions else {}
    groups = {quota.id: quota.said("name", reader()).text for quota in quotas.of(event)}
    questions = answered.columns(event)
    told = answered.texts(people, questions, reader())
    asked = [values.said(question.wording.label, reader()) for question in questions]
    answers = {person.id: [told[person.id].get(question.id, "") for question in questions] for person in people}
    comments = replies.comments(event)
    rows = ([*row(person, event, titles, groups, comments.get(person.id, "")), *answers[person.id]] for person in people)
    return Table([*header(), *asked], list(rows))


def reader() -> str:
    """The language of whoever takes the file."""
    return str(get_locale() or "pl")


def header() -> list[str]:
    return [
        _("Number"),
        _("First name and surname"),
        _("E-mail address"),
        _("Institution"),
        _("Position"),
        _("Group of participants"),
        _("State"),
        _("Registered"),
        _("Parts"),
        _("Needs"),
        _("What they wrote"),
        _("Answer to the invitation"),
        _("Answered on"),
        _("Comment of the calendar"),
        _("Language of letters"),
        _("Joined the meeting"),
        _("Internal note"),
    ]


def row(person: Registration, event: Event, titles: Mapping[int, str], groups: Mapping[int, str], comment: str = "") -> list[str]:
    return [
        person.reference,
        person.name,
        person.email,
        person.organisation,
        person.position,
        groups.get(person.quota_id or 0, ""),
        words.status(person),
        local(person.registered_at, event),
        ", ".join(parts(person, titles)),
        ", ".join(words.needs(person)),
        person.needs_note,
        words.reply(person),
        local(person.replied_at, event),
        comment,
        words.language(person.language),
        local(person.joined_at, event),
        person.note,
    ]


def parts(person: Registration, titles: Mapping[int, str]) -> Sequence[str]:
    """The chosen sessions in the order of the agenda."""
    chosen = {choice.session_id for choice in person.chosen}
    waits = _("waits")
    return [f"{title} ({waits})" if number in person.waits_in else title for number, title in titles.items() if number in chosen]


def local(moment: datetime | None, event: Event) -> str:
    """2021-10-11 09:05 by the event's clocks, which sorts as text does."""
    if moment is None:
        return ""
    at = moment.astimezone(event.timezone)
    return f"{at:%Y-%m-%d %H:%M}"
