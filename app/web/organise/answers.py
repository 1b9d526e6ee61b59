"""What calendars answered, at the desk: what is in doubt is decided here, the rest is to be read."""

from collections.abc import Mapping

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.exc import NoResultFound

from app.agenda.queries import sessions_of
from app.errors import Refused
from app.events.models import Event
from app.panels import queries as panels
from app.panels.models import Engagement
from app.participants import queries as participants
from app.permissions import Act
from app.replies import acts, queries
from app.replies.matching import DAY, Guest
from app.replies.models import Response
from app.web.organise import answers_words, desk
from app.web.organise.agenda_forms import number as number_in

blueprint = desk.blueprint("desk_answers", __name__, "/events/<int:event_id>/answers")
LONGEST = 200


@blueprint.get("")
@desk.needs(Act.VIEW_PARTICIPANTS)
def index(event: Event) -> ResponseReturnValue:
    return page(event)


def page(event: Event, refusal: Refused | None = None) -> ResponseReturnValue:
    """What waits first, with people to choose from where somebody was looked for; then the rest."""
    titles = {event.uid: event.title, **{session.uid: session.title for session in sessions_of(event)}}
    sought, words = number_in(request.args.get("answer")), request.args.get("q", "").replace("\0", "").strip()[:LONGEST]
    body = render_template(
        "organise/answers/index.html",
        event=event,
        parked=queries.parked(event, number_in(request.args.get("waiting")) or 1),
        listed=queries.dealt_with(event, number_in(request.args.get("page")) or 1),
        sought=sought,
        q=words,
        people=[choice(guest) for guest in queries.people(event, words)] if sought else [],
        title_of=lambda response: title(response, titles),
        choice=choice,
        whose=acts.WHOSE,
        words=answers_words,
        refusal=refusal,
    )
    return make_response(body, 409 if refusal else 200)


def title(response: Response, titles: Mapping[str, str]) -> str:
    """What the entry is called: the event's, a day's, or a session's; nothing for one that is no more."""
    return titles.get(response.uid) or titles.get(DAY.sub("", response.uid, count=1), "")


def choice(guest: Guest) -> tuple[str, str, str]:
    """Somebody as a form names them, their name, and what tells them from others."""
    if isinstance(guest, Engagement):
        return f"speaker-{guest.person_id}", guest.person.name, _("speaker")
    return f"person-{guest.number}", guest.name, guest.email


def chosen(event: Event, word: str) -> Guest:
    """Whom a form names; raises `Refused` for nobody."""
    kind, _dash, number = word.partition("-")
    try:
        if kind == "speaker" and (found := panels.one(event, number_in(number)).engagement):
            return found
        if kind == "person":
            return participants.living(event, number_in(number))
    except NoResultFound:
        pass
    raise Refused(_("Choose the person whose answer it is"))


def back(event: Event) -> ResponseReturnValue:
    return redirect(url_for(".index", event_id=event.id), 303)


@blueprint.post("/<int:response_id>/claim")
@desk.needs(Act.EDIT_PARTICIPANTS)
def claim(event: Event, response_id: int) -> ResponseReturnValue:
    """It is this person's answer."""
    queries.by_id(event, response_id)
    try:
        with desk.writing("answer.claim", event) as acting:
            guest = chosen(event, request.form.get("person", ""))
            why = acts.claim(queries.by_id(event, response_id), guest, by=acting.user_name)
    except Refused as refusal:
        return page(event, refusal)
    flash(answers_words.claimed(why))
    return back(event)


@blueprint.post("/<int:response_id>/decline")
@desk.needs(Act.EDIT_PARTICIPANTS)
def decline(event: Event, response_id: int) -> ResponseReturnValue:
    """The decline holds."""
    queries.by_id(event, response_id)
    try:
        with desk.writing("answer.decline", event) as acting:
            acts.decline(queries.by_id(event, response_id), by=acting.user_name)
    except Refused as refusal:
        return page(event, refusal)
    flash(_("The decline is recorded."))
    return back(event)


@blueprint.post("/<int:response_id>/dismiss")
@desk.needs(Act.EDIT_PARTICIPANTS)
def dismiss(event: Event, response_id: int) -> ResponseReturnValue:
    queries.by_id(event, response_id)
    with desk.writing("answer.dismiss", event) as acting:
        acts.dismiss(queries.by_id(event, response_id), by=acting.user_name)
    flash(_("Dismissed. Nothing was changed."))
    return back(event)
