"""A message to a selection of the participants: written, looked at, sent after a short hold, scheduled, stopped, sent again."""

from collections.abc import Callable

import sqlalchemy as sa
from flask import Response, abort, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app import clock
from app.admission import quotas
from app.agenda import queries as agenda
from app.agenda.models import Session
from app.audit import records
from app.db import db
from app.errors import Refused
from app.events.models import Event
from app.mail.letters import Letter
from app.mailings import drafts, outgoing, previews, sending
from app.mailings import letters as mailing_letters
from app.mailings.drafts import ChangedMeanwhile
from app.mailings.models import Mailing
from app.mailings.outgoing import State
from app.participants.filters import Filter
from app.permissions import Act
from app.questions import values
from app.questions.form import filterable
from app.registration import answered, choices, placeholders
from app.web import language, letters_words
from app.web.organise import desk, letters_forms, letters_frames
from app.web.organise.letters_forms import MessageForm, ScheduleForm, StepForm
from app.web.registration.question_fields import QuestionField

SELECTING = ("state", "needs", "session")
blueprint = desk.blueprint("desk_mailings", __name__, "/events/<int:event_id>/letters/mailings/<int:mailing_id>")


def found(event: Event, mailing_id: int) -> Mailing:
    """A mailing of the event; raises `NoResultFound`."""
    return db.session.execute(sa.select(Mailing).where(Mailing.id == mailing_id, Mailing.event_id == event.id)).scalar_one()


def selection_of(mailing: Mailing) -> Filter:
    return Filter.from_args(mailing.selection)


def names(event: Event) -> letters_words.Names:
    """What the event's sessions, groups, questions and their answers are called."""
    code = language.current()
    rows = db.session.execute(sa.select(Session.id, Session.title).where(Session.event_id == event.id))
    answers = {
        (question.name, value): (values.said(question.wording.label, code), text)
        for question in filterable(answered.columns(event))
        for value, text in QuestionField(question).possible()
    }
    groups = {quota.id: quota.said("name", code).text for quota in quotas.of(event)}
    return letters_words.Names({row.id: row.title for row in rows}, groups, answers)


def written(event: Event, mailing: Mailing | None = None) -> ResponseReturnValue:
    """The form of a new message or of one that is kept, and what becomes of it when it is sent."""
    form = MessageForm(**letters_forms.of_mailing(mailing)) if mailing else MessageForm()
    form.offer(choices.offered(event, agenda.sessions_of(event)))
    chosen = selected(selection_of(mailing).as_query() if mailing else request.args.to_dict())
    form.show(chosen)
    if not form.is_sent() or request.form.get("step") == "count":
        return form_page(event, form, chosen, mailing)
    try:
        number = kept(event, form, chosen, mailing)
    except ChangedMeanwhile as refusal:
        form.refuse(refusal)
        form.version.data = str(refusal.now.version)
        return form_page(event, form, chosen, mailing, refusal.now, code=409)
    except Refused as refusal:
        form.refuse(refusal)
        return form_page(event, form, chosen, mailing)
    flash(_("The message is kept. Look at it and send it."))
    return redirect(url_for("desk_mailings.show", event_id=event.id, mailing_id=number), 303)


def selected(base: dict[str, str]) -> Filter:
    """The selection as the form says it, in a frame that the address or the kept message gave."""
    picked = {name: request.form[name] for name in SELECTING if name in request.form}
    return Filter.from_args({**base, **picked})


def kept(event: Event, form: MessageForm, chosen: Filter, mailing: Mailing | None) -> int:
    if mailing is None:
        with desk.writing("mailing.write", event):
            return drafts.make(event, form.wording, chosen, desk.user().name).id
    number = mailing.id
    with desk.writing("mailing.change", event):
        drafts.change(drafts.hold(event, number), form.wording, chosen, letters_forms.version(form))
    return number


def form_page(
    event: Event, form: MessageForm, chosen: Filter, mailing: Mailing | None, now: Mailing | None = None, code: int = 422
) -> ResponseReturnValue:
    """The form; `now` is what somebody else has written meanwhile."""
    page = render_template(
        "organise/letters/write.html",
        event=event,
        form=form,
        chosen=chosen,
        mailing=mailing,
        now=now,
        number=sending.concerned(event, chosen),
        whom=letters_words.selection(chosen, names(event)),
        placeholders=placeholders.allowed(mailing_letters.LETTER, event),
        words=letters_words,
    )
    return make_response(page, code if form.errors else 200)


@blueprint.get("")
@desk.needs(Act.VIEW_LETTERS)
def show(event: Event, mailing_id: int) -> ResponseReturnValue:
    return shown(event, found(event, mailing_id), ScheduleForm())


def shown(event: Event, mailing: Mailing, form: ScheduleForm, code: int = 200) -> Response:
    chosen = selection_of(mailing)
    of = reader(event, mailing)
    text = render_template(
        "organise/letters/mailing.html",
        event=event,
        mailing=mailing,
        form=form,
        tally=outgoing.tally(event).of_batch(mailing.uid),
        number=sending.concerned(event, chosen),
        whom=letters_words.selection(chosen, names(event)),
        letters_shown=letters_frames.each(written_letters(mailing, of)),
        of=of,
        who=who(),
        is_held=mailing.due_at is not None and mailing.due_at <= clock.now() + sending.HOLD,
        State=State,
        words=letters_words,
    )
    return letters_frames.page(text, code)


