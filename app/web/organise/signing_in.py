"""What becomes of a request whose sender is not signed in, or whose form has a token that ran out."""

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import CSRFProtect


def ask() -> ResponseReturnValue:
    """Lead to the page for signing in, and back afterwards."""
    return redirect(url_for("security.login", next=request.full_path.rstrip("?")))


def check_token(csrf: CSRFProtect) -> ResponseReturnValue | None:
    """Refuse a form that another site sent."""
    csrf.protect()
    return None
