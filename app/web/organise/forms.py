"""What the forms of the desk share."""

from collections.abc import Callable
from typing import Any

from flask import request
from wtforms import Field, Form, ValidationError

from app.errors import Refused
from app.web.forms import PostedForm


class DeskForm(PostedForm):
    """A form of the desk. One that is shown again after signing in (`restore` in what was posted) is not sent yet."""

    def is_sent(self) -> bool:
        """Whether the form was sent to be acted on, and every answer is good."""
        return bool(request.method == "POST" and "restore" not in request.form and self.validate())

    def refuse(self, refusal: Refused) -> None:
        """Show a refusal at its field, or above the form where it is about none."""
        field = self._fields.get(refusal.field or "")
        if field is None:
            self.form_errors.append(refusal.message)
        else:
            field.errors = [*field.errors, refusal.message]


def cleaned(clean: Callable[[str], Any]) -> Callable[[Form, Field], None]:
    """A validator that puts the clean value in place of the typed one, or says what is wrong with it."""

    def check(form: Form, field: Field) -> None:
        try:
            field.data = clean(field.data or "")
        except Refused as refusal:
            raise ValidationError(refusal.message) from refusal

    return check
