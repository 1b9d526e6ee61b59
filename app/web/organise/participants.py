"""Participants at the desk: the table, one person, and what is done with one of them."""

from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.admission import quotas
from app.agenda.models import Session
from app.agenda.queries import sessions_of
from app.audit import records
from app.calendar.words import Reply
from app.errors import Refused
from app.events.lists import Listed
from app.events.models import Event
from app.ledger import queries as ledger
from app.mail import bounces
from app.mailings import outgoing
from app.participants import acts, history, queries, words
from app.participants import ledger as participants_ledger
from app.participants.filters import Filter, State, Wanted
from app.participants.filters import number as number_in
from app.participants.queries import PAGE, Order, Sort
from app.permissions import Act
from app.questions import values
from app.questions.form import filterable
from app.questions.models import Question
from app.registration import answered, approving, consent, waitlist
from app.registration.details import Known
from app.registration.models import Answer, Registration
from app.replies import queries as answered_by_calendar
from app.web import clause, files, language, ledger_words, letters_words
from app.web.organise import answers_words, desk, history_words
from app.web.organise.participants_forms import (
    AddForm,
    DeclineForm,
    EndForm,
    NoteForm,
    OverForm,
    PersonForm,
    ReplyForm,
    as_typed,
    offered,
)
from app.web.registration.pages import clause_in_force
from app.web.registration.question_fields import QuestionField

blueprint = desk.blueprint("desk_participants", __name__, "/events/<int:event_id>/participants")


