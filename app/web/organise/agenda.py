"""The agenda editor. Every act is a plain form; the script sends the same forms and shows the page that comes back."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from flask import Response, flash, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.exc import NoResultFound
from werkzeug.exceptions import NotFound
from werkzeug.utils import redirect

from app import clock
from app.agenda import clock_guard as clocks
from app.agenda import editing, queries, steps
from app.agenda.casting import Newcomer, Part
from app.agenda.models import Session
from app.errors import Refused
from app.events.models import Event
from app.permissions import Act
from app.registration import places, session_places
from app.registration.queries import chosen_sessions
from app.web.organise import agenda_sheet as sheets
from app.web.organise import agenda_words, clock_guard, desk
from app.web.organise.agenda_forms import AddForm, RowForm, number, role_words
from app.web.organise.agenda_sheet import Sheet
from app.web.organise.clock_guard import Outcome, Question, Unseen
from app.web.site import site

blueprint = desk.blueprint("desk_agenda", __name__, "/events/<int:event_id>/agenda")

Facts = dict[str, Any]
Parts = dict[int, Part]

STAY_OPEN = frozenset({"add_person", "drop", "person_up", "person_down"})
TEXTLESS = frozenset({"remove"})
MOVES = frozenset({"up", "down", "before", "last", "at", "shift"})


@blueprint.get("")
@desk.needs(Act.VIEW_EVENT)
def show(event: Event) -> ResponseReturnValue:
    return page(sheets.sheet(event, asked_day()))


@blueprint.post("/add")
@desk.needs(Act.EDIT_AGENDA)
def add(event: Event) -> ResponseReturnValue:
    sheet = sheets.sheet(event, asked_day())
    name = "break" if request.form.get("add") == "break" else "new"
    form = AddForm(prefix=f"{name}-")
    form.prepare([tab.day for tab in sheet.tabs])
    if not form.is_sent():
        return unadded(event, name, form)
    try:
        facts = form.facts(event)
        with desk.writing("agenda.add", event):
            session = editing.add(event, by=desk.user().name, domain=site().calendar_domain, **facts)
            seat = day_of(session), session.id, latest_number(event)
    except Refused as refusal:
        form.refuse(refusal)
        return unadded(event, name, form)
    return back(event, *seat)


def unadded(event: Event, name: str, form: AddForm) -> Response:
    sheet = sheets.sheet(event, asked_day())
    sheet.adding[name] = form
    return page(sheet, 200 if "restore" in request.form else 422)


@blueprint.post("/<int:session_id>")
@desk.needs(Act.EDIT_AGENDA)
def save(event: Event, session_id: int) -> ResponseReturnValue:
    """One row: what was typed in it is saved, and then its button does what it says."""
    sessions = queries.sessions_of(event)
    session = next((session for session in sessions if session.id == session_id), None)
    if session is None:
        return lost(event, session_id)
    form = RowForm(session, sheets.days_of(event, sessions))
    if "restore" in request.form or (form.has_texts and not form.is_sent()):
        return again(event, form, 200 if "restore" in request.form else 422)
    try:
        return written(event, form)
    except Unseen as unseen:
        return asked(event, form, unseen)
    except editing.Changed:
        return conflicted(event, form)
    except NoResultFound:
        return lost(event, session_id)
    except Refused as refusal:
        form.refuse(refusal)
        return again(event, form, 422 if refusal.field else 409)


def written(event: Event, form: RowForm) -> ResponseReturnValue:
    """Save the row's texts, do what its button says, and lead back to it."""
    do, _colon, argument = request.form.get("do", "save").partition(":")
    session_id, day = form.session.id, day_of(form.session)
    if do == "add_person" and form.newcomer() is None:
        raise Refused(_("Enter the first name and surname"), field="name")
    texts = (form.facts(), form.parts(), form.newcomer()) if form.has_texts and do not in TEXTLESS else None
    with desk.writing(f"agenda.{do if do in ACTS else 'change'}", event):
        steps.lock()
        before = latest_number(event)
        with seen_by_the_clocks(event):
            if texts:
                save_texts(event, form, *texts)
            if do in ACTS:
                ACTS[do](event, form, argument)
        follow_places(event)
        session = next((session for session in steps.rows(event) if session.id == session_id), None)
        seat, done = (day_of(session) if session else day, session_id), latest_number(event)
    if done == before and do in MOVES:
        flash(_("Nothing has moved: in its track the session stands there already."))
    return back(event, *seat, done if done != before else None, stays_open=do in STAY_OPEN)


