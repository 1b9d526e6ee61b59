"""The history of an event: who did what and when, with the values before and after."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.audit import queries
from app.events.models import Event
from app.permissions import Act
from app.web.organise import desk, history_rows, history_words

blueprint = desk.blueprint("desk_history", __name__, "/events/<int:event_id>/history")

LONGEST = 200


@blueprint.get("")
@desk.needs(Act.VIEW_AUDIT)
def index(event: Event) -> ResponseReturnValue:
    act, who = asked("act"), asked("who")
    page = queries.of_event(event.id, request.args.get("page", 1, type=int), act=act, who=who)
    return render_template(
        "organise/history/index.html",
        event=event,
        page=page,
        done=history_rows.told(page.acts, event.timezone),
        acts=sorted((history_words.act(word), word) for word in queries.words(event.id)),
        people=[(name, name) for name in queries.people(event.id)],
        query={name: value for name, value in (("act", act), ("who", who)) if value},
    )


def asked(name: str) -> str | None:
    """What the list is narrowed to, as the address says."""
    return request.args.get(name, "").replace("\0", "").strip()[:LONGEST] or None
