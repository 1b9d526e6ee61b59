"""Personal data of an event at the desk: its texts, how long data is kept, what will go, and what went."""

from flask import flash, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.errors import Refused
from app.events.models import Event
from app.permissions import Act
from app.privacy import records, retention
from app.web import language
from app.web.organise import desk, privacy_words, texts
from app.web.organise.forms import DeskForm
from app.web.organise.privacy_forms import retention_form
from app.web.organise.texts import Shelf

blueprint = desk.blueprint("desk_privacy", __name__, "/events/<int:event_id>/privacy")


def shelf(event: Event) -> Shelf:
    return Shelf(event, "desk_privacy")


@blueprint.get("")
@desk.needs(Act.EDIT_EVENT)
def index(event: Event) -> ResponseReturnValue:
    return shown(event, form_for(event))


def form_for(event: Event) -> DeskForm:
    questions = retention.asked(event)
    labels = retention.labels(questions, language.current())
    limits = {question.id: (labels[question.id], question.retention_days) for question in questions}
    return retention_form(retention.days(event), limits)


def shown(event: Event, form: DeskForm) -> ResponseReturnValue:
    plan = retention.plan(event)
    page = render_template(
        "organise/privacy/event.html",
        event=event,
        shelf=shelf(event),
        rows=texts.rows(shelf(event)),
        form=form,
        plan=plan,
        labels=retention.labels([due.question for due in plan if due.question], language.current()),
        deletions=records.of(event),
        words=privacy_words,
    )
    return make_response(page, 422 if form.errors or form.form_errors else 200)


@blueprint.post("/retention", endpoint="retention")
@desk.needs(Act.EDIT_EVENT)
def keep(event: Event) -> ResponseReturnValue:
    form = form_for(event)
    if not form.is_sent():
        return shown(event, form)
    wanted = {int(name.removeprefix("question-")): days for name, days in form.data.items() if name.startswith("question-")}
    try:
        with desk.writing("privacy.retention", event):
            retention.change(event, form.data["whole"], wanted)
    except Refused as refusal:
        form.refuse(refusal)
        return shown(event, form)
    flash(_("Saved. Below you see what will be deleted, and when."))
    return redirect(url_for(".index", event_id=event.id), 303)


@blueprint.get("/texts/<name>")
@desk.needs(Act.EDIT_EVENT)
def text(event: Event, name: str) -> ResponseReturnValue:
    return texts.show(shelf(event), name)


@blueprint.route("/texts/<name>/write", methods=["GET", "POST"])
@desk.needs(Act.EDIT_EVENT)
def write(event: Event, name: str) -> ResponseReturnValue:
    return texts.write(shelf(event), name)


@blueprint.post("/texts/<name>/retire")
@desk.needs(Act.EDIT_EVENT)
def retire(event: Event, name: str) -> ResponseReturnValue:
    return texts.retire(shelf(event), name)