@contextmanager
def seen_by_the_clocks(event: Event) -> Iterator[None]:
    """Raise `Unseen` where what is done inside takes sessions over a change of the clocks, and nobody has looked at it."""
    steps.lock()
    before = clocks.spans(event, steps.rows(event))
    yield
    clock_guard.refuse_unseen([Outcome(None, clocks.of_agenda(event, before, steps.rows(event)))])


def save_texts(event: Event, form: RowForm, facts: Facts, parts: Parts, newcomer: Newcomer | None) -> None:
    by, session_id = desk.user().name, form.session.id
    editing.change(event, session_id, by=by, version=number(form.version.data), facts=facts, parts=parts)
    if newcomer:
        editing.add_person(event, session_id, by=by, newcomer=newcomer)


def move(way: int) -> Callable[[Event, RowForm, str], object]:
    return lambda event, form, argument: editing.move(event, form.session.id, by=desk.user().name, way=way)


def move_person(way: int) -> Callable[[Event, RowForm, str], object]:
    return lambda event, form, argument: editing.move_person(
        event, form.session.id, number(argument), by=desk.user().name, way=way
    )


def place(event: Event, form: RowForm, argument: str) -> object:
    return editing.place(event, form.session.id, by=desk.user().name, before=number(argument))


def place_last(event: Event, form: RowForm, argument: str) -> object:
    return editing.place(event, form.session.id, by=desk.user().name, before=None)


def put_at(event: Event, form: RowForm, argument: str) -> object:
    starts_at = moment_of(argument)
    if starts_at is None:
        raise Refused(_("Enter an hour, for example 9 or 9:30"), field="start")
    return editing.put_at(event, form.session.id, by=desk.user().name, starts_at=starts_at)


def shift(event: Event, form: RowForm, argument: str) -> object:
    return editing.shift(event, form.session.id, by=desk.user().name, minutes=form.later_by())


def remove(event: Event, form: RowForm, argument: str) -> object:
    version, chosen = number(form.version.data), in_plans(event)
    return editing.remove(event, form.session.id, by=desk.user().name, version=version, chosen=chosen)


def cancel(event: Event, form: RowForm, argument: str) -> object:
    return editing.cancel(event, form.session.id, by=desk.user().name)


def reinstate(event: Event, form: RowForm, argument: str) -> object:
    return editing.reinstate(event, form.session.id, by=desk.user().name)


def drop_person(event: Event, form: RowForm, argument: str) -> object:
    return editing.drop_person(event, form.session.id, number(argument), by=desk.user().name)


ACTS: dict[str, Callable[[Event, RowForm, str], object]] = {
    "up": move(editing.UP),
    "down": move(editing.DOWN),
    "before": place,
    "last": place_last,
    "at": put_at,
    "shift": shift,
    "remove": remove,
    "cancel": cancel,
    "reinstate": reinstate,
    "drop": drop_person,
    "person_up": move_person(editing.UP),
    "person_down": move_person(editing.DOWN),
}
"""What the buttons of a row do, by the word before the colon in `do`."""


@blueprint.post("/shift")
@desk.needs(Act.EDIT_AGENDA)
def shift_following(event: Event) -> ResponseReturnValue:
    try:
        with desk.writing("agenda.shift", event), seen_by_the_clocks(event):
            session = editing.shift_following(event, number(request.form.get("number")), by=desk.user().name)
            seat = day_of(session), session.id, latest_number(event)
    except Unseen as unseen:
        return asked(event, None, unseen)
    return back(event, *seat)


@blueprint.post("/undo")
@desk.needs(Act.EDIT_AGENDA)
def undo(event: Event) -> ResponseReturnValue:
    with desk.writing("agenda.undo", event):
        step = steps.undo(event, number(request.form.get("number")), in_plans(event))
        follow_places(event)
        said = agenda_words.sentence(step)
    flash(_("Undone. %(step)s", step=said))
    return redirect(url_for(".show", event_id=event.id, day=asked_day()), 303)


@blueprint.post("/redo")
@desk.needs(Act.EDIT_AGENDA)
def redo(event: Event) -> ResponseReturnValue:
    with desk.writing("agenda.redo", event):
        step = steps.redo(event, number(request.form.get("number")), in_plans(event))
        follow_places(event)
        said = agenda_words.sentence(step)
    flash(_("Done again. %(step)s", step=said))
    return redirect(url_for(".show", event_id=event.id, day=asked_day()), 303)


