"""Letters of an event at the desk: what will be sent and when, what was sent, and what became of each."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app import clock, composing
from app.audit import records
from app.errors import Refused
from app.events import letter_texts
from app.events.models import Event, EventStatus
from app.mail import bounces, outbox
from app.mail.letters import Letter
from app.mail.models import Message, MessageStatus
from app.mailings import outgoing, previews
from app.mailings.outgoing import Sought, State
from app.permissions import Act
from app.registration import reminders
from app.web import letters_words
from app.web.organise import desk, letters_frames, mailings

blueprint = desk.blueprint("desk_letters", __name__, "/events/<int:event_id>/letters")


@blueprint.get("")
@desk.needs(Act.VIEW_LETTERS)
def index(event: Event) -> ResponseReturnValue:
    return render_template(
        "organise/letters/index.html",
        event=event,
        mailings=outgoing.mailings(event),
        tally=outgoing.tally(event),
        own=letter_texts.of_event(event.id),
        due={reminder.letter: reminder for reminder in reminders.of(event)},
        goes_out=event.status is EventStatus.PUBLISHED,
        names=mailings.names(event),
        kinds=letters_words.AUTOMATIC.values(),
        State=State,
        now=clock.now,
        words=letters_words,
        selection_of=mailings.selection_of,
    )


@blueprint.route("/write", methods=["GET", "POST"])
@desk.needs(Act.WRITE_LETTERS)
def write(event: Event) -> ResponseReturnValue:
    return mailings.written(event)


@blueprint.get("/messages")
@desk.needs(Act.VIEW_LETTERS)
def messages(event: Event) -> ResponseReturnValue:
    sought = asked()
    listed = outgoing.page(event, sought, request.args.get("page", 1, type=int))
    return render_template(
        "organise/letters/messages.html",
        event=event,
        sought=sought,
        listed=listed,
        tally=outgoing.tally(event),
        counts=outgoing.counts(event, sought),
        mailing=outgoing.mailing_of(event, sought.batch) if sought.batch else None,
        numbers=outgoing.registrations(event, listed.rows),
        states=State,
        state_of=outgoing.states_of(listed.rows),
        words=letters_words,
        query={name: value for name, value in request.args.items() if name in {"q", "kind", "state", "batch"} and value},
    )


def asked() -> Sought:
    """What the table is narrowed to, as the address says; what cannot be is passed over."""
    text = " ".join(request.args.get("q", "").replace("\0", " ").split())[:200]
    state = request.args.get("state")
    kind, batch = (request.args.get(name, "").replace("\0", "")[:64] or None for name in ("kind", "batch"))
    return Sought(text, kind, State(state) if state in set(State) else None, batch)


@blueprint.get("/messages/<int:message_id>")
@desk.needs(Act.VIEW_LETTERS)
def message(event: Event, message_id: int) -> ResponseReturnValue:
    found = outgoing.one(event, message_id)
    letter = as_now(found)
    text = render_template(
        "organise/letters/message.html",
        event=event,
        message=found,
        state=outgoing.states_of([found])(found),
        State=State,
        shown=letters_frames.shown(letter) if letter else None,
        number=outgoing.registrations(event, [found]).get(found.thread),
        most=outbox.TRIES,
        words=letters_words,
    )
    return letters_frames.page(text)


@blueprint.get("/messages/<int:message_id>/body")
@desk.needs(Act.VIEW_LETTERS)
def message_body(event: Event, message_id: int) -> ResponseReturnValue:
    letter = as_now(outgoing.one(event, message_id))
    return letters_frames.frame(letter) if letter else abort(404)


def as_now(message: Message) -> Letter | None:
    """The letter as it would leave now, without the reader's keys; `None` if it has nothing to say any more."""
    compose = composing.composer([message])
    return compose(message, previews.masked(letters_frames.site()))


@blueprint.post("/messages/<int:message_id>/retry")
@desk.needs(Act.WRITE_LETTERS)
def retry(event: Event, message_id: int) -> ResponseReturnValue:
    with desk.writing("letter.retry", event) as now:
        found = outgoing.one(event, message_id)
        if found.status is not MessageStatus.DEAD:
            raise Refused(_("Only a letter that was not delivered can be sent again."))
        outbox.retry(found.id)
        records.record_id(now)
    flash(_("The letter is leaving once more."))
    return redirect(url_for(".message", event_id=event.id, message_id=message_id), 303)


@blueprint.post("/messages/<int:message_id>/let")
@desk.needs(Act.WRITE_LETTERS)
def let(event: Event, message_id: int) -> ResponseReturnValue:
    """Let letters leave again for the address of this one, which others came back from."""
    with desk.writing("letter.let", event) as now:
        if not bounces.clear(outgoing.one(event, message_id).to_address):
            raise Refused(_("Letters to this address were not stopped."))
        records.record_id(now)
    flash(_("Letters to this address leave again."))
    return redirect(url_for(".message", event_id=event.id, message_id=message_id), 303)


@blueprint.post("/messages/retry")
@desk.needs(Act.WRITE_LETTERS)
def retry_all(event: Event) -> ResponseReturnValue:
    with desk.writing("letter.retry_all", event) as now:
        number = outgoing.retry_all(event)
        if not number:
            raise Refused(_("There is no letter to send again."))
        records.record_id(now)
    flash(ngettext("%(num)d letter is leaving once more.", "%(num)d letters are leaving once more.", number))
    return redirect(url_for(".messages", event_id=event.id), 303)
