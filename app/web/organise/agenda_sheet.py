"""What the agenda editor shows: one day in rows, with their forms, clashes and the latest step."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from flask import request
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _

from app import moments, permissions
from app.agenda import clashes, queries, shifting, steps
from app.agenda.clashes import Clash
from app.agenda.models import Session, SessionKind
from app.agenda.shifting import Offer
from app.agenda.steps import Step
from app.changes import news
from app.changes.news import News
from app.db import db
from app.events.models import Event
from app.registration.session_places import Hall
from app.web.organise import desk
from app.web.organise.agenda_forms import AddForm, RowForm, number, shown
from app.web.organise.clock_guard import Question
from app.web.registration.entry import halls

MOST_OPEN = 12
"""Days with more sessions than this are shown in lines, and a row's form opens when it is asked for."""
MOST_DAYS = 31
LENGTHS = {SessionKind.PRESENTATION: 60, SessionKind.BREAK: 15}
COMPARED = (
    "title",
    "day",
    "start",
    "minutes",
    "end",
    "kind",
    "room",
    "track",
    "capacity",
    "abstract",
    "title_other",
    "abstract_other",
)


@dataclass(frozen=True)
class Difference:
    """What somebody typed, and what somebody else has saved in the meantime."""

    label: str
    typed: str
    saved: str


@dataclass(frozen=True)
class Conflict:
    """A row that two people changed at once."""

    by: str
    differences: Sequence[Difference]


@dataclass
class Row:
    """One session of the day."""

    session: Session
    clashes: Sequence[Clash] = ()
    form: RowForm | None = None
    conflict: Conflict | None = None
    is_first: bool = False
    is_last: bool = False

    @property
    def warnings(self) -> list[Clash]:
        return [clash for clash in self.clashes if clash.counts]

    @property
    def free(self) -> list[Clash]:
        return [clash for clash in self.clashes if not clash.counts]


@dataclass(frozen=True)
class Tab:
    """A day of the event, with how many sessions begin on it."""

    day: datetime
    sessions: int
    clashes: int


@dataclass
class Sheet:
    """The page."""

    event: Event
    sessions: Sequence[Session]
    found: Mapping[int, Sequence[Clash]]
    tabs: Sequence[Tab]
    day: datetime
    rows: list[Row]
    latest: Step | None
    undone: Step | None
    done: Step | None
    offer: Offer | None
    visible: frozenset[int]
    halls: Mapping[int, Hall]
    news: News | None
    adding: dict[str, AddForm] = field(default_factory=dict)
    lost: list[Difference] = field(default_factory=list)
    refusal: str = ""
    question: Question | None = None

    @property
    def day_key(self) -> str:
        return self.day.date().isoformat()

    @property
    def warned(self) -> int:
        """How many warnings there are on all days."""
        return sum(clash.counts for clashes in self.found.values() for clash in clashes)

    @property
    def is_open(self) -> bool:
        """Whether every row of the day is a form."""
        return len(self.rows) <= MOST_OPEN

    @property
    def tracks(self) -> list[str]:
        """Names of tracks in use, for completing what is typed."""
        return sorted({session.track for session in self.sessions if session.track})

    @property
    def rooms(self) -> list[str]:
        return sorted({session.room for session in self.sessions if session.room})

    @property
    def late_end(self) -> datetime | None:
        """When the agenda ends, where that is after the event does."""
        ends = [session.ends_at for session in self.sessions if shifting.takes_place(session)]
        return max(ends).astimezone(self.event.timezone) if ends and max(ends) > self.event.ends_at else None

    @property
    def early_start(self) -> datetime | None:
        """When the agenda begins, where that is before the event does."""
        starts = [session.starts_at for session in self.sessions if shifting.takes_place(session)]
        return min(starts).astimezone(self.event.timezone) if starts and min(starts) < self.event.starts_at else None

    def row(self, session_id: int) -> Row | None:
        return next((row for row in self.rows if row.session.id == session_id), None)

    def open(self, session_id: int, form: RowForm | None = None, *, fresh: bool = False) -> Row | None:
        """Show this session's form."""
        row = self.row(session_id)
        if row is not None:
            row.form = form or RowForm(row.session, [tab.day for tab in self.tabs], fresh=fresh)
        return row


def sheet(event: Event, day: date | None = None) -> Sheet:
    """The page of a day (of the first that has sessions), in a number of statements that does not grow."""
    sessions = queries.sessions_of(event)
    found = clashes.of_event(event, sessions)
    days = days_of(event, sessions)
    shown_day = next((known for known in days if known.date() == day), first_day(days, sessions))
    of_day = [session for session in sessions if session.local_starts_at.date() == shown_day.date()]
    latest = steps.latest(event)
    done = latest if latest is not None and latest.number == number(request.args.get("done")) else None
    return Sheet(
        event=event,
        sessions=sessions,
        found=found,
        tabs=tabs(days, sessions, found),
        day=shown_day,
        rows=rows(of_day, found),
        latest=latest,
        undone=steps.next_undone(event),
        done=done,
        offer=shifting.offer(done, sessions),
        visible=visible_events(event, found),
        halls=halls(event, sessions),
        news=news.of(event, sessions),
    )


