"""Signing in, second factors and passkeys: Flask-Security's pages under /organise, in our look and our words."""

from base64 import urlsafe_b64encode
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, cast

from flask import (
    Blueprint,
    Flask,
    Response,
    current_app,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_security import Security, auth_required, current_user, views, webauthn
from flask_security.recovery_codes import mf_recovery, mf_recovery_codes
from flask_security.tf_plugin import tf_select
from flask_security.utils import check_and_get_token_status
from flask_wtf import FlaskForm
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import TooManyRequests, UnsupportedMediaType

import config
from app import clock, tokens
from app.accounts import attempts
from app.db import db, transaction
from app.web import account_factors, account_forms, account_words, errors
from app.web.account_store import Accounts
from app.web.organise import desk, signing_in

View = Callable[..., ResponseReturnValue]
SIGN_IN = "sign-in"
"""The mark of these pages (`access`): they ask themselves who it is."""
CHEAP = {"argon2__time_cost": 1, "argon2__memory_cost": 8, "argon2__parallelism": 1}
BOTH, POST = ("GET", "POST"), ("POST",)
CODES_WITHIN = timedelta(minutes=30)
"""So long the key of an app may wait for its first code."""


def lost_factor() -> ResponseReturnValue:
    """What to do without the phone or the passkey."""
    return render_template("security/lost_factor.html")


@auth_required("session")
def confirm_codes(token: str) -> ResponseReturnValue:
    """Turn codes on. After a wrong code the library begins anew, with another key; here the one in the phone stays."""
    is_late, is_wrong, state = check_and_get_token_status(token, "tf_setup", CODES_WITHIN)
    if is_late or is_wrong:
        return cast(ResponseReturnValue, views.two_factor_setup_validate(token))
    form = account_forms.CodeForm()
    form.tf_totp_secret, form.primary_method = state["totp_secret"], state["method"]
    form.user, form.is_setup = current_user, True
    if form.validate_on_submit():
        return cast(ResponseReturnValue, views.two_factor_setup_validate(token))
    key = current_app.extensions["security"].totp_factory.fetch_setup_values(state["totp_secret"], current_user)
    facts = {"two_factor_setup_form": form, "two_factor_verify_code_form": form, "chosen_method": state["method"]}
    facts |= {"authr_qrcode": key["image"], "authr_key": key["key"], "state_token": token}
    return cast(ResponseReturnValue, render(TEMPLATES["TWO_FACTOR_SETUP"], **facts))


PAGES: tuple[tuple[str, str, View, tuple[str, ...]], ...] = (
    ("login", "/sign-in", views.login, BOTH),
    ("logout", "/sign-out", views.logout, POST),
    ("verify", "/sign-in/again", views.verify, BOTH),
    ("tf_select", "/sign-in/factor", tf_select, BOTH),
    ("two_factor_token_validation", "/sign-in/code", views.two_factor_token_validation, BOTH),
    ("two_factor_rescue", "/sign-in/lost", lost_factor, ("GET",)),
    ("mf_recovery", "/sign-in/recovery-code", mf_recovery, BOTH),
    ("wan_signin", "/sign-in/passkey", webauthn.webauthn_signin, BOTH),
    ("wan_signin_response", "/sign-in/passkey/<token>", webauthn.webauthn_signin_response, POST),
    ("wan_verify", "/sign-in/again/passkey", webauthn.webauthn_verify, BOTH),
    ("wan_verify_response", "/sign-in/again/passkey/<token>", webauthn.webauthn_verify_response, POST),
    ("two_factor_setup", "/account/codes", views.two_factor_setup, BOTH),
    ("two_factor_setup_validate", "/account/codes/<token>", confirm_codes, POST),
    ("mf_recovery_codes", "/account/recovery-codes", mf_recovery_codes, BOTH),
    ("wan_register", "/account/passkeys", webauthn.webauthn_register, BOTH),
    ("wan_register_response", "/account/passkeys/<token>", webauthn.webauthn_register_response, POST),
    ("wan_delete", "/account/passkeys/remove", webauthn.webauthn_delete, POST),
)
TEMPLATES = {
    "LOGIN_USER": "security/login_user.html",
    "VERIFY": "security/verify.html",
    "TWO_FACTOR_SELECT": "security/two_factor_select.html",
    "TWO_FACTOR_SETUP": "security/two_factor_setup.html",
    "TWO_FACTOR_VERIFY_CODE": "security/two_factor_verify_code.html",
    "MULTI_FACTOR_RECOVERY": "security/mf_recovery.html",
    "MULTI_FACTOR_RECOVERY_CODES": "security/mf_recovery_codes.html",
    "WAN_REGISTER": "security/wan_register.html",
    "WAN_SIGNIN": "security/wan_signin.html",
    "WAN_VERIFY": "security/wan_verify.html",
}
SUBJECTS: dict[str, Callable[[], str]] = {
    "login": lambda: request.form.get("email", "").strip().casefold(),
    "verify": lambda: f"again:{current_user.get_id()}",
    "two_factor_token_validation": lambda: f"code:{session.get('tf_user_id')}",
    "mf_recovery": lambda: f"code:{session.get('tf_user_id')}",
}
"""What is guessed at, on pages where somebody could guess: tries are counted by it."""


def page(name: str, view: View) -> View:
    """One of the library's pages, with our limits, and with its changes written at its end."""

    @wraps(view)
    def shown(**values: Any) -> ResponseReturnValue:
        try:
            return post(name, view, values) if request.method == "POST" else get(view, values)
        except CSRFError:
            flash(_("This page was open for too long. Try again."), "warning")
            return again(name)

    shown.access = SIGN_IN  # type: ignore[attr-defined]  # a mark, read by the tests of the house
    return shown


def again(name: str) -> ResponseReturnValue:
    """The page anew, or the account's own where there is nothing to be seen."""
    has_page = "GET" in next(methods for endpoint, *_, methods in PAGES if endpoint == name)
    return redirect(request.full_path.rstrip("?") if has_page else url_for("desk_account.show"), 303)


def get(view: View, values: dict[str, Any]) -> Response:
    with db.session.no_autoflush:
        return make_response(view(**values))


def post(name: str, view: View, values: dict[str, Any]) -> Response:
    """Act, with every try counted before it is known whether it is right."""
    if request.is_json:
        raise UnsupportedMediaType
    if signing_in.is_coming_back():
        return make_response(again(name))
    tried = (SUBJECTS[name](), request.remote_addr or "") if name in SUBJECTS else None
    if tried and (refusal := counted(*tried)):
        return errors.show(TooManyRequests(), reason=refusal.message)
    was_signed_in = current_user.is_authenticated
    answer = get(view, values)
    write()
    if tried and answer.location and is_right(name, was_signed_in):
        with transaction():
            attempts.forgive(*tried)
    return answer


def is_right(name: str, was_signed_in: bool) -> bool:
    """Whether what was tried was right: not merely a page that leads on, as it does for whoever is signed in already."""
    if name == "verify":
        return bool(current_user.is_authenticated)
    has_password_right = name == "login" and "tf_user_id" in session
    return not was_signed_in and bool(current_user.is_authenticated or has_password_right)


def counted(subject: str, network: str) -> attempts.TooMany | None:
    """Count a try; what stands against it, if anything does."""
    try:
        with transaction():
            attempts.note(subject, network)
    except attempts.TooMany as refusal:
        return refusal
    return None


def write() -> None:
    """Write what the page changed; nobody is signed in by an act that could not be written."""
    try:
        current_app.extensions["security"].datastore.write()
    except BaseException:
        session.clear()
        raise


def render(template: str, **context: Any) -> Any:
    """A page of the library; one with a form that was not good says so."""
    forms = [value for value in context.values() if isinstance(value, FlaskForm)]
    is_wrong = request.method == "POST" and any(form.errors for form in forms)
    return make_response(render_template(template, **context), 422 if is_wrong else 200)


def init(app: Flask) -> None:
    settings: config.Settings = app.config["SETTINGS"]
    app.config.update(account_words.MESSAGES)
    app.config.update(library(settings))
    security = Security(
        app,
        Accounts(),
        register_blueprint=False,
        render_template=render,
        login_form=account_forms.SignInForm,
        verify_form=account_forms.PasswordAgainForm,
        two_factor_verify_code_form=account_forms.CodeForm,
        two_factor_setup_form=account_forms.CodesForm,
        two_factor_rescue_form=account_forms.LostFactorForm,
        two_factor_select_form=account_forms.WhichFactorForm,
        mf_recovery_form=account_forms.RecoveryCodeForm,
        wan_register_form=account_forms.NewPasskeyForm,
        wan_signin_form=account_forms.PasskeyForm,
        wan_signin_response_form=account_forms.PasskeyAnswerForm,
        totp_cls=account_factors.Codes,
        webauthn_util_cls=account_factors.Passkeys,
    )
    security.i18n_domain = account_words.Sentences(app)  # type: ignore[no-untyped-call]  # Flask-Security's has no types
    security.want_json(lambda request: False)
    security.unauthn_handler(not_signed_in)
    app.register_blueprint(blueprint())
    app.jinja_env.globals.update(factor_name=lambda name: account_forms.FACTORS[name])


def not_signed_in(mechanisms: list[str], headers: dict[str, str] | None = None) -> Any:
    """The library asks what becomes of a stranger."""
    return signing_in.ask()


def blueprint() -> Blueprint:
    pages = Blueprint("security", __name__, url_prefix="/organise")
    for name, path, view, methods in PAGES:
        pages.add_url_rule(path, name, page(name, view), methods=methods)
    pages.after_request(desk.unkept)
    return pages


def library(settings: config.Settings) -> dict[str, Any]:
    """The settings of Flask-Security and of the session."""
    cheap = {"SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS": CHEAP} if settings.environment == "test" else {}
    return {
        **{f"SECURITY_{page}_TEMPLATE": template for page, template in TEMPLATES.items()},
        "SECURITY_URL_PREFIX": "/organise",
        "SECURITY_POST_LOGIN_VIEW": "desk_home.index",
        "SECURITY_POST_LOGOUT_VIEW": "security.login",
        "SECURITY_POST_VERIFY_VIEW": "desk_account.show",
        "SECURITY_TWO_FACTOR_POST_SETUP_VIEW": "desk_account.show",
        "SECURITY_LOGOUT_CSRF": True,
        "SECURITY_API_ENABLED_METHODS": ["session"],
        "SECURITY_CACHE_CONTROL": None,
        "SECURITY_CLI_USERS_NAME": None,
        "SECURITY_CLI_ROLES_NAME": None,
        "SECURITY_PASSWORD_HASH": "argon2",
        "SECURITY_PASSWORD_SINGLE_HASH": True,
        "SECURITY_PASSWORD_SCHEMES": ["argon2"],
        "SECURITY_PASSWORD_LENGTH_MIN": 12,
        "SECURITY_JOIN_USER_ROLES": False,
        "SECURITY_DATETIME_FACTORY": clock.now,
        "SECURITY_FRESHNESS": timedelta(minutes=15),
        "SECURITY_FRESHNESS_GRACE_PERIOD": timedelta(minutes=15),
        "SECURITY_TWO_FACTOR": True,
        "SECURITY_TWO_FACTOR_ENABLED_METHODS": ["authenticator"],
        "SECURITY_TWO_FACTOR_AUTHENTICATOR_VALIDITY": 60,
        "SECURITY_TWO_FACTOR_RESCUE_EMAIL": False,
        "SECURITY_TWO_FACTOR_SETUP_WITHIN": CODES_WITHIN,
        "SECURITY_TOTP_SECRETS": account_factors.wallet_keys(),
        "SECURITY_TOTP_ISSUER": "Plenum",
        "SECURITY_MULTI_FACTOR_RECOVERY_CODES": True,
        "SECURITY_MULTI_FACTOR_RECOVERY_CODES_N": 8,
        "SECURITY_MULTI_FACTOR_RECOVERY_CODES_KEYS": [urlsafe_b64encode(key) for key in tokens.keys_for("recovery codes")],
        "SECURITY_WEBAUTHN": True,
        "SECURITY_WAN_RP_NAME": "Plenum",
        "SECURITY_WAN_ALLOW_USER_HINTS": False,
        "SECURITY_WAN_SIGNIN_WITHIN": timedelta(minutes=5),
        "SESSION_COOKIE_PATH": "/organise",
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": settings.base_url.startswith("https://"),
        "REMEMBER_COOKIE_PATH": "/organise",
        "PERMANENT_SESSION_LIFETIME": timedelta(hours=12),
        **cheap,
    }
