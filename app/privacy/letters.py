"""The letter that warns before data is deleted."""

from collections.abc import Callable, Sequence
from datetime import date

from app.db import db
from app.events.models import Event
from app.mail.letters import Letter
from app.mail.models import Message
from app.privacy import retention
from app.site import Site


def composer(messages: Sequence[Message]) -> Callable[[Message, Site], Letter | None]:
    """`compose` for the letters of one batch; there are few of them."""
    return compose


def compose(message: Message, site: Site) -> Letter | None:
    """What goes on that day, as it stands when the letter leaves; `None` if nothing does any more."""
    _about, event_id, on, _user = message.thread.split(":")
    event = db.session.get(Event, int(event_id))
    going = [due for due in retention.plan(event) if due.on == date.fromisoformat(on)] if event else []
    if event is None or not going:
        return None
    questions = [due.question for due in going if due.question]
    return Letter.of(
        message,
        site,
        {
            "event": event,
            "on": date.fromisoformat(on),
            "going": going,
            "labels": retention.labels(questions, message.language),
            "url": site.desk_privacy(event.id),
            "site": site,
        },
    )
