"""What Flask-Security says, in our words: its sentences by their names."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_security.babel import FsDomain

AGAIN = _l("Something was missing in what the browser sent. Try again.")
BAD_CODE = _l("This code is wrong or was used already. Wait for the next one and enter it.")
OUT_OF_TIME = _l("It took too long. Begin again.")
PASSKEY_FAILED = _l("The passkey could not be checked. Try again.")
SAID = {
    "ANONYMOUS_USER_REQUIRED": _l("You are signed in already."),
    "API_ERROR": AGAIN,
    "DISABLED_ACCOUNT": _l("This account is shut."),
    "GENERIC_AUTHN_FAILED": _l("The address or the password is wrong."),
    "INVALID_CODE": BAD_CODE,
    "INVALID_INPUT": _l("This cannot be used here. Write it with letters and digits."),
    "INVALID_INPUT_LENGTH": _l("This is too long."),
    "INVALID_PASSWORD": _l("The password is wrong."),
    "INVALID_RECOVERY_CODE": _l("This recovery code is wrong or was used already."),
    "INVALID_REDIRECT": AGAIN,
    "NO_RECOVERY_CODES_SETUP": _l("You have no recovery codes yet."),
    "PASSWORD_NOT_PROVIDED": _l("Enter your password"),
    "REAUTHENTICATION_REQUIRED": _l("Before you change this, confirm that it is you."),
    "REAUTHENTICATION_SUCCESSFUL": _l("Thank you. Now you can go on."),
    "TWO_FACTOR_CHANGE_METHOD_SUCCESSFUL": _l(
        "Codes from an app are on. Keep recovery codes as well, in case you lose the phone."
    ),
    "TWO_FACTOR_DISABLED": _l("Codes from an app are off."),
    "TWO_FACTOR_INVALID_TOKEN": BAD_CODE,
    "TWO_FACTOR_LOGIN_SUCCESSFUL": _l("You are signed in."),
    "TWO_FACTOR_METHOD_NOT_AVAILABLE": AGAIN,
    "TWO_FACTOR_PERMISSION_DENIED": _l("Sign in first."),
    "TWO_FACTOR_SETUP_EXPIRED": OUT_OF_TIME,
    "USER_DOES_NOT_EXIST": _l("The address or the password is wrong."),
    "WEBAUTHN_CREDENTIAL_DELETED": _l("The passkey “%(name)s” is removed."),
    "WEBAUTHN_CREDENTIAL_ID_INUSE": _l("This passkey is on the list already."),
    "WEBAUTHN_CREDENTIAL_WRONG_USAGE": _l("This passkey is not for this step. Use another one."),
    "WEBAUTHN_EXPIRED": OUT_OF_TIME,
    "WEBAUTHN_MISMATCH_USER_HANDLE": _l("This passkey belongs to another account."),
    "WEBAUTHN_NAME_DISALLOWED_CHARACTERS": _l("The name may hold letters, digits, spaces and hyphens."),
    "WEBAUTHN_NAME_INUSE": _l("You have a passkey with this name already. Choose another name."),
    "WEBAUTHN_NAME_NOT_FOUND": _l("You have no passkey with this name."),
    "WEBAUTHN_NAME_REQUIRED": _l("Give the passkey a name, for example the name of the device"),
    "WEBAUTHN_NO_VERIFY": PASSKEY_FAILED,
    "WEBAUTHN_ORPHAN_CREDENTIAL_ID": PASSKEY_FAILED,
    "WEBAUTHN_REGISTER_SUCCESSFUL": _l("The passkey “%(name)s” is added."),
    "WEBAUTHN_UNKNOWN_CREDENTIAL_ID": _l("This passkey is not known here. It may have been removed."),
}
KINDS = {"TWO_FACTOR_CHANGE_METHOD_SUCCESSFUL", "TWO_FACTOR_DISABLED", "TWO_FACTOR_LOGIN_SUCCESSFUL"} | {
    "REAUTHENTICATION_REQUIRED",
    "REAUTHENTICATION_SUCCESSFUL",
    "WEBAUTHN_CREDENTIAL_DELETED",
    "WEBAUTHN_REGISTER_SUCCESSFUL",
}
"""Those that are no errors."""

MESSAGES = {f"SECURITY_MSG_{name}": (sentence, "message" if name in KINDS else "warning") for name, sentence in SAID.items()}


class Sentences(FsDomain):
    """Flask-Security's door to translations: its sentences are ours already, in the reader's language."""

    def gettext(self, string: Any, **variables: Any) -> str:
        return str(string) % variables if variables else str(string)
