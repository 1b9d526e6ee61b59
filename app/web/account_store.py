"""Where Flask-Security keeps accounts: what its pages change is written at their end, in a writing unit of ours.

They change rows as they go and compute slow hashes in between. Written at once, that would either fail ("database is
locked": a transaction that began by reading) or keep every other writer waiting.
"""

from typing import Any

from flask_babel import gettext as _
from flask_security import RoleMixin, SQLAlchemyUserDatastore, current_user
from sqlalchemy import inspect

from app.accounts.models import Passkey, User
from app.audit import records
from app.db import db, transaction
from app.errors import Refused

Values = dict[str, tuple[list[Any], Any]]
ACT = "account.factors"


class NoRole(RoleMixin):
    """Flask-Security asks for a table of roles; rights here are memberships (`events.members`)."""


class Accounts(SQLAlchemyUserDatastore):
    """The accounts as Flask-Security uses them."""

    def __init__(self) -> None:
        super().__init__(db, User, NoRole, Passkey)

    def commit(self) -> None:
        """What the library calls after a page; `write` has been there before it."""
        self.write()

    def write(self) -> None:
        """Write what was changed; refused where somebody else has changed the same meanwhile."""
        session = db.session()
        changed = [(row, values) for row in session.dirty if (values := values_of(row))]
        made, gone = list(session.new), list(session.deleted)
        who = (current_user.id, current_user.name) if current_user.is_authenticated else (None, "")
        session.rollback()
        if not (changed or made or gone):
            return
        with transaction(), records.acting(ACT, user_id=who[0], user_name=who[1]):
            for row, values in changed:
                change(row, values)
            session.add_all(made)
            for row in gone:
                session.delete(row)

    def mf_delete_recovery_code(self, user: Any, idx: int) -> bool:
        """Take one code out by a new list, so that a second use of the same code is seen (`change`)."""
        codes = list(user.mf_recovery_codes or [])
        if not 0 <= idx < len(codes):
            return False
        user.mf_recovery_codes = codes[:idx] + codes[idx + 1 :]
        return True


def values_of(row: object) -> Values:
    """The columns of a row that were changed, each with its value before, if it was read, and after."""
    state = inspect(row, raiseerr=True)
    histories = {key: state.attrs[key].history for key in state.mapper.column_attrs.keys()}  # noqa: SIM118 - not a dictionary
    return {key: (list(each.deleted or ()), each.added[0]) for key, each in histories.items() if each.added}


def change(row: object, values: Values) -> None:
    """Set the columns anew, on the row as it is now."""
    for key, (before, after) in values.items():
        if before and getattr(row, key) != before[0]:
            raise Refused(_("This was changed a moment ago, in another window or by another device. Try again."))
        setattr(row, key, after)