def reader(event: Event, mailing: Mailing) -> previews.Subject:
    """Somebody of those whom the message means, whose data its preview shows."""
    return previews.subject(event, who(), selection_of(mailing).condition(event))


def who() -> str:
    return request.args.get("who", "").replace("\0", " ")[:200].strip()


def written_letters(mailing: Mailing, of: previews.Subject) -> dict[str, Letter | None]:
    """The letter in each language in which it was written."""
    site, texts = letters_frames.site(), mailing_letters.sources(mailing)
    return {language: previews.of_mailing(source, language, of, site) for language, source in texts.items()}


@blueprint.get("/body/<language>")
@desk.needs(Act.VIEW_LETTERS)
def body(event: Event, mailing_id: int, language: str) -> ResponseReturnValue:
    mailing = found(event, mailing_id)
    letter = written_letters(mailing, reader(event, mailing)).get(language)
    return letters_frames.frame(letter) if letter else abort(404)


@blueprint.route("/edit", methods=["GET", "POST"])
@desk.needs(Act.WRITE_LETTERS)
def edit(event: Event, mailing_id: int) -> ResponseReturnValue:
    return written(event, found(event, mailing_id))


@blueprint.post("/send")
@desk.needs(Act.WRITE_LETTERS)
def send(event: Event, mailing_id: int) -> ResponseReturnValue:
    version = letters_forms.version(StepForm())
    return step(event, mailing_id, "mailing.send", lambda mailing: sending.send(mailing, version))


@blueprint.post("/schedule")
@desk.needs(Act.WRITE_LETTERS)
def schedule(event: Event, mailing_id: int) -> ResponseReturnValue:
    mailing, form = found(event, mailing_id), ScheduleForm()
    due_at = form.moment(event.zone) if form.is_sent() else None
    if due_at is None:
        return shown(event, mailing, form, 422)
    version = letters_forms.version(form)
    try:
        with desk.writing("mailing.schedule", event):
            sending.schedule(drafts.hold(event, mailing_id), version, due_at)
    except Refused as refusal:
        form.refuse(refusal)
        return shown(event, found(event, mailing_id), form, 422 if refusal.field else 409)
    flash(_("The message is scheduled. Until then you can change it or stop it."))
    return back(event, mailing_id)


@blueprint.post("/stop")
@desk.needs(Act.WRITE_LETTERS)
def stop(event: Event, mailing_id: int) -> ResponseReturnValue:
    with desk.writing("mailing.stop", event):
        mailing = drafts.hold(event, mailing_id)
        dropped = sending.stop(mailing)
        was_put = mailing.put_at is not None
    flash(stopped(event, mailing, dropped) if was_put else _("The message is stopped. Nobody has got it."))
    return back(event, mailing_id)


def stopped(event: Event, mailing: Mailing, dropped: int) -> str:
    """What a stop still caught; a letter that is being carried at this moment counts as left."""
    left = outgoing.tally(event).of_batch(mailing.uid)
    gone = ngettext(
        "%(num)d letter had left already.", "%(num)d letters had left already.", left[State.SENT] + left[State.SENDING]
    )
    kept_back = ngettext("%(num)d letter is stopped.", "%(num)d letters are stopped.", dropped)
    return f"{kept_back} {gone}"


@blueprint.post("/resume")
@desk.needs(Act.WRITE_LETTERS)
def resume(event: Event, mailing_id: int) -> ResponseReturnValue:
    return step(event, mailing_id, "mailing.resume", sending.resume)


def step(event: Event, mailing_id: int, word: str, act: Callable[[Mailing], object]) -> ResponseReturnValue:
    """One act on the message; a refusal shows the message as it is now."""
    form = ScheduleForm()
    try:
        with desk.writing(word, event):
            act(drafts.hold(event, mailing_id))
    except Refused as refusal:
        form.refuse(refusal)
        return shown(event, found(event, mailing_id), form, 409)
    return back(event, mailing_id)


@blueprint.post("/retry")
@desk.needs(Act.WRITE_LETTERS)
def retry(event: Event, mailing_id: int) -> ResponseReturnValue:
    with desk.writing("mailing.retry", event) as now:
        number = sending.retry(drafts.hold(event, mailing_id))
        if not number:
            raise Refused(_("There is no letter to send again."))
        records.record_id(now)
    flash(ngettext("%(num)d letter is leaving once more.", "%(num)d letters are leaving once more.", number))
    return back(event, mailing_id)


@blueprint.post("/delete")
@desk.needs(Act.WRITE_LETTERS)
def delete(event: Event, mailing_id: int) -> ResponseReturnValue:
    with desk.writing("mailing.delete", event):
        drafts.delete(drafts.hold(event, mailing_id))
    flash(_("The draft is deleted."))
    return redirect(url_for("desk_letters.index", event_id=event.id), 303)


def back(event: Event, mailing_id: int) -> ResponseReturnValue:
    return redirect(url_for(".show", event_id=event.id, mailing_id=mailing_id), 303)