@blueprint.get("/steps")
@desk.needs(Act.EDIT_AGENDA)
def history(event: Event) -> ResponseReturnValue:
    made = steps.made(event)
    return render_template("organise/agenda/steps.html", event=event, steps=made, sentence=agenda_words.sentence)


@blueprint.post("/steps")
@desk.needs(Act.EDIT_AGENDA)
def undo_back_to(event: Event) -> ResponseReturnValue:
    with desk.writing("agenda.undo", event):
        count = steps.undo_back_to(event, number(request.form.get("number")), in_plans(event))
        follow_places(event)
    flash(sheets.undone_steps(count))
    return redirect(url_for(".history", event_id=event.id), 303)


@blueprint.post("/hours")
@desk.needs(Act.EDIT_AGENDA)
def stretch(event: Event) -> ResponseReturnValue:
    """Let the event begin or end when its agenda does."""
    with desk.writing("agenda.hours", event):
        sheet = sheets.sheet(event)
        if request.form.get("edge") == "end" and sheet.late_end:
            editing.stretch(event, ends_at=sheet.late_end)
        elif request.form.get("edge") == "start" and sheet.early_start:
            editing.stretch(event, starts_at=sheet.early_start)
        else:
            raise Refused(_("Somebody has edited the agenda in the meantime. Look at it once more."))
    flash(_("The event's hours are those of its agenda."))
    return redirect(url_for(".show", event_id=event.id, day=asked_day()), 303)


def in_plans(event: Event) -> set[int]:
    """The sessions that somebody has chosen; until the transaction ends nobody chooses another."""
    steps.lock()
    places.lock(event)
    return chosen_sessions(event)


def follow_places(event: Event) -> None:
    """Let the places of sessions follow the agenda: whoever waits for a session may have got one."""
    steps.lock()
    places.lock(event)
    session_places.follow(event)


def moment_of(text: str) -> datetime | None:
    """A moment as a button carries it."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None


def asked_day() -> date | None:
    """The day that the address or the form names."""
    try:
        return date.fromisoformat(request.form.get("on") or request.args.get("day", ""))
    except ValueError:
        return None


def day_of(session: Session) -> date:
    return session.local_starts_at.date()


def latest_number(event: Event) -> int:
    latest = steps.latest(event)
    return latest.number if latest else 0


def back(event: Event, day: date, session_id: int, done: int | None, *, stays_open: bool = False) -> Response:
    """To the row that was edited, with what was done and the way to undo it."""
    edit = session_id if stays_open else None
    address = url_for(".show", event_id=event.id, day=day.isoformat(), done=done, edit=edit, _anchor=f"row-{session_id}")
    return make_response(redirect(address, 303))


def asked(event: Event, form: RowForm | None, unseen: Unseen) -> Response:
    """The day with what the edit means by the clocks, and the form in it, to be saved as it stands or gone back to."""
    sheet = sheets.sheet(event, day_of(form.session) if form else asked_day())
    sheet.question = Question(event, unseen, clock_guard.counts(event))
    if form is not None:
        sheet.open(form.session.id, form)
    return page(sheet)


def again(event: Event, form: RowForm, status: int) -> Response:
    """The day of the row with what was typed in it."""
    sheet = sheets.sheet(event, day_of(form.session))
    if not form.has_texts:
        sheet.refusal = " ".join(form.form_errors)
    sheet.open(form.session.id, form)
    return page(sheet, status)


def conflicted(event: Event, form: RowForm) -> Response:
    """Both versions of a row that somebody else has changed; the next save is one over the other's."""
    sheet = sheets.sheet(event, day_of(form.session))
    row = sheet.open(form.session.id, form)
    if row is not None:
        row.conflict = sheets.conflict(event, form)
        form.version.data = str(form.session.version)
    return page(sheet, 409)


def lost(event: Event, session_id: int) -> Response:
    """The session has been taken away; what was typed is shown, so that it is not lost with it."""
    texts = sheets.typed_texts(session_id)
    if not texts:
        raise NotFound
    sheet = sheets.sheet(event, asked_day())
    sheet.lost = texts
    return page(sheet, 409)


def page(sheet: Sheet, status: int = 200) -> Response:
    shown = sheets.prepare(sheet)
    words = {"sentence": agenda_words.sentence, "count_of_warnings": sheets.count_of_warnings, "roles": role_words()}
    return make_response(
        render_template("organise/agenda/show.html", event=sheet.event, sheet=shown, now=clock.now(), **words), status
    )
