"""The next steps in words: what to do, by when, and where."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from flask import current_app, url_for
from flask_babel import LazyString, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.events.models import Event
from app.overview.steps import Step, StepKind
from app.permissions import Act
from app.web.filters import day_month
from app.web.organise.desk import may


@dataclass(frozen=True)
class Way:
    """Where a step is done, what its link says, and the right that it needs."""

    endpoint: str
    label: LazyString
    act: Act
    anchor: str | None = None
    state: str | None = None
    letters: str | None = None


@dataclass(frozen=True)
class Line:
    """One step as the page shows it."""

    title: str
    detail: str
    label: str
    href: str | None
    is_done: bool


SETTINGS = "desk_event.edit"
WRITE, SHOW, ADD = _l("Write it"), _l("Show"), _l("Add")
WAYS: Mapping[StepKind, Way] = {
    StepKind.DESCRIBE: Way(SETTINGS, WRITE, Act.EDIT_EVENT, anchor="content-of"),
    StepKind.TRANSLATE: Way(SETTINGS, WRITE, Act.EDIT_EVENT, anchor="content-of"),
    StepKind.AGENDA: Way("desk_agenda.show", _l("Open the agenda"), Act.EDIT_AGENDA),
    StepKind.CONTACT: Way(SETTINGS, _l("Enter it"), Act.EDIT_EVENT, anchor="organiser-of"),
    StepKind.PUBLISH: Way("desk_event_state.show", _l("Look and publish"), Act.PUBLISH_EVENT),
    StepKind.MEETING_LINK: Way(SETTINGS, _l("Enter the link"), Act.EDIT_EVENT, anchor="place"),
    StepKind.ASK_SPEAKERS: Way("desk_speakers.index", SHOW, Act.EDIT_AGENDA),
    StepKind.ANSWERS: Way("desk_speakers.index", SHOW, Act.VIEW_EVENT),
    StepKind.DECLINED: Way("desk_speakers.index", SHOW, Act.VIEW_EVENT),
    StepKind.PROPOSALS: Way("desk_speakers.index", SHOW, Act.VIEW_EVENT),
    StepKind.UNTOLD: Way("desk_changes.show", SHOW, Act.EDIT_AGENDA),
    StepKind.FAILED_LETTERS: Way("desk_letters.messages", SHOW, Act.VIEW_LETTERS, state="failed"),
    StepKind.RETURNED_LETTERS: Way("desk_participants.index", SHOW, Act.VIEW_PARTICIPANTS, letters="failed"),
    StepKind.APPROVE: Way("desk_participants.index", _l("Decide"), Act.EDIT_PARTICIPANTS, state="pending"),
    StepKind.CALENDARS: Way("desk_answers.index", _l("Decide"), Act.EDIT_PARTICIPANTS),
    StepKind.FREE_PLACES: Way("desk_participants.index", SHOW, Act.EDIT_PARTICIPANTS, state="waiting"),
    StepKind.REMINDER: Way("desk_letters.index", SHOW, Act.VIEW_LETTERS),
    StepKind.RECORDING: Way("desk_materials.add", ADD, Act.EDIT_MATERIALS),
    StepKind.MATERIALS: Way("desk_materials.add", ADD, Act.EDIT_MATERIALS),
}
DONE: Mapping[StepKind, LazyString] = {
    StepKind.DESCRIBE: _l("The description is there"),
    StepKind.TRANSLATE: _l("The content is there in every language"),
    StepKind.AGENDA: _l("The agenda is there"),
    StepKind.CONTACT: _l("The contact is there"),
    StepKind.PUBLISH: _l("The event is published"),
    StepKind.MEETING_LINK: _l("The meeting link is there"),
    StepKind.ASK_SPEAKERS: _l("All speakers are asked"),
    StepKind.ANSWERS: _l("All speakers who were asked have answered"),
    StepKind.REMINDER: _l("The reminder leaves by itself"),
    StepKind.RECORDING: _l("The recording is there"),
    StepKind.MATERIALS: _l("Materials are there"),
}
TO_DO: Mapping[StepKind, LazyString] = {
    StepKind.DESCRIBE: _l("Describe the event"),
    StepKind.AGENDA: _l("Write the agenda"),
    StepKind.CONTACT: _l("Enter a contact"),
    StepKind.PUBLISH: _l("Publish the event"),
    StepKind.MEETING_LINK: _l("Enter the meeting link"),
    StepKind.RECORDING: _l("A recording with captions"),
    StepKind.MATERIALS: _l("Add slides or a report"),
}
COUNTED: Mapping[StepKind, Callable[[int], str]] = {
    StepKind.TRANSLATE: lambda number: ngettext(
        "Write the content in %(num)d more language", "Write the content in %(num)d more languages", number
    ),
    StepKind.ASK_SPEAKERS: lambda number: ngettext(
        "Ask %(num)d speaker whether they come", "Ask %(num)d speakers whether they come", number
    ),
    StepKind.ANSWERS: lambda number: ngettext(
        "%(num)d speaker has not answered yet", "%(num)d speakers have not answered yet", number
    ),
    StepKind.DECLINED: lambda number: ngettext("%(num)d speaker does not come", "%(num)d speakers do not come", number),
    StepKind.PROPOSALS: lambda number: ngettext(
        "Approve the changes of %(num)d speaker", "Approve the changes of %(num)d speakers", number
    ),
    StepKind.UNTOLD: lambda number: ngettext(
        "Tell %(num)d person what has changed", "Tell %(num)d people what has changed", number
    ),
    StepKind.FAILED_LETTERS: lambda number: ngettext("Mend %(num)d e-mail address", "Mend %(num)d e-mail addresses", number),
    StepKind.RETURNED_LETTERS: lambda number: ngettext(
        "%(num)d address at which letters come back", "%(num)d addresses at which letters come back", number
    ),
    StepKind.APPROVE: lambda number: ngettext(
        "%(num)d person waits for your approval", "%(num)d people wait for your approval", number
    ),
    StepKind.CALENDARS: lambda number: ngettext(
        "%(num)d answer of a calendar waits for you", "%(num)d answers of calendars wait for you", number
    ),
    StepKind.FREE_PLACES: lambda number: ngettext(
        "%(num)d person waits while a place is free", "%(num)d people wait while places are free", number
    ),
}
NOTES: Mapping[StepKind, LazyString] = {
    StepKind.DESCRIBE: _l("The page has no description yet"),
    StepKind.CONTACT: _l("People want to know whom to ask"),
    StepKind.PUBLISH: _l("Only the team sees it now"),
    StepKind.UNTOLD: _l("Nothing leaves until somebody here says so."),
    StepKind.FAILED_LETTERS: _l("Letters did not arrive"),
    StepKind.CALENDARS: _l("It is not certain whose they are, or what they propose is yours to decide"),
    StepKind.RETURNED_LETTERS: _l("Further letters wait until the address is mended or tried again"),
    StepKind.DECLINED: _l("Look for somebody else, or take them off the agenda"),
    StepKind.FREE_PLACES: _l("A group or an institution has all its places, or more come together than there is room for"),
    StepKind.MATERIALS: _l("With the day from which they are seen"),
}


def lines(steps: Iterable[Step], event: Event) -> list[Line]:
    return [line(step, event) for step in steps]


def line(step: Step, event: Event) -> Line:
    way = WAYS[step.kind]
    is_open = way.endpoint in current_app.view_functions and may(way.act)
    href = leads_to(way, event) if is_open and not step.done else None
    return Line(title(step), detail(step, event), str(way.label), href, step.done)


def leads_to(way: Way, event: Event) -> str:
    return url_for(way.endpoint, event_id=event.id, _anchor=way.anchor, state=way.state, letters=way.letters)


def title(step: Step) -> str:
    if step.done:
        return str(DONE[step.kind])
    return COUNTED[step.kind](step.count) if step.kind in COUNTED else str(TO_DO[step.kind])


def detail(step: Step, event: Event) -> str:
    """By when, or when it was, or why."""
    if step.due_at is None:
        return "" if step.done else str(NOTES.get(step.kind, ""))
    local = step.due_at.astimezone(event.timezone)
    when = f"{day_month(local)}, {local.hour}:{local.minute:02d}"
    if step.done:
        return when if step.kind in {StepKind.PUBLISH, StepKind.REMINDER} else ""
    if step.kind is StepKind.UNTOLD:
        return str(_("It leaves by itself on %(when)s", when=when))
    if step.kind is StepKind.RECORDING:
        return str(_("By %(date)s, 14 days after the meeting", date=day_month(local)))
    return str(_("Needed by %(when)s", when=when))