def visible_events(event: Event, found: Mapping[int, Sequence[Clash]]) -> frozenset[int]:
    """The ids of the events clashed with that are this user's to see; of others, only public ones are named."""
    numbers = {clash.other.event_id for clashes in found.values() for clash in clashes if clash.other} - {event.id}
    if not numbers:
        return frozenset()
    query = permissions.visible_events(desk.user()).with_only_columns(Event.id)
    return frozenset(db.session.scalars(query.where(Event.id.in_(numbers))))


def days_of(event: Event, sessions: Iterable[Session]) -> list[datetime]:
    """Every date of the event and of its sessions, in order, as its first moment."""
    end = (event.local_ends_at - timedelta(microseconds=1)).date()
    length = min((end - event.local_starts_at.date()).days, MOST_DAYS - 1)
    dates = {event.local_starts_at.date() + timedelta(days=number) for number in range(length + 1)}
    dates |= {session.local_starts_at.date() for session in sessions}
    return [datetime.combine(day, time(), event.timezone) for day in sorted(dates)]


def first_day(days: Sequence[datetime], sessions: Sequence[Session]) -> datetime:
    """The first day on which something is, else the first of the event."""
    first = sessions[0].local_starts_at.date() if sessions else None
    return next((day for day in days if day.date() == first), days[0])


def tabs(days: Sequence[datetime], sessions: Sequence[Session], found: Mapping[int, Sequence[Clash]]) -> list[Tab]:
    counts = {day.date(): [0, 0] for day in days}
    for session in sessions:
        count = counts[session.local_starts_at.date()]
        count[0] += 1
        count[1] += any(clash.counts for clash in found.get(session.id, ()))
    return [Tab(day, *counts[day.date()]) for day in days]


def rows(of_day: Sequence[Session], found: Mapping[int, Sequence[Clash]]) -> list[Row]:
    """The day's rows; each knows whether it can still go up or down among those of its track."""
    held = [session for session in of_day if shifting.takes_place(session)]
    first = {session.track: session for session in reversed(held)}
    last = {session.track: session for session in held}
    return [
        Row(
            session,
            found.get(session.id, ()),
            is_first=not shifting.takes_place(session) or first[session.track] is session,
            is_last=not shifting.takes_place(session) or last[session.track] is session,
        )
        for session in of_day
    ]


def prepare(sheet: Sheet) -> Sheet:
    """Open the forms of a short day, the one that was asked for, and those for adding."""
    wanted = number(request.args.get("edit"))
    for row in sheet.rows:
        if row.form is None and (sheet.is_open or row.session.id == wanted):
            sheet.open(row.session.id, fresh=True)
    for name in ("new", "break"):
        sheet.adding.setdefault(name, add_form(sheet, name))
    return sheet


def add_form(sheet: Sheet, name: str) -> AddForm:
    """An empty form for what is added: it begins where the day ends so far."""
    kind = SessionKind.BREAK if name == "break" else SessionKind.PRESENTATION
    values = {
        "day": sheet.day_key,
        "start": moments.hour(next_start(sheet)),
        "minutes": str(LENGTHS[kind]),
        "kind": kind.value,
        "title": break_in(sheet.event.language) if kind is SessionKind.BREAK else "",
    }
    form = AddForm(prefix=f"{name}-", data=values)
    form.prepare([tab.day for tab in sheet.tabs])
    return form


def break_in(language: str) -> str:
    with force_locale(language):
        return str(_("Break"))


def next_start(sheet: Sheet) -> datetime:
    ends = [row.session.local_ends_at for row in sheet.rows if row.session.local_ends_at.date() == sheet.day.date()]
    if ends:
        return max(ends)
    return sheet.event.local_starts_at if sheet.event.local_starts_at.date() == sheet.day.date() else sheet.day.replace(hour=9)


def conflict(event: Event, form: RowForm) -> Conflict:
    """What the two versions of a row say, and who saved the other."""
    saved = shown(form.session)
    differences = [
        Difference(str(form[name].label.text), told(form, name, form[name].data), told(form, name, saved[name]))
        for name in COMPARED
        if (form[name].data or "") != saved[name]
    ]
    return Conflict(last_editor(event, form.session.uid), differences)


def told(form: RowForm, name: str, value: str | None) -> str:
    """A value as a reader says it."""
    labels = {choice.value: str(choice.label) for choice in getattr(form[name], "choices", None) or []}
    return labels.get(value or "", value or "")


def last_editor(event: Event, uid: str) -> str:
    """Who made the last standing step that touched the session."""
    for step in steps.made(event):
        if step.undone_at is None and any(change["uid"] == uid for change in step.changes):
            return step.made_by
    return ""


def typed_texts(session_id: int) -> list[Difference]:
    """What was typed into a row whose session somebody has taken away."""
    prefix = f"s{session_id}-"
    labels = {"title": _("Title"), "start": _("Start"), "minutes": _("Minutes"), "abstract": _("Abstract"), "name": _("Name")}
    typed = [(label, request.form.get(f"{prefix}{name}", "").strip()) for name, label in labels.items()]
    return [Difference(label, text, "") for label, text in typed if text]


def count_of_warnings(number: int) -> str:
    return str(ngettext("%(num)d clash", "%(num)d clashes", number))


def undone_steps(number: int) -> str:
    return str(ngettext("Undone: %(num)d step", "Undone: %(num)d steps", number))
