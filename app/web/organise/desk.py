"""What every page of the desk shares: who may open it, the protection of its forms, and the writing unit with its audit."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, TypeVar, cast

from flask import Blueprint, Flask, Response, g, request
from flask.typing import ResponseReturnValue
from flask_security import current_user
from flask_wtf import CSRFProtect
from werkzeug.exceptions import Conflict, Forbidden, NotFound

from app import permissions
from app.accounts.models import User
from app.audit.records import Acting, acting
from app.db import db, transaction
from app.events.models import Event, Programme
from app.permissions import ON_A_PROGRAMME, ON_AN_EVENT, Act
from app.web.organise import signing_in

Page = TypeVar("Page", bound=Callable[..., Any])
csrf = CSRFProtect()


def blueprint(name: str, import_name: str, path: str = "") -> Blueprint:
    """A part of the desk: under /organise, behind sign-in, its forms protected, its pages kept nowhere."""
    part = Blueprint(name, import_name, url_prefix=f"/organise{path}")
    part.before_request(guard)
    part.after_request(unkept)
    return part


def guard() -> ResponseReturnValue | None:
    """Let in who is signed in; a form that was sent without, or with a token that ran out, is kept (`signing_in`)."""
    if not current_user.is_authenticated:
        return signing_in.ask()
    if request.method == "POST":
        return signing_in.check_token(csrf)
    return None


def unkept(response: Response) -> Response:
    """Pages of the desk hold what is nobody else's to see."""
    response.headers.setdefault("Cache-Control", "private, no-store")
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def unreferred(response: Response) -> Response:
    """Pages with a key in their address send that address nowhere."""
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def user() -> User:
    """Who is signed in."""
    return cast(User, current_user._get_current_object())


def needs(act: Act) -> Callable[[Page], Page]:
    """Who may open this page. For an act on an event, the address holds `event_id` and the page takes `event`.

    Whoever has no post on the event gets 404, for whom it does not exist; whoever has one that is not enough, 403.
    The same for acts on a programme, `programme_id` and `programme`.
    """

    def mark(page: Page) -> Page:
        @wraps(page)
        def checked(**values: Any) -> ResponseReturnValue:
            if act in ON_AN_EVENT:
                event = db.session.get(Event, values.pop("event_id"))
                acts = permissions.acts_on(user(), event) if event else frozenset()
                g.event = event
                return allow(page, act, shown(acts), {"event": event, **values})
            if act in ON_A_PROGRAMME:
                programme = db.session.get(Programme, values.pop("programme_id"))
                acts = permissions.acts_on_programme(user(), programme) if programme else frozenset()
                return allow(page, act, shown(acts), {"programme": programme, **values})
            return allow(page, act, permissions.acts_anywhere(user()), values)

        checked.access = act  # type: ignore[attr-defined]  # a mark, read by the tests of the house
        return cast(Page, checked)

    return mark


def shown(acts: frozenset[Act]) -> frozenset[Act]:
    """The acts, if there are any; what somebody may do nothing with does not exist for them."""
    if not acts:
        raise NotFound
    return acts


def allow(page: Callable[..., Any], act: Act, acts: frozenset[Act], values: dict[str, Any]) -> ResponseReturnValue:
    g.acts = acts
    if act not in acts:
        raise Forbidden
    return cast(ResponseReturnValue, page(**values))


def may(act: Act | str) -> bool:
    """For templates: whether who is signed in may do this, on the event or programme of this page if it has one."""
    if not current_user.is_authenticated:
        return False
    if act in ON_AN_EVENT or act in ON_A_PROGRAMME:
        return act in g.get("acts", frozenset())
    if "acts_anywhere" not in g:
        g.acts_anywhere = permissions.acts_anywhere(user())
    return act in g.acts_anywhere


@contextmanager
def writing(act: str, event: Event | None = None) -> Iterator[Acting]:
    """One act at the desk: a transaction whose every change is recorded under this word, such as "event.publish".

    A form that only comes back (`signing_in`) changes nothing, also where the page does not know that it may.
    """
    if signing_in.is_coming_back():
        raise Conflict
    who, event_id = user(), event.id if event else None
    facts: dict[str, Any] = {"user_id": who.id, "user_name": who.name, "event_id": event_id}
    with transaction(), acting(act, **facts) as now:
        yield now


def init(app: Flask) -> None:
    csrf.init_app(app)
    app.jinja_env.globals.update(may=may, kept_mark=signing_in.mark)
