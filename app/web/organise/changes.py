"""What people have not been told of an event, and telling them: now, at a moment, or by itself."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import Response, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from app import clock
from app.agenda import queries as agenda
from app.audit import records
from app.changes import facts, news, telling, untold, versions, whom
from app.changes.models import Version
from app.errors import Refused
from app.events.models import Event
from app.mail.letters import Letter
from app.mailings import previews
from app.permissions import Act
from app.web import change_words, letters_words
from app.web.organise import desk, letters_frames
from app.web.organise.changes_forms import TellForm, WayForm, of_telling
from app.web.organise.letters_forms import ScheduleForm

blueprint = desk.blueprint("desk_changes", __name__, "/events/<int:event_id>/changes")


@dataclass(frozen=True)
class Line:
    """One difference in words, with how many people it concerns."""

    sentence: Markup
    people: int
    speakers: int


@dataclass(frozen=True)
class Untold:
    """What waits to be told; `seen` stands for exactly this, `number` counts everybody once, `letter` is one of theirs."""

    lines: Sequence[Line] = ()
    number: int = 0
    seen: str = ""
    letter: Letter | None = None


@blueprint.get("")
@desk.needs(Act.EDIT_AGENDA)
def show(event: Event) -> ResponseReturnValue:
    return page(event)


@blueprint.post("/tell")
@desk.needs(Act.WRITE_LETTERS)
def tell(event: Event) -> ResponseReturnValue:
    form = TellForm()
    if not form.is_sent():
        return page(event, tell=form)

    def act() -> str:
        news.expect(event, form.seen.data or "")
        return told(telling.tell(event, desk.user().name))

    return done(event, "changes.tell", act, form, tell=form)


def told(version: Version | None) -> str:
    number = version.people_told + version.speakers_told if version else 0
    if not number:
        return str(_("The changes are announced on the page; they concern nobody, so no letter leaves."))
    return str(
        ngettext("%(num)d person is told: the letter is leaving.", "%(num)d people are told: the letters are leaving.", number)
    )


@blueprint.post("/at")
@desk.needs(Act.WRITE_LETTERS)
def at(event: Event) -> ResponseReturnValue:
    form = ScheduleForm()
    due_at = form.moment(event.zone) if form.is_sent() else None
    if due_at is None:
        return page(event, moment=form, code=422 if form.errors else 200)

    def act() -> str:
        telling.at(event, due_at, desk.user().name)
        return str(_("The moment is set. Until then nothing leaves by itself."))

    return done(event, "changes.at", act, form, moment=form)


@blueprint.post("/not-at")
@desk.needs(Act.WRITE_LETTERS)
def cancel_chosen(event: Event) -> ResponseReturnValue:
    form = TellForm()
    if not form.is_sent():
        return page(event, tell=form)

    def act() -> str:
        telling.cancel_chosen(event)
        return str(_("The moment is taken back."))

    return done(event, "changes.not_at", act, form, tell=form)


@blueprint.post("/way")
@desk.needs(Act.WRITE_LETTERS)
def settle_after(event: Event) -> ResponseReturnValue:
    form = WayForm()
    if not form.is_sent():
        return page(event, way=form)

    def act() -> str:
        telling.settle_after(event, form.chosen())
        return str(_("Saved."))

    return done(event, "changes.way", act, form, way=form)


def done(
    event: Event, word: str, act: Callable[[], str], form: TellForm | ScheduleForm | WayForm, **forms: object
) -> ResponseReturnValue:
    """Do it while nobody else changes the event, and say what was done; a refusal shows the page as it is now."""
    try:
        with desk.writing(word, event) as now:
            telling.lock(event)
            said = act()
            records.record_id(now)
    except Refused as refusal:
        field = "date" if refusal.field == "due_at" else refusal.field
        form.refuse(Refused(refusal.message, field=field))
        return page(event, code=422 if field else 409, **forms)
    flash(said)
    return redirect(url_for(".show", event_id=event.id), 303)


def page(event: Event, code: int = 200, **forms: object) -> Response:
    """The page; one of the forms may have come back."""
    kept = versions.of(event)
    settings, waits = telling.settings(event), waiting(event, kept)
    text = render_template(
        "organise/changes/show.html",
        event=event,
        untold=waits,
        shown=letters_frames.shown(waits.letter) if waits.letter else None,
        words=letters_words,
        can_be_told=untold.can_be_told(event),
        settings=settings,
        due_at=untold.due_at(event),
        now=clock.now(),
        told=change_words.told(kept),
        heading=change_words.heading,
        tell_form=forms.get("tell") or TellForm(formdata=None),
        moment_form=forms.get("moment") or ScheduleForm(formdata=None),
        way_form=forms.get("way") or WayForm(formdata=None, data=of_telling(settings)),
    )
    return letters_frames.page(text, code)


@blueprint.get("/after/<int:number>/body")
@desk.needs(Act.EDIT_AGENDA)
def body(event: Event, number: int) -> ResponseReturnValue:
    """The letter that waits to tell what came after this version."""
    kept = versions.of(event)
    letter = waiting(event, kept).letter if kept and kept[0].number == number else None
    return letters_frames.frame(letter) if letter else abort(404)


def waiting(event: Event, kept: Sequence[Version]) -> Untold:
    sessions = agenda.sessions_of(event)
    found = untold.of(event, sessions)
    if not found:
        return Untold()
    who = whom.concerned(event, found)
    concerned = whom.count(who, found)
    sentences = change_words.sentences(found, kept[0].facts, facts.taken(event, sessions))
    lines = [Line(*facts_of) for facts_of in zip(sentences, concerned.each, concerned.speakers_each, strict=True)]
    letter = previews.of_changes(event, sessions, found, who.people, letters_frames.site())
    return Untold(lines, concerned.people + concerned.speakers, news.mark(kept[0], found), letter)
