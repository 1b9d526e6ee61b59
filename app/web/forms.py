"""What every form of the site shares."""

from flask import request
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import Form


class PostedForm(FlaskForm):  # type: ignore[misc]  # flask_wtf has no types
    """A form that reads what was posted as a form, and nothing else.

    It has no token: public pages have no session, and the desk checks tokens before its pages (`organise.desk`).
    """

    class Meta(FlaskForm.Meta):  # type: ignore[misc]  # flask_wtf has no types
        csrf = False

        def wrap_formdata(self, form: Form, formdata: object) -> MultiDict[str, str] | None:
            """None for a form that stands beside the one that was sent (`formdata=None`)."""
            return request.form if request.method == "POST" and formdata is not None else None

        def get_translations(self, form: Form) -> None:
            """No sentence of a library is shown, so none is looked for."""
