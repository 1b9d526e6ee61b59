"""The forms of signing in and of second factors: Flask-Security's, in our words."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_security import (
    LoginForm,
    MfRecoveryForm,
    TwoFactorRescueForm,
    TwoFactorSelectForm,
    TwoFactorSetupForm,
    TwoFactorVerifyCodeForm,
    VerifyForm,
    WebAuthnRegisterForm,
    WebAuthnSigninForm,
    WebAuthnSigninResponseForm,
)
from wtforms import (  # type: ignore[attr-defined]  # SelectChoice is newer than the types
    EmailField,
    HiddenField,
    PasswordField,
    RadioField,
    SelectChoice,
    StringField,
)
from wtforms.validators import DataRequired

from app.events import words

NO_CODE = _l("Enter the code")
NO_PASSWORD = _l("Enter your password")
WRONG = _l("The address or the password is wrong.")
FACTORS = {"authenticator": _l("A code from an app"), "webauthn": _l("A passkey")}


class Never(HiddenField):
    """A field of Flask-Security's that we do not offer; what is sent in it is passed over."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = ""


def code_field(label: Any, **attributes: str) -> StringField:
    return StringField(label, render_kw={"autocomplete": "one-time-code", **attributes}, validators=[DataRequired(NO_CODE)])


class SignInForm(LoginForm):
    """Address and password. It does not say which of them is wrong."""

    email = EmailField(
        _l("E-mail address"), render_kw={"autocomplete": "username"}, validators=[DataRequired(_l("Enter your e-mail address"))]
    )
    password = PasswordField(
        _l("Password"), render_kw={"autocomplete": "current-password"}, validators=[DataRequired(NO_PASSWORD)]
    )
    remember = None  # type: ignore[assignment]  # how WTForms leaves a field out

    def validate(self, **options: Any) -> bool:
        self.email.data = words.line(self.email.data or "")
        if super().validate(**options):
            return True
        if self.email.data and self.password.data:
            self.email.errors, self.password.errors = [], []
            self.form_errors.append(str(WRONG))
        return False


class PasswordAgainForm(VerifyForm):
    password = PasswordField(
        _l("Password"), render_kw={"autocomplete": "current-password"}, validators=[DataRequired(NO_PASSWORD)]
    )


class CodesForm(TwoFactorSetupForm):
    """Turning codes on or off: the buttons of the page say which."""

    setup = StringField()  # type: ignore[assignment]  # a button's value


class LostFactorForm(TwoFactorRescueForm):
    """Never shown: what helps without the phone stands on a page of its own."""

    help_setup = RadioField(choices=[])


class CodeForm(TwoFactorVerifyCodeForm):
    code = code_field(_l("Code from the app"), inputmode="numeric")

    def validate(self, **options: Any) -> bool:
        self.code.data = "".join((self.code.data or "").split())
        return bool(super().validate(**options))


class RecoveryCodeForm(MfRecoveryForm):
    code = code_field(_l("Recovery code"))

    def validate(self, **options: Any) -> bool:
        self.code.data = (self.code.data or "").strip().lower()
        return bool(super().validate(**options))


class WhichFactorForm(TwoFactorSelectForm):
    which = RadioField(_l("How do you want to confirm it is you?"))

    def validate(self, **options: Any) -> bool:
        self.which.validate_choice = True
        return bool(super().validate(**options))


class NewPasskeyForm(WebAuthnRegisterForm):
    name = StringField(
        _l("Name of the passkey"),
        render_kw={"autocomplete": "off", "maxlength": 64},
        validators=[DataRequired(_l("Give the passkey a name, for example the name of the device"))],
    )
    usage = RadioField(
        _l("What is it for?"),
        choices=[
            SelectChoice("first", _l("To sign in without a password")),
            SelectChoice("secondary", _l("To confirm a sign-in with a password")),
        ],
        default="first",
    )


class PasskeyForm(WebAuthnSigninForm):
    remember = Never()  # type: ignore[assignment]  # never ticked


class PasskeyAnswerForm(WebAuthnSigninResponseForm):
    remember = Never()
