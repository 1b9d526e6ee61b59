"""The steps of editing an agenda, as the page and the history say them."""

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.agenda.steps import Step, What

SENTENCES: dict[What, LazyString] = {
    What.ADD: _l("Added: “%(title)s”"),
    What.CHANGE: _l("Changed: “%(title)s”"),
    What.MOVE: _l("Moved: “%(title)s”"),
    What.SHIFT: _l("Shifted what follows: “%(title)s”"),
    What.REMOVE: _l("Removed: “%(title)s”"),
    What.CANCEL: _l("Cancelled: “%(title)s”"),
    What.REINSTATE: _l("Takes place after all: “%(title)s”"),
    What.PEOPLE: _l("Changed the people: “%(title)s”"),
}


def sentence(step: Step) -> str:
    """Moved: “Panel ekspertów”; the whole agenda, that moves with its event, has no title."""
    if step.what == What.SHIFT and not step.title:
        return str(_("Moved the agenda with its event"))
    return str(SENTENCES[What(step.what)]) % {"title": step.title}
