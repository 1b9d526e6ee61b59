"""Pages for what goes wrong: each says what happened and what to do."""

from dataclasses import dataclass

from flask import Flask, Response, current_app, render_template, request
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import NoResultFound, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import Conflict, Gone, HTTPException, InternalServerError, NotFound, ServiceUnavailable
from werkzeug.wrappers import Response as WsgiResponse

from app.errors import Refused
from app.plans import keys as plans
from app.registration.keys import Revoked
from app.web import former

LARGEST = 2**31 - 1
RETRY_AFTER = 30
"""Seconds after which it is worth trying again when the database does not answer."""


@dataclass(frozen=True)
class Trouble:
    """What happened, and what to do about it."""

    title: LazyString
    advice: LazyString


TROUBLES = {
    400: Trouble(
        _l("We could not read this request"),
        _l("Go back and send the form once more. If that does not help, write to us."),
    ),
    403: Trouble(
        _l("Your post does not allow this"),
        _l("An owner of the event or of its programme can give you another post."),
    ),
    404: Trouble(
        _l("There is no such page"),
        _l("Check the address: it may be cut off at the end. The link to your registration is in our letter."),
    ),
    405: Trouble(
        _l("This page cannot be used in this way"),
        _l("Go back to the page with the form and send it from there."),
    ),
    409: Trouble(
        _l("This cannot be done now"),
        _l("Nothing has been changed. Go back and see how things stand."),
    ),
    410: Trouble(
        _l("This link no longer works"),
        _l("It was replaced by a newer one or has been used already. The working link is in our latest letter."),
    ),
    413: Trouble(
        _l("This is too much at once"),
        _l("Go back and shorten your answers, then send the form once more."),
    ),
    429: Trouble(
        _l("Too many attempts in a short time"),
        _l("Wait a while and try again. If several people register from one network, write to us and we will help."),
    ),
    500: Trouble(
        _l("Something went wrong on our side"),
        _l("Try again in a while. If you were sending a form, send it once more: the same form is taken only once."),
    ),
    503: Trouble(
        _l("The site is resting for a moment"),
        _l("Try again in half a minute. If you were sending a form, send it once more: the same form is taken only once."),
    ),
}


PLAN_GONE = Trouble(
    TROUBLES[410].title,
    _l("The plan was deleted, or its calendar has a newer address. A new plan is made on the event's page."),
)


def show(error: HTTPException, reason: str | None = None, trouble: Trouble | None = None) -> Response:
    """The page of an HTTP error, with the headers that belong to it (Allow, Retry-After)."""
    code = error.code or 500
    trouble = trouble or TROUBLES.get(code, TROUBLES[400 if code < 500 else 500])
    page = render_template("errors/error.html", code=code, trouble=trouble, reason=reason)
    answer = Response(
        page, code, [pair for pair in error.get_headers() if pair[0].lower() != "content-type"], mimetype="text/html"
    )
    answer.headers.update({"Cache-Control": "no-store", "X-Robots-Tag": "noindex", "Referrer-Policy": "no-referrer"})
    return answer


def refused(error: Refused) -> Response:
    """An act said no outside of a form that could show it; its sentence was written for the reader."""
    return show(Conflict(), reason=error.message)


def not_found(error: NoResultFound) -> WsgiResponse:
    """Nothing has this address now; what had it before has taken another."""
    return former.lead() or show(NotFound())


def revoked(error: Revoked) -> Response:
    return show(Gone())


def plan_gone(error: plans.Revoked) -> Response:
    return show(Gone(), trouble=PLAN_GONE)


def unavailable(error: OperationalError | PoolTimeout) -> Response:
    """The database does not answer. Only the driver's own words are noted: the statement's values may be personal."""
    current_app.logger.error("the database is not available: %s", getattr(error, "orig", None) or type(error).__name__)
    return show(ServiceUnavailable(retry_after=RETRY_AFTER))


def failed(error: InternalServerError) -> Response:
    """A fault of the program; Flask has logged it. The page asks the database nothing."""
    return show(InternalServerError())


def refuse_impossible() -> None:
    """No address of ours holds NUL or a number too large for a row's; the database cannot even compare them."""
    numbers = (value for value in (request.view_args or {}).values() if isinstance(value, int))
    if "\0" in request.path or any(number > LARGEST for number in numbers):
        raise NotFound


def init(app: Flask) -> None:
    app.before_request(refuse_impossible)
    app.register_error_handler(HTTPException, show)
    app.register_error_handler(InternalServerError, failed)
    app.register_error_handler(Refused, refused)
    app.register_error_handler(NoResultFound, not_found)
    app.register_error_handler(Revoked, revoked)
    app.register_error_handler(plans.Revoked, plan_gone)
    app.register_error_handler(OperationalError, unavailable)
    app.register_error_handler(PoolTimeout, unavailable)