@blueprint.get("")
@desk.needs(Act.VIEW_PARTICIPANTS)
def index(event: Event) -> ResponseReturnValue:
    chosen, sort = Filter.from_args(request.args), Sort.from_word(request.args.get("sort"))
    counts = queries.counts(event, chosen)
    total = counts.of(chosen.state)
    number = min(number_in(request.args.get("page", "")) or 1, max(1, -(-total // PAGE)))
    people = queries.page(event, chosen, sort, number)
    sessions = offered(event)
    questions = answered.columns(event)
    columns = [question for question in questions if question.name in request.args.getlist("column")]
    return render_template(
        "organise/participants/index.html",
        questions=question_words(questions),
        filters=[
            (QuestionField(question, [value for name, value in chosen.answers if name == question.name]))
            for question in filterable(questions)
        ],
        columns=question_words(columns),
        answers=answered.texts(people, columns, language.current()),
        event=event,
        chosen=chosen,
        sort=sort,
        counts=counts,
        listed=Listed(people, number, total, PAGE),
        organisations=queries.organisations(event, chosen),
        sessions=sessions,
        groups=groups(event),
        parts=queries.parts(people, sessions),
        unreached=queries.unreached_among(people),
        steps=queries.open_steps(event),
        letters_url=letters_url(event, chosen),
        words=words,
        State=State,
        Wanted=Wanted,
        Order=Order,
        replies=list(Reply),
    )


def groups(event: Event) -> dict[int, str]:
    """The groups of participants by number, in the reader's language."""
    return {quota.id: quota.said("name", language.current()).text for quota in quotas.of(event)}


def question_words(questions: list[Question]) -> list[tuple[Question, str]]:
    """The questions with their words in the reader's language."""
    return [(question, values.said(question.wording.label, language.current())) for question in questions]


def letters_url(event: Event, chosen: Filter) -> str | None:
    """Where one writes to the people of this filter."""
    query: dict[str, Any] = dict(chosen.as_query())
    return url_for("desk_letters.write", event_id=event.id, **query) if desk.may(Act.WRITE_LETTERS) else None


@blueprint.get("/<int:number>")
@desk.needs(Act.VIEW_PARTICIPANTS)
def show(event: Event, number: int) -> ResponseReturnValue:
    return person_page(event, queries.by_number(event, number))


def person_page(event: Event, person: Registration, refusal: Refused | None = None, **forms: object) -> ResponseReturnValue:
    """One person, under a refusal if an act was refused, with a form that came back if one did."""
    reply = forms.get("reply") or ReplyForm(reply=person.reply.value)
    if isinstance(reply, ReplyForm):
        reply.offer()
    messages = queries.messages(person)
    page = render_template(
        "organise/participants/show.html",
        event=event,
        person=person,
        sessions=sessions_chosen(event, person),
        consents=consent.given(person),
        needs=words.needs(person),
        answers=answers_of(person),
        position=waitlist.position(person) if person.is_waiting else None,
        is_unreached=bool(queries.unreached_among([person])),
        entries=queries.entries(person),
        responses=answered_by_calendar.of_registration(person),
        answers_words=answers_words,
        steps=steps(event, person),
        messages=messages,
        state_of=outgoing.states_of(messages),
        returned=bounces.paused([person.email]).get(person.email),
        letters_words=letters_words,
        history=history.of(person, history_words.act),
        words=words,
        refusal=refusal,
        note_form=forms.get("note") or NoteForm(note=person.note),
        reply_form=reply,
        is_full=not acts.has_room(event, person.quota_id),
    )
    return make_response(page, 409 if refusal else 422 if forms else 200)


def answers_of(person: Registration) -> list[tuple[Answer, str, str]]:
    """What the person answered to the event's questions, in the words that were asked."""
    code = language.current()
    return [(answer, values.said(answer.wording.label, code), answered.text(answer, code)) for answer in answered.of(person)]


@blueprint.get("/<int:number>/answers/<int:question_id>/file")
@desk.needs(Act.VIEW_PARTICIPANTS)
def file(event: Event, number: int, question_id: int) -> ResponseReturnValue:
    """A file that somebody answered with."""
    return files.respond(answered.file_of(queries.by_number(event, number), question_id))


def steps(event: Event, person: Registration) -> list[ledger_words.Told]:
    """The person's lines of the ledger."""
    lines = ledger.of_registration(event.id, person.number)
    titles = {session.id: session.title for session in sessions_of(event)} if any(line.session_id for line in lines) else {}
    return ledger_words.told(lines, event.timezone, titles, participants_ledger.references(event, lines))


def sessions_chosen(event: Event, person: Registration) -> list[Session]:
    """The parts that the person comes to, in the order of the agenda; none where the event does not ask."""
    if not event.asks_sessions:
        return []
    chosen = queries.choices_of(person)
    return [session for session in sessions_of(event) if session.id in chosen]


def back(event: Event, number: int) -> ResponseReturnValue:
    return redirect(url_for(".show", event_id=event.id, number=number), 303)


@blueprint.route("/add", methods=["GET", "POST"])
@desk.needs(Act.EDIT_PARTICIPANTS)
def add(event: Event) -> ResponseReturnValue:
    sessions = offered(event)
    form = AddForm(given="place", tells=True, language=event.language, sessions=[str(session.id) for session in sessions])
    form.offer(sessions, groups(event))
    if not form.is_sent():
        return add_page(event, form)
    try:
        with desk.writing("participants.add", event):
            person = acts.add(event, form.told, **form.added)
            number, name = person.number, person.name
    except Refused as refusal:
        form.refuse(refusal)
        return add_page(event, form, refusal)
    flash(_("Added: %(name)s", name=name))
    return back(event, number)


def add_page(event: Event, form: AddForm, refusal: Refused | None = None) -> ResponseReturnValue:
    in_force = clause_in_force(event)
    form.clause_version.data = str(in_force.version)
    page = render_template(
        "organise/participants/add.html",
        event=event,
        form=form,
        clause=clause.said(in_force),
        known=refusal.registration if isinstance(refusal, Known) else None,
        is_full=not acts.is_free(event),
    )
    return make_response(page, 422 if form.errors or form.form_errors else 200)


@blueprint.route("/<int:number>/edit", methods=["GET", "POST"])
@desk.needs(Act.EDIT_PARTICIPANTS)
def edit(event: Event, number: int) -> ResponseReturnValue:
    person = queries.living(event, number)
    form = PersonForm(obj=person, **as_typed(person))
    form.offer(offered(event) if not person.is_cancelled else [], groups(event))
    if not form.is_sent():
        return edit_page(event, person, form)
    try:
        with desk.writing("participants.edit", event):
            is_moved = acts.correct(queries.living(event, number), form.told)
    except Refused as refusal:
        form.refuse(refusal)
        return edit_page(event, queries.by_number(event, number), form, refusal)
    flash(_("Saved. Letters go to the new address from now on.") if is_moved else _("Saved."))
    return back(event, number)


def edit_page(event: Event, person: Registration, form: PersonForm, refusal: Refused | None = None) -> ResponseReturnValue:
    known = refusal.registration if isinstance(refusal, Known) else None
    page = render_template("organise/participants/edit.html", event=event, person=person, form=form, known=known)
    return make_response(page, 422 if form.errors or form.form_errors else 200)


@blueprint.route("/<int:number>/cancel", methods=["GET", "POST"])
@desk.needs(Act.EDIT_PARTICIPANTS)
def cancel(event: Event, number: int) -> ResponseReturnValue:
    person = queries.living(event, number)
    form = EndForm(tells=True)
    if person.has_ended:
        return back(event, number)
    if not form.is_sent():
        return render_template("organise/participants/cancel.html", event=event, person=person, form=form)
    try:
        with desk.writing("participants.cancel", event):
            acts.cancel(queries.living(event, number), tells=bool(form.tells.data))
    except Refused as refusal:
        return person_page(event, queries.by_number(event, number), refusal)
    flash(_("The registration is cancelled."))
    return back(event, number)


@blueprint.post("/<int:number>/approve")
@desk.needs(Act.EDIT_PARTICIPANTS)
def approve(event: Event, number: int) -> ResponseReturnValue:
    try:
        with desk.writing("participants.approve", event):
            person = queries.by_number(event, number)
            people = approving.approve(person)
            said = _("Approved, with a place.") if person.is_confirmed else _("Approved. No place is free, so they wait for one.")
            together = len(people) > 1
    except Refused as refusal:
        return person_page(event, queries.by_number(event, number), refusal)
    flash(said)
    if together:
        flash(_("The others of the group are approved too."))
    return back(event, number)


@blueprint.route("/<int:number>/decline", methods=["GET", "POST"])
@desk.needs(Act.EDIT_PARTICIPANTS)
def decline(event: Event, number: int) -> ResponseReturnValue:
    person, form = queries.by_number(event, number), DeclineForm()
    if not form.is_sent():
        page = render_template("organise/participants/decline.html", event=event, person=person, form=form)
        return make_response(page, 422 if form.errors else 200)
    try:
        with desk.writing("participants.decline", event):
            approving.decline(queries.by_number(event, number), form.note.data or "")
    except Refused as refusal:
        return person_page(event, queries.by_number(event, number), refusal)
    flash(_("Declined. A letter tells the person."))
    return back(event, number)


@blueprint.post("/<int:number>/reinstate")
@desk.needs(Act.EDIT_PARTICIPANTS)
def reinstate(event: Event, number: int) -> ResponseReturnValue:
    try:
        with desk.writing("participants.reinstate", event):
            person = queries.living(event, number)
            acts.reinstate(person, over=bool(OverForm().over.data))
            has_place = person.is_confirmed
    except Refused as refusal:
        return person_page(event, queries.by_number(event, number), refusal)
    flash(_("This person has a place again.") if has_place else _("No place is free, so this person is on the waiting list."))
    return back(event, number)


@blueprint.post("/<int:number>/confirm")
@desk.needs(Act.EDIT_PARTICIPANTS)
def confirm(event: Event, number: int) -> ResponseReturnValue:
    try:
        with desk.writing("participants.confirm", event):
            acts.move_ahead(queries.living(event, number), over=bool(OverForm().over.data))
    except Refused as refusal:
        return person_page(event, queries.by_number(event, number), refusal)
    flash(_("This person has a place now."))
    return back(event, number)


@blueprint.post("/<int:number>/resend")
@desk.needs(Act.EDIT_PARTICIPANTS)
def resend(event: Event, number: int) -> ResponseReturnValue:
    try:
        with desk.writing("participants.resend", event):
            is_put = acts.resend(queries.living(event, number))
    except Refused as refusal:
        return person_page(event, queries.by_number(event, number), refusal)
    flash(_("The letter leaves in a moment.") if is_put else _("The same letter was sent less than ten minutes ago."))
    return back(event, number)


@blueprint.post("/<int:number>/letters-again")
@desk.needs(Act.EDIT_PARTICIPANTS)
def let_letters(event: Event, number: int) -> ResponseReturnValue:
    """Let letters leave for an address that others came back from."""
    with desk.writing("participants.let_letters", event) as now:
        is_changed = bounces.clear(queries.living(event, number).email)
        records.record_id(now)
    flash(_("Letters to this address leave again.") if is_changed else _("Letters to this address were not stopped."))
    return back(event, number)


@blueprint.post("/<int:number>/note")
@desk.needs(Act.EDIT_PARTICIPANTS)
def note(event: Event, number: int) -> ResponseReturnValue:
    form = NoteForm()
    if not form.is_sent():
        return person_page(event, queries.by_number(event, number), note=form)
    with desk.writing("participants.note", event):
        acts.note(queries.living(event, number), form.note.data or "")
    flash(_("The note is saved."))
    return back(event, number)


@blueprint.post("/<int:number>/reply")
@desk.needs(Act.EDIT_PARTICIPANTS)
def reply(event: Event, number: int) -> ResponseReturnValue:
    form = ReplyForm()
    if not form.is_sent():
        return person_page(event, queries.by_number(event, number), reply=form)
    with desk.writing("participants.reply", event):
        acts.answered(queries.living(event, number), Reply(form.reply.data))
    flash(_("The answer is saved."))
    return back(event, number)
