"""The form builder: what an event asks of those who register; the script of the agenda sends the same plain forms."""

from collections.abc import Callable

from flask import abort, flash, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound
from werkzeug.utils import redirect

from app import permissions
from app.db import db
from app.errors import Refused
from app.events.models import Event
from app.permissions import Act
from app.questions import copying, editing, values
from app.questions import form as forms
from app.questions.models import Asks, Question, Section
from app.registration import answered, choices, consent
from app.web import language
from app.web.organise import desk
from app.web.organise.question_forms import KINDS, CopyForm, QuestionForm, SectionForm
from app.web.registration import entry as entries
from app.web.registration import question_fields
from app.web.registration.forms import RegisterForm, number
from app.web.registration.pages import facts_of
from app.web.registration.question_fields import QuestionField

blueprint = desk.blueprint("desk_form", __name__, "/events/<int:event_id>/form")

SOURCES = 200


@blueprint.get("")
@desk.needs(Act.EDIT_FORM)
def index(event: Event) -> ResponseReturnValue:
    return page(event)


def page(event: Event, refusal: str = "", section_form: SectionForm | None = None) -> ResponseReturnValue:
    """The form by sections, under a refusal if an act was refused."""
    questions = editing.everything(event)
    standing = editing.standing(questions)
    rows: list[Section | None] = [None, *editing.sections(event)]
    text = render_template(
        "organise/form/index.html",
        event=event,
        parts=[(section, [one for one in standing if one.section is section]) for section in rows],
        removed=[one for one in questions if one.is_removed],
        counts=answered.counts(event),
        by_id={one.id: one for one in questions},
        kinds=KINDS,
        label=label,
        label_of=heading,
        conditions=in_words,
        refusal=refusal,
        section_form=section_form or SectionForm(),
    )
    return make_response(text, 409 if refusal else 422 if section_form else 200)


def label(question: Question) -> str:
    return values.said(question.wording.label, language.current())


def heading(section: Section) -> str:
    return values.said(section.title, language.current())


def in_words(source: Question, question: Question) -> str:
    """The answers to one question by which another is shown."""
    words = dict(QuestionField(source).possible())
    return " / ".join(words.get(value, value) for value in question.shown_values)


@blueprint.route("/questions/new", methods=["GET", "POST"])
@desk.needs(Act.EDIT_FORM)
def add(event: Event) -> ResponseReturnValue:
    asks = Asks(kind) if (kind := request.args.get("asks", "")) in set(Asks) else Asks.LINE
    form = QuestionForm(section=request.args.get("section", ""))
    form.prepare(asks, editing.sections(event), editing.standing(editing.everything(event)))
    if not form.is_sent() or form.arranges():
        return question_page(event, form, asks)
    try:
        with desk.writing("form.add", event):
            question_id = editing.add(event, asks, form.told).id
    except Refused as refusal:
        form.refuse(refusal)
        return question_page(event, form, asks)
    flash(_("The question is added."))
    return back(event, question_id)


@blueprint.route("/questions/<int:question_id>", methods=["GET", "POST"])
@desk.needs(Act.EDIT_FORM)
def edit(event: Event, question_id: int) -> ResponseReturnValue:
    questions = editing.everything(event)
    question = editing.found(questions, question_id)
    order = editing.standing(questions)
    form = QuestionForm(**QuestionForm.of(question))
    form.prepare(question.asks, editing.sections(event), order[: order.index(question)] if question in order else [], question)
    if not form.is_sent() or form.arranges():
        return question_page(event, form, question.asks, question)
    try:
        with desk.writing("form.change", event):
            editing.change(event, question_id, form.told, answered=answered.wordings_in_use(event))
    except Refused as refusal:
        form.refuse(refusal)
        return question_page(event, form, question.asks, editing.found(editing.everything(event), question_id))
    flash(_("The question is saved."))
    return back(event, question_id)


def question_page(event: Event, form: QuestionForm, asks: Asks, question: Question | None = None) -> ResponseReturnValue:
    text = render_template(
        "organise/form/question.html",
        event=event,
        form=form,
        question=question,
        kind=KINDS[asks],
        label=label,
        answers=answered.counts(event).get(question.id, 0) if question else 0,
    )
    return make_response(text, 422 if form.errors or form.form_errors else 200)


def back(event: Event, question_id: int) -> ResponseReturnValue:
    return redirect(url_for(".index", event_id=event.id, _anchor=f"row-{question_id}"), 303)


