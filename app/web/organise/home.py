"""The first page of the desk: the events of whoever is signed in."""

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from app import permissions
from app.events import shelves
from app.events.lists import listed
from app.events.shelves import Shelf
from app.permissions import Act
from app.web.organise import desk

blueprint = desk.blueprint("desk_home", __name__)

PER_PAGE = 30
LONGEST_SEARCH = 100
SHELVES = {
    Shelf.COMING: _l("Coming"),
    Shelf.DRAFTS: _l("Drafts"),
    Shelf.PAST: _l("Past"),
    Shelf.ARCHIVE: _l("Archive"),
    Shelf.TEMPLATES: _l("Templates"),
}


@blueprint.get("/")
@desk.needs(Act.USE_DESK)
def index() -> ResponseReturnValue:
    words = request.args.get("q", "").strip()[:LONGEST_SEARCH]
    visible = permissions.visible_events(desk.user())
    query = shelves.found(visible, words) if words else shelves.on(visible, asked_shelf())
    number = request.args.get("page", 1, type=int)
    return render_template(
        "organise/home/index.html",
        page=listed(query, number, PER_PAGE),
        words=words,
        shelf=None if words else asked_shelf(),
        shelves=SHELVES,
    )


def asked_shelf() -> Shelf:
    """The shelf that the address asks for; what is to come, where it asks for none that there is."""
    wish = request.args.get("view", "")
    return Shelf(wish) if wish in set(Shelf) else Shelf.COMING
