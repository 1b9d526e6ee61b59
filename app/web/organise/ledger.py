"""The ledger of places at the desk: every line in words, and whether the chain is unbroken."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.agenda.queries import sessions_of
from app.events.lists import Listed
from app.events.models import Event
from app.ledger import chain
from app.ledger import queries as ledger
from app.participants import ledger as participants
from app.permissions import Act
from app.web import ledger_words
from app.web.organise import desk
from app.web.organise.agenda_forms import number as number_in

blueprint = desk.blueprint("desk_ledger", __name__, "/events/<int:event_id>/ledger")


@blueprint.get("")
@desk.needs(Act.VIEW_PARTICIPANTS)
def show(event: Event) -> ResponseReturnValue:
    """The newest lines first; who they are about is read from the registrations. The first page verifies them all."""
    total = ledger.number_of(event.id)
    number = min(max(1, number_in(request.args.get("page"))), max(1, -(-total // ledger.PAGE)))
    lines = ledger.of_event(event.id, number)
    people = participants.people(event, lines)
    references = {known: person.reference for known, person in people.items()}
    titles = {session.id: session.title for session in sessions_of(event)}
    return render_template(
        "organise/ledger/show.html",
        event=event,
        listed=Listed(ledger_words.told(lines, event.timezone, titles, references), number, total, ledger.PAGE),
        people=people,
        finding=chain.verify(event.id) if number == 1 else None,
    )
