"""The overview of an event: places, registrations by day, next steps, and letters."""

from flask import render_template
from flask.typing import ResponseReturnValue

from app import clock
from app.agenda import clashes
from app.agenda import queries as agenda
from app.changes import news
from app.events.models import Event
from app.overview import figures, post, steps
from app.permissions import Act
from app.registration.doors import door
from app.web.letters_words import AUTOMATIC, FURTHER
from app.web.organise import desk, overview_words

blueprint = desk.blueprint("desk_overview", __name__, "/events/<int:event_id>")


@blueprint.get("/")
@desk.needs(Act.VIEW_EVENT)
def show(event: Event) -> ResponseReturnValue:
    waiting = news.of(event)
    found = steps.of(event, waiting)
    return render_template(
        "organise/overview/show.html",
        event=event,
        news=waiting,
        now=clock.now(),
        door=door(event),
        figures=figures.of(event),
        to_do=overview_words.lines((step for step in found if not step.done), event),
        done=overview_words.lines((step for step in found if step.done), event),
        letters=post.of(event) if desk.may(Act.VIEW_LETTERS) else [],
        letter_name=letter_name,
        clashes=number_of_clashes(event),
    )


def number_of_clashes(event: Event) -> int:
    """How many sessions have something that does not fit."""
    found = clashes.of_event(event, agenda.sessions_of(event))
    return sum(any(clash.counts for clash in of_session) for of_session in found.values())


def letter_name(letter: str) -> str:
    """What a kind of letter is called."""
    if letter in AUTOMATIC:
        return str(AUTOMATIC[letter].name)
    return str(FURTHER.get(letter, letter.replace("_", " ").capitalize()))