@blueprint.post("/questions/<int:question_id>/act")
@desk.needs(Act.EDIT_FORM)
def act(event: Event, question_id: int) -> ResponseReturnValue:
    """What the buttons of a row do: up, down, remove, restore; and where the row was dragged: before:<row>, last."""
    do, _colon, argument = request.form.get("do", "").partition(":")
    chosen = ACTS.get(do) or abort(400)
    try:
        with desk.writing(f"form.{do if do in {'remove', 'restore'} else 'move'}", event):
            chosen(event, question_id, argument)
            db.session.flush()
    except Refused as refusal:
        return page(event, refusal.message)
    return back(event, question_id)


def place(event: Event, question_id: int, argument: str) -> object:
    """Before another question, or before the heading of a section ("section-3")."""
    if argument.startswith("section-"):
        return editing.place_before_section(event, question_id, number(argument.removeprefix("section-")))
    return editing.place(event, question_id, number(argument))


ACTS: dict[str, Callable[[Event, int, str], object]] = {
    "up": lambda event, question_id, argument: editing.move(event, question_id, editing.UP),
    "down": lambda event, question_id, argument: editing.move(event, question_id, editing.DOWN),
    "before": place,
    "last": lambda event, question_id, argument: editing.place(event, question_id, None),
    "remove": lambda event, question_id, argument: editing.remove(event, question_id),
    "restore": lambda event, question_id, argument: editing.restore(event, question_id),
}


@blueprint.post("/sections/new")
@desk.needs(Act.EDIT_FORM)
def add_section(event: Event) -> ResponseReturnValue:
    form = SectionForm()
    if not form.is_sent():
        return page(event, section_form=form)
    try:
        with desk.writing("form.add_section", event):
            section_id = editing.add_section(event, form.title).id
    except Refused as refusal:
        form.refuse(refusal)
        return page(event, section_form=form)
    return redirect(url_for(".index", event_id=event.id, _anchor=f"row-section-{section_id}"), 303)


@blueprint.post("/sections/<int:section_id>")
@desk.needs(Act.EDIT_FORM)
def change_section(event: Event, section_id: int) -> ResponseReturnValue:
    """The heading as typed, then what the button says: up, down or remove."""
    do, form = request.form.get("do", "save"), SectionForm()
    if not form.is_sent():
        return page(event)
    try:
        with desk.writing("form.change_section", event):
            editing.rename_section(event, section_id, form.title)
            if do in {"up", "down"}:
                editing.move_section(event, section_id, editing.UP if do == "up" else editing.DOWN)
            elif do == "remove":
                editing.remove_section(event, section_id)
    except Refused as refusal:
        return page(event, refusal.message)
    return redirect(url_for(".index", event_id=event.id, _anchor=f"row-section-{section_id}"), 303)


@blueprint.route("/copy", methods=["GET", "POST"])
@desk.needs(Act.EDIT_FORM)
def copy(event: Event) -> ResponseReturnValue:
    """The questions of another event or of a template, added below those that are here."""
    form = CopyForm()
    form.offer(sources(event))
    if not form.is_sent():
        return make_response(render_template("organise/form/copy.html", event=event, form=form), 422 if form.errors else 200)
    source = next((one for one in sources(event) if one.id == number(form.source.data)), None)
    if source is None:
        raise NotFound
    with desk.writing("form.copy", event):
        count = copying.copy(db.session.get_one(Event, source.id), event)
    flash(_("Questions copied: %(num)d", num=count))
    return redirect(url_for(".index", event_id=event.id), 303)


def sources(event: Event) -> list[Event]:
    """What the user may see and that asks something."""
    asking = permissions.visible_events(desk.user()).where(Event.id != event.id, Event.id.in_(forms.events_that_ask()))
    return list(db.session.scalars(asking.order_by(Event.is_template.desc(), Event.starts_at.desc()).limit(SOURCES)))


@blueprint.route("/preview", methods=["GET", "POST"])
@desk.needs(Act.EDIT_FORM)
def preview(event: Event) -> ResponseReturnValue:
    """The form as the public sees it; it can be filled in and checked, and nothing of it is kept."""
    form = RegisterForm()
    is_sent = form.is_submitted() and "restore" not in request.form
    form.questions = question_fields.sent(event, keeps_files=False) if is_sent else question_fields.blank(event)
    sessions = choices.offered(event, choices.agenda(event))
    form.prepare(sessions, entries.of(event, sessions))
    form.ask(consent.asked(event))
    is_good = is_sent and form.validate()
    text = render_template("organise/form/preview.html", is_good=is_good, **facts_of(event, form))
    return make_response(text, 422 if is_sent and form.is_wrong else 200)
